package reports

import (
	"bytes"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// markColour fills the cells that have a problem.
const markColour = "FFFFC7CE"

// marks are the styles of a book's cells once more, but for their colour: each
// is added behind the book's own when a cell first needs it (ECMA-376, part 1,
// 18.8.10).
type marks struct {
	styles  []byte      // the part
	formats []format    // the elements xf of its cellXfs
	fills   int         // how many it has
	order   []int       // the formats that are there once more, in their order
	second  map[int]int // their new numbers
}

// format is an element xf as it stands in the part.
type format struct{ tag, rest []byte }

func readMarks(styles []byte) (*marks, error) {
	m := &marks{styles: styles, second: map[int]int{}}
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

// of is the number of the style that is as s, but for the colour.
func (m *marks) of(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n >= len(m.formats) {
		n = 0
	}
	second, there := m.second[n]
	if !there {
		second = len(m.formats) + len(m.order)
		m.second[n] = second
		m.order = append(m.order, n)
	}
	return strconv.Itoa(second)
}

// part gives the part of the styles with the colour and the styles that have it.
func (m *marks) part() ([]byte, error) {
	var formats strings.Builder
	for _, n := range m.order {
		tag := sheetxml.WithAttribute(m.formats[n].tag, "fillId", strconv.Itoa(m.fills))
		formats.Write(sheetxml.WithAttribute(tag, "applyFill", "1"))
		formats.Write(m.formats[n].rest)
	}
	return withAdditions(m.styles,
		addition{element: "fills", count: strconv.Itoa(m.fills + 1), text: func(p string) string {
			return `<` + p + `fill><` + p + `patternFill patternType="solid"><` + p +
				`fgColor rgb="` + markColour + `"/>` +
				`<` + p + `bgColor indexed="64"/></` + p + `patternFill></` + p + `fill>`
		}},
		addition{element: "cellXfs", count: strconv.Itoa(len(m.formats) + len(m.order)), text: func(string) string {
			return formats.String()
		}})
}
