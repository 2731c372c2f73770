package reports

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// FixCommand is the command that imports the sheet Fix of the workbook at path, quoted for a shell. It asks before it
// sends, even if the first one did not.
func FixCommand(o *pipeline.Origin, path string) string {
	command := o.Command
	if command == "" {
		command = "import"
	}
	flags := slices.DeleteFunc(slices.Clone(o.Flags), func(flag string) bool { return flag == "--yes" })
	return pipeline.ShellCommand(append([]string{"muster", command, pathArgument(path)}, flags...)...)
}

// pathArgument is a path that cannot be read as a flag.
func pathArgument(path string) string {
	if strings.HasPrefix(path, "-") {
		return "./" + path
	}
	return path
}

// aboutFix writes further notes about the sheet Fix.
func (s *summary) aboutFix() {
	x := s.fix
	if x == nil || x.held == 0 {
		return
	}
	o := x.head.Fix.Origin
	if s.head.Run.Namespace.Rehearsal() || o.Command == "check" {
		s.item(pipeline.Say("report.nobody_enrolled", "book", o.Book.Path, "sheet", SheetFix()))
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
