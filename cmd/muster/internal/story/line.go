package story

import (
	"maps"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Headings stand above runs in a list, for people.
func Headings(words *wording.Wording) string { return words.Say("cmd_show.runs_headings") }

// tookOf is how long a run took; "-" while it goes on.
func tookOf(words *wording.Wording, r pipeline.Run) string {
	if r.Finished.IsZero() {
		return "-"
	}
	return words.Say("report.duration", "took", r.Finished.Sub(r.Started))
}

// Line is a run in a line of a list, with when it began by the clock of a place, how
// long it took, and how many of its rows were dismissed.
func Line(words *wording.Wording, r pipeline.Run, dismissed int, zone *time.Location) string {
	parts := []string{r.ID, r.Started.In(zone).Format("2006-01-02 15:04"), tookOf(words, r),
		r.Namespace.Provider, r.Namespace.Env}
	if r.Namespace.Account != "" {
		parts = append(parts, r.Namespace.Account)
	}
	parts = append(parts, r.Book)
	switch {
	case r.Finished.IsZero():
		parts = append(parts, words.Say("cmd_show.unfinished_run"))
	case len(r.Counts) > 0:
		parts = append(parts, words.Counts(r.AtEnd()))
		if !maps.Equal(r.AtEnd(), r.Counts) {
			parts = append(parts, words.Say("cmd_show.rows_now", "counts", r.Counts))
		}
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
