// Package book reads merchant books: CSV and XLSX files with one header and many rows.
//
// Its promises:
//
//   - Every row of the sheet is returned, with the number that a spreadsheet
//     program shows for it, or the book is refused. A truncated, damaged or
//     hostile file is a [pipeline.Mistake] that says where, never a shorter book.
//   - All passes read through the one file handle that [Open] made, so that
//     replacing the file during a run changes nothing.
//   - A CSV is read in its own encoding, with its own delimiter and line ends,
//     and the header is found below title rows. [Book.Notes] says what was
//     found where a person might have meant otherwise, and [Options] override it.
//   - A cell is text; a line break in it is one line feed, however the file
//     spells it. A number, date or boolean in a workbook is spelt by one rule,
//     and what the spreadsheet program itself has lost (digits beyond the
//     fifteenth, an error value, a formula without a result) is a problem of
//     the row, not a guess.
//
// The package does not know what a column means, nor whether a text is a date or a telephone number; the mapping
// does.
//
// Specifications: RFC 4180 for CSV, ECMA-376 (ISO/IEC 29500) for XLSX, both its transitional and its strict form.
package book

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// Options say how to read a book. The zero value lets the package find out everything.
type Options struct {
	// Sheet names the sheet of an XLSX book; "" is the first visible one. A CSV has no sheets, so that naming one is
	// an error. A number that is no sheet's name is the sheet with that number in the workbook's order, from 1,
	// including hidden sheets and charts.
	Sheet string
	// Columns choose the sheet when Sheet is "": the first visible one whose header has one of these names. When none
	// has, and when there are no names, it is the first visible one.
	Columns []string
	// Reading is what the user says.
	//
	// The header is looked for among the first 20 rows that are not blank: it is
	// what [Options.Wanted], [pipeline.OriginColumn], [Options.Names] or
	// [Options.Words] know, the first of them that know one; else the row of names
	// above rows of one kind, else the first row with two filled cells or more, else
	// the first row that is not blank. Where the row above it has names that reach
	// over several columns, those are joined: "Address / City". A header that looks
	// like a row of the book is refused, unless it is named. With
	// [pipeline.NoHeader] the columns are called by their letters.
	//
	// The encoding of a CSV is one of [Encodings]; "" goes by the byte-order mark,
	// and without one is UTF-8 where the whole file is, else the encoding whose text
	// is likely. Quotes is what quotation marks mean in a CSV: none for text,
	// double where a cell that begins with a mark has each one inside it twice (RFC
	// 4180), backslash where each one inside has a backslash before it; "" finds it
	// out. Naming either for a workbook is an error.
	pipeline.Reading
	// Remembered gives the encoding in which such a book was read before, "" when that is not known. It is called
	// when the text alone does not decide; it may be nil.
	Remembered func() string
	// Wanted are the tables that may be in the book, such as those of mapping sheets; nil when none is known. The
	// header is the row that fits one of them best, whatever is above; [Book.Matches] says how each of them fits.
	Wanted []Wanted
	// Names recognises the names in headers; nil when none are known. Of the rows in which a header is searched, the
	// one with most names, at least two, is the header, whatever is above. It may be called with any text.
	Names func(text string) bool
	// Words weighs the names that people give to columns, 0 for any other text; nil when none are known. It is used
	// like Names when no row has two of those, but never for a row that looks like a row of the book.
	Words func(text string) int
	// Distinct refuses a header with two columns of one name, for a table whose columns are fixed.
	Distinct bool
	// Password opens an encrypted workbook; it is ignored for others.
	Password string
}

