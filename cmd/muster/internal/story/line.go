package story

import (
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Line is a run in a line of a list, with how many of its rows were dismissed.
func Line(words *wording.Wording, r pipeline.Run, dismissed int) string {
	parts := []string{r.ID, r.Namespace.Provider, r.Namespace.Env}
	if r.Namespace.Account != "" {
		parts = append(parts, r.Namespace.Account)
	}
	parts = append(parts, r.Book)
	switch {
	case r.Finished.IsZero():
		parts = append(parts, words.Say("cmd_show.unfinished_run"))
	case len(r.Counts) > 0:
		parts = append(parts, words.Counts(r.Counts))
	default:
		parts = append(parts, words.Say("cmd_show.no_rows"))
	}
	if dismissed > 0 {
		parts = append(parts, words.Say("cmd_show.rows_dismissed", "count", dismissed))
	}
	if r.Halt != nil {
		parts = append(parts, words.Say("cmd_show.stopped", "reason", r.Halt))
	}
	if !r.Forgotten.IsZero() {
		parts = append(parts, words.Say("cmd_show.forgotten", "date", r.Forgotten.Format(time.DateOnly)))
	}
	return strings.Join(parts, "  ")
}
