package templates

import (
	"cmp"

	"github.com/xuri/excelize/v2"
)

// blankStyles are style numbers: by the need of a column, and by the band that separates the entries of groups (0 is
// no group).
type blankStyles struct {
	label   [3]int // by Need
	band    [3]int // the titles of bands, by band
	header  [3]int // by band
	example [3]int
	data    [3]int

	title, heading, body, note, bold, wrapped int
}

const textFormat = 49 // "@" (ECMA-376, part 1, 18.8.30)

func (w *blankWriter) makeStyles() {
	style := func(s excelize.Style) int {
		s.NumFmt = textFormat
		if s.Font == nil {
			s.Font = &excelize.Font{}
		}
		s.Font.Family, s.Font.Size = "Calibri", cmp.Or(s.Font.Size, 11)
		id, err := w.file.NewStyle(&s)
		w.try(err)
		return id
	}
	fill := func(colour string) excelize.Fill {
		if colour == "" {
			return excelize.Fill{}
		}
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	grid := func(colour string) []excelize.Border {
		var all []excelize.Border
		for _, side := range []string{"left", "right", "top", "bottom"} {
			all = append(all, excelize.Border{Type: side, Color: colour, Style: 1})
		}
		return all
	}
	centred := &excelize.Alignment{WrapText: true, Vertical: "center"}
	top := &excelize.Alignment{WrapText: true, Vertical: "top"}
	for need, look := range []struct{ fill, font string }{
		Optional: {"EDEDED", "404040"}, NeededInEntry: {"BDD7EE", "1F3864"}, Needed: {"1F4E79", "FFFFFF"},
	} {
		w.styles.label[need] = style(excelize.Style{Font: &excelize.Font{Bold: true, Color: look.font},
			Fill: fill(look.fill), Alignment: centred, Border: grid("FFFFFF")})
	}
	for band, colour := range []string{"D9E2EF", "C6E0B4", "FCE4B8"} {
		w.styles.band[band] = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 12, Color: "1F3864"},
			Fill: fill(colour), Border: grid("FFFFFF"),
			Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1}})
	}
	for band, colour := range []string{"", "EAF3E6", "FDF3E1"} {
		w.styles.data[band] = style(excelize.Style{Fill: fill(colour), Border: grid("D9D9D9")})
		w.styles.example[band] = style(excelize.Style{Fill: fill(colour), Border: grid("D9D9D9"),
			Font: &excelize.Font{Italic: true, Color: "7F7F7F"}})
		w.styles.header[band] = style(excelize.Style{Fill: fill(colour), Font: &excelize.Font{Size: 8, Color: "A6A6A6"},
			Alignment: top,
			Border:    append(grid("D9D9D9")[:3], excelize.Border{Type: "bottom", Color: "1F4E79", Style: 2})})
	}
	w.styles.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Color: "1F4E79"}})
	w.styles.heading = style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill("1F4E79"),
		Alignment: centred, Border: grid("FFFFFF")})
	w.styles.body = style(excelize.Style{})
	w.styles.note = style(excelize.Style{Alignment: top})
	w.styles.bold = style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top, Border: grid("D9D9D9")})
	w.styles.wrapped = style(excelize.Style{Alignment: top, Border: grid("D9D9D9")})
}
