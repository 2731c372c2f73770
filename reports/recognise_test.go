package reports

import (
	"slices"
	"testing"

	"muster/pipeline"
)

// A report is recognised by its header in any language; its own run is not the one in rows that an earlier request
// created.
func TestFindReport(t *testing.T) {
	texts := func(m *pipeline.Message) []string {
		return []string{testWords{}.Message(m), testWords{"report.column_state": "estado", "report.column_row": "fila",
			"report.column_run": "ejecución", "report.column_customer_id": "ID del cliente"}.Message(m)}
	}
	headerOf := func(names ...string) (all []pipeline.Column) {
		for i, name := range names {
			all = append(all, pipeline.Column{Index: i, Name: name})
		}
		return all
	}
	spanish := slices.Clone(Columns())
	spanish[rowAt], spanish[stateAt], spanish[customerIDAt], spanish[runAt] = "fila", "Estado", "ID del cliente", "ejecución"
	fewer := slices.DeleteFunc(slices.Clone(Columns()), func(name string) bool { return name == "attempts" })
	for name, c := range map[string]struct {
		header []string
		want   bool
	}{
		"CSV":           {append(Columns(), "Nota"), true},
		"sheet Results": {spanish, true},
		"moved":         {append([]string{"Nota"}, Columns()...), true},
		"fewer columns": {fewer, false},
		"a book":        {[]string{"row", "state", "key", "name", "email"}, false},
	} {
		if _, found := FindReport(headerOf(c.header...), texts); found != c.want {
			t.Errorf("%s: %v", name, found)
		}
	}
	r, _ := FindReport(headerOf(Columns()...), texts)
	cells := make([]string, len(Columns()))
	cells[runAt], cells[bookAt] = "20261121-063015-4f2a", "'=book.csv"
	for state, want := range map[string]bool{"invalid": true, "uncertain": true, "known": false, "created": false} {
		cells[stateAt] = state
		row := pipeline.Row{Number: 2, Cells: cells}
		if r.Own(row, texts) != want || r.Run(row) != "20261121-063015-4f2a" || r.Book(row) != "=book.csv" {
			t.Errorf("%s: own %v, run %s, book %s", state, r.Own(row, texts), r.Run(row), r.Book(row))
		}
	}
}
