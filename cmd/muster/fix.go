package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/reports"
)

// bookSheet is a sheet that is read as a book: a *book.Book, or the sheet Fix of
// a results workbook, whose rows have the numbers of the book they come from.
type bookSheet interface {
	Name() string
	Sheet() string
	Sheets() []string
	SHA256() string
	HeaderRow() int
	Header() []pipeline.Column
	Titles() []string
	Notes() []string
	Encoding() string
	Trimmed() string
	Hidden() string
	Protected() bool
	Part() string
	File() (io.ReaderAt, int64)
	Beside() []string
	OpenBeside(o book.Options) (*book.Book, error)
	Rows(ctx context.Context, each func(pipeline.Row) error) error
	Close() error
}

// fixSheet is the sheet Fix of a results workbook. Its rows come with the
// numbers of the rows of the book that they come from, in that order, however a
// person has sorted them; the columns are the book's.
type fixSheet struct {
	*book.Book
	origin reports.Origin
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

const noFixHelp = "leave out of a workbook the sheet Fix, which holds the rows to mend as the book has them"

// mostKept is how many bytes of cells are kept to bring rows into order.
const mostKept = 256 << 20

// openSheet opens what is to be read of a file: of a results workbook, known by
// what is in it and not by its name, the sheet Fix, of all others the sheet that
// the flags name; names knows the names of headers.
func (f bookFlags) openSheet(ctx context.Context, path string, names func(string) bool) (bookSheet, error) {
	b, origin, err := f.openFile(ctx, path, names)
	if err != nil || origin == nil {
		return b, err
	}
	x, err := f.openFix(ctx, b, *origin)
	if err != nil {
		b.Close() // it was only read: what went wrong first is what counts
		return nil, err
	}
	return x, nil
}

// openFile opens a file; of a results workbook it gives where it comes from, and
// of all others, without that, the sheet that the flags name.
func (f bookFlags) openFile(ctx context.Context, path string, names func(string) bool) (b *book.Book, origin *reports.Origin, err error) {
	password, err := readPassword(passwordFileFlag, f.passwordFile)
	if err != nil {
		return nil, nil, err
	}
	options := book.Options{Sheet: f.sheet, HeaderRow: f.headerRow, Encoding: f.encoding, Password: password, Mark: reports.OriginSheet, Names: names}
	b, err = book.Open(path, options)
	if err != nil || !b.Marked() {
		return b, nil, err
	}
	marked := b
	o, ours, err := readOrigin(ctx, marked)
	if err == nil && !ours {
		options.Mark = ""
		b, err = marked.Another(options, 0)
	}
	if err != nil {
		marked.Close() // it was only read: what went wrong first is what counts
		return nil, nil, err
	}
	if !ours {
		return b, nil, nil
	}
	return b, &o, nil
}

// readOrigin reads the sheet that says where a results workbook comes from;
// ours is false when it says something else.
func readOrigin(ctx context.Context, b *book.Book) (o reports.Origin, ours bool, err error) {
	errOther := errors.New("not of ours")
	var rows [][]string
	err = b.Rows(ctx, func(row pipeline.Row) error {
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = strings.Clone(c)
		}
		rows = append(rows, cells)
		if len(rows) == 1 {
			// A sheet of that name may be anybody's, and of any length.
			if _, ours, _ := reports.ParseOrigin(rows); !ours {
				return errOther
			}
		}
		return nil
	})
	if errors.Is(err, errOther) || err == nil && len(rows) == 0 {
		return o, false, nil
	}
	if err != nil {
		return o, false, err
	}
	if o, ours, err = reports.ParseOrigin(rows); err != nil {
		return o, ours, &book.Error{Path: b.Name(), Problem: err.Error(), Hint: "mend the rows in the book itself, and import that"}
	}
	return o, ours, nil
}

// openFix opens the sheet Fix and holds it against the book that it comes from.
func (f bookFlags) openFix(ctx context.Context, b *book.Book, origin reports.Origin) (*fixSheet, error) {
	switch {
	case f.sheet != "" && !strings.EqualFold(f.sheet, reports.FixSheet):
		return nil, pipeline.Mistakef("--sheet %s: %s is the results workbook of run %s, of which the sheet %s is imported and no other", f.sheet, b.Name(), origin.Run, reports.FixSheet).Try("leave --sheet out; or import the book " + origin.Book + " itself")
	case f.headerRow > 1:
		return nil, pipeline.Mistakef("--header-row %d: the sheet %s of a results workbook has its header in row 1", f.headerRow, reports.FixSheet).Try("leave --header-row out")
	case origin.NoFix:
		return nil, pipeline.Mistakef("%s: the results workbook of run %s was written without the sheet %s (--no-fix)", b.Name(), origin.Run, reports.FixSheet).Try("mend the rows in the book itself and import it again; `muster report " + origin.Run + " -o FILE.xlsx` writes a workbook with that sheet, from the ledger and the book")
	}
	x := &fixSheet{Book: b, origin: origin, own: -1}
	for i, name := range origin.Header {
		c := pipeline.Column{Index: i, Name: name}
		if x.own < 0 && isOrigin(c) {
			x.own = i
		}
		x.header = append(x.header, c)
	}
	if origin.Rows == 0 {
		return x, nil
	}
	if !slices.Contains(b.Sheets(), reports.FixSheet) {
		return nil, &book.Error{Path: b.Name(), Problem: fmt.Sprintf("its sheet %s, which had %s to mend, is gone", reports.FixSheet, count(origin.Rows, "row")),
			Hint: "take the workbook as muster wrote it; `muster report " + origin.Run + " -o FILE.xlsx` writes it again"}
	}
	columns := len(x.header) + 1
	if x.own >= 0 {
		columns--
	}
	var err error
	if x.Book, err = b.Another(book.Options{Sheet: reports.FixSheet, HeaderRow: 1}, columns); err != nil {
		return nil, err
	}
	if err := x.compareHeader(); err != nil {
		return nil, err
	}
	return x, x.order(ctx)
}

