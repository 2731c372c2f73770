package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func TestLostLetters(t *testing.T) {
	lost := []string{"PE?A", "L?PEZ", "PANADER?A L?PEZ SAS", "Pe?a", "Nu??ez", "D?Angelo", "QUE?NO", "Caf? Pe?a?"}
	fine := []string{"", "?", "Who?", "¿Qué?", "¿Quién? ¡Yo!", "Qué?No", "What? Why?", "Caf?", "?andu", "A ? B",
		"3?A", "A?3",
		"https://example.org/a?b", "example.org/a?b", "www.example.org?b", "a?b=c", "a?b@example.org", "¿a?¿b?", "A?-B"}
	for _, s := range lost {
		if !lostLetters(s) {
			t.Errorf("%q is taken for sound", s)
		}
	}
	for _, s := range fine {
		if lostLetters(s) {
			t.Errorf("%q is taken for spoilt", s)
		}
	}
}

func TestMayLackLetters(t *testing.T) {
	for s, want := range map[string]bool{"JOS? PEREZ": true, "?NGEL": true, "El ?andu": true, "Who? Inc": true,
		"¿Qué? Bar": false, "Who?": false, "Bar Who?": false, "?": false, "A ? B": false, "??": false,
		"a?b=c x": false, "https://example.org/? x": false, "5? A": true, "Ana": false} {
		if got := mayLackLetters(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
}

func TestTwoAlphabets(t *testing.T) {
	for s, want := range map[string]bool{"Kоmpania": true, "АBC": true, "Αlfa": true, "Мaкс": true, "Café Ñandú": false,
		"Компания ABC": false, "ABC-Компания": false, "10kΩ": false, "5 µm": false, "βeta": false, "Ελλάς": false,
		"أحمد 李明": false, "O’Connor": false} {
		if got := twoAlphabets(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
}

// What a question mark inside a word means depends on the rest of its column alone.
func TestQuestionMarksByColumn(t *testing.T) {
	sheet := "field,column,convert\nbusiness_name,A,\npurpose,B,upper\nemail,C,join(-)\nemail,D,\n"
	check := func(learnt string, rows ...string) (wrong [][]string) {
		m, err := Compile(clinic(), headerOf("A", "B", "C", "D"), sheetOf(t, sheet))
		if err != nil {
			t.Fatal(err)
		}
		var values []string
		c, err := NewChecker(m, func([]pipeline.Slot) (RowPlan, error) { return takesAll{&values}, nil })
		if err != nil {
			t.Fatal(err)
		}
		if learnt != "" {
			c.Learn(strings.Split(learnt, ";"))
		}
		for range 2 { // a second pass finds the same
			wrong = nil
			var d pipeline.Draft
			for i, row := range rows {
				c.Check(pipeline.Row{Number: 2 + i, Cells: strings.Split(row, ";")}, &d)
				var found []string
				for _, p := range d.Problems {
					found = append(found, p.Cell()+" "+string(p.Code)+" "+string(p.Message.Code))
				}
				wrong = append(wrong, found)
			}
		}
		return wrong
	}
	spoilt := func(cell string) []string { return []string{cell + " spoilt cells.lost_letters"} }
	tests := []struct {
		name, learnt string
		rows         []string
		want         [][]string
	}{
		{"a question", "LÓPEZ;x;;", []string{"Who? Inc;x;;", "JOS? PEREZ;x;;"}, [][]string{nil, nil}},
		{"no accents at all", "", []string{"PE?A;x;;", "LOPEZ;x;;"}, [][]string{nil, nil}},
		{"accents in another column", "", []string{"LOPEZ;Peña;;", "PE?A;x;;"}, [][]string{nil, nil}},
		{"accents above", "", []string{"LÓPEZ;x;;", "PE?A;x;;"}, [][]string{nil, spoilt("A3")}},
		{"accents below, in all passes", "", []string{"PE?A;x;;", "LÓPEZ;x;;", "NU?EZ;x;;"},
			[][]string{nil, nil, spoilt("A4")}},
		{"accents among the first rows", "LÓPEZ;x;;", []string{"PE?A;x;;"}, [][]string{spoilt("A2")}},
		{"a letter was lost above", "", []string{"L\ufffdPEZ;x;;", "PE?A;x;;"},
			[][]string{{"A2 spoilt cells.replacement"}, spoilt("A3")}},
		{"signs are no letters", "2.º;x;;", []string{"PE?A;x;;"}, [][]string{nil}},
		{"behind a conversion", ";é;;", []string{"A;pe?a;;"}, [][]string{spoilt("B2")}},
		{"one of several cells", ";;;é", []string{"A;;x;pe?a"}, [][]string{spoilt("D2")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, check(tt.learnt, tt.rows...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