// Book is an open book. One goroutine at a time may call its methods. The caller of Open closes it.
type Book struct {
	name   string
	sheet  string
	sheets []string
	sha256 string
	file   *file
	source source
	// workbook is nil for a CSV.
	workbook *workbook
	form     *textForm // nil for a workbook
	// counted is the sheet's number when the user gave one.
	counted   string
	headerRow int
	at        int               // line or row of the last record
	header    []pipeline.Column // of the sheet
	around    around
	top       []Line  // the first rows, without blank ones
	matches   []Match // one for each table of Options.Wanted
	meant     int     // index of the match by which the header was found, -1 for none
	trims     trims
	hidden    int // rows in the last pass that the workbook hides
	below     below
	halves    halves
	spelled   int // cells in the last pass that were written ="…"
	examples  examples
	fix       *fix // nil unless the sheet is a sheet Fix, read as the book that its rows come from
}

// source returns the records of one sheet, from its first line, by ascending number; each call is a new pass.
type source interface {
	records(ctx context.Context, each func(*record) error) error
}

// record is one row of a sheet before the header is known. Its cells are
// trimmed; there may be fewer or more than the header has columns. It is
// reused from call to call.
type record struct {
	number int
	line   int // of the file, from 1; 0 for a workbook
	cells  []string
	faults []fault
	// trimmed are the columns whose cells lost white space or marks at their ends.
	trimmed []int
	spelled int // cells that were written ="…"
	// wide is the row's number of columns, including empty ones; 0 where it is not known.
	wide int
	// hidden: the spreadsheet program does not show the row.
	hidden bool
}

// fault is something wrong with one cell that does not end the reading.
type fault struct {
	column  int
	code    pipeline.ProblemCode
	message *pipeline.Message
}

// position is the record's line in a CSV, or its row in a sheet.
func (r *record) position() int {
	if r.line > 0 {
		return r.line
	}
	return r.number
}

func (r *record) blank() bool {
	for _, c := range r.cells {
		if c != "" && (c[0] < utf8.RuneSelf || pipeline.Trim(c) != "") {
			return false
		}
	}
	return len(r.faults) == 0
}

// filled counts the filled cells. A cell with a fault may have a text too.
func (r *record) filled() int {
	n := 0
	for _, c := range r.cells {
		if c != "" {
			n++
		}
	}
	for _, f := range r.faults {
		if f.column >= len(r.cells) || r.cells[f.column] == "" {
			n++
		}
	}
	return n
}

// kept is a copy that outlives the pass.
func (r *record) kept() *record {
	c := *r
	c.cells, c.faults, c.trimmed = slices.Clone(r.cells), slices.Clone(r.faults), slices.Clone(r.trimmed)
	for i, s := range c.cells {
		c.cells[i] = strings.Clone(s)
	}
	return &c
}

// errEnough ends a pass early.
var errEnough = errors.New("enough")

// Open opens the book at path, determines its format, and reads its header and its SHA-256. Every failure is a
// [*pipeline.Mistake].
//
// The path "-" is standard input, which must not be a terminal.
//
// A pipe or a device, which cannot be read twice, is copied to a temporary file that only its owner can read and that
// is unlinked at once where the system allows it.
func Open(path string, o Options) (*Book, error) {
	b, _, err := openAt(path, o, false)
	return b, err
}

// openAt opens a book. With origin, a results workbook is opened at its origin sheet, and hidden is true.
func openAt(path string, o Options, origin bool) (b *Book, hidden bool, err error) {
	f, err := openFile(path)
	if err != nil {
		return nil, false, err
	}
	b, hidden, err = read(path, f, o, origin)
	if err != nil {
		f.Close() // it was only read: the first error matters
		return nil, false, err
	}
	return b, hidden, nil
}

func read(name string, f *file, o Options, origin bool) (b *Book, hidden bool, err error) {
	b = &Book{name: name, file: f}
	if hidden, err = b.find(o, origin); err != nil {
		return nil, false, b.refusal(err)
	}
	return b, hidden, nil
}

