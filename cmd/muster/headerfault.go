package main

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

// headerFault is a book whose columns do not serve: it says which sheet and
// which row were taken for its header, for that may be the mistake.
func headerFault(b *book.Book, err error) error {
	var (
		unfilled *mapping.UnfilledError
		wrong    *pipeline.Mistake
		lacking  *templates.LayoutError
		hints    []string
	)
	if errors.As(err, &unfilled) {
		return err // the mapping sheet is at fault
	}
	switch {
	case errors.As(err, &lacking):
		hints = append(hints, nearMisses(lacking, b.Header())...)
		hints = append(hints, "name a column of the book after each of these fields, or give the field a column or a value in a mapping sheet (--mapping; `muster map` writes one to look over)")
	case errors.As(err, &wrong):
		hints = append(hints, wrong.Hint)
	}
	hints = append(hints, readElsewhere(b.Sheet(), b.Sheets()))
	where := pipeline.Place{File: b.Name(), Sheet: b.Sheet()}
	return pipeline.Mistakef("%v, header in row %d: %w", where, b.HeaderRow(), err).Try(strings.Join(hints, "; "))
}

// readElsewhere says how to read another sheet or header than was read.
func readElsewhere(read string, sheets []string) string {
	others := slices.DeleteFunc(slices.Clone(sheets), func(s string) bool { return s == read })
	header := "if that is not the header's row, name it with --header-row"
	if len(others) == 0 {
		return header
	}
	return "if that is not the sheet, name the right one with --sheet: " + list(others) + "; " + header
}

// nearMisses names columns that differ from a field that is missing in case
// and separators only.
func nearMisses(e *templates.LayoutError, header []pipeline.Column) []string {
	bare := func(s string) string {
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
				if hint := fmt.Sprintf("the book has %q, and the field is %s", c.Name, field); bare(c.Name) == bare(field) && !strings.Contains(strings.Join(hints, ""), hint) {
					hints = append(hints, hint)
				}
			}
		}
	}
	return hints
}
