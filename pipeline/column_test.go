package pipeline

import (
	"slices"
	"testing"
)

func TestColumnNames(t *testing.T) {
	columns := []Column{{Name: "Legal\n name"}, {}, {Name: "NIT"}, {Name: "Note"}, {Name: "Note"}}
	if got := ColumnNames(columns); !slices.Equal(got, []string{"Legal name", "NIT", "Note#1", "Note#2"}) {
		t.Errorf("%q", got)
	}
}

func TestFindColumn(t *testing.T) {
	header := []Column{{0, "NIT"}, {1, "Note"}, {2, ""}, {3, "Note"}, {4, "A\nB"}, {5, "No#2"}, {6, "No"}, {7, "No"},
		{8, "C  D"}, {9, "C D"}, {10, "Razo\u0301n  social"}}
	const none, twice = -1, -2
	for name, want := range map[string]int{"NIT": 0, "Note": twice, "Note#1": 1, "Note#2": 3, "Note #2": 3, "Note#3": none,
		"Note#0": none, "Note#x": none, "": none, "#1": none, "A B": 4, "A\nB": 4, "A B#1": 4, "A B#2": none, "NIT#1": 0,
		"No#2": 5, "No#1": 6, "No": twice, "C D": 9, "C  D": 8, "C   D": twice, "nit": none, "Razón social": 10,
		"\u00adRazo\u0301n social": 10, "Razon social": none} {
		c, err := FindColumn(header, name)
		got := none
		switch {
		case err != nil:
			got = twice
		case c != nil:
			got = c.Index
		}
		if got != want {
			t.Errorf("%q is column %d, want %d", name, got, want)
		}
	}
	_, err := FindColumn(header, "Note")
	m, ok := err.(*Mistake)
	if !ok || m.What.String() != `book.column_twice column="Note" count=2 columns=[B D]` ||
		m.Hint.String() != `book.number_column first="Note#1" second="Note#2"` {
		t.Errorf("%v", err)
	}
	var names []string
	for _, same := range SameNames(header) {
		names = append(names, same.Message().String())
	}
	want := []string{`book.same_name column="Note" count=2 columns=[B D] second="Note#2"`,
		`book.same_name column="No" count=2 columns=[G H] second="No#2"`}
	if !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}
