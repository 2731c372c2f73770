package pipeline

import (
	"strconv"
	"strings"
)

// FindColumn finds a column of a header by its name: first one with exactly that name, else one that reads the same
// ([Canonical]), because a line break in a header cannot be typed, and accents may be encoded in two ways. Of several
// columns of one name, NAME#2 is the second, unless a column has that very name; the name alone is then a [*Mistake].
// The column is nil where there is none.
func FindColumn(header []Column, name string) (*Column, error) {
	found := columnsNamed(header, name)
	if len(found) == 0 {
		base, number, ok := cutNumber(name)
		if named := columnsNamed(header, base); ok && number <= len(named) {
			return &header[named[number-1]], nil
		}
		return nil, nil
	}
	if len(found) > 1 {
		return nil, Wrong("book.column_twice", "column", name, "count", len(found), "columns", lettersOf(found)).
			Try("book.number_column", "first", numbered(name, 1), "second", numbered(name, 2))
	}
	return &header[found[0]], nil
}

// columnsNamed are the indexes of the columns of that name.
func columnsNamed(header []Column, name string) (found []int) {
	for i := range header {
		if header[i].Name == name && name != "" {
			found = append(found, i)
		}
	}
	if found != nil {
		return found
	}
	read := Canonical(name)
	for i := range header {
		if one := Canonical(header[i].Name); one != "" && one == read {
			found = append(found, i)
		}
	}
	return found
}

func cutNumber(name string) (base string, number int, ok bool) {
	i := strings.LastIndexByte(name, '#')
	if i < 1 {
		return name, 0, false
	}
	number, err := strconv.Atoi(name[i+1:])
	return Trim(name[:i]), number, err == nil && number > 0
}

func numbered(name string, number int) string { return name + "#" + strconv.Itoa(number) }

func lettersOf(columns []int) []string {
	letters := make([]string, len(columns))
	for i, c := range columns {
		letters[i] = ColumnLetters(c)
	}
	return letters
}

// ColumnNames are the names of the columns, as people read them and as [FindColumn] finds them: columns of one name
// are numbered, columns without a name left out.
func ColumnNames(columns []Column) []string {
	count, met := map[string]int{}, map[string]int{}
	for _, c := range columns {
		count[Canonical(c.Name)]++
	}
	var names []string
	for _, c := range columns {
		name := Canonical(c.Name)
		if name == "" {
			continue
		}
		if met[name]++; count[name] > 1 {
			name = numbered(name, met[name])
		}
		names = append(names, name)
	}
	return names
}

// SameName is a group of columns that have one name.
type SameName struct {
	Name    string
	Columns []int // their indexes, ascending
}

// Message names the group's columns.
func (s SameName) Message() *Message {
	return Say("book.same_name", "column", Canonical(s.Name), "count", len(s.Columns), "columns", lettersOf(s.Columns),
		"second", numbered(Canonical(s.Name), 2))
}

// SameNames finds the columns of a header that share a name.
func SameNames(header []Column) (all []SameName) {
	at := make(map[string][]int, len(header))
	for i, c := range header {
		at[c.Name] = append(at[c.Name], i)
	}
	for i, c := range header {
		if same := at[c.Name]; c.Name != "" && len(same) > 1 && same[0] == i {
			all = append(all, SameName{c.Name, same})
		}
	}
	return all
}
