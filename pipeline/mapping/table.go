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
	// Place is the place of the row that Rows returned last; before any row, that of the header.
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

// Opener opens the table at path, which the caller closes. sheet names a sheet of a workbook; "" is the first visible
// sheet whose header has one of the columns or, if there is none, the first visible sheet. A file that cannot be read
// is a *pipeline.Mistake, from Opener and from Table.Rows; it wraps io.EOF if the file is empty.
type Opener func(path, sheet string, columns []string) (Table, error)

// Files says how tables are read.
type Files struct {
	Open Opener
	// Texts returns a heading in every language in which people may write it; nil if only English is allowed.
	Texts func(heading *pipeline.Message) []string
}

// These limits are far above any mapping or table that a person maintains.
const (
	maxFile  = 8 << 20 // bytes of a file
	maxRows  = 100_000 // of a workbook's sheet, empty ones counted
	maxCells = 100_000 // of a workbook's sheet
)

// form says which columns a table must have and may have.
type form struct {
	columns  []heading
	required int               // the first so many columns are required
	advice   *pipeline.Message // tells people so
}

// heading is that of one column of a table.
type heading struct {
	name   string // as a CSV has it, and as it may be written in any language
	worded *pipeline.Message
}

// texts returns every accepted text of a heading.
func (f Files) texts(h heading) []string {
	if f.Texts == nil {
		return []string{h.name}
	}
	return append([]string{h.name}, f.Texts(h.worded)...)
}

// tableRow is one row of a table.
type tableRow struct {
	cells    []string // under the form's columns; "" where the table does not have the column
	headings []string // of these columns, as the table spells them
	at       pipeline.Place
}

// found is what was learned about a table while reading it.
type found struct {
	sheet  string   // "" for a CSV
	sheets []string // nil for a CSV
	// guessed says that the file was read as Windows-1252 because it is not UTF-8.
	guessed bool
}

// table opens the sheet, "" for the first with the form's first column. Its mistakes are worded to follow the name of
// the file.
func (files Files) table(path, sheet string, f form) (Table, *pipeline.Mistake) {
	fail := func(err error) *pipeline.Mistake {
		return pipeline.Wrong("mapping.cannot_be_read", "cause", pipeline.WithoutPath(err))
	}
	at := pipeline.Place{File: path, Sheet: sheet}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fail(err).At(at)
	case info.IsDir():
		return nil, fail(syscall.EISDIR).At(at)
	case info.Size() > maxFile:
		return nil, pipeline.Wrong("mapping.file_too_large", "most", maxFile>>20).Try("mapping.is_it_the_book").At(at)
	}
	t, err := files.Open(path, sheet, files.texts(f.columns[0]))
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
	wrong := pipeline.Wrong("mapping.cannot_be_read", "cause", err).At(at)
	switch {
	case errors.Is(err, io.EOF):
		return pipeline.Wrong("mapping.is_empty").Advise(f.advice).At(at)
	case at.Line > 0:
		return wrong.Try("mapping.double_quotes")
	}
	return wrong.Try("mapping.save_readable")
}

// read calls each for the rows of a table. A row is valid until each returns.
func (files Files) read(path, sheet string, f form,
	each func(tableRow) *pipeline.Mistake) (found, *pipeline.Mistake) {
	t, wrong := files.table(path, sheet, f)
	if wrong != nil {
		return found{}, wrong
	}
	defer t.Close() // it was only read
	header := t.Header()
	is := found{sheet: t.Place().Sheet, sheets: t.Sheets()}
	if sheet == "" && is.sheets != nil && files.column(header, f.columns[0]) < 0 {
		return found{}, pipeline.Wrong("mapping.no_sheet_with_column", "column", f.columns[0].name,
			"sheets", is.sheets).
			Advise(f.advice).At(pipeline.Place{File: path})
	}
	is.guessed = t.Encoding() == "windows-1252"
	columns, wrong := files.columns(header, f)
	if wrong != nil {
		return found{}, wrong.At(t.Place())
	}
	one, read := tableRow{cells: make([]string, len(columns)), headings: headings(header, columns)}, 0
	var refused *pipeline.Mistake
	err := t.Rows(context.Background(), func(row pipeline.Row) error {
		at := t.Place()
		if read += len(row.Cells); at.Row > 0 && (row.Number > maxRows || read > maxCells) {
			refused = pipeline.Wrong("mapping.sheet_too_large", "most", maxCells).Try("mapping.is_it_the_book").At(at)
			return refused
		}
		if refused = files.unusable(row, at); refused != nil {
			return refused.At(at)
		}
		for i, column := range columns {
			if one.cells[i] = ""; column >= 0 {
				one.cells[i] = strings.Clone(row.Cells[column])
			}
		}
		one.at = at
		if refused = each(one); refused != nil {
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

// column is the index of the column with that heading; -1 where there is none.
func (files Files) column(header []pipeline.Column, h heading) int {
	texts := files.texts(h)
	return slices.IndexFunc(header, func(c pipeline.Column) bool { return slices.Contains(texts, c.Name) })
}

// columns are the indexes of the form's columns in a header, -1 for one that the
// header lacks.
func (files Files) columns(header []pipeline.Column, f form) ([]int, *pipeline.Mistake) {
	columns := make([]int, len(f.columns))
	for i, h := range f.columns {
		columns[i] = files.column(header, h)
	}
	for i, c := range header {
		if c.Name != "" && !slices.Contains(columns, i) {
			return nil, pipeline.Wrong("mapping.unknown_column", "column", c.Name).Advise(f.advice)
		}
	}
	for i, h := range f.columns[:f.required] {
		if columns[i] < 0 {
			return nil, pipeline.Wrong("mapping.column_missing", "column", h.name).Advise(f.advice)
		}
	}
	return columns, nil
}

// headings are the names of columns, "" for one that the header lacks.
func headings(header []pipeline.Column, columns []int) []string {
	names := make([]string, len(columns))
	for i, column := range columns {
		if column >= 0 {
			names[i] = header[column].Name
		}
	}
	return names
}

// unusable returns the first of the reader's problems that makes a row unusable; nil if there is none. A text that a
// spreadsheet program may have altered is accepted, because it is what the person sees in the cell.
func (files Files) unusable(row pipeline.Row, at pipeline.Place) *pipeline.Mistake {
	notes := files.texts(noteHeading())
	for _, p := range row.Problems {
		if p.Column == nil && p.Message.Code == "half_row_moved" {
			continue // as people write a sheet by hand
		}
		if p.Column == nil {
			return notWhole(p.Message)
		}
		column := p.Column.Index
		cell := pipeline.CellRef(column, row.Number)
		switch {
		case slices.Contains(notes, p.Column.Name):
		case column >= len(row.Cells) && at.Row == 0:
			return pipeline.Wrong("mapping.cells_unlike_header").Try("mapping.quote_cell")
		case column >= len(row.Cells):
			return pipeline.Wrong("mapping.cell_past_header", "cell", cell, "column", pipeline.ColumnLetters(column)).
				Try("mapping.name_column_or_empty")
		case p.Code == pipeline.ProblemMangled && row.Cells[column] != "":
		default:
			return pipeline.Wrong("mapping.cell_unusable", "cell", cell).Try("mapping.enter_as_text")
		}
	}
	return nil
}

// notWhole is the mistake for a row that is only part of a row, worded as the reader says it.
func notWhole(says *pipeline.Message) *pipeline.Mistake {
	wrong := &pipeline.Mistake{What: says}
	if says.Code == "half_row_cut" {
		return wrong.Try("mapping.end_last_line")
	}
	return wrong
}
