package mapping

import (
	"maps"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"muster/pipeline"
)

// asEntries is a plan that sends each value, and makes a key of the first.
type asEntries struct{ slots []pipeline.Slot }

func (p asEntries) Check(row int, values []string, d *pipeline.Draft) {
	d.Reset(row)
	d.Body = append(d.Body, "{}"...)
	for i, v := range values {
		d.Entries = append(d.Entries, pipeline.Entry{Path: p.slots[i].Path, Value: v})
	}
	d.Keys = append(d.Keys, pipeline.KeyValue{Value: values[0], Normalised: values[0]})
}

func (asEntries) Name(func(slot int) string) (string, pipeline.KeyValue, bool) {
	return "", pipeline.KeyValue{}, false
}

// draftOf checks a row of the columns A and B; marks are cells as they were.
func draftOf(t *testing.T, lines string, row pipeline.Row) *pipeline.Draft {
	t.Helper()
	m, err := Compile(clinic(), headerOf("A", "B"), sheetOf(t, "field,column,convert\n"+lines))
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewChecker(m, func(slots []pipeline.Slot) (RowPlan, error) { return asEntries{slots}, nil })
	if err != nil {
		t.Fatal(err)
	}
	var d pipeline.Draft
	row.Number = 2
	c.Check(row, &d)
	if len(d.Problems) > 0 {
		t.Fatalf("problems %v", d.Problems)
	}
	return &d
}

// A reference is made from the whole cell, including the invisible marks at its ends that are trimmed from every other
// value: customers whose reference is older than that trimming keep it.
func TestReferencesOfMarkedCells(t *testing.T) {
	row := func(cell, as string) pipeline.Row {
		r := pipeline.Row{Cells: []string{as, "Lima"}}
		if cell != as {
			r.Marked = map[int]string{0: cell}
		}
		return r
	}
	tests := []struct{ chain, cell, as, of string }{
		{"reference", "Ana", "Ana", "ana"},
		{"reference", "\u00adAna\u200e", "Ana", "\u00adana\u200e"},
		{"trim | reference", "\u202aAna\u202c", "Ana", "\u202aana\u202c"},
		{"collapse | upper | reference", "\u00adAna  Paz", "Ana  Paz", "\u00adana paz"},
		{"reference", "\u202eAna", "Ana", "\u202eana"},
		{"reference", "Jose\u0301", "Jose\u0301", "jose\u0301"},
	}
	for _, tt := range tests {
		d := draftOf(t, "id,A,"+tt.chain+"\nid,B,\n", row(tt.cell, tt.as))
		if want := reference([]string{tt.of, "lima"}); d.Entries[0].Value != want || d.Keys[0].Value != want {
			t.Errorf("%s of %q: %q, want the reference of %q", tt.chain, tt.cell, d.Entries[0].Value, tt.of)
		}
		if d := draftOf(t, "business_name,A,\nid,B,\n", row(tt.cell, tt.as)); d.Entries[0].Value != tt.as {
			t.Errorf("%q is sent as %q", tt.cell, d.Entries[0].Value)
		}
	}
}

// References of texts that read alike are compared as one, and the texts are there
// for those of an older muster.
func TestReferencesAreCompared(t *testing.T) {
	made := func(name string) *pipeline.Made {
		d := draftOf(t, "id,A,reference\nid,B,\n", pipeline.Row{Cells: []string{name, "Lima"}})
		if m := d.Keys[0].Made; m != d.Entries[0].Made {
			t.Errorf("key and field of %q were made of others", name)
		}
		return d.Entries[0].Made
	}
	want := reference([]string{"José Paz", "Lima"})
	for _, name := range []string{"José Paz", norm.NFD.String("José Paz"), "José  Paz", "José\u00a0Paz"} {
		m := made(name)
		if m == nil || m.Same != want || m.Texts[0] != name || m.By([]string{"José Paz", "Lima"}) != want {
			t.Errorf("%q: %+v", name, m)
		}
	}
	if m := made("Ana"); m != nil {
		t.Errorf("letters that are written in one way: %+v", m)
	}
}

// A value whose cell had marks at its ends says what it was.
func TestMarkedValues(t *testing.T) {
	row := pipeline.Row{Cells: []string{"Ana", "Lima"}, Marked: map[int]string{0: "\u00adAna"}}
	d := draftOf(t, "business_name,A,upper\nid,B,\n", row)
	if m := d.Entries[0].Made; d.Entries[0].Value != "ANA" || m == nil || m.Same != "ANA" || m.Texts[0] != "\u00adANA" {
		t.Errorf("%+v, made %+v", d.Entries[0], m)
	}
	if d.Entries[1].Made != nil {
		t.Errorf("%+v", d.Entries[1].Made)
	}
}

// What a conversion leaves is trimmed like a cell, spaces that pad a number apart.
func TestConvertedValuesAreTrimmed(t *testing.T) {
	for _, tt := range []struct{ chain, cell, want string }{
		{"first-word", "Ana\u00ad Paz", "Ana"}, {`"split(-,2)"`, "a-\u200eb", "b"}, {`"left-pad(4,' ')"`, "ñ", "   ñ"},
		{"title", "\u202aana\u202c", "Ana"},
	} {
		d := draftOf(t, "business_name,A,"+tt.chain+"\nid,B,\n", pipeline.Row{Cells: []string{tt.cell, "x"}})
		if got := d.Entries[0].Value; got != tt.want {
			t.Errorf("%s of %q is %q, want %q", tt.chain, tt.cell, got, tt.want)
		}
	}
}

// The lines of a customer have their own marks.
func TestLinesHaveTheirMarks(t *testing.T) {
	g := &grouping{width: 2}
	row := pipeline.Row{Cells: []string{"a", "b", "c", "d"}, Marked: map[int]string{1: "\u00adb", 2: "\u00adc"}}
	for line, want := range []map[int]string{{1: "\u00adb"}, {0: "\u00adc"}} {
		if own := g.line(row, line); !maps.Equal(own.Marked, want) || own.Cells[0] != row.Cells[2*line] {
			t.Errorf("line %d: %+v", line, own)
		}
	}
}

// Rows belong together, and agree, where their cells read alike.
func TestGroupsReadAlike(t *testing.T) {
	if !sameText("Jose\u0301  A", "José A") || sameText("Jose", "José") {
		t.Error("cells are compared otherwise than people read them")
	}
	if strings.Contains(trimMarks("\u00ad x \u00ad"), "\u00ad") || trimMarks(" x") != " x" {
		t.Error("marks and spaces are trimmed otherwise than ends with marks")
	}
}
