package book

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// fix makes the sheet Fix of a results workbook the book that its rows come
// from: they come with the numbers that they have there, in that order, however
// a person has sorted them; the columns are the book's.
type fix struct {
	origin *pipeline.Origin
	header []pipeline.Column
	// own is the position of the book's own column of the name that the sheet's
	// first has, as a filled template has it; -1 where there is none. It is not in
	// the sheet.
	own   int
	count int
	cells []string // of the row that is read, where it gets that column back
	// kept are the rows by ascending number where they do not ascend in the
	// sheet; nil where they do, and are read from it.
	kept []pipeline.Row
}

// mostKept is how many bytes of cells are kept to bring rows into order.
const mostKept = 256 << 20

// openFix opens the sheet Fix of the results workbook b and holds it against
// the book that it comes from.
func (b *Book) openFix(ctx context.Context, o Options, origin *pipeline.Origin) (*Book, error) {
	name := origin.FixSheet()
	again := "`muster report " + origin.Run + " -o FILE.xlsx` writes "
	switch {
	case o.Sheet != "" && !strings.EqualFold(o.Sheet, name):
		return nil, pipeline.Mistakef("--sheet %s: %s is the results workbook of run %s, "+
			"of which the sheet %s is imported and no other", o.Sheet, b.name, origin.Run, name).
			Try("leave --sheet out; or import the book " + origin.Book.Path + " itself")
	case o.HeaderRow > 1:
		return nil, pipeline.Mistakef("--header-row %d: the sheet %s of a results workbook has its header in row 1",
			o.HeaderRow, name).Try("leave --header-row out")
	case origin.NoFix:
		return nil, pipeline.Mistakef("%s: the results workbook of run %s was written without the sheet %s (--no-fix)",
			b.name, origin.Run, name).
			Try("mend the rows in the book itself and import it again; " +
				again + "a workbook with that sheet, from the ledger and the book")
	}
	x := &fix{origin: origin, own: -1}
	for i, column := range origin.Book.Header {
		if x.own < 0 && pipeline.IsOriginColumn(column) {
			x.own = i
		}
		x.header = append(x.header, pipeline.Column{Index: i, Name: column})
	}
	if origin.Rows == 0 {
		b.fix = x
		return b, nil
	}
	if !slices.Contains(b.sheets, name) {
		return nil, pipeline.Mistakef("its sheet %s, which had %s to mend, is gone",
			name, pipeline.Count(origin.Rows, "row")).
			Try("take the workbook as muster wrote it; " + again + "it again").At(pipeline.Place{File: b.name})
	}
	columns := len(x.header) + 1
	if x.own >= 0 {
		columns--
	}
	sheet, err := b.another(Options{Sheet: name, HeaderRow: 1}, columns)
	if err != nil {
		return nil, err
	}
	// Its first column is muster's own, and numbers rows: none is an example.
	sheet.fix, sheet.examples = x, examples{}
	if err := sheet.compareHeader(); err != nil {
		return nil, err
	}
	return sheet, sheet.order(ctx)
}

// FixRows is how many rows a sheet Fix has; 0 for any other book.
func (b *Book) FixRows() int {
	if b.fix == nil {
		return 0
	}
	return b.fix.count
}

// place is a cell of the sheet; row 0 is none, and so is the column "".
func (b *Book) place(row int, column string) pipeline.Place {
	return pipeline.Place{File: b.name, Sheet: b.sheet, Row: row, Column: column}
}

// compareHeader refuses columns that are not the book's: a cell under another
// header would be taken for another's.
func (b *Book) compareHeader() error {
	x, found := b.fix, b.header
	name := func(i int) string {
		if i < len(found) {
			return found[i].Name
		}
		return ""
	}
	const advice = "the columns are to be as muster wrote them: undo renaming, moving, adding or deleting columns; " +
		"what people have to say to each other goes into comments"
	if name(0) != pipeline.OriginColumn {
		return pipeline.Mistakef("the first column has to be %q, which says the row of the book", pipeline.OriginColumn).
			Try(advice).At(b.place(1, "A"))
	}
	want := slices.Clone(x.header)
	if x.own >= 0 {
		want = slices.Delete(want, x.own, x.own+1)
	}
	for i := 1; i <= max(len(want), len(found)-1); i++ {
		column := pipeline.ColumnLetters(i)
		switch {
		case i > len(want) && name(i) == "":
		case i > len(want):
			return pipeline.Mistakef("the column %q is not of the book %s", name(i), x.origin.Book.Path).
				Try(advice).At(b.place(1, column))
		default:
			if want := want[i-1].Name; name(i) != want {
				return pipeline.Mistakef("the header is %q, and the book %s has %q there", name(i), x.origin.Book.Path, want).
					Try(advice).At(b.place(1, column))
			}
		}
	}
	return nil
}

