package book

import (
	"slices"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// widen adds to the header the columns without a name over which its last name is merged.
func (b *Book) widen(sheet *xlsxSource) error {
	merged, err := sheet.merged()
	if err != nil {
		return err
	}
	for _, m := range merged {
		if m.from.row <= b.headerRow && b.headerRow <= m.to.row && m.from.column < len(b.header) {
			for i := len(b.header); i <= m.to.column; i++ {
				b.header = append(b.header, pipeline.Column{Index: i})
			}
		}
	}
	return nil
}

func noHeaderIn(row, last int) error {
	m := pipeline.Wrong("book.header_row_blank", "row", row)
	if last < row {
		m = pipeline.Wrong("book.header_row_missing", "row", row, "last", last)
	}
	return m.Try("book.name_header_row")
}

// headerOf makes the header from its record.
func headerOf(r *record) ([]pipeline.Column, error) {
	for _, f := range r.faults {
		if f.code == pipeline.ProblemErrorCell {
			return nil, pipeline.Wrong("book.header_error_value").Try("book.type_header").
				At(pipeline.Place{Row: r.number, Column: pipeline.ColumnLetters(f.column)})
		}
	}
	return namesIn(r), nil
}

// namesIn are the columns of a header, up to the last one with a name.
func namesIn(r *record) []pipeline.Column {
	width := len(r.cells)
	for width > 0 && pipeline.Trim(r.cells[width-1]) == "" {
		width--
	}
	header := make([]pipeline.Column, width)
	for i, name := range r.cells[:width] {
		// Cloned, because the cells belong to the reader.
		name = strings.Clone(pipeline.Trim(name))
		header[i] = pipeline.Column{Index: i, Name: name}
	}
	return header
}

func (b *Book) noHeader() error {
	if b.sheet == "" {
		return empty("book.lines_blank").Try("book.what_a_book_has")
	}
	m := empty("book.sheet_empty")
	if others := slices.DeleteFunc(b.Sheets(), func(s string) bool { return s == b.sheet }); len(others) > 0 {
		return m.Try("book.name_other_sheet", "sheets", others)
	}
	return m.Try("book.what_a_book_has")
}

// shape fits a record to the header: as many cells as it has columns, and a problem for each filled cell beyond;
// marked is the result of [unmark]. It reuses the memory of cells.
func (b *Book) shape(cells []string, r *record) ([]string, map[int]string, []pipeline.Problem) {
	width := len(b.header)
	cells = append(cells[:0], r.cells[:min(width, len(r.cells))]...)
	for len(cells) < width {
		cells = append(cells, "")
	}
	marked := unmark(cells)
	var problems []pipeline.Problem
	for _, f := range r.faults {
		column := pipeline.Column{Index: f.column}
		if f.column < width {
			column = b.header[f.column]
		}
		problems = append(problems, pipeline.Problem{Sheet: b.sheet, Row: r.number, Column: &column,
			Code: f.code, Message: f.message})
	}
	for i := width; i < len(r.cells); i++ {
		if pipeline.Trim(r.cells[i]) == "" {
			continue
		}
		problems = append(problems, pipeline.Problem{
			Sheet: b.sheet, Row: r.number, Column: &pipeline.Column{Index: i}, Code: pipeline.ProblemExtraCell,
			Message: pipeline.Say("cell_past_header", "column", pipeline.ColumnLetters(i)),
		})
	}
	return cells, marked, problems
}

// trim is pipeline.TrimBlank with a fast path for cells that need no trimming.
func trim(s string) string {
	if s == "" || plain(s[0]) && plain(s[len(s)-1]) {
		return s
	}
	return pipeline.TrimBlank(s)
}

func plain(c byte) bool { return c > ' ' && c < 0x7f }

// unmark trims the marks at the ends of cells that trim leaves, and returns by column what those cells had; nil when
// none had any.
func unmark(cells []string) (marked map[int]string) {
	for i, c := range cells {
		if c == "" || c[0] < utf8.RuneSelf && c[len(c)-1] < utf8.RuneSelf {
			continue
		}
		if text := pipeline.Trim(c); len(text) < len(c) {
			if marked == nil {
				marked = map[int]string{}
			}
			cells[i], marked[i] = text, c
		}
	}
	return marked
}

// errorValues are the words for an error in spreadsheet programs (ECMA-376, part 1, 18.17.3, and later ones),
// including those in CSV files saved in Spanish or Portuguese.
var errorValues = []string{"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#GETTING_DATA",
	"#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#EXTERNAL!",
	"#ERROR!", "#N/D", "#¡NULO!", "#¡DIV/0!", "#¡VALOR!", "#¡REF!", "#¿NOMBRE?", "#¡NUM!", "#¡DESBORDAMIENTO!", "#¡CALC!",
	"#DESBORDAMIENTO!", "#DESPEJAR!", "#NULO!", "#VALOR!", "#NOME?", "#NÚM!"}

// errorFault is the fault of a cell with an error value. An unknown word may be somebody's data and is not repeated.
func errorFault(column int, value string) fault {
	if slices.Contains(errorValues, value) {
		return fault{column, pipeline.ProblemErrorCell, pipeline.Say("error_value_named", "error", value)}
	}
	return fault{column, pipeline.ProblemErrorCell, pipeline.Say("error_value")}
}
