package enrol

import (
	"context"
	"errors"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/templates"
)

// mostCountedRows is up to how many rows of another sheet are counted.
const mostCountedRows = 1000

// checkOtherSheets makes sure that no sheet is overlooked when none was named: when the first visible sheet has no
// rows and another that fits has some, that is a mistake; when both have rows, it is a note.
func (b *Book) checkOtherSheets(ctx context.Context, def *templates.Definition) error {
	others := b.OtherSheets()
	if len(others) == 0 {
		return nil
	}
	own, err := rowsAtMost(ctx, b.Book, 1)
	if err != nil {
		return err
	}
	var filled []string
	for _, sheet := range others {
		n, err := b.rowsInSheet(ctx, def, sheet)
		switch {
		case err != nil:
			return err
		case n == 0:
			continue
		case own == 0:
			filled = append(filled, sheet)
			continue
		}
		note := pipeline.Say("enrol.other_sheet", "sheet", sheet, "count", n, "option", pipeline.ShellWord(sheet))
		if n > mostCountedRows {
			note = pipeline.Say("enrol.other_sheet_many", "sheet", sheet, "count", mostCountedRows,
				"option", pipeline.ShellWord(sheet))
		}
		b.otherSheets = append(b.otherSheets, note)
	}
	if own > 0 || len(filled) == 0 {
		return nil
	}
	here, option := pipeline.Place{File: b.Name(), Sheet: b.Sheet()}, pipeline.ShellWord(filled[0])
	if len(filled) == 1 {
		return pipeline.Wrong("enrol.rows_in_other_sheet", "sheet", filled[0]).At(here).
			Try("enrol.use_sheet", "option", option)
	}
	return pipeline.Wrong("enrol.rows_in_other_sheets", "sheets", filled).At(here).
		Try("enrol.use_each_sheet", "option", option)
}

// rowsInSheet counts the rows of another sheet, if its columns fit this provider as the book's do; otherwise 0.
func (b *Book) rowsInSheet(ctx context.Context, def *templates.Definition, sheet string) (int, error) {
	other, err := b.OpenOther(book.Options{Sheet: sheet, Names: FieldNames(def.Provider()),
		Wanted: wanted(b.mappings())})
	var unread *pipeline.Mistake
	if errors.As(err, &unread) {
		return 0, nil // not the sheet that was asked for
	}
	if err != nil {
		return 0, err
	}
	source := b.source
	source.Carry = nil
	joined, err := join(def, source, other, b.sheet)
	if errors.As(err, &unread) {
		return 0, nil // the mapping fits the book's own sheet, but not these columns
	}
	if err != nil {
		return 0, err
	}
	n, err := rowsAtMost(ctx, joined.Book, mostCountedRows+1)
	if errors.As(err, &unread) {
		err = nil // its faults are reported when the sheet is read
	}
	return n, err
}

// rowsAtMost counts rows, up to most.
func rowsAtMost(ctx context.Context, b *book.Book, most int) (int, error) {
	enough, n := errors.New("enough"), 0
	err := b.Rows(ctx, func(pipeline.Row) error {
		if n++; n == most {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return n, err
}