// find does the work of openAt; its error lacks path and sheet.
func (b *Book) find(o Options, origin bool) (hidden bool, err error) {
	kind, err := recognise(b.name, b.file)
	if err != nil {
		return false, err
	}
	if o.HeaderRow < pipeline.NoHeader || o.HeaderRow > pipeline.MaxRows {
		return false, pipeline.Wrong("book.header_row_out_of_range", "row", o.HeaderRow).
			Try("book.rows_from_1_to", "last", pipeline.MaxRows)
	}
	digest, counts := sha256.New(), &survey{}
	var to io.Writer = digest
	if kind == kindCSV {
		to = io.MultiWriter(digest, counts)
	}
	if _, err := io.Copy(to, b.file.all()); err != nil {
		return false, err
	}
	counts.end()
	b.sha256 = hex.EncodeToString(digest.Sum(nil))
	switch kind {
	case kindCSV:
		err = b.findText(o, counts)
	case kindCompound:
		var plain *file
		if plain, err = unprotected(b.file, o.Password); err != nil {
			return false, err
		}
		b.file = plain
		fallthrough
	case kindXLSX:
		if origin && b.findOrigin(o) {
			return true, nil
		}
		err = b.findSheet(o)
	}
	if err != nil {
		return false, err
	}
	return false, b.findHeader(o)
}

func (b *Book) findText(o Options, counts *survey) error {
	if o.Sheet != "" {
		return pipeline.Wrong("book.csv_has_no_sheet", "sheet", o.Sheet).Try("book.name_workbook")
	}
	form, err := formOf(o.Encoding, b.file, counts, o.Remembered)
	if err != nil {
		return err
	}
	b.form = &form
	if form.encoding == encodingUTF8 && counts.broken > 0 {
		// Checked before anything else: without the text after such a place another row may look like the header.
		text := newTextReader(context.Background(), b.file.text(form), form.encoding)
		if _, err := io.Copy(io.Discard, text); err != nil {
			return err
		}
	}
	b.source, err = newCSVSource(b.file, form, o.deepHeader(), o.Quotes)
	return err
}

func (b *Book) findSheet(o Options) error {
	if o.Encoding != "" {
		return pipeline.Wrong("book.workbook_has_no_encoding").Try("book.leave_encoding_out")
	}
	if o.Quotes != "" {
		return pipeline.Wrong("book.workbook_has_no_quotes").Try("book.leave_quotes_out")
	}
	w, err := openWorkbook(b.file, defaultLimits)
	if err != nil {
		return err
	}
	b.sheets, b.workbook = w.worksheets(), w
	chosen, counted, err := w.choose(o.Sheet)
	if err != nil {
		return err
	}
	if o.Sheet == "" && len(o.Columns) > 0 {
		if chosen, err = w.withColumn(o.Columns, chosen); err != nil {
			return err
		}
	}
	b.sheet = chosen.name
	if counted {
		b.counted = o.Sheet
	}
	b.source, err = w.open(chosen)
	return err
}

// Name is the path as the user gave it.
func (b *Book) Name() string { return b.name }

// Origin is the origin of a results workbook whose sheet Fix is read; nil for any other book. It must not be changed.
func (b *Book) Origin() *pipeline.Origin {
	if b.fix == nil {
		return nil
	}
	return b.fix.origin
}

// Sheet is the name of the sheet that is read; "" for a CSV.
func (b *Book) Sheet() string { return b.sheet }

// Part is the name of the sheet's part in the workbook, such as xl/worksheets/sheet1.xml; "" for a CSV.
func (b *Book) Part() string {
	if s, ok := b.source.(*xlsxSource); ok {
		return s.part
	}
	return ""
}

// Delimiter is the delimiter of a CSV; 0 for a workbook.
func (b *Book) Delimiter() rune {
	if s, ok := b.source.(*csvSource); ok {
		return s.delimiter
	}
	return 0
}

// Protected reports whether the book is encrypted with a password that its owner chose.
func (b *Book) Protected() bool { return b.file.protected }

// File is the book's file as it was opened, for reading; for an encrypted book it is the decrypted content, in
// memory. It is closed with the book.
func (b *Book) File() (io.ReaderAt, int64) { return b.file, b.file.size }

