package enrol

import (
	"errors"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/templates"
)

// headerMistake is a mistake in a book's columns: it names the sheet and the row that were taken for its header,
// which may be the wrong ones.
func headerMistake(b *book.Book, err error) error {
	var (
		unfilled *mapping.UnfilledError
		wrong    *pipeline.Mistake
		lacking  *templates.LayoutError
		hints    []*pipeline.Message
	)
	if errors.As(err, &unfilled) {
		return err // a mistake in the mapping sheet
	}
	if errors.As(err, &wrong) && wrong.What != nil && wrong.What.Code == "mapping.in_convert" {
		return err // a mistake in a conversion or its table, whatever the header
	}
	switch {
	case errors.As(err, &lacking):
		hints = append(hints, nearMisses(lacking, b.Header())...)
		hints = append(hints, pipeline.Say("enrol.map_fields"))
	case errors.As(err, &wrong) && wrong.Hint != nil:
		hints = append(hints, wrong.Hint)
	}
	hints = append(hints, ReadElsewhere(b))
	where := pipeline.Place{File: b.Name(), Sheet: b.Sheet()}
	if b.HeaderRow() == 0 {
		return pipeline.Wrong("enrol.no_header", "place", where, "cause", err).
			Advise(pipeline.Say("sentences", "all", hints))
	}
	return pipeline.Wrong("enrol.header", "place", where, "row", b.HeaderRow(), "cause", err).
		Advise(pipeline.Say("sentences", "all", hints))
}

// ReadElsewhere says how to read another sheet or header of the book than b did.
func ReadElsewhere(b *book.Book) *pipeline.Message {
	others := slices.DeleteFunc(slices.Clone(b.Sheets()), func(s string) bool { return s == b.Sheet() })
	if len(others) == 0 {
		return pipeline.Say("enrol.other_header")
	}
	return pipeline.Say("enrol.other_sheet_or_header", "sheets", others)
}

// nearMisses names columns that differ from a missing field only in case and separators.
func nearMisses(e *templates.LayoutError, header []pipeline.Column) []*pipeline.Message {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" _-.", r) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	var hints []*pipeline.Message
	type near struct{ column, field string }
	said := map[near]bool{}
	for _, shape := range e.Shapes {
		for _, field := range e.Missing[shape] {
			for _, c := range header {
				if n := (near{c.Name, field}); letters(c.Name) == letters(field) && !said[n] {
					said[n] = true
					hints = append(hints, pipeline.Say("enrol.near_miss", "column", c.Name, "field", field))
				}
			}
		}
	}
	return hints
}
