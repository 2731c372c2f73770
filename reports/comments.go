package reports

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// commentsShown is how many comments a sheet has: each is a drawing of its own to a spreadsheet program, which is
// slow with many.
const commentsShown = 10000

// commentLongest is how long a comment may be, in characters; the sheet Problems has everything.
const commentLongest = 600

// comments are the comments (notes) of one streamed sheet. The workbook library keeps a tree of each and searches all
// of them to add one; these are stored as the text of the two parts of a sheet's comments (ECMA-376 part 1, 18.7; the
// boxes are VML, part 4, 19.4).
type comments struct {
	list, shapes bytes.Buffer
	first        string // the cell of the first one
	count        int
	// names of the two parts in the archive, once placed
	listPart, shapesPart string
}

// add adds a comment to a cell; column counts from 0, row from 1. It returns false when there are too many already.
func (c *comments) add(column, row int, text string) bool {
	if c.count >= commentsShown {
		return false
	}
	if r := []rune(text); len(r) > commentLongest {
		text = string(r[:commentLongest-1]) + "…"
	}
	at := pipeline.CellRef(column, row)
	if c.count == 0 {
		c.first = at
	}
	c.count++
	fmt.Fprintf(&c.list, `<comment ref="%s" authorId="0"><text><r><rPr><sz val="9"/><color indexed="81"/>`+
		`<rFont val="Tahoma"/><family val="2"/></rPr><t xml:space="preserve">`, at)
	// Writing to a buffer does not fail.
	_ = xml.EscapeText(&c.list, []byte(xmlText(text)))
	c.list.WriteString(`</t></r></text></comment>`)
	lines := 2 + len([]rune(text))/34
	fmt.Fprintf(&c.shapes, `<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:60pt;`+
		`margin-top:2pt;width:190pt;height:%dpt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
		`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>`+
		`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>`+
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>`+
		`%d, 15, %d, 10, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill>`+
		`<x:Row>%d</x:Row><x:Column>%d</x:Column>`+
		`</x:ClientData></v:shape>`,
		1024+c.count, lines*13, column+1, max(row-2, 0), column+3, max(row-2, 0)+max(lines*13/15, 3), row-1, column)
	return true
}

// place creates the two parts in the archive: the library adds one comment, whose parts are then written with the
// text of all. It must be called before the sheet is flushed.
func (c *comments) place(f *excelize.File, sheet string) error {
	if c.count == 0 {
		return nil
	}
	had := map[string]bool{}
	for name := range f.Comments {
		had[name] = true
	}
	for name := range f.VMLDrawing {
		had[name] = true
	}
	if err := f.AddComment(sheet, excelize.Comment{Cell: c.first, Author: "muster", Text: "-"}); err != nil {
		return err
	}
	for name := range f.Comments {
		if !had[name] {
			c.listPart = name
		}
	}
	for name := range f.VMLDrawing {
		if !had[name] {
			c.shapesPart = name
		}
	}
	if c.listPart == "" || c.shapesPart == "" {
		return pipeline.Fail("report.no_place_for_comments")
	}
	return nil
}

// part is the content of a part of the archive, nil unless it is one of these two.
func (c *comments) part(name string) io.Reader {
	switch {
	case c.count == 0 || name == "":
		return nil
	case name == c.listPart:
		return io.MultiReader(
			strings.NewReader(xml.Header+`<comments xmlns="`+spreadsheetML+
				`"><authors><author>muster</author></authors><commentList>`),
			bytes.NewReader(c.list.Bytes()), strings.NewReader(`</commentList></comments>`))
	case name == c.shapesPart:
		// Shapes are numbered in blocks of 1024, which the drawing has to list.
		var blocks []string
		for i := 1; i <= c.count/1024+1; i++ {
			blocks = append(blocks, fmt.Sprint(i))
		}
		return io.MultiReader(
			strings.NewReader(`<xml`+drawingNames+`>`+
				`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="`+strings.Join(blocks, ",")+
				`"/></o:shapelayout>`+
				`<v:shapetype`+shapeTypeRest),
			bytes.NewReader(c.shapes.Bytes()), strings.NewReader(`</xml>`))
	}
	return nil
}
