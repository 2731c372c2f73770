package pipeline

import (
	"fmt"
	"strconv"
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

// CountRows counts rows, and customers where those are fewer.
func CountRows(rows, customers int) string {
	if rows == customers {
		return Count(rows, "row")
	}
	return Count(rows, "row") + ", " + Count(customers, "customer")
}

// mostListed is how many names [List] writes out.
const mostListed = 40

// List joins names; of very many it says how many more there are.
func List(names []string) string { return ListUpTo(names, mostListed) }

// ListUpTo is [List] that writes out so many names.
func ListUpTo(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
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

// ListRows names rows that ascend: row 3; rows 3, 5 and 6; rows 3 to 40 of
// very many.
func ListRows(rows []int) string {
	switch n := len(rows); {
	case n == 1:
		return fmt.Sprintf("row %d", rows[0])
	case n > 10:
		return fmt.Sprintf("rows %d to %d", rows[0], rows[n-1])
	}
	var texts []string
	for _, r := range rows[:len(rows)-1] {
		texts = append(texts, strconv.Itoa(r))
	}
	return fmt.Sprintf("rows %s and %d", strings.Join(texts, ", "), rows[len(rows)-1])
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
