package book

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// fix turns the sheet Fix of a results workbook into the book that its rows come from: rows have their numbers there
// and come in that order, however a person has sorted them; the columns are the book's.
type fix struct {
	origin *pipeline.Origin
	header []pipeline.Column
	// own is the position of the book's own column with the name of the sheet's first one, as in a filled template;
	// -1 for none. The sheet does not have it.
	own   int
	lead  int // columns of muster's own: the number, and in newer sheets the problem
	count int
	cells []string // of the present row, with that column restored
	// kept are the rows by ascending number when they do not ascend in the sheet; nil when they do, and are read from
	// it.
	kept []pipeline.Row
}

// mostKept is how many bytes of cells are kept to sort rows.
const mostKept = 256 << 20

// openFix opens the sheet Fix of the results workbook b and compares it with the book that it comes from.
func (b *Book) openFix(ctx context.Context, o Options, origin *pipeline.Origin) (*Book, error) {
	name := origin.FixSheet()
	switch {
	case o.Sheet != "" && !strings.EqualFold(o.Sheet, name):
		return nil, pipeline.Wrong("book.fix_other_sheet", "sheet", o.Sheet, "file", b.name, "run", origin.Run,
			"fix", name).Try("book.fix_leave_sheet_out", "book", origin.Book.Path)
	case o.HeaderRow > 1:
		return nil, pipeline.Wrong("book.fix_other_header", "row", o.HeaderRow, "fix", name).
			Try("book.fix_leave_header_out")
	case origin.NoFix:
		return nil, pipeline.Wrong("book.fix_left_out", "run", origin.Run, "fix", name).
			Try("book.fix_in_book_or_report", "run", origin.Run).At(pipeline.Place{File: b.name})
	}
	x := newFix(origin)
	if origin.Rows == 0 {
		b.fix = x
		return b, nil
	}
	if !slices.Contains(b.sheets, name) {
		return nil, pipeline.Wrong("book.fix_gone", "fix", name, "count", origin.Rows).
			Try("book.fix_report_again", "run", origin.Run).At(pipeline.Place{File: b.name})
	}
	sheet, err := b.openSheet(Options{Sheet: name, Reading: pipeline.Reading{HeaderRow: 1}}, 0)
	if err != nil {
		return nil, err
	}
	return sheet, sheet.becomeFix(ctx, x)
}

// OpenFix opens a sheet Fix that was saved as a file of its own, a CSV or a workbook with only that sheet, which does
// not say where it comes from: origin does. Its rows and columns are as [OpenAny] returns those of a results
// workbook. Every failure is a [*pipeline.Mistake], or the context's error.
func OpenFix(ctx context.Context, path string, o Options, origin *pipeline.Origin) (*Book, error) {
	o.HeaderRow, o.Wanted, o.Names, o.Words = 1, nil, nil, nil
	b, _, err := openAt(path, o, false)
	if err != nil {
		return nil, err
	}
	x := newFix(origin)
	if err := b.becomeFix(ctx, x); err != nil {
		b.Close() // it was only read: the first error matters
		return nil, err
	}
	return b, nil
}

func newFix(origin *pipeline.Origin) *fix {
	x := &fix{origin: origin, own: -1}
	for i, column := range origin.Book.Header {
		if x.own < 0 && pipeline.IsOriginColumn(column) {
			x.own = i
		}
		x.header = append(x.header, pipeline.Column{Index: i, Name: column})
	}
	return x
}

// book are the book's columns in the sheet.
func (x *fix) book() []pipeline.Column {
	if x.own < 0 {
		return x.header
	}
	return slices.Delete(slices.Clone(x.header), x.own, x.own+1)
}

// leadOf is how many columns of muster's own begin the sheet. A book may have a column of the same name, which an
// older sheet has there.
func (x *fix) leadOf(header []pipeline.Column) int {
	is := func(columns []pipeline.Column, i int) bool {
		return i < len(columns) && columns[i].Name == pipeline.ProblemColumn
	}
	if !is(header, 1) || is(x.book(), 0) && !is(header, 2) {
		return 1
	}
	return 2
}

// becomeFix turns a sheet into the sheet Fix, after comparing it with the book that it comes from.
func (b *Book) becomeFix(ctx context.Context, x *fix) error {
	// Its first column is muster's own and has row numbers, so that no row is an example.
	b.fix, b.examples = x, examples{}
	x.lead = x.leadOf(b.header)
	b.padHeader(x.lead + len(x.book()))
	if err := b.compareHeader(); err != nil {
		return err
	}
	return b.order(ctx)
}

// FixRows is how many rows a sheet Fix has; 0 for any other book.
func (b *Book) FixRows() int {
	if b.fix == nil {
		return 0
	}
	return b.fix.count
}

// place is a cell of the sheet; row 0 and column "" mean none.
func (b *Book) place(row int, column string) pipeline.Place {
	return pipeline.Place{File: b.name, Sheet: b.sheet, Row: row, Column: column}
}

// compareHeader refuses columns that are not the book's, because cells under another header would go to another
// field.
func (b *Book) compareHeader() error {
	x, found := b.fix, b.header
	name := func(i int) string {
		if i < len(found) {
			return found[i].Name
		}
		return ""
	}
	in := func(column int, m *pipeline.Mistake) error {
		return m.Try("book.fix_keep_columns").At(b.place(1, pipeline.ColumnLetters(column)))
	}
	if name(0) != pipeline.OriginColumn {
		return in(0, pipeline.Wrong("book.fix_first_column", "column", pipeline.OriginColumn))
	}
	want := x.book()
	for i := x.lead; i < max(len(want)+x.lead, len(found)); i++ {
		switch {
		case i >= len(want)+x.lead && name(i) == "":
		case i >= len(want)+x.lead:
			return in(i, pipeline.Wrong("book.fix_column_not_of_book", "column", name(i),
				"book", x.origin.Book.Path))
		default:
			if want := want[i-x.lead].Name; name(i) != want {
				return in(i, pipeline.Wrong("book.fix_header_differs", "header", name(i),
					"book", x.origin.Book.Path, "want", want))
			}
		}
	}
	return nil
}

