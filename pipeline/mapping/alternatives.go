package mapping

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// alternative stands between the names under column of which a header has one.
const alternative = "|"

// find is the column of a header that a line's cell under column means: the one of
// that name, or of one of the names between "|". It is nil where the header has none
// of them; two of them are a mistake.
func find(header []pipeline.Column, named string) (*pipeline.Column, error) {
	column, err := pipeline.FindColumn(header, named)
	if column != nil || err != nil || !strings.Contains(named, alternative) {
		return column, err
	}
	var found *pipeline.Column
	by := ""
	for name := range strings.SplitSeq(named, alternative) {
		name = pipeline.Trim(name)
		column, err := pipeline.FindColumn(header, name)
		switch {
		case err != nil:
			return nil, err
		case column == nil || found != nil && column.Index == found.Index:
		case found != nil:
			return nil, pipeline.Wrong("mapping.several_alternatives", "columns", []string{by, name}).
				Try("mapping.leave_one_alternative")
		default:
			found, by = column, name
		}
	}
	return found, nil
}

// Fit is how a header fits a sheet.
type Fit struct {
	Has   int      // how many of the sheet's columns the header has
	Lacks []string // the others, as the sheet names them
}

// Fit holds a header against the columns that the sheet names, each once. A column
// that the header has twice is there: [Compile] says which is needed.
func (s *Sheet) Fit(header []pipeline.Column) (f Fit) {
	for _, name := range s.Columns() {
		if column, err := find(header, name); column != nil || err != nil {
			f.Has++
		} else {
			f.Lacks = append(f.Lacks, name)
		}
	}
	return f
}

// Columns are what the sheet has under column, each once.
func (s *Sheet) Columns() (names []string) {
	for _, l := range s.lines {
		if l.Column != "" && !slices.Contains(names, l.Column) {
			names = append(names, l.Column)
		}
	}
	return names
}
