package runtext

import (
	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/reports"
)

// ToDo are lines that say what a person should do in the reports of a run, each followed by the command that reads
// them.
func ToDo(words *wording.Wording, e enrol.Ending) (lines []string) {
	for _, in := range e.Settle {
		lines = append(lines, words.Say("run.settle_rows", "count", e.Tally.Counts[pipeline.Uncertain],
			"sheet", reports.SheetUncertain(), "workbook", in.Path), "  "+in.Command)
	}
	if n := e.Tally.Counts[pipeline.Uncertain]; e.Taken != "" && n > 0 {
		lines = append(lines, words.Say("run.taken_rows", "count", n), "  "+e.Taken)
	}
	for _, in := range e.Fix {
		lines = append(lines, words.Say("run.fix_rows", "count", e.Tally.ToFix, "sheet", reports.SheetFix(),
			"workbook", in.Path), "  "+in.Command)
	}
	return lines
}