// order checks whether the rows ascend by number, and keeps them when they do not; and whether all rows of a customer
// are there.
func (b *Book) order(ctx context.Context) error {
	x := b.fix
	last, ascending := 0, true
	customers := newWholeCustomers(x.origin)
	err := b.eachFix(ctx, func(_ int, row pipeline.Row) error {
		customers.see(row.Number)
		ascending = ascending && row.Number > last
		last = row.Number
		x.count++
		return nil
	})
	switch {
	case err != nil:
		return err
	case ascending:
		return b.wholeOnly(customers)
	}
	size := 0
	at := map[int]int{}
	err = b.eachFix(ctx, func(line int, row pipeline.Row) error {
		if before, twice := at[row.Number]; twice {
			return pipeline.Wrong("book.fix_row_twice", "row", row.Number, "other", before).
				Try("book.fix_delete_one").At(b.place(line, "A"))
		}
		at[row.Number] = line
		row.Cells = slices.Clone(row.Cells)
		for i, c := range row.Cells {
			row.Cells[i] = strings.Clone(c)
			size += len(c) + 16
		}
		if size > mostKept {
			return pipeline.Wrong("book.fix_too_many_unsorted", "column", pipeline.OriginColumn).
				Try("book.fix_sort").At(b.place(0, ""))
		}
		x.kept = append(x.kept, row)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(x.kept, func(a, b pipeline.Row) int { return a.Number - b.Number })
	return b.wholeOnly(customers)
}

// eachFix reads the sheet in its order; line is the row of the sheet. A row with only a number is left out: its cells
// were cleared in order to delete it.
func (b *Book) eachFix(ctx context.Context, each func(line int, row pipeline.Row) error) error {
	x := b.fix
	return b.sheetRows(ctx, func(row pipeline.Row) error {
		line := row.Number
		number, err := b.numberOf(line, row)
		if err != nil {
			return err
		}
		row.Number, row.Cells = number, row.Cells[x.lead:]
		if x.own >= 0 {
			x.cells = append(append(append(x.cells[:0], row.Cells[:x.own]...), ""), row.Cells[x.own:]...)
			row.Cells = x.cells
		}
		row.Problems = slices.DeleteFunc(row.Problems, func(p pipeline.Problem) bool {
			return p.Column != nil && p.Column.Index < x.lead
		})
		for i := range row.Problems {
			row.Problems[i] = x.problem(line, number, row.Problems[i])
		}
		if len(row.Problems) == 0 && !slices.ContainsFunc(row.Cells, func(c string) bool { return c != "" }) {
			return nil
		}
		return each(line, row)
	})
}

// numberOf is the row's number in the book.
func (b *Book) numberOf(line int, row pipeline.Row) (int, error) {
	unnumbered := func(m *pipeline.Mistake) (int, error) {
		return 0, m.Try("book.fix_keep_numbers").At(b.place(line, "A"))
	}
	for _, p := range row.Problems {
		if p.Column != nil && p.Column.Index == 0 {
			return unnumbered(pipeline.Wrong("book.fix_number_unreadable"))
		}
	}
	if row.Cells[0] == "" {
		return unnumbered(pipeline.Wrong("book.fix_number_missing"))
	}
	n, err := strconv.Atoi(row.Cells[0])
	if err != nil || n < 1 || n > math.MaxInt32 {
		return unnumbered(pipeline.Wrong("book.fix_number_invalid"))
	}
	return n, nil
}

// problem is what the reader found in a cell, with the cell's place in the book.
func (x *fix) problem(line, number int, p pipeline.Problem) pipeline.Problem {
	if p.Column == nil {
		return p
	}
	here, column := pipeline.CellRef(p.Column.Index, line), *p.Column
	p.Sheet, p.Row = x.origin.Book.Sheet, number
	if column.Index -= x.lead; x.own >= 0 && column.Index >= x.own {
		column.Index++
	}
	p.Column = &column
	switch {
	case p.Code == pipeline.ProblemExtraCell || column.Index >= len(x.header):
		p.Message = pipeline.Say("cell_past_header_of_fix", "sheet", x.origin.FixSheet(), "cell", here)
	case p.Code == pipeline.ProblemErrorCell:
		// An error value there was not typed by a person.
		p.Message = pipeline.Say("error_value_of_fix")
	}
	return p
}

// fixRows returns the rows by ascending number.
func (b *Book) fixRows(ctx context.Context, each func(pipeline.Row) error) error {
	switch x := b.fix; {
	case x.count == 0:
		return nil
	case x.kept == nil:
		return b.eachFix(ctx, func(_ int, row pipeline.Row) error { return each(row) })
	}
	for _, row := range b.fix.kept {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

// fixNote says what is read.
func (b *Book) fixNote() *pipeline.Message {
	o := b.fix.origin
	return pipeline.Say("book.reading_fix", "fix", o.FixSheet(), "file", b.name, "count", b.fix.count,
		"book", o.Book.Path, "run", o.Run)
}