func (x *fixSheet) refuse(row int, column, hint, format string, args ...any) error {
	return &book.Error{Path: x.Name(), Sheet: x.Sheet(), Row: row, Column: column, Problem: fmt.Sprintf(format, args...), Hint: hint}
}

// compareHeader refuses columns that are not the book's: a cell under another
// header would be taken for another's.
func (x *fixSheet) compareHeader() error {
	found := x.Book.Header()
	name := func(i int) string {
		if i < len(found) {
			return found[i].Name
		}
		return ""
	}
	const advice = "the columns are to be as muster wrote them: undo renaming, moving, adding or deleting columns; what people have to say to each other goes into comments"
	if name(0) != pipeline.OriginColumn {
		return x.refuse(1, "A", advice, "the first column has to be %q, which says the row of the book", pipeline.OriginColumn)
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
			return x.refuse(1, column, advice, "the column %q is not of the book %s", name(i), x.origin.Book)
		default:
			if want := want[i-1].Name; name(i) != want {
				return x.refuse(1, column, advice, "the header is %q, and the book %s has %q there", name(i), x.origin.Book, want)
			}
		}
	}
	return nil
}

// order finds out whether the rows ascend by their numbers, and keeps them
// where they do not; and whether all rows of a customer are there.
func (x *fixSheet) order(ctx context.Context) error {
	last, ascending := 0, true
	customers := newWholeCustomers(x.origin)
	err := x.each(ctx, func(_ int, row pipeline.Row) error {
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
		return x.whole(customers)
	}
	size := 0
	at := map[int]int{}
	err = x.each(ctx, func(line int, row pipeline.Row) error {
		if before, twice := at[row.Number]; twice {
			return x.refuse(line, "A", "keep one of the two rows, and delete the other", "row %d of the book stands here and in row %d", row.Number, before)
		}
		at[row.Number] = line
		row.Cells = slices.Clone(row.Cells)
		for i, c := range row.Cells {
			row.Cells[i] = strings.Clone(c)
			size += len(c) + 16
		}
		if size > mostKept {
			return x.refuse(0, "", "sort the sheet by its first column, ascending", "the rows are not in the order of the column %q, and too many to be put in order", pipeline.OriginColumn)
		}
		x.kept = append(x.kept, row)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(x.kept, func(a, b pipeline.Row) int { return a.Number - b.Number })
	return x.whole(customers)
}

// each reads the sheet as it stands; line is the row of the sheet. A row that
// has a number and nothing else is no row: its cells were cleared, as others
// delete it.
func (x *fixSheet) each(ctx context.Context, each func(line int, row pipeline.Row) error) error {
	return x.Book.Rows(ctx, func(row pipeline.Row) error {
		line := row.Number
		number, err := x.number(line, row)
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

func (x *fixSheet) number(line int, row pipeline.Row) (int, error) {
	const advice = "the first column says which row of the book this is: undo the change, or delete the row; new merchants go into a book of their own"
	for _, p := range row.Problems {
		if p.Column != nil && p.Column.Index == 0 {
			return 0, x.refuse(line, "A", advice, "the row's number cannot be read")
		}
	}
	if row.Cells[0] == "" {
		return 0, x.refuse(line, "A", advice, "the row has no number")
	}
	n, err := strconv.Atoi(row.Cells[0])
	if err != nil || n < 1 || n > math.MaxInt32 {
		return 0, x.refuse(line, "A", advice, "what stands here is not the number of a row")
	}
	return n, nil
}

// problem is what the reader found in a cell, told as of the book.
func (x *fixSheet) problem(line, number int, p pipeline.Problem) pipeline.Problem {
	if p.Column == nil {
		return p
	}
	here, column := pipeline.CellRef(p.Column.Index, line), *p.Column
	if column.Index--; x.own >= 0 && column.Index >= x.own {
		column.Index++
	}
	p.Column = &column
	there := pipeline.CellRef(column.Index, number)
	switch {
	case p.Code == pipeline.ProblemExtraCell || column.Index >= len(x.header):
		p.Message = fmt.Sprintf("%s is filled (in the sheet %s: %s), but the header has no such column; see whether the row's cells stand where they belong, and empty that one", there, reports.FixSheet, here)
	case p.Code == pipeline.ProblemErrorCell:
		// Whatever stands there, be it by muster's hand, was not typed by a person.
		p.Message = there + " holds an error value; type the value"
	default:
		if rest, ok := strings.CutPrefix(p.Message, here+" "); ok {
			p.Message = there + " " + rest
		}
	}
	return p
}

// Beside is nothing: the other sheets are no books.
func (x *fixSheet) Beside() []string { return nil }

// Header is the book's.
func (x *fixSheet) Header() []pipeline.Column { return slices.Clone(x.header) }

// Rows gives the rows by ascending number; see [book.Book.Rows].
func (x *fixSheet) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	switch {
	case x.count == 0:
		return nil
	case x.kept == nil:
		return x.each(ctx, func(_ int, row pipeline.Row) error { return each(row) })
	}
	for _, row := range x.kept {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

// Notes say what is read.
func (x *fixSheet) Notes() []string {
	return []string{fmt.Sprintf("the sheet %s of %s: %s of %s that run %s left to mend; rows and cells are named as in %s",
		reports.FixSheet, x.Name(), count(x.count, "row"), x.origin.Book, x.origin.Run, x.origin.Book)}
}
