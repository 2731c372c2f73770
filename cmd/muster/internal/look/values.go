package look

import (
	"cmp"
	"slices"
	"strings"
)

// Value is a value of a column, "" for the empty cells, and its number of rows.
type Value struct {
	Text  string
	Count int
}

// mostBytes bounds what is kept of the values of a column.
const mostBytes = 8 << 20

// values counts the values of one column.
type values struct {
	counts map[string]int
	bytes  int
	more   bool // some values are not counted
}

func (v *values) add(cell string) {
	if n, ok := v.counts[cell]; ok {
		v.counts[cell] = n + 1
		return
	}
	if len(v.counts) == MostDistinct || v.bytes+len(cell) > mostBytes {
		v.more = true
		return
	}
	v.bytes += len(cell)
	v.counts[strings.Clone(cell)] = 1
}

// list returns them, most frequent first. When masked, different values may look alike.
func (v *values) list(asIs bool) (all []Value) {
	for text, count := range v.counts {
		all = append(all, Value{text, count})
	}
	slices.SortFunc(all, func(a, b Value) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Text, b.Text)) })
	for i := range all {
		all[i].Text = shownValue(all[i].Text, asIs)
	}
	return all
}
