package reports

import (
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// styles are the style numbers of a workbook.
type styles struct {
	title, banner, halt, heading, label   int
	headline, command                     int
	header, headerRight, headerIndented   int
	text, wrapped, indented, count, total int
	columnText, columnNumber, columnWrap  int
	columnMoment                          int
	linkNumber, toFill, lead, small       int
	linkText, converted, faulty           int
	stateFill                             map[pipeline.State]int // for a cell that names a state
	stateRule                             map[pipeline.State]int // for a conditional format
}

// colour is a fill with its font colour, and the colour in a chart.
type colour struct{ fill, font, chart string }

// stateColour has one fill for states of a kind. In a chart, where only the colour connects a bar to its name, each
// state has its own.
func stateColour(s pipeline.State) colour {
	switch s {
	case pipeline.Created:
		return colour{"C6EFCE", "006100", "63BE7B"}
	case pipeline.Known:
		return colour{"C6EFCE", "006100", "2E7D4F"}
	case pipeline.Existing:
		return colour{"DDEBF7", "1F4E78", "5B9BD5"}
	case pipeline.Invalid:
		return colour{"FFC7CE", "9C0006", "E06666"}
	case pipeline.Rejected:
		return colour{"FFC7CE", "9C0006", "9C0006"}
	case pipeline.Changed:
		return colour{"FFEB9C", "7F6000", "ED7D31"}
	case pipeline.Uncertain:
		return colour{"FFEB9C", "7F6000", "8064A2"}
	case pipeline.Pending: // or ready, in a check
		return colour{"EDEDED", "404040", "A6A6A6"}
	default:
		return colour{"FFEB9C", "7F6000", "F1C232"}
	}
}

func newStyles(f *excelize.File) (styles, error) {
	s := styles{stateFill: map[pipeline.State]int{}, stateRule: map[pipeline.State]int{}}
	var failed error
	style := func(to *int, st excelize.Style) {
		if failed == nil {
			*to, failed = f.NewStyle(&st)
		}
	}
	top := &excelize.Alignment{Vertical: "top"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	indented := &excelize.Alignment{Vertical: "top", Horizontal: "left", WrapText: true, Indent: 1}
	right := &excelize.Alignment{Vertical: "center", Horizontal: "right"}
	solid := func(c string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	// 49 is the built-in format "@", text: an ID that is typed over stays text.
	const asText = 49
	// A style with its own font does not inherit the workbook's.
	const typeface = "Calibri"
	style(&s.title, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Size: 18, Color: "1F3864"}})
	style(&s.headline, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Size: 14, Color: "305496"}})
	style(&s.command, excelize.Style{Font: &excelize.Font{Family: "Courier New", Bold: true}, Fill: solid("F2F2F2"),
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true, Indent: 1}, NumFmt: asText})
	style(&s.banner, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Size: 20, Color: "7F6000"},
		Fill:      solid("FFEB9C"),
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	style(&s.halt, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: "C00000"}, Alignment: wrap})
	style(&s.heading, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Size: 13, Color: "1F3864"},
		Border: []excelize.Border{{Type: "bottom", Color: "8EA9DB", Style: 1}}})
	style(&s.header, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: "FFFFFF"},
		Fill:      solid("305496"),
		Alignment: &excelize.Alignment{Vertical: "center"}, NumFmt: asText})
	style(&s.label, excelize.Style{Font: &excelize.Font{Family: typeface, Color: "595959"}, Alignment: top})
	style(&s.text, excelize.Style{Alignment: top, NumFmt: asText})
	style(&s.headerRight, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: "FFFFFF"},
		Fill: solid("305496"), Alignment: right})
	style(&s.headerIndented, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: "FFFFFF"},
		Fill: solid("305496"), Alignment: indented})
	style(&s.indented, excelize.Style{Alignment: indented, NumFmt: asText})
	style(&s.wrapped, excelize.Style{Alignment: wrap})
	style(&s.count, excelize.Style{Alignment: top, NumFmt: 3})
	style(&s.total, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true}, NumFmt: 3,
		Border: []excelize.Border{{Type: "top", Color: "808080", Style: 1}}})
	style(&s.columnText, excelize.Style{NumFmt: asText, Alignment: top})
	style(&s.columnWrap, excelize.Style{NumFmt: asText, Alignment: wrap})
	// Left-aligned, so that the numbers do not touch the text of the next column.
	left := &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	style(&s.columnNumber, excelize.Style{Alignment: left})
	clock := "yyyy-mm-dd hh:mm:ss"
	style(&s.columnMoment, excelize.Style{Alignment: left, CustomNumFmt: &clock})
	style(&s.lead, excelize.Style{Font: &excelize.Font{Family: typeface, Size: 12}, Alignment: wrap})
	style(&s.small, excelize.Style{Font: &excelize.Font{Family: typeface, Italic: true, Size: 9, Color: "595959"},
		Alignment: wrap})
	style(&s.linkNumber, excelize.Style{Alignment: left, Font: &excelize.Font{Family: typeface, Color: "0563C1",
		Underline: "single"}})
	style(&s.linkText, excelize.Style{Alignment: wrap, NumFmt: asText,
		Font: &excelize.Font{Family: typeface, Color: "0563C1", Underline: "single"}})
	style(&s.converted, excelize.Style{NumFmt: asText, Alignment: top, Fill: solid("DDEBF7")})
	style(&s.faulty, excelize.Style{NumFmt: asText, Alignment: top, Fill: solid("FFC7CE"),
		Font: &excelize.Font{Family: typeface, Color: "9C0006"}})
	style(&s.toFill, excelize.Style{NumFmt: asText, Alignment: top, Fill: solid("FFF2CC"), Border: []excelize.Border{
		{Type: "left", Color: "BF9000", Style: 1}, {Type: "right", Color: "BF9000", Style: 1},
		{Type: "top", Color: "BF9000", Style: 1}, {Type: "bottom", Color: "BF9000", Style: 1}}})
	for _, state := range pipeline.States() {
		c := stateColour(state)
		var fill int
		style(&fill, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: c.font},
			Fill: solid(c.fill), Alignment: top})
		s.stateFill[state] = fill
		if failed == nil {
			s.stateRule[state], failed = f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: c.font},
				Fill: solid(c.fill)})
		}
	}
	return s, failed
}
