package reports

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// Again is the command that takes the sheet Fix of the workbook at path, as a
// shell wants it.
func Again(o *pipeline.Origin, path string) string {
	command := o.Command
	if command == "" {
		command = "import"
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return pipeline.ShellCommand(append([]string{"muster", command, path}, o.Flags...)...)
}

// mend says what to do with the sheet Fix, and with which command.
func (s *summary) mend() {
	x := s.fix
	if x == nil || x.held == 0 {
		return
	}
	o := x.head.Origin
	s.heading("To mend: the sheet " + pipeline.FixSheet)
	rows := grouped(x.held) + " rows stand there as the book has them"
	if x.held == 1 {
		rows = "1 row stands there as the book has it"
	}
	s.paragraph(s.styles.wrapped, rows+", personal data included. Correct the coloured cells: a comment on each says "+
		"what is wrong and what would be right. "+
		"Delete the rows that you give up; leave the first column and the header as they are. Save the workbook, and run:")
	s.paragraph(x.look.command, Again(o, s.path))
	if s.head.Run.Namespace.Rehearsal() || o.Command == "check" {
		s.paragraph(s.styles.wrapped, "Nobody is enrolled yet, and the sheet has the rows to mend only. To enrol "+
			"everybody import "+o.Book.Path+" itself, and then this workbook with the same flags (--env and so on).")
	}
	if x.left > 0 {
		s.paragraph(s.styles.halt, fmt.Sprintf(
			"The sheet is full: %s more to mend are in Results only. Import it, and then the book itself for the others.",
			grouped(x.left)))
	}
	if x.bare > 0 {
		s.paragraph(s.styles.wrapped, fmt.Sprintf(
			"The first %s cells have a comment; %s more are only coloured, and Problems says what is wrong with them.",
			grouped(x.comments.count), grouped(x.bare)))
	}
}
