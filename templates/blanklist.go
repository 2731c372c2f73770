package templates

import (
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
)

// list adds the columns of a list of values: one for all values when the definition names a separator, else one for
// each.
func (w *blankWalk) list(p *part, path string, at blankPlace) {
	title, leaf := titleOf(p.name, p.title, p.item.title), *p.item.leaf
	example := func(i int) string {
		switch {
		case !at.example:
			return ""
		case i < len(p.examples):
			return p.examples[i]
		case i == 0:
			return leaf.Example
		}
		return ""
	}
	need := func(i int) Need {
		if p.required && !p.empty && i < max(p.least, 1) {
			return at.need
		}
		return Optional
	}
	if leaf.List.Split != "" {
		texts := slices.Clone(p.examples)
		if len(texts) == 0 && leaf.Example != "" {
			texts = []string{leaf.Example}
		}
		// Rules for a single value do not hold for the cell with all of them.
		cell := pipeline.Field{Path: leaf.Path, Kind: "string", Help: leaf.Help, Title: leaf.Title, Secret: leaf.Secret,
			List: leaf.List, Example: strings.Join(texts, leaf.List.Split)}
		c := BlankColumn{Path: path, groups: at.groups, title: title, Field: cell, Need: need(0), Entry: at.entry}
		if at.example {
			c.Example = cell.Example
		}
		w.columns = append(w.columns, c)
		return
	}
	entries := max(w.repeat[p.path], p.least, 1)
	for i := 0; i < entries && !w.tooMany(); i++ {
		w.entries++
		c := BlankColumn{Path: fmt.Sprintf("%s[%d]", path, i), groups: at.groups, title: title, Field: leaf, Need: need(i),
			Entry: at.entry, Example: example(i)}
		if entries > 1 {
			c.number = i + 1
		}
		w.columns = append(w.columns, c)
	}
}

// inCell are the values in one cell of a list's column; nil for any other column.
func (c *BlankColumn) inCell(cell string) []string {
	if c.Field.List.Split == "" || strings.HasSuffix(c.Path, "]") {
		return nil
	}
	return strings.Split(cell, c.Field.List.Split)
}
