package reports

import (
	"bytes"
	"regexp"
	"strconv"

	"muster/pipeline"
)

// The drawing of comments is VML, which spreadsheet programs still require (ECMA-376, part 4).
const (
	emptyDrawing = `<xml` + drawingNames + `>` +
		`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>`
	// A book's own drawing may declare these under other prefixes, or only where it needs them.
	drawingNames = ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"` +
		` xmlns:x="urn:schemas-microsoft-com:office:excel"`
	shapeTypeID   = `id="_x0000_t202"`
	shapeTypeRest = ` ` + shapeTypeID + ` coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
		`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
	commentShape = `<v:shape` + drawingNames + ` id="_x0000_s%d" type="#_x0000_t202"` +
		` style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:70pt;z-index:1;` +
		`visibility:hidden"` +
		` fillcolor="#ffffe1" o:insetmode="auto">` +
		`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>` +
		`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>` +
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>` +
		`<x:Anchor>%d, 15, %d, 2, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill>` +
		`<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`
)

// shapeNumber finds the number of a shape in a drawing.
var shapeNumber = regexp.MustCompile(`_x0000_s([0-9]+)`)

// lastShape is the highest number of a shape in a drawing.
func lastShape(drawing []byte) int {
	last := 1024
	for _, m := range shapeNumber.FindAllSubmatch(drawing, -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil {
			last = max(last, n)
		}
	}
	return last
}

// drawingEnd is the tag that ends a drawing.
var drawingEnd = regexp.MustCompile(`</([\w.-]+:)?xml\s*>`)

// emptyDrawingRoot is an empty drawing.
var emptyDrawingRoot = regexp.MustCompile(`<((?:[\w.-]+:)?xml)(\s[^<>]*)?/>`)

// withShapes adds shapes to a drawing. The drawing is handled as text, because those that spreadsheet programs write
// need not be well-formed: Excel leaves a <br> open.
func withShapes(drawing []byte, shapes string) ([]byte, error) {
	drawing = emptyDrawingRoot.ReplaceAll(drawing, []byte("<$1$2></$1>"))
	ends := drawingEnd.FindAllIndex(drawing, -1)
	if len(ends) == 0 {
		return nil, pipeline.Fail("report.endless_drawing")
	}
	if !bytes.Contains(drawing, []byte(shapeTypeID)) {
		shapes = `<v:shapetype` + drawingNames + shapeTypeRest + shapes
	}
	end := ends[len(ends)-1][0]
	return bytes.Join([][]byte{drawing[:end], drawing[end:]}, []byte(shapes)), nil
}
