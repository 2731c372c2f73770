package reports

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// markColour fills the cells that have a problem.
const markColour = "FFFFC7CE"

// marks are copies of the styles of a book's cells with another colour, and the styles of added cells: each is
// appended to the book's own when a cell first needs it (ECMA-376, part 1, 18.8.10).
type marks struct {
	styles  []byte   // the styles part
	formats []format // the elements xf of its cellXfs
	fills   int      // how many it has
	colours []string // of the fills that are added
	order   []look   // the formats that are added, in order
	numbers map[look]int
}

// look is a format that is added: one of the book's own with a colour, or that of an added cell.
type look struct {
	base   int    // number of the book's own format; ownLook for none
	colour string // of the fill; "" for none
}

const ownLook = -1

// format is an element xf as it is in the part.
type format struct{ tag, rest []byte }

func readMarks(styles []byte) (*marks, error) {
	m := &marks{styles: styles, numbers: map[look]int{}}
	alone := true // no other part of the book refers to the styles
	s := sheetxml.NewScanner(bytes.NewReader(styles), sheetxml.Options{})
	if _, err := s.Root(); err != nil {
		return nil, err
	}
	err := s.Children(func(list *sheetxml.Element) error {
		name := list.Name.Local
		alone = alone && name != "dxfs"
		return s.Children(func(*sheetxml.Element) error {
			from, inside := s.Place()
			err := s.Skip()
			_, to := s.Place()
			switch name {
			case "fills":
				m.fills++
			case "cellXfs":
				m.formats = append(m.formats, format{styles[from:inside], styles[inside:to]})
			}
			return err
		})
	})
	if err == nil {
		err = s.Finish()
	}
	switch {
	case err != nil || len(m.formats) > 0:
		return m, err
	case alone:
		return readMarks([]byte(plainStyles))
	}
	return nil, pipeline.Fail("report.no_cell_formats")
}

// of is the number of the style that equals s except for the colour.
func (m *marks) of(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n >= len(m.formats) {
		n = 0
	}
	return m.number(look{n, markColour})
}

// added is the number of the style of an added cell, aligned to the top and wrapped; colour fills it, "" does not.
func (m *marks) added(colour string) string { return m.number(look{ownLook, colour}) }

func (m *marks) number(l look) string {
	n, there := m.numbers[l]
	if !there {
		n = len(m.formats) + len(m.order)
		m.numbers[l] = n
		m.order = append(m.order, l)
	}
	return strconv.Itoa(n)
}

// fill is the number of a colour's fill, after the book's own fills.
func (m *marks) fill(colour string) int {
	i := slices.Index(m.colours, colour)
	if i < 0 {
		i = len(m.colours)
		m.colours = append(m.colours, colour)
	}
	return m.fills + i
}

// part is the styles part with the added ones.
func (m *marks) part() ([]byte, error) {
	var formats []func(prefix string) string
	for _, l := range m.order {
		if l.base == ownLook {
			own := `xf numFmtId="49" fontId="0" fillId="0" borderId="0" applyNumberFormat="1" applyAlignment="1">`
			if l.colour != "" {
				own = fmt.Sprintf(`xf numFmtId="49" fontId="0" fillId="%d" borderId="0" applyNumberFormat="1" `+
					`applyFill="1" applyAlignment="1">`, m.fill(l.colour))
			}
			formats = append(formats, func(p string) string {
				return `<` + p + own + `<` + p + `alignment vertical="top" wrapText="1"/></` + p + `xf>`
			})
			continue
		}
		base := m.formats[l.base]
		tag := sheetxml.WithAttribute(base.tag, "fillId", strconv.Itoa(m.fill(l.colour)))
		text := string(sheetxml.WithAttribute(tag, "applyFill", "1")) + string(base.rest)
		formats = append(formats, func(string) string { return text })
	}
	var additions []addition
	if len(m.colours) > 0 {
		additions = append(additions, addition{element: "fills", count: strconv.Itoa(m.fills + len(m.colours)),
			text: func(p string) string {
				var fills strings.Builder
				for _, colour := range m.colours {
					fills.WriteString(`<` + p + `fill><` + p + `patternFill patternType="solid"><` + p + `fgColor rgb="` +
						colour + `"/><` + p + `bgColor indexed="64"/></` + p + `patternFill></` + p + `fill>`)
				}
				return fills.String()
			}})
	}
	additions = append(additions, addition{element: "cellXfs", count: strconv.Itoa(len(m.formats) + len(m.order)),
		text: func(p string) string {
			var all strings.Builder
			for _, f := range formats {
				all.WriteString(f(p))
			}
			return all.String()
		}})
	return withAdditions(m.styles, additions...)
}