// Place is the place of the row that [Book.Rows] returned last, before the first one that of the header: a line of a
// CSV file, a row of a sheet.
func (b *Book) Place() pipeline.Place {
	if b.workbook == nil {
		return pipeline.Place{File: b.name, Line: b.at}
	}
	return pipeline.Place{File: b.name, Sheet: b.sheet, Row: b.at}
}

// Sheets are the names of all worksheets of the workbook, including hidden ones, in its order; nil for a CSV.
func (b *Book) Sheets() []string { return slices.Clone(b.sheets) }

// Header is the header's columns from the first, names trimmed, line breaks inside them kept. A column without a name
// between others has the name ""; such columns at the end are left out. For a sheet Fix it is the header of the book
// that the rows come from.
func (b *Book) Header() []pipeline.Column {
	if b.fix != nil {
		return slices.Clone(b.fix.header)
	}
	return slices.Clone(b.header)
}

// SHA256 is the digest of the whole file when it was opened, in hex.
func (b *Book) SHA256() string { return b.sha256 }

// TextSize is about how many bytes the book has as text; 0 for a workbook.
func (b *Book) TextSize() int64 {
	switch {
	case b.form == nil:
		return 0
	case b.form.encoding == encodingUTF16Little || b.form.encoding == encodingUTF16Big:
		return b.file.size / 2
	}
	return b.file.size
}

// Rows calls each for every row of the book below the header, by strictly ascending number. Blank rows and the
// example rows of a template are left out, but count in the numbers. Row.Cells is valid until each returns;
// Row.Problems may be kept. The rows of a sheet Fix have the numbers and cells of the book that they come from, in
// its order, however a person has sorted the sheet.
//
// Rows may be called again when it has returned; each call is a new pass over the same file handle. It returns the
// error of each unchanged, the context's error when that ended it, a [*pipeline.Mistake] when the book cannot be read
// to its end, and an ordinary error when the file system failed.
func (b *Book) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	if b.fix != nil {
		return b.fixRows(ctx, each)
	}
	return b.sheetRows(ctx, each)
}

// sheetRows reads the rows in the order of the sheet.
func (b *Book) sheetRows(ctx context.Context, each func(pipeline.Row) error) error {
	var row pipeline.Row
	var stopped error // the error of each, which must not be reworded
	b.trims, b.hidden, b.spelled = trims{}, 0, 0
	b.examples.begin()
	b.below.begin()
	b.halves.begin()
	err := b.source.records(ctx, func(r *record) error {
		if r.number <= b.headerRow || r.blank() {
			return nil
		}
		b.spelled += r.spelled
		if r.hidden {
			b.hidden++
		}
		row.Number, b.at = r.number, r.position()
		row.Cells, row.Marked, row.Problems = b.shape(row.Cells, r)
		for column := range row.Marked {
			if !slices.Contains(r.trimmed, column) {
				r.trimmed = append(r.trimmed, column)
			}
		}
		b.trims.add(r)
		if half := b.halves.problem(r); half != nil {
			row.Problems = append(row.Problems, pipeline.Problem{Sheet: b.sheet, Row: r.number,
				Code: pipeline.ProblemHalfRow, Message: half})
		}
		if b.examples.leavesOut(row) || b.repeatsHeader(row) || b.below.keeps(row, b.at) {
			return nil
		}
		for _, k := range b.below.release() {
			b.at = k.at
			if stopped = each(k.row); stopped != nil {
				return stopped
			}
		}
		b.at = r.position()
		stopped = each(row)
		return stopped
	})
	b.below.end()
	switch {
	case err == nil:
		return nil
	case stopped != nil:
		return stopped
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errShorter):
		return fmt.Errorf("%s: %w", b.name, err)
	case isFileSystem(err):
		return pipeline.Fail("book.read_failed", "file", b.name, "cause", pipeline.WithoutPath(err))
	}
	return b.refusal(err)
}

// Close closes the file. No pass may be under way.
func (b *Book) Close() error { return b.file.Close() }
