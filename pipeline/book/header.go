package book

import (
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
)

// maxColumns and maxRows are the size of a sheet: XFD1048576 (ECMA-376, part 1,
// 18.3.1.73 and 18.3.1.4, as the spreadsheet programs bound it).
const (
	maxColumns = 16384
	maxRows    = 1048576
)

// headerOf makes the header of the first record that is not blank.
func headerOf(r *record) ([]pipeline.Column, error) {
	for _, f := range r.faults {
		if f.code == pipeline.ProblemErrorCell {
			return nil, &Error{Row: r.number, Column: pipeline.ColumnLetters(f.column),
				Problem: "the header holds an error value or a formula without a result", Hint: "type the header's name into the cell."}
		}
	}
	width := len(r.cells)
	for width > 0 && r.cells[width-1] == "" {
		width--
	}
	header := make([]pipeline.Column, width)
	first := make(map[string]int, width)
	for i, name := range r.cells[:width] {
		// The cells are those of the reader: a name outlives them.
		name = strings.Clone(name)
		header[i] = pipeline.Column{Index: i, Name: name}
		if name == "" {
			continue
		}
		if j, twice := first[name]; twice {
			return nil, &Error{
				Problem: fmt.Sprintf("two columns have the header %q: %s and %s", name, pipeline.ColumnLetters(j), pipeline.ColumnLetters(i)),
				Hint:    "give each column a header of its own, or remove one of the two.",
			}
		}
		first[name] = i
	}
	return header, nil
}

func (b *Book) noHeader() error {
	e := &Error{Problem: "there is no header: every line is blank", Hint: "a book has a header and, below it, one row for each merchant."}
	if b.sheet == "" {
		return e
	}
	e.Problem = "the sheet is empty: there is no header"
	if others := slices.DeleteFunc(b.Sheets(), func(s string) bool { return s == b.sheet }); len(others) > 0 {
		e.Hint = "name another sheet; there are: " + quoted(others) + "."
	}
	return e
}

// shape fits a record to the header: as many cells as it has columns, and a
// problem for each filled cell beyond. It uses the memory of cells.
func (b *Book) shape(cells []string, r *record) ([]string, []pipeline.Problem) {
	width := len(b.header)
	cells = append(cells[:0], r.cells[:min(width, len(r.cells))]...)
	for len(cells) < width {
		cells = append(cells, "")
	}
	var problems []pipeline.Problem
	for _, f := range r.faults {
		column := pipeline.Column{Index: f.column}
		if f.column < width {
			column = b.header[f.column]
		}
		problems = append(problems, pipeline.Problem{Column: &column, Code: f.code, Message: f.message})
	}
	for i := width; i < len(r.cells); i++ {
		if r.cells[i] == "" {
			continue
		}
		problems = append(problems, pipeline.Problem{
			Column: &pipeline.Column{Index: i},
			Code:   pipeline.ProblemExtraCell,
			Message: fmt.Sprintf("%s is filled, but the header has no column %s; give the column a header or empty the cell",
				pipeline.CellRef(i, r.number), pipeline.ColumnLetters(i)),
		})
	}
	return cells, problems
}

// trim is pipeline.Trim with a short way for what needs no trimming.
func trim(s string) string {
	if s == "" || plain(s[0]) && plain(s[len(s)-1]) {
		return s
	}
	return pipeline.Trim(s)
}

func plain(c byte) bool { return c > ' ' && c < 0x7f }

// errorValues are the words by which spreadsheet programs show an error
// (ECMA-376, part 1, 18.17.3, and those that came later).
var errorValues = []string{"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#GETTING_DATA",
	"#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#EXTERNAL!"}

// errorFault words a cell that holds an error value. Words that are not a
// known error value may be somebody's data and are not repeated.
func errorFault(column, row int, value string) fault {
	what := "an error value"
	if slices.Contains(errorValues, value) {
		what = "the error value " + value
	}
	return fault{column, pipeline.ProblemErrorCell,
		fmt.Sprintf("%s holds %s; mend the formula or type the value", pipeline.CellRef(column, row), what)}
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
