package book

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// trims counts what trimming took away in one pass.
type trims struct {
	cells, rows int
	columns     []bool // by index
}

func (t *trims) add(r *record) {
	if len(r.trimmed) == 0 {
		return
	}
	t.rows++
	t.cells += len(r.trimmed)
	for _, i := range r.trimmed {
		for len(t.columns) <= i {
			t.columns = append(t.columns, false)
		}
		t.columns[i] = true
	}
}

// trimsShown is how many columns are named.
const trimsShown = 10

// Trimmed is a sentence on the cells from which the last call of [Book.Rows]
// trimmed white space or invisible characters, with the columns that they are
// in; "" when there was nothing to trim. It holds nothing of what stands in a
// cell.
func (b *Book) Trimmed() string {
	t := &b.trims
	if t.cells == 0 {
		return ""
	}
	var names []string
	more := 0
	for i, there := range t.columns {
		switch {
		case !there:
		case len(names) == trimsShown:
			more++
		case i < len(b.header) && b.header[i].Name != "":
			names = append(names, strings.Join(strings.Fields(b.header[i].Name), " "))
		default:
			names = append(names, pipeline.ColumnLetters(i))
		}
	}
	word := "columns "
	if len(names) == 1 {
		word = "column "
	}
	where := word + strings.Join(names, ", ")
	if more > 0 {
		where += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("white space or invisible characters were trimmed from %s in %s (%s)",
		pipeline.Count(t.cells, "cell"), pipeline.Count(t.rows, "row"), where)
}
