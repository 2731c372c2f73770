package reports

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// Original is an XLSX book to annotate: the file that was read, and which part of it is the sheet.
type Original struct {
	File      io.ReaderAt
	Size      int64
	Name      string // as the user gave it
	Part      string // xl/worksheets/sheet1.xml
	HeaderRow int
	Columns   int // of the header
	// Words are in the language of the copy's readers; Check is as in [Head].
	Words Words
	Check bool
	Kept  Kept // as in [Head]
	// Password encrypts the copy; "" does not.
	Password string
}

// ErrNotAnnotatable is the cause when the book itself cannot be annotated.
var ErrNotAnnotatable = errors.New("not annotatable")

// maxAnnotated bounds the sheet's XML: a larger one would take minutes.
const maxAnnotated = 1 << 30

// Annotate begins a copy of a book at path with the result of each row: the columns state, customer ID and message
// are added after the sheet's own, and cells with a problem are coloured and have a comment. Only the sheet that was
// read is changed, by insertion, together with the styles and comments that this needs; every other part of the file
// is copied byte by byte.
//
// A book that cannot be annotated safely is a [pipeline.Mistake], at once: one without room for three columns,
// signed, too large, or of an unknown form. With a password, nothing of it is on disk in clear text. Lines are as for
// any [Writer]; memory does not grow with them, except for the comments.
func Annotate(path string, o Original) (Writer, error) {
	refuse := func(why *pipeline.Mistake) error {
		why.Err = errors.Join(ErrNotAnnotatable, why.Err)
		return unwritable(path, why.Try("report.use_workbook"))
	}
	if ending := filepath.Ext(o.Name); !strings.EqualFold(filepath.Ext(path), ending) {
		return nil, unwritable(path, pipeline.Wrong("report.annotated_ending", "ending", ending))
	}
	archive, err := zip.NewReader(o.File, o.Size)
	if err != nil {
		return nil, refuse(pipeline.Wrong("report.annotated_xlsx_only", "cause", err))
	}
	book := bookParts{archive}
	for _, f := range archive.File {
		if strings.HasPrefix(f.Name, "_xmlsignatures/") {
			return nil, refuse(pipeline.Wrong("report.annotated_signed"))
		}
	}
	sheet := book.find(o.Part)
	if sheet == nil {
		return nil, refuse(pipeline.Wrong("report.annotated_no_sheet"))
	}
	if sheet.UncompressedSize64 > maxAnnotated {
		return nil, refuse(pipeline.Wrong("report.annotated_too_large"))
	}
	first, err := survey(sheet, o.Columns)
	if err != nil {
		return nil, refuse(pipeline.Wrong("report.annotated_form", "cause", err))
	}
	if first+len(annotatedColumns) > pipeline.MaxColumns {
		return nil, refuse(pipeline.Wrong("report.annotated_full"))
	}
	to, err := openDestination(path, false, o.Kept)
	if err != nil {
		return nil, err
	}
	a := &annotator{to: to, book: book, part: o.Part, password: o.Password}
	copied := sheetCopy{words: o.Words, terms: newTerms(o.Words, o.Check), first: first, headerRow: o.HeaderRow,
		columns: o.Columns}
	if err := a.begin(sheet, copied); err != nil {
		a.Abort()
		return nil, to.failed(err)
	}
	return a, nil
}

// annotator writes the copy. The sheet is streamed: a line of the report copies the sheet up to that row and adds its
// result.
type annotator struct {
	to       *destination
	book     bookParts
	part     string // of the sheet
	sheet    sheetCopy
	in       io.Closer // of the sheet's part
	spool    *spool
	last     int // the row of the last line
	password string
	// unstyled: the book has no part of styles.
	unstyled bool
	failed   error
}

func (a *annotator) begin(sheet *zip.File, s sheetCopy) error {
	styles, err := a.book.read(a.book.styles())
	if err != nil {
		return err
	}
	if a.unstyled = styles == nil; a.unstyled {
		styles = []byte(plainStyles)
	}
	if s.marks, err = readMarks(styles); err != nil {
		return fmt.Errorf("%s: %w", a.book.styles(), err)
	}
	in, err := sheet.Open()
	if err != nil {
		return err
	}
	a.in = in
	// Beside the copy, as for a workbook (newWorkbook).
	if a.spool, err = newSpool(filepath.Dir(a.to.real)); err != nil {
		return err
	}
	s.copier = newCopier(sheetxml.UTF8(in), a.spool)
	a.sheet = s
	return nil
}

// Line adds the result of a row of the sheet.
func (a *annotator) Line(l Line) error {
	if a.failed != nil {
		return a.failed
	}
	if l.Row <= a.last {
		return outOfOrder(l.Row, a.last)
	}
	a.last = l.Row
	said := map[int]string{}
	for i := range l.Problems {
		p := &l.Problems[i]
		column, row, ok := cellPlace(p.Cell())
		if !ok || row != l.Row {
			continue
		}
		if said[column] != "" {
			said[column] += "\n"
		}
		said[column] += a.sheet.words.Message(p.placed())
	}
	cells := a.sheet.added(a.sheet.terms.states[l.State], l.CustomerID, a.sheet.words.Message(l.Message))
	for i := range cells {
		colour := ""
		if i == 0 {
			colour = "FF" + stateColour(l.State).fill
		}
		if cells[i].text != "" {
			cells[i].style = a.sheet.marks.added(colour)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(said)) {
		cells = append(cells, addedCell{column: column, mark: true})
		if len(a.sheet.comments) < maxComments {
			a.sheet.comments = append(a.sheet.comments, comment{column, l.Row, said[column]})
		}
	}
	a.failed = a.sheet.copyTo(l.Row, cells)
	return a.failed
}

// Close puts the copy in place.
func (a *annotator) Close(Tail) error {
	if a.to.ended {
		return errClosed
	}
	defer a.Abort()
	if a.failed == nil {
		a.failed = a.sheet.copyTo(0, nil)
	}
	if a.failed == nil {
		a.failed = a.assemble()
	}
	if a.failed != nil {
		return a.to.failed(a.failed)
	}
	return a.to.commit()
}

// assemble writes the copy once the sheet is complete.
func (a *annotator) assemble() (err error) {
	changed := changedParts{}
	if len(a.sheet.comments) > 0 {
		if changed, err = a.book.withComments(a.part, a.sheet.drawing, a.sheet.comments); err != nil {
			return err
		}
	}
	if len(a.sheet.marks.order) > 0 {
		name := a.book.styles()
		styles, err := a.sheet.marks.part()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !a.unstyled {
			changed[name] = styles
		} else if err := a.book.withStyles(styles, changed); err != nil {
			return err
		}
	}
	write := func(to io.Writer) error {
		return sealed(to, func(to io.Writer) error { return a.book.copyTo(to, a.part, a.spool, changed) })
	}
	if a.password != "" {
		return encryptTo(a.to, a.password, write)
	}
	return write(a.to)
}

// Abort leaves nothing behind.
func (a *annotator) Abort() {
	a.to.discard()
	if a.in != nil {
		// It was only read.
		_ = a.in.Close()
		a.in = nil
	}
	if a.spool != nil {
		a.spool.remove()
		a.spool = nil
	}
}

// Path is where the copy is, or will be.
func (a *annotator) Path() string { return a.to.path }

// Moved is where an edited file was moved that was in the copy's place.
func (a *annotator) Moved() string { return a.to.moved }
