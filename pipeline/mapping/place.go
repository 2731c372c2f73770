package mapping

import (
	"strconv"
	"strings"

	"muster/pipeline"
)

// A line of a mapping sheet whose field begins with "#" belongs to no field. Two such lines say where the table was
// that the mapping was made for; all others are comments for people.
const (
	SheetLine  = "#sheet"      // under value, the name of a workbook's sheet
	HeaderLine = "#header-row" // under value, the row of the header, or none
	NoHeader   = "none"
)

// TablePlace is where a mapping's table was when the mapping was made: "" and 0 if that is not known. In a book it
// may be somewhere else.
type TablePlace struct {
	Sheet     string
	HeaderRow int // [pipeline.NoHeader] for a table without one
}

// Place is where the table was when the mapping was made.
func (s *Sheet) Place() TablePlace { return s.place }

// directive reads a line that belongs to no field.
func (s *Sheet) directive(l pipeline.MappingLine) *pipeline.Mistake {
	switch strings.ToLower(l.Field) {
	case SheetLine:
		s.place.Sheet = l.Value
	case HeaderLine:
		n, err := strconv.Atoi(l.Value)
		switch {
		case l.Value == "":
		case strings.EqualFold(l.Value, NoHeader):
			s.place.HeaderRow = pipeline.NoHeader
		case err != nil || n < 1 || n > pipeline.MaxRows:
			return pipeline.Wrong("mapping.header_row_unusable", "line", HeaderLine, "value", l.Value).
				Try("mapping.write_header_row", "none", NoHeader)
		default:
			s.place.HeaderRow = n
		}
	}
	return nil
}

// Lines are what a mapping sheet says of a place: field and value of each line.
func (p TablePlace) Lines() (lines [][2]string) {
	if p.Sheet != "" {
		lines = append(lines, [2]string{SheetLine, p.Sheet})
	}
	switch {
	case p.HeaderRow == pipeline.NoHeader:
		lines = append(lines, [2]string{HeaderLine, NoHeader})
	case p.HeaderRow > 0:
		lines = append(lines, [2]string{HeaderLine, strconv.Itoa(p.HeaderRow)})
	}
	return lines
}
