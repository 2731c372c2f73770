package reports

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// annotatedColumns are added after the book's own.
var annotatedColumns = [...]struct {
	title *pipeline.Message
	width int
}{
	{pipeline.Say("report.column_state"), 14}, {pipeline.Say("report.annotated_customer_id"), 48},
	{pipeline.Say("report.column_message"), 80},
}

// sheetCopy copies the sheet (ECMA-376, part 1, 18.3.1.99) row by row and adds
// to each its state and message.
type sheetCopy struct {
	*copier
	words     Words
	terms     terms
	first     int // index of the first added column
	headerRow int
	columns   int // of the header
	marks     *marks
	comments  []comment

	prefix      string // of the sheet's elements
	around      string // the last element around the rows that began
	over        bool   // the rows have ended
	row         int    // the last that began
	headerStyle string // of the header's last cell
	bare        bool   // no column is added, and existing cells get other texts
	formula     int    // for errFormula: column of such a cell that has a formula
	hasWidths   bool
	widest      int    // the last column for which the book sets a width, from 1
	drawing     string // relationship of the drawing that the sheet names; "" for none
	ownDrawing  bool   // the sheet had none and was given one
}

// addedCell is a cell that a row does not have, or one to mark.
type addedCell struct {
	column int
	text   string
	style  string // of the cell that it replaces
	mark   bool
}

