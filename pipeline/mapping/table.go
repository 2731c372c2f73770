package mapping

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"muster/pipeline"
)

// Table is a table that a person edits, a mapping sheet or a lookup table: a CSV
// or one sheet of a workbook.
type Table interface {
	// Place is that of the row that Rows gave last, before that of the header.
	Place() pipeline.Place
	// Sheets are all sheets of the workbook, hidden ones too; nil for a CSV.
	Sheets() []string
	// Encoding is that of a CSV: utf-8, utf-16 or windows-1252.
	Encoding() string
	Header() []pipeline.Column
	// Rows calls each for every row below the header that is not blank.
	Rows(ctx context.Context, each func(pipeline.Row) error) error
	Close() error
}

// Opener opens the table at path, which the caller closes. sheet names a sheet of
// a workbook; where it is "" it is the first visible one whose header has the
// column, and where none has it the first visible one. A file that cannot be read
// is a *pipeline.Mistake, here and in Table.Rows, around io.EOF where it holds
// nothing.
type Opener func(path, sheet, column string) (Table, error)

// noteColumn holds what people write for one another; it is never read.
const noteColumn = "note"

// These bounds are far beyond any mapping or table that a person keeps.
const (
	maxFile  = 8 << 20 // bytes of a file
	maxRows  = 100_000 // of a workbook's sheet, empty ones counted
	maxCells = 100_000 // of a workbook's sheet
)

// form is what the header of a table must and may have.
type form struct {
	columns  []string
	required int    // so many of the columns, the first ones, must be there
	advice   string // says so to people
}

// found is what was found out about a table while it was read.
type found struct {
	sheet  string   // "" for a CSV
	sheets []string // nil for a CSV
	note   string   // what was guessed; "" where nothing was
}

// table opens the sheet, "" for the first with the form's first column. What is
// wrong says so in words that follow the name of the file.
func (open Opener) table(path, sheet string, f form) (Table, *pipeline.Mistake) {
	fail := func(err error) *pipeline.Mistake {
		return pipeline.Mistakef("cannot be read: %w", pipeline.WithoutPath(err))
	}
	at := pipeline.Place{File: path, Sheet: sheet}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fail(err).At(at)
	case info.IsDir():
		return nil, fail(syscall.EISDIR).At(at)
	case info.Size() > maxFile:
		return nil, pipeline.Mistakef("is larger than %d MiB, and no mapping is", maxFile>>20).
			Try("is it the book?").At(at)
	}
	t, err := open(path, sheet, f.columns[0])
	if err != nil {
		return nil, unread(err, at, f)
	}
	return t, nil
}

// unread is a table that the opener refuses, or whose rows cannot be read.
func unread(err error, at pipeline.Place, f form) *pipeline.Mistake {
	var m *pipeline.Mistake
	if errors.As(err, &m) {
		at, err = m.Place.Within(at), m.Reason()
	}
	hint := "save it again as XLSX without a password, or as CSV UTF-8"
	switch {
	case errors.Is(err, io.EOF):
		return pipeline.Mistakef("is empty").Try(f.advice).At(at)
	case at.Line > 0:
		hint = "a cell that holds a double quote stands in double quotes, and the quote in it is written twice; or " +
			"save the file again as CSV UTF-8"
	}
	return pipeline.Mistakef("cannot be read: %w", err).Try(hint).At(at)
}

// read calls each for the rows of a table with the cells under the form's
// columns, "" where the table does not have the column.
func (open Opener) read(path, sheet string, f form,
	each func(cells []string, at pipeline.Place) *pipeline.Mistake) (found, *pipeline.Mistake) {
	t, wrong := open.table(path, sheet, f)
	if wrong != nil {
		return found{}, wrong
	}
	defer t.Close() // it was only read
	header := t.Header()
	is := found{sheet: t.Place().Sheet, sheets: t.Sheets()}
	if sheet == "" && is.sheets != nil && columnNamed(header, f.columns[0]) < 0 {
		return found{}, pipeline.Mistakef("has no visible sheet whose first row has the column %s; its sheets are %s",
			f.columns[0], strings.Join(is.sheets, ", ")).Try(f.advice).At(pipeline.Place{File: path})
	}
	if t.Encoding() == "windows-1252" {
		is.note = "read as Windows-1252, since it is not UTF-8"
	}
	columns, wrong := f.columnsIn(header)
	if wrong != nil {
		return found{}, wrong.At(t.Place())
	}
	cells, read := make([]string, len(columns)), 0
	var refused *pipeline.Mistake
	err := t.Rows(context.Background(), func(row pipeline.Row) error {
		at := t.Place()
		if read += len(row.Cells); at.Row > 0 && (row.Number > maxRows || read > maxCells) {
			refused = pipeline.Mistakef("the sheet has more than %d rows or cells, and no mapping has", maxCells).
				Try("is it the book?").At(at)
			return refused
		}
		if refused = unusable(row, at); refused != nil {
			return refused.At(at)
		}
		for i, column := range columns {
			if cells[i] = ""; column >= 0 {
				cells[i] = strings.Clone(row.Cells[column])
			}
		}
		if refused = each(cells, at); refused != nil {
			return refused.At(at)
		}
		return nil
	})
	switch {
	case refused != nil:
		return found{}, refused
	case err != nil:
		return found{}, unread(err, t.Place(), f)
	}
	return is, nil
}

// columnNamed is the index of the column with that very name; -1 where there is
// none.
func columnNamed(header []pipeline.Column, name string) int {
	return slices.IndexFunc(header, func(c pipeline.Column) bool { return c.Name == name })
}

// columnsIn are the indexes of the form's columns in a header, -1 for one that the
// header lacks.
func (f form) columnsIn(header []pipeline.Column) ([]int, *pipeline.Mistake) {
	for _, c := range header {
		if c.Name != "" && !slices.Contains(f.columns, c.Name) {
			return nil, pipeline.Mistakef("the column %q is not known", c.Name).Try(f.advice)
		}
	}
	columns := make([]int, len(f.columns))
	for i, name := range f.columns {
		if columns[i] = columnNamed(header, name); columns[i] < 0 && i < f.required {
			return nil, pipeline.Mistakef("the column %q is missing", name).Try(f.advice)
		}
	}
	return columns, nil
}

// unusable is the first of the reader's problems for which a row cannot be used;
// nil where there is none. A text that a spreadsheet program may have altered is
// what the person sees in the cell, and is taken.
func unusable(row pipeline.Row, at pipeline.Place) *pipeline.Mistake {
	for _, p := range row.Problems {
		column := p.Column.Index
		cell := pipeline.CellRef(column, row.Number)
		switch {
		case p.Column.Name == noteColumn:
		case column >= len(row.Cells) && at.Row == 0:
			return pipeline.Mistakef("has more or fewer cells than the header").
				Try("a cell that holds the separator stands in double quotes, as in \"left-pad(9,0)\"")
		case column >= len(row.Cells):
			return pipeline.Mistakef("%s is filled, but the header has no column %s", cell,
				pipeline.ColumnLetters(column)).
				Try("give the column a header, or empty the cell")
		case p.Code == pipeline.ProblemMangled && row.Cells[column] != "":
		default:
			return pipeline.Mistakef(
				"%s holds an error value, a formula without a result, or a date that is none", cell).
				Try("format the cell as text and enter the value again")
		}
	}
	return nil
}
