package story

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Headings are the headings of a list of runs, for people.
func Headings(words *wording.Wording) string { return words.Say("cmd_show.runs_headings") }

// tookOf is how long a run took; "-" while it is going on.
func tookOf(words *wording.Wording, r pipeline.Run) string {
	if r.Finished.IsZero() {
		return "-"
	}
	took := r.Finished.Sub(r.Started)
	if took < time.Second {
		return words.Say("report.duration_short")
	}
	return words.Say("report.duration", "took", took)
}

// gap is between the columns of a list.
const gap = "  "

// Line is the line of a list that has those cells.
func Line(cells []string) string { return strings.Join(cells, gap) }

// Table is a list with headings and aligned columns, for people; what follows the columns with headings is not
// aligned.
func Table(words *wording.Wording, rows [][]string) string {
	var headings []string
	for h := range strings.SplitSeq(Headings(words), gap) {
		if h = strings.TrimSpace(h); h != "" {
			headings = append(headings, h)
		}
	}
	rows = append([][]string{headings}, rows...)
	widths := make([]int, len(headings)-1)
	for _, row := range rows {
		for i := range min(len(widths), len(row)) {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		cells := slices.Clone(row)
		for i := range min(len(widths), len(cells)-1) {
			cells[i] += strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cells[i]))
		}
		b.WriteString(Line(cells) + "\n")
	}
	return b.String()
}

// Cells are a run in a list, with its start in a time zone, how long it took, and how many of its rows were
// dismissed. live is nil unless the run is known to be going on.
func Cells(words *wording.Wording, r pipeline.Run, live *ledger.Live, dismissed int, zone *time.Location) []string {
	parts := []string{r.ID, r.Started.In(zone).Format("2006-01-02 15:04"), tookOf(words, r),
		r.Namespace.Provider, r.Namespace.Env}
	if r.Namespace.Account != "" {
		parts = append(parts, r.Namespace.Account)
	}
	parts = append(parts, r.Book)
	switch {
	case live != nil:
		parts = append(parts, words.Say("cmd_show.running", "started", live.Started, "holder", live.Holder))
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
	return parts
}
