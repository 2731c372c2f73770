package reports

import (
	"strings"

	"muster/pipeline"
)

// FixCommand is the command that imports the sheet Fix of the workbook at path,
// as a shell wants it.
func FixCommand(o *pipeline.Origin, path string) string {
	command := o.Command
	if command == "" {
		command = "import"
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return pipeline.ShellCommand(append([]string{"muster", command, path}, o.Flags...)...)
}

// rowsToFix says what to do with the sheet Fix, and with which command.
func (s *summary) rowsToFix() {
	x := s.fix
	if x == nil || x.held == 0 {
		return
	}
	const lines = 6 // of what follows
	s.keepTogether(lines)
	o := x.head.Fix.Origin
	s.heading("report.rows_to_fix", "sheet", SheetFix())
	s.paragraph(s.styles.wrapped, "report.how_to_fix", "count", x.held, "number", grouped(x.held))
	s.line(x.look.command, FixCommand(o, s.path))
	if s.head.Run.Namespace.Rehearsal() || o.Command == "check" {
		s.paragraph(s.styles.wrapped, "report.nobody_enrolled", "book", o.Book.Path)
	}
	if x.left > 0 {
		s.paragraph(s.styles.halt, "report.fix_is_full", "count", x.left, "number", grouped(x.left),
			"sheet", sheetResults())
	}
	if x.bare > 0 {
		s.paragraph(s.styles.wrapped, "report.cells_without_comment", "count", x.bare,
			"number", grouped(x.bare), "comments", grouped(x.comments.count), "sheet", sheetProblems())
	}
}
