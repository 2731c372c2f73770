package mapping

import (
	"path/filepath"

	"muster/pipeline"
)

// Sheet is a mapping sheet as a person wrote it, and the lookup tables that it
// names, each read when it is first needed. One goroutine at a time may use it.
type Sheet struct {
	path   string
	lines  []line
	tables *tables
}

type line struct {
	Field   string `csv:"field"`
	Column  string `csv:"column"`
	Convert string `csv:"convert"`
	Value   string `csv:"value"`
	Note    string `csv:"note"` // for people; never read

	number int // line of the file
}

const sheetAdvice = "a mapping sheet has the columns field, column, convert and value"

// ReadSheet reads a mapping sheet: a CSV of field, column, convert and value
// (and a note, for people), separated by commas, semicolons or tabs as Excel
// saves it. Conversions are looked at when it is joined with a book: [Compile].
func ReadSheet(path string) (*Sheet, error) {
	s := &Sheet{path: path, tables: &tables{folder: filepath.Dir(path)}}
	form := sheetForm{[]string{"field", "column", "convert", "value", "note"}, []string{"field"}, sheetAdvice}
	err := readTyped(path, form, func(l line, number int) *mistake {
		l.number = number
		l.Field, l.Column, l.Convert, l.Value = pipeline.Trim(l.Field), pipeline.Trim(l.Column), pipeline.Trim(l.Convert), pipeline.Trim(l.Value)
		if l.Field == "" && l.Column == "" && l.Convert == "" && l.Value == "" {
			return nil
		}
		if l.Field == "" {
			return mistaken("name the field, or delete the line", "the field is empty")
		}
		s.lines = append(s.lines, l)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Path is the sheet's, as the user gave it.
func (s *Sheet) Path() string { return s.path }
