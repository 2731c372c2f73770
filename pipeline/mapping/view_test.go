package mapping

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// viewed shows what a view has of a row as FIELD COLUMNS: CELLS -> VALUE, with a star where
// it was changed and an S where it is secret.
func viewed(v *View, row pipeline.Row) (all []string) {
	v.Row(row, func(s Seen) {
		names := ""
		for _, c := range s.Columns {
			names += c.Name
		}
		text := fmt.Sprintf("%s %s: %s -> %s", s.Slot.Path, names, s.Cells, s.Value)
		if s.Changed {
			text += " *"
		}
		if s.Secret {
			text += " S"
		}
		all = append(all, text)
	})
	return all
}

func TestView(t *testing.T) {
	p := &pipeline.Provider{Name: "p", Title: "P", Fields: []pipeline.Field{
		{Path: "phone", Kind: "string"}, {Path: "name", Kind: "string"}, {Path: "note", Kind: "string"},
		{Path: "ssn", Kind: "string", Secret: true}, {Path: "id", Kind: "string"}, {Path: "kind", Kind: "string"}}}
	m, err := Compile(p, headerOf("A", "B", "C", "D", "note"), sheetOf(t, "field,column,convert,value\n"+
		"phone,A,phone(CO),\nname,B,,\nname,C,,\nssn,D,digits,\nid,D,reference,\nkind,,,X\n"))
	if err != nil {
		t.Fatal(err)
	}
	v := m.View(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		cells []string
		want  []string
	}{
		{[]string{"310 555 1234", "Ana", "Ejemplo", "000-12-0001", "n/a"}, []string{
			"phone A: 310 555 1234 -> +573105551234 *", "name BC: Ana + Ejemplo -> Ana Ejemplo *",
			"ssn D: 000-12-0001 -> 000120001 * S", "id D: 000-12-0001 -> f14c011788bf071ba6082ae9bdcc3c55 * S", "kind :  -> X",
			"note note: n/a ->  *"}},
		// What cannot be converted stays as the book has it.
		{[]string{"12", "", "", "", "ok"}, []string{"phone A: 12 -> 12", "name BC:  -> ", "ssn D:  ->  S",
			"id D:  ->  S", "kind :  -> X", "note note: ok -> ok"}},
	} {
		got := viewed(v, pipeline.Row{Number: 2, Cells: c.cells})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// A customer of several rows is one, and has what each row has of its own.
func TestViewOfSeveralRows(t *testing.T) {
	v := longMapping(t, longSheet).View(time.Time{})
	got := viewed(v, pipeline.Row{Number: 2, Rows: []int{2, 3, 4}, Cells: []string{"900-1", "Ejemplo", "1-1", "home",
		"900-1", "", "2 2", "work", "900-1", "", "33", ""}})
	want := []string{"nit NIT: 900-1 -> 9001 *", "name Name: Ejemplo -> Ejemplo", "address.city :  -> Bogotá",
		"phones[0].number Phone: 1-1 -> 11 *", "phones[0].type Type: home -> home",
		"phones[1].number Phone: 2 2 -> 22 *", "phones[1].type Type: work -> work",
		"phones[2].number Phone: 33 -> 33", "phones[2].type Type:  -> "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
