package main

import (
	"context"
	"errors"
	"fmt"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/templates"
)

// besideCounted is how many rows of another sheet are counted.
const besideCounted = 1000

// lookBeside sees to it that no sheet is overlooked where none was named: when
// the first visible sheet has no rows and another that fits has, that is a
// mistake; when both have, it is a note.
func (f bookFlags) lookBeside(ctx context.Context, def *templates.Definition, o *openBook) error {
	if f.sheet != "" {
		return nil
	}
	others := o.Beside()
	if len(others) == 0 {
		return nil
	}
	own, err := rowsAtMost(ctx, o.Book, 1)
	if err != nil {
		return err
	}
	var filled []string
	for _, sheet := range others {
		n, err := f.rowsBeside(ctx, def, o, sheet)
		switch {
		case err != nil:
			return err
		case n == 0:
			continue
		case own == 0:
			filled = append(filled, sheet)
			continue
		}
		rows := count(n, "row")
		if n > besideCounted {
			rows = fmt.Sprintf("more than %d rows", besideCounted)
		}
		o.beside = append(o.beside, fmt.Sprintf("sheet %s has %s that this run does not read; --sheet %s reads it", sheet, rows, pipeline.ShellWord(sheet)))
	}
	if own > 0 || len(filled) == 0 {
		return nil
	}
	if len(filled) == 1 {
		return pipeline.Mistakef("%s, sheet %q has no rows, but sheet %q has: say which sheet is meant", o.Name(), o.Sheet(), filled[0]).Try("--sheet " + pipeline.ShellWord(filled[0]))
	}
	return pipeline.Mistakef("%s, sheet %q has no rows, but others have (%s): say which sheet is meant", o.Name(), o.Sheet(), list(filled)).Try("--sheet " + pipeline.ShellWord(filled[0]) + ", and then each of the others")
}

// rowsBeside counts the rows of another sheet, where its columns serve this
// provider as the book's do; a sheet that does not serve has none.
func (f bookFlags) rowsBeside(ctx context.Context, def *templates.Definition, o *openBook, sheet string) (int, error) {
	b, err := o.OpenBeside(book.Options{Sheet: sheet, Names: fieldNames(def.Provider())})
	var unread *pipeline.Mistake
	if errors.As(err, &unread) {
		return 0, nil // it is not the sheet that was asked for
	}
	if err != nil {
		return 0, err
	}
	f.carry = nil
	other, err := f.join(def, b)
	if errors.As(err, &unread) {
		return 0, nil // as the mapping serves the book's own sheet, these columns do not
	}
	if err != nil {
		return 0, err
	}
	n, err := rowsAtMost(ctx, other.Book, besideCounted+1)
	if errors.As(err, &unread) {
		err = nil // what is wrong with it is told when it is read
	}
	return n, err
}

// rowsAtMost counts rows, up to as many.
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

// fieldNames knows the names of a provider's fields, by which a header is
// found below other rows.
func fieldNames(p *pipeline.Provider) func(string) bool {
	return func(text string) bool { return len(text) < 512 && p.FieldIndex(text) >= 0 }
}

// Notes are the book's, and what was seen beside its sheet.
func (o *openBook) Notes() []string { return append(o.Book.Notes(), o.beside...) }