// order finds out whether the rows ascend by their numbers, and keeps them
// where they do not; and whether all rows of a customer are there.
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
			return pipeline.Mistakef("row %d of the book stands here and in row %d", row.Number, before).
				Try("keep one of the two rows, and delete the other").At(b.place(line, "A"))
		}
		at[row.Number] = line
		row.Cells = slices.Clone(row.Cells)
		for i, c := range row.Cells {
			row.Cells[i] = strings.Clone(c)
			size += len(c) + 16
		}
		if size > mostKept {
			return pipeline.Mistakef("the rows are not in the order of the column %q, "+
				"and too many to be put in order", pipeline.OriginColumn).
				Try("sort the sheet by its first column, ascending").At(b.place(0, ""))
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

// eachFix reads the sheet as it stands; line is the row of the sheet. A row that
// has a number and nothing else is no row: its cells were cleared, as others
// delete it.
func (b *Book) eachFix(ctx context.Context, each func(line int, row pipeline.Row) error) error {
	x := b.fix
	return b.sheetRows(ctx, func(row pipeline.Row) error {
		line := row.Number
		number, err := b.numberOf(line, row)
		if err != nil {
			return err
		}
		row.Number, row.Cells = number, row.Cells[1:]
		if x.own >= 0 {
			x.cells = append(append(append(x.cells[:0], row.Cells[:x.own]...), ""), row.Cells[x.own:]...)
			row.Cells = x.cells
		}
		for i := range row.Problems {
			row.Problems[i] = x.problem(line, number, row.Problems[i])
		}
		if len(row.Problems) == 0 && !slices.ContainsFunc(row.Cells, func(c string) bool { return c != "" }) {
			return nil
		}
		return each(line, row)
	})
}

// numberOf is the number of the book's row.
func (b *Book) numberOf(line int, row pipeline.Row) (int, error) {
	const advice = "the first column says which row of the book this is: undo the change, or delete the row; " +
		"new merchants go into a book of their own"
	for _, p := range row.Problems {
		if p.Column != nil && p.Column.Index == 0 {
			return 0, pipeline.Mistakef("the row's number cannot be read").
				Try(advice).At(b.place(line, "A"))
		}
	}
	if row.Cells[0] == "" {
		return 0, pipeline.Mistakef("the row has no number").
			Try(advice).At(b.place(line, "A"))
	}
	n, err := strconv.Atoi(row.Cells[0])
	if err != nil || n < 1 || n > math.MaxInt32 {
		return 0, pipeline.Mistakef("what stands here is not the number of a row").
			Try(advice).At(b.place(line, "A"))
	}
	return n, nil
}

// problem is what the reader found in a cell, told as of the book.
func (x *fix) problem(line, number int, p pipeline.Problem) pipeline.Problem {
	if p.Column == nil {
		return p
	}
	here, column := pipeline.CellRef(p.Column.Index, line), *p.Column
	p.Sheet, p.Row = x.origin.Book.Sheet, number
	if column.Index--; x.own >= 0 && column.Index >= x.own {
		column.Index++
	}
	p.Column = &column
	switch {
	case p.Code == pipeline.ProblemExtraCell || column.Index >= len(x.header):
		p.Message = pipeline.Say("cell_past_header_of_fix", "sheet", x.origin.FixSheet(), "cell", here)
	case p.Code == pipeline.ProblemErrorCell:
		// Whatever stands there, be it by muster's hand, was not typed by a person.
		p.Message = pipeline.Say("error_value_of_fix")
	}
	return p
}

// fixRows gives the rows by ascending number.
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
func (b *Book) fixNote() string {
	o := b.fix.origin
	return fmt.Sprintf("the sheet %s of %s: %s of %s that run %s left to mend; rows and cells are named as in %s",
		o.FixSheet(), b.name, pipeline.Count(b.fix.count, "row"), o.Book.Path, o.Run, o.Book.Path)
}
