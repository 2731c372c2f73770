package book

import (
	"slices"

	"muster/pipeline"
)

// joinNames separates the two names of a column whose header has two rows: "Address / City".
const joinNames = " / "

// joined are the names of a row, each after that of its group of columns in the row above: nil when that row names no
// groups. A cell of the row above covers the cells that it is merged with; in a sheet without merged cells there, and
// in a CSV, those up to the next one. When there is nothing below it, it is the name of its column. sure says that
// cells are merged so, or columns are named so.
func (t *top) joined(i int) (header []pipeline.Column, sure bool) {
	if i == 0 {
		return nil, false
	}
	upper, lower := t.records[i-1], t.records[i]
	if upper.number+1 != lower.number || lower.filled() < 2 || !looksLikeNames(upper) {
		return nil, false
	}
	only := upper.filled() == 1
	if only && upper.cells[0] != "" {
		return nil, false // a title
	}
	if !hasGap(upper, len(lower.cells)) {
		return nil, false // each cell covers one column, even without reading merged cells
	}
	ends, merged := t.groups(upper, lower)
	cell := func(r *record, column int) string {
		if column < len(r.cells) {
			return pipeline.Trim(r.cells[column])
		}
		return ""
	}
	header = make([]pipeline.Column, max(len(upper.cells), len(lower.cells)))
	over, alone, own := 0, 0, ""
	until := -1
	for c := range header {
		if name := cell(upper, c); name != "" {
			own, until = name, ends[c]
		}
		name := cell(lower, c)
		switch {
		case name == "" && cell(upper, c) != "":
			name = own
			alone++
		case name != "" && c <= until && pipeline.Canonical(own) != pipeline.Canonical(name):
			if until > c || cell(upper, c) == "" {
				over++
			}
			name = own + joinNames + name
		}
		header[c] = pipeline.Column{Index: c, Name: name}
	}
	for len(header) > 0 && header[len(header)-1].Name == "" {
		header = header[:len(header)-1]
	}
	// Names over one column each would be a row of the book.
	if over < 2 || only && !merged {
		return nil, false
	}
	return header, merged || alone > 0
}

// hasGap reports whether one of the first cells of a row is empty.
func hasGap(r *record, width int) bool {
	if len(r.cells) < width {
		return true
	}
	return slices.ContainsFunc(r.cells[:width], func(cell string) bool { return pipeline.Trim(cell) == "" })
}

// groups gives for each filled cell of the upper of two rows the last column that it covers in the lower one, and
// whether one is merged over several columns.
func (t *top) groups(upper, lower *record) (ends map[int]int, merged bool) {
	ends = map[int]int{}
	width := max(len(upper.cells), len(lower.cells))
	for _, m := range t.merged() {
		if m.from.row == upper.number && m.from.column < width && m.to.column > m.from.column {
			merged = true
		}
	}
	last := -1
	for c, cell := range upper.cells {
		if cell == "" {
			continue
		}
		if last >= 0 && !merged {
			ends[last] = c - 1
		}
		ends[c], last = c, c
	}
	if last >= 0 && !merged {
		ends[last] = width - 1
	}
	for _, m := range t.merged() {
		if m.from.row == upper.number && m.to.row == upper.number {
			ends[m.from.column] = m.to.column
		}
	}
	return ends, merged
}

// merged are the merged cells of a workbook's sheet, read when they are first needed. Errors are reported where the
// merged cells are required.
func (t *top) merged() []span {
	if sheet, ok := t.source.(*xlsxSource); ok && !t.asked {
		t.merges, _ = sheet.merged()
	}
	t.asked = true
	return t.merges
}
