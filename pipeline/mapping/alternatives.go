package mapping

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// alternative separates the names that a cell under column may list, of which a header has one.
const alternative = "|"

// find returns the column of a header that a line's cell under column means: the one with that name, or with one of
// the names separated by "|". It is nil if the header has none of them; if it has two of them, that is a mistake.
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

// Fit says how well a header fits a sheet.
type Fit struct {
	Has   int      // how many of the sheet's columns the header has
	Lacks []string // the others, as the sheet names them
}

// Fit compares a header with the columns that the sheet names, each counted once. A column that the header has twice
// counts as present: [Compile] asks which of the two is meant.
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

// Columns returns what the sheet has under column, each name once.
func (s *Sheet) Columns() (names []string) {
	for _, l := range s.lines {
		if l.Column != "" && !slices.Contains(names, l.Column) {
			names = append(names, l.Column)
		}
	}
	return names
}
