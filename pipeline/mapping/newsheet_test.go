package mapping

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A mapping built from its lines and tables converts like the one that was read, without the files.
func TestNewSheetMapsTheSame(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.csv")
	for name, text := range map[string]string{
		"m.csv": "field,column,convert,value,note\n\nname,Nombre,collapse | upper,,for people\n" +
			"city,Ciudad,map(cities.csv),,\nzip,,,00100,\nmail,Correo,,,\n",
		"cities.csv": "from,to\nBOG,Bogotá\n'=MED,Medellín\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &pipeline.Provider{Name: "acme", Title: "Acme",
		Fields: []pipeline.Field{{Path: "name"}, {Path: "city"}, {Path: "zip"}, {Path: "mail"}}}
	header := []pipeline.Column{{Index: 0, Name: "Nombre"}, {Index: 1, Name: "Ciudad"}, {Index: 2, Name: "Correo"}}
	sheet, err := ReadSheet(path, csvFiles)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Compile(p, header, sheet)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	built := NewSheet(path, sheet.Lines(), sheet.Lookups())
	kept, err := Compile(p, header, built)
	if err != nil {
		t.Fatal(err)
	}
	row := pipeline.Row{Number: 2, Cells: []string{"ana  pérez", "BOG", "a@example.org"}}
	one, two := make([]string, 4), make([]string, 4)
	if got := append(read.Map(row, one), kept.Map(row, two)...); len(got) > 0 {
		t.Fatal(got)
	}
	if d := cmp.Diff(one, two); d != "" || one[0] != "ANA PÉREZ" || one[1] != "Bogotá" {
		t.Errorf("%q\n%s", one, d)
	}
	if d := cmp.Diff(sheet.Lookups(), built.Lookups()); d != "" {
		t.Error(d)
	}
	for i, want := range []bool{false, false, false, true} { // converted, by a table, a constant, copied
		if got := kept.CopiesCell(i); got != want {
			t.Errorf("slot %d is copied: %v", i, got)
		}
	}
	// The wrong line keeps its number, and no table is read from disk.
	_, err = Compile(p, header, NewSheet(path, sheet.Lines(), nil))
	if err == nil || !strings.Contains(err.Error(), "line 4") ||
		!strings.Contains(err.Error(), `mapping.table_not_kept table="cities.csv"`) {
		t.Errorf("without its table: %v", err)
	}
}
