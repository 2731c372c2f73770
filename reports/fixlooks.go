package reports

import (
	"slices"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// fixLook are the looks of the sheet Fix.
type fixLook struct{ number, numberWrong, problem, text, wrong, origin int }

// lastColumn is that of the book's last one, from 0.
func (x *fix) lastColumn() int {
	if x.own > 0 {
		return len(x.head.Fix.Columns)
	}
	return len(x.head.Fix.Columns) + 1
}

// layOut sets the columns' widths by their content, and hides those that the book hides, unless they have something
// to fix.
func (x *fix) layOut() error {
	// From the last to the first, as in sheets.open.
	for i, name := range slices.Backward(x.head.Fix.Columns) {
		if i+1 == x.own {
			continue
		}
		const room, button, most = 2, 4, 50
		header := utf8.RuneCountInString(name) + button
		width := float64(min(max(header, x.wide[i]+room, 8), most))
		if err := setColumn(x.file, x.name, x.column(i+1), x.look.text, width); err != nil {
			return err
		}
		if !slices.Contains(x.head.Fix.Hidden, i) || x.shown[i] {
			continue
		}
		if err := x.file.SetColVisible(x.name, pipeline.ColumnLetters(x.column(i+1)), false); err != nil {
			return err
		}
	}
	if err := setColumn(x.file, x.name, 1, x.look.problem, problemWidth); err != nil {
		return err
	}
	return setColumn(x.file, x.name, 0, x.look.number, 13)
}

func (x *fix) style() error {
	const typeface, asText = "Calibri", 49
	solid := func(c string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	top, left := &excelize.Alignment{Vertical: "top"}, &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	edge := []excelize.Border{{Type: "left", Color: "C00000", Style: 1}, {Type: "right", Color: "C00000", Style: 1},
		{Type: "top", Color: "C00000", Style: 1}, {Type: "bottom", Color: "C00000", Style: 1}}
	for _, s := range []struct {
		to   *int
		look excelize.Style
	}{
		{&x.look.number, excelize.Style{Font: &excelize.Font{Family: typeface, Color: "7F7F7F"}, Fill: solid("E7E6E6"),
			Alignment: left, NumFmt: 1}},
		{&x.look.numberWrong, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: "9C0006"},
			Fill: solid("FFC7CE"), Alignment: left, NumFmt: 1}},
		{&x.look.problem, excelize.Style{Font: &excelize.Font{Family: typeface, Color: "9C0006"}, Fill: solid("F2F2F2"),
			Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}, NumFmt: asText}},
		{&x.look.text, excelize.Style{Alignment: top, NumFmt: asText}},
		{&x.look.wrong, excelize.Style{Font: &excelize.Font{Family: typeface, Color: "9C0006"}, Fill: solid("FFC7CE"),
			Border: edge, Alignment: top, NumFmt: asText}},
		{&x.look.origin, excelize.Style{Font: &excelize.Font{Family: typeface, Bold: true, Color: "FFFFFF"},
			Fill: solid("7F7F7F"), Alignment: &excelize.Alignment{Vertical: "center"}, NumFmt: asText}},
	} {
		var err error
		if *s.to, err = x.file.NewStyle(&s.look); err != nil {
			return err
		}
	}
	return nil
}
