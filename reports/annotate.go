package reports

import (
	"archive/zip"
	"compress/flate"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Original is an XLSX book that is to be annotated: the very file that was
// read, and which part of it is the sheet.
type Original struct {
	File      io.ReaderAt
	Size      int64
	Name      string // as the user gave it
	Part      string // xl/worksheets/sheet1.xml
	HeaderRow int
	Columns   int // of the header
}

// annotatedColumns are put beside the book's own.
var annotatedColumns = [...]struct {
	title string
	width int
}{{"state", 12}, {"customer ID", 40}, {"message", 80}}

const (
	// maxAnnotated bounds the sheet's XML: a larger one would take minutes.
	maxAnnotated = 1 << 30
	// maxComments bounds what is said in comments; further cells are coloured.
	maxComments = 20_000
	// maxPart bounds the other parts that are changed, which are held in memory.
	maxPart = 64 << 20
	// longestCell is what a spreadsheet program takes, in characters.
	longestCell = 32_767
)

// Annotate begins a copy of a book at path in which each row says what became
// of it: the columns state, customer ID and message stand beside the sheet's
// own, and cells with a problem are coloured and have a comment. Only the
// sheet that was read is changed, by insertion, with the styles and comments
// that this needs; every other part of the file is copied to the letter.
//
// A book that cannot be annotated soundly is a [pipeline.Mistake], at once: one
// without room for three columns, signed, too large, or of an unknown form.
// Lines are as for any [Writer]; memory does not grow with them, but for the
// comments.
func Annotate(path string, o Original) (Writer, error) {
	refuse := func(reason string, err error) error {
		return unwritable(path, reason+"; the results workbook (--report FILE.xlsx) serves any book", err)
	}
	if !strings.EqualFold(filepath.Ext(path), filepath.Ext(o.Name)) {
		return nil, unwritable(path, "an annotated copy has the ending of its book, "+filepath.Ext(o.Name), nil)
	}
	archive, err := zip.NewReader(o.File, o.Size)
	if err != nil {
		return nil, refuse("only an XLSX book can be annotated", err)
	}
	a := &annotator{original: o, archive: archive, styles: map[int]int{}, spelled: map[int]string{}}
	for _, f := range archive.File {
		if strings.HasPrefix(f.Name, "_xmlsignatures/") {
			return nil, refuse("the book is signed, and a changed copy would break its signature", nil)
		}
	}
	sheet := a.part(o.Part)
	if sheet == nil {
		return nil, refuse("its sheet is not where the workbook says", nil)
	}
	if sheet.UncompressedSize64 > maxAnnotated {
		return nil, refuse("the sheet is too large to be annotated", nil)
	}
	if a.first, err = a.survey(sheet); err != nil {
		return nil, refuse("its sheet is of a form that cannot be annotated soundly", err)
	}
	if a.first+len(annotatedColumns) > maxColumns {
		return nil, refuse("the sheet has no room for three more columns", nil)
	}
	if a.to, err = openDestination(path, false); err != nil {
		return nil, err
	}
	if err := a.begin(sheet); err != nil {
		a.Abort()
		return nil, a.to.failed(err)
	}
	return a, nil
}

const maxColumns = 16_384

// annotator streams the sheet: a line of the report lets it copy as far as
// that row and add what is said of it.
type annotator struct {
	original Original
	archive  *zip.Reader
	to       *destination
	first    int // index of the first column that is added

	sheet    io.ReadCloser
	in       *copier
	spool    *os.File
	deflate  *flate.Writer
	crc      uint32
	size     int64
	failed   error
	prefix   string // of the sheet's elements
	row      int    // the last that began
	lastLine int
	tail     bool // the rows are over
	headerS  string

	styles    map[int]int // style of a cell to that of the same one marked
	counted   int         // styles of the book
	comments  []comment
	more      int            // problems that have no comment
	spelled   map[int]string // columns of marks of the row in hand: text of the comment
	drawing   string         // relation of the drawing that the sheet names; "" for none
	relation  string         // of the drawing that was added
	hadWidths bool
	widest    int // the last column that the book gives a width, from 1
}

// comment is said of one cell.
type comment struct {
	column, row int
	text        string
}

func (a *annotator) part(name string) *zip.File {
	for _, f := range a.archive.File {
		if partName(f.Name) == partName(name) {
			return f
		}
	}
	return nil
}

// partName is how parts are looked up, whatever wrote them.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (a *annotator) begin(sheet *zip.File) (err error) {
	if a.sheet, err = sheet.Open(); err != nil {
		return err
	}
	a.in = newCopier(a.sheet)
	if a.counted, err = a.countStyles(); err != nil {
		return err
	}
	// Beside the copy, readable by its owner alone.
	if a.spool, err = os.CreateTemp(filepath.Dir(a.to.real), ".muster-*.tmp"); err != nil {
		return err
	}
	a.deflate, err = flate.NewWriter(a.spool, flate.DefaultCompression)
	return err
}

// write appends to the sheet of the copy; the first failure is kept.
func (a *annotator) write(b []byte) {
	if a.failed != nil {
		return
	}
	a.crc = crc32.Update(a.crc, crc32.IEEETable, b)
	a.size += int64(len(b))
	_, a.failed = a.deflate.Write(b)
}

func (a *annotator) writeText(s string) { a.write([]byte(s)) }