// copyTo copies the sheet to the end of a row and adds cells to it; 0 copies the rest.
func (s *sheetCopy) copyTo(row int, cells []addedCell) error {
	for {
		there, err := s.nextRow()
		switch {
		case err != nil:
			err = pipeline.Fail("report.sheet_unread", "cause", err)
		case !there && row == 0:
			return s.finish()
		case !there || row > 0 && s.row > row:
			err = pipeline.Fail("report.no_row", "row", row)
		case s.row == s.headerRow:
			err = s.copyRow(s.header())
		case s.row == row:
			return s.copyRow(cells)
		default:
			err = s.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// header are the cells of the header in the added columns.
func (s *sheetCopy) header() []addedCell {
	var titles []string
	for _, c := range annotatedColumns {
		titles = append(titles, s.words.Message(c.title))
	}
	return s.added(titles...)
}

// added are the cells of a row in the added columns.
func (s *sheetCopy) added(texts ...string) []addedCell {
	var cells []addedCell
	for i, text := range texts {
		cells = append(cells, addedCell{column: s.first + i, text: text})
	}
	return cells
}

// nextRow copies up to the next row and reads its start tag; false when there
// is none.
func (s *sheetCopy) nextRow() (bool, error) {
	for {
		token, err := s.Next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		e := s.Element()
		switch {
		case token == sheetxml.StartTag && s.Depth() == 1:
			s.prefix = sheetxml.Prefix(s.tag())
		case token == sheetxml.StartTag && s.Depth() == 2:
			s.around = e.Name.Local
			s.aroundRows(e)
		case token == sheetxml.StartTag && s.Depth() == 3 && e.Name.Local == "col":
			if text := e.Value("max"); text != "" {
				n, err := strconv.Atoi(text)
				if err != nil {
					return false, pipeline.Fail("report.bad_width", "column", text)
				}
				s.widest = max(s.widest, n)
			}
		case token == sheetxml.StartTag && s.Depth() == 3 && e.Name.Local == "row":
			s.row, err = rowNumber(e, s.row)
			return err == nil, err
		case token == sheetxml.EndTag && s.Depth() == 1 && s.around == "sheetData":
			s.over = true
		case token == sheetxml.EndTag && s.Depth() == 1 && s.around == "cols" && s.widest <= s.first && !s.bare:
			s.insert(s.widths())
		case token == sheetxml.EndTag && s.Depth() == 0:
			s.insert(s.drawingTag())
		}
	}
}

// aroundRows handles the elements before and after the rows.
func (s *sheetCopy) aroundRows(e *sheetxml.Element) {
	if s.bare {
		return
	}
	switch e.Name.Local {
	case "dimension":
		from, to, two := strings.Cut(e.Value("ref"), ":")
		if !two {
			to = from
		}
		if _, row, ok := cellPlace(to); ok {
			end := pipeline.CellRef(s.first+len(annotatedColumns)-1, row)
			s.replace(sheetxml.WithAttribute(s.tag(), "ref", from+":"+end))
		}
	case "cols":
		s.hasWidths = true
	case "sheetData":
		if !s.hasWidths {
			s.insert("<" + s.prefix + "cols>" + s.widths() + "</" + s.prefix + "cols>")
		}
	case "legacyDrawing":
		for _, at := range e.Attr {
			if at.Name.Local == "id" && at.Name.Space != "" {
				s.drawing = string(at.Value)
			}
		}
	case "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
		"AlternateContent":
		// Elements that come after the drawing of comments in the schema.
		if s.over {
			s.insert(s.drawingTag())
		}
	}
}

// widths are those of the added columns; widths that the book sets already stay.
func (s *sheetCopy) widths() string {
	var b strings.Builder
	for i, c := range annotatedColumns {
		fmt.Fprintf(&b, `<%[1]scol min="%[2]d" max="%[2]d" width="%[3]d" customWidth="1"/>`, s.prefix, s.first+i+1,
			c.width)
	}
	return b.String()
}

// drawingTag refers to the drawing of the comments, once, when the sheet has no drawing.
func (s *sheetCopy) drawingTag() string {
	if len(s.comments) == 0 || s.drawing != "" || s.ownDrawing {
		return ""
	}
	s.ownDrawing = true
	return `<` + s.prefix + `legacyDrawing xmlns:r="` + relationships + `" r:id="` + drawingRelation + `"/>`
}

// copyRow copies the row that has just begun, with cells.
func (s *sheetCopy) copyRow(cells []addedCell) error {
	slices.SortFunc(cells, func(x, y addedCell) int { return cmp.Compare(x.column, y.column) })
	tag := s.tag()
	if s.Element().Value("spans") != "" && !s.bare {
		tag = sheetxml.WithAttribute(tag, "spans", "1:"+strconv.Itoa(s.first+len(annotatedColumns)))
	}
	end := s.open(tag)
	// add adds the cells before a column, before the last token.
	add := func(column int) {
		for len(cells) > 0 && cells[0].column < column {
			s.insert(s.cell(cells[0]))
			cells = cells[1:]
		}
	}
	column := -1
	err := s.Children(func(e *sheetxml.Element) (err error) {
		if e.Name.Local != "c" {
			add(pipeline.MaxColumns)
			return s.Skip()
		}
		if column, err = cellColumn(e, column); err != nil {
			return err
		}
		add(column)
		if s.row == s.headerRow && column == s.columns-1 {
			s.headerStyle = e.Value("s")
		}
		if len(cells) == 0 || cells[0].column != column {
			return s.Skip()
		}
		if cells[0].mark {
			s.replace(sheetxml.WithAttribute(s.tag(), "s", s.marks.of(e.Value("s"))))
			cells = cells[1:]
			return s.Skip()
		}
		if s.bare {
			cells[0].style = e.Value("s")
		}
		// An empty cell that only has a format is replaced.
		add(column + 1)
		if s.bare {
			return s.leaveOutText(column)
		}
		return s.leaveOut()
	})
	if errors.Is(err, errFormula) {
		return err
	}
	if err != nil {
		return pipeline.Fail("report.sheet_unread", "cause", err)
	}
	add(pipeline.MaxColumns)
	s.insert(end)
	return s.failed
}

// leaveOutText leaves out a cell that must not have a formula, because other cells may depend on it.
func (s *sheetCopy) leaveOutText(column int) error {
	from, _ := s.Place()
	s.pass(from)
	s.leaving = true
	err := s.Children(func(e *sheetxml.Element) error {
		if e.Name.Local == "f" {
			s.formula = column
			return errFormula
		}
		return s.Skip()
	})
	_, to := s.Place()
	s.pass(to)
	s.leaving = false
	return err
}

// cell is the XML of an added cell.
func (s *sheetCopy) cell(c addedCell) string {
	ref := pipeline.CellRef(c.column, s.row)
	if c.mark {
		return fmt.Sprintf(`<%sc r="%s" s="%s"/>`, s.prefix, ref, s.marks.of(""))
	}
	if c.text == "" {
		return ""
	}
	style := ""
	if c.style != "" {
		style = ` s="` + c.style + `"`
	}
	if s.row == s.headerRow && s.headerStyle != "" {
		style = ` s="` + s.headerStyle + `"`
	}
	return fmt.Sprintf(`<%[1]sc r="%[2]s"%[3]s t="inlineStr"><%[1]sis>`+
		`<%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]sis></%[1]sc>`, s.prefix, ref, style,
		escaped(pipeline.Shorten(c.text, pipeline.MaxCellUnits)))
}
