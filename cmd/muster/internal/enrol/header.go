package enrol

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/templates"
)

// headerMistake is a book whose columns do not serve: it says which sheet and
// which row were taken for its header, for that may be the mistake.
func headerMistake(b *book.Book, err error) error {
	var (
		unfilled *mapping.UnfilledError
		wrong    *pipeline.Mistake
		lacking  *templates.LayoutError
		hints    []*pipeline.Message
	)
	if errors.As(err, &unfilled) {
		return err // the mapping sheet is at fault
	}
	switch {
	case errors.As(err, &lacking):
		for _, near := range nearMisses(lacking, b.Header()) {
			hints = append(hints, pipeline.Say(pipeline.AsWritten, "text", near))
		}
		hints = append(hints, pipeline.Say(pipeline.AsWritten, "text", "name a column of the book after each of these fields, or give the field a column or a "+
			"value in a mapping sheet (--mapping; `muster map` writes one to look over)"))
	case errors.As(err, &wrong) && wrong.Hint != nil:
		hints = append(hints, wrong.Hint)
	}
	hints = append(hints, pipeline.Say(pipeline.AsWritten, "text", ReadElsewhere(b)))
	where := pipeline.Place{File: b.Name(), Sheet: b.Sheet()}
	return pipeline.Mistakef("%v, header in row %d: %w", where, b.HeaderRow(), err).
		Advise(pipeline.Say("sentences", "all", hints))
}

// ReadElsewhere says how to read another sheet or header than b did.
func ReadElsewhere(b *book.Book) string {
	others := slices.DeleteFunc(slices.Clone(b.Sheets()), func(s string) bool { return s == b.Sheet() })
	header := "if that is not the header's row, name it with --header-row"
	if len(others) == 0 {
		return header
	}
	return "if that is not the sheet, name the right one with --sheet: " + pipeline.List(others) + "; " + header
}

// nearMisses names columns that differ from a field that is missing in case
// and separators only.
func nearMisses(e *templates.LayoutError, header []pipeline.Column) []string {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" _-.", r) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	var hints []string
	for _, shape := range e.Shapes {
		for _, field := range e.Missing[shape] {
			for _, c := range header {
				hint := fmt.Sprintf("the book has %q, and the field is %s", c.Name, field)
				if letters(c.Name) == letters(field) && !slices.Contains(hints, hint) {
					hints = append(hints, hint)
				}
			}
		}
	}
	return hints
}