// Line says what became of a row of the sheet.
func (a *annotator) Line(l Line) error {
	if a.failed != nil {
		return a.failed
	}
	if l.Row <= a.lastLine {
		return fmt.Errorf("row %d comes after row %d", l.Row, a.lastLine)
	}
	a.lastLine = l.Row
	clear(a.spelled)
	for _, p := range l.Problems {
		column, row, ok := cellPlace(p.Cell)
		if !ok || row != l.Row {
			continue
		}
		if a.spelled[column] != "" {
			a.spelled[column] += "\n"
		}
		a.spelled[column] += p.Message
	}
	added := [...]string{string(l.State), l.CustomerID, l.Message}
	if err := a.copyTo(l.Row, added[:]); err != nil {
		a.failed = err
		return err
	}
	return a.failed
}

// copyTo copies the sheet to the end of a row and adds its cells; 0 copies all
// that is left.
func (a *annotator) copyTo(target int, added []string) error {
	for {
		token, raw, err := a.in.next()
		if errors.Is(err, io.EOF) && target == 0 {
			return nil
		}
		if errors.Is(err, io.EOF) || err == nil && target > 0 && a.tail {
			return fmt.Errorf("the sheet has no row %d", target)
		}
		if err != nil {
			return fmt.Errorf("read the sheet again: %w", err)
		}
		start, isStart := token.(xml.StartElement)
		if !isStart {
			if _, ends := token.(xml.EndElement); ends {
				switch {
				case a.in.depth == 2 && a.in.current(token) == "sheetData":
					a.tail = true
				case a.in.depth == 2 && a.in.current(token) == "cols" && a.widest <= a.first:
					a.writeText(a.widths())
				case a.in.depth == 1:
					a.writeText(a.drawingTag())
				}
			}
			a.write(raw)
			continue
		}
		switch {
		case a.in.depth == 1:
			if a.prefix = start.Name.Space; a.prefix != "" {
				a.prefix += ":"
			}
		case a.in.depth == 2:
			raw = a.outside(start, raw)
		case a.in.depth == 3 && start.Name.Local == "col":
			if text, ok := attribute(start, "max"); ok {
				n, err := strconv.Atoi(text)
				if err != nil {
					return fmt.Errorf("a width is given to column %q", text)
				}
				a.widest = max(a.widest, n)
			}
		case a.in.depth == 3 && start.Name.Local == "row":
			if a.row, err = rowNumber(start, a.row); err != nil {
				return err
			}
			switch {
			case a.row == a.original.HeaderRow:
				var titles []string
				for _, c := range annotatedColumns {
					titles = append(titles, c.title)
				}
				if err := a.copyRow(raw, nil, titles, true); err != nil {
					return err
				}
				continue
			case target > 0 && a.row == target:
				return a.copyRow(raw, a.spelled, added, false)
			case target > 0 && a.row > target:
				return fmt.Errorf("the sheet has no row %d", target)
			}
		}
		a.write(raw)
	}
}

// current is the name of the element that a token ends.
func (*copier) current(t xml.Token) string {
	if e, ok := t.(xml.EndElement); ok {
		return e.Name.Local
	}
	return ""
}

// outside looks at what stands around the rows.
func (a *annotator) outside(e xml.StartElement, raw []byte) []byte {
	switch e.Name.Local {
	case "dimension":
		if ref, ok := attribute(e, "ref"); ok {
			from, to, two := strings.Cut(ref, ":")
			if !two {
				to = from
			}
			if _, row, ok := cellPlace(to); ok {
				return withAttribute(raw, "ref", from+":"+pipeline.CellRef(a.first+len(annotatedColumns)-1, row))
			}
		}
	case "cols":
		a.hadWidths = true
	case "sheetData":
		if !a.hadWidths {
			a.writeText("<" + a.prefix + "cols>" + a.widths() + "</" + a.prefix + "cols>")
		}
	case "legacyDrawing":
		for _, at := range e.Attr {
			if at.Name.Local == "id" && at.Name.Space != "" {
				a.drawing = at.Value
			}
		}
	case "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent":
		// What the schema puts behind the drawing of comments.
		if a.tail {
			a.writeText(a.drawingTag())
		}
	}
	return raw
}

// widths are those of the added columns; where the book has given them widths
// already, those stay.
func (a *annotator) widths() string {
	var b strings.Builder
	for i, c := range annotatedColumns {
		fmt.Fprintf(&b, `<%[1]scol min="%[2]d" max="%[2]d" width="%[3]d" customWidth="1"/>`, a.prefix, a.first+i+1, c.width)
	}
	return b.String()
}

// drawingTag names the drawing of the comments, once, where the sheet has none.
func (a *annotator) drawingTag() string {
	if len(a.comments) == 0 || a.drawing != "" || a.relation != "" {
		return ""
	}
	a.relation = "rIdMusterDrawing"
	return `<` + a.prefix + `legacyDrawing xmlns:r="` + relationships + `" r:id="` + a.relation + `"/>`
}

// Close makes the copy appear.
func (a *annotator) Close(Tail) error {
	if a.to.ended {
		return errClosed
	}
	defer a.Abort()
	if a.failed == nil {
		a.failed = a.copyTo(0, nil)
	}
	if a.failed == nil {
		a.failed = a.deflate.Close()
	}
	if a.failed == nil {
		a.failed = a.assemble()
	}
	if a.failed != nil {
		return a.to.failed(a.failed)
	}
	return a.to.commit()
}

// Abort leaves nothing behind.
func (a *annotator) Abort() {
	a.to.discard()
	if a.sheet != nil {
		// It was only read.
		_ = a.sheet.Close()
		a.sheet = nil
	}
	if a.spool != nil {
		// As with the destination's own: what stays is its owner's alone.
		_ = a.spool.Close()
		_ = os.Remove(a.spool.Name())
		a.spool = nil
	}
}

// Path is where the copy is, or is to be.
func (a *annotator) Path() string { return a.to.path }
