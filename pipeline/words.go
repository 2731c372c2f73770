package pipeline

import (
	"fmt"
	"strings"
)

// Count is a number with its noun: 1 row, 2 rows, 3 entries.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") {
		noun = strings.TrimSuffix(noun, "y") + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// mostListed is how many names [List] writes out.
const mostListed = 40

// List joins names; of very many it says how many more there are.
func List(names []string) string {
	if len(names) > mostListed {
		return strings.Join(names[:mostListed], ", ") + fmt.Sprintf(" and %d more", len(names)-mostListed)
	}
	return strings.Join(names, ", ")
}

// ColumnNames are the names of the columns that have one, each on one line.
func ColumnNames(columns []Column) []string {
	var names []string
	for _, c := range columns {
		if c.Name != "" {
			names = append(names, strings.Join(strings.Fields(c.Name), " "))
		}
	}
	return names
}

// String lists the states that occur, in the order of [States]: 3 created, 1
// rejected; "" when none does.
func (c Counts) String() string {
	var parts []string
	for _, s := range States() {
		if c[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
