package look

import (
	"slices"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping/suggest"
)

// Finding is something that looks wrong in a column.
type Finding struct {
	Code    string // for scripts
	Count   int    // of cells
	Row     int    // of the first one, 0 where it is not known
	Message *pipeline.Message
}

// find lists what looks wrong; trimmed is how many cells had white space at their ends.
func (c *Column) find(trimmed int) {
	add := func(code string, count, row int, m *pipeline.Message) {
		if count > 0 {
			c.Findings = append(c.Findings, Finding{code, count, row, m})
		}
	}
	add("blanks", trimmed, 0, pipeline.Say("look.blanks", "count", trimmed))
	kind, mixed := c.Kind()
	switch others, row := c.others(kind); {
	case mixed:
		add("mixed", others, row, pipeline.Say("look.mixed_kinds", "kinds", c.ofKinds(book.CellBlank)))
	case kind != book.CellText: // a number among texts is nothing unusual
		add("other", others, row, pipeline.Say("look.other_kind", "count", others, "kinds", c.ofKinds(kind), "row", row))
	}
	add("scientific", c.science.count, c.science.row,
		pipeline.Say("look.scientific", "count", c.science.count, "row", c.science.row))
	add("altered", c.altered.count, c.altered.row,
		pipeline.Say("look.altered", "count", c.altered.count, "row", c.altered.row))
	add("spoilt", c.spoilt.count, c.spoilt.row,
		pipeline.Say("look.spoilt", "count", c.spoilt.count, "row", c.spoilt.row))
	add("placeholders", c.missing.count, c.missing.row,
		pipeline.Say("look.placeholders", "count", c.missing.count, "row", c.missing.row))
	add("faults", c.faults.count, c.faults.row,
		pipeline.Say("look.faults", "count", c.faults.count, "row", c.faults.row))
	if c.tellsApart() {
		add("repeated", c.repeated.count, c.repeated.row,
			pipeline.Say("look.repeated", "count", c.repeated.count, "row", c.repeated.row))
	}
}

// tellsApart reports whether the column seems to have a different value for each customer: by its name or its kind,
// and in nearly all of its cells.
func (c *Column) tellsApart() bool {
	kind, _ := c.Kind()
	named := suggest.TellsApart(c.Name) || kind == book.CellAddress
	return named && !c.More && len(c.seen)*5 > c.Filled*4
}

// others counts the cells that are of another kind, and returns the row of the first one.
func (c *Column) others(kind book.CellKind) (count, row int) {
	for k := book.CellText; k <= book.CellAddress; k++ {
		if t := c.kinds[k]; k != kind && t.count > 0 {
			count += t.count
			if row == 0 || t.row < row {
				row = t.row
			}
		}
	}
	return count, row
}

// ofKinds are the column's other kinds of cells, most frequent first, with their counts.
func (c *Column) ofKinds(but book.CellKind) (all []*pipeline.Message) {
	kinds := []book.CellKind{book.CellText, book.CellNumber, book.CellDate, book.CellAddress}
	slices.SortStableFunc(kinds, func(a, b book.CellKind) int { return c.kinds[b].count - c.kinds[a].count })
	for _, k := range kinds {
		if n := c.kinds[k].count; n > 0 && k != but {
			all = append(all, pipeline.Say("look.of_kind", "kind", kindWord(k), "count", n))
		}
	}
	return all
}

// kindWord is the word for a kind of cells.
func kindWord(k book.CellKind) *pipeline.Message {
	switch k {
	case book.CellNumber:
		return pipeline.Say("look.number")
	case book.CellDate:
		return pipeline.Say("look.date")
	case book.CellAddress:
		return pipeline.Say("look.address")
	case book.CellText:
		return pipeline.Say("look.text")
	}
	return pipeline.Say("look.empty")
}
