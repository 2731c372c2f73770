package pipeline

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// Every origin reads back from its table.
func TestOriginTableComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.StringN(1, 8, -1)
		want := Origin{
			Run: some.Draw(t, "run"), Command: rapid.SampledFrom([]string{"", "import", "check"}).Draw(t, "command"),
			Provider: rapid.String().Draw(t, "provider"), Definition: some.Draw(t, "definition"),
			Env: rapid.String().Draw(t, "env"), Flags: nonEmpty(rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "flags")),
			Book: OriginBook{Path: rapid.String().Draw(t, "path"),
				Header: rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "header")},
			Rows: rapid.IntRange(0, 1<<20).Draw(t, "rows"), NoFix: rapid.Bool().Draw(t, "no fix"),
			Sealed: rapid.Bool().Draw(t, "sealed"),
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "lines") {
			want.Mapping.Lines = append(want.Mapping.Lines, MappingLine{Number: i + 2, Field: some.Draw(t, "field"),
				Column: rapid.String().Draw(t, "column"), Convert: rapid.String().Draw(t, "convert")})
			want.Customers = append(want.Customers, RowsOfOne{First: 3 * i, Last: 3*i + 2, Rows: 2})
		}
		for i := range rapid.SampledFrom([]int{0, 1, 2, brokenInCell + 1}).Draw(t, "broken") {
			want.Broken = append(want.Broken, BrokenCells{2 * i, CellsDigest{byte(i), 255}, i%3 == 1})
		}
		if rapid.Bool().Draw(t, "has tables") {
			entries := rapid.MapOfN(rapid.String(), rapid.String(), 0, 2)
			want.Mapping.Tables = rapid.MapOfN(rapid.String(), entries, 1, 2).Draw(t, "tables")
		}
		if rapid.Bool().Draw(t, "says its sheets") {
			roles := rapid.SampledFrom([]SheetRole{SummaryRole, ResultsRole, FixRole})
			want.Sheets = rapid.MapOfN(some, roles, 1, 3).Draw(t, "sheets")
		}
		got, ours, err := ParseOrigin(want.Table()[1:])
		if err != nil || !ours || !reflect.DeepEqual(want, got) {
			t.Fatalf("%v, %v: %+v, want %+v", ours, err, got, want)
		}
	})
}

func nonEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestParseOriginRefuses(t *testing.T) {
	good := [][]string{{"format", "muster results 1"}, {"run", "r"}, {"definition", "d"}, {"column", "c"},
		{"rows", "1"}}
	for _, c := range []struct {
		name string
		rows [][]string
		ours bool
		bad  bool
	}{
		{"ours", good, true, false},
		{"a later one with more to say", append(append([][]string{}, good...), []string{"colour", "red"}, nil),
			true, false},
		{"nothing", nil, false, false},
		{"somebody's", [][]string{{"NIT", "1"}}, false, false},
		{"another version", append([][]string{{"format", "muster results 2"}}, good[1:]...), true, true},
		{"no run", append(append([][]string{}, good[:1]...), good[2:]...), true, true},
		{"half a digest", append(append([][]string{}, good...), []string{"broken", "5:AAAA"}), true, true},
		{"a digest of no row", append(append([][]string{}, good...), []string{"broken", ":AAAAAAAAAAAAAAAAAAAAAA"}), true, true},
		{"no number", append(append([][]string{}, good...), []string{"rows", "many"}), true, true},
	} {
		if _, ours, err := ParseOrigin(c.rows); ours != c.ours || (err != nil) != c.bad {
			t.Errorf("%s: ours %v, error %v", c.name, ours, err)
		}
	}
}

// The role of a sheet does not depend on its name when the workbook says it.
func TestOriginRole(t *testing.T) {
	old := &Origin{}
	spanish := &Origin{Sheets: map[string]SheetRole{"Resumen": SummaryRole, "Resultados": ResultsRole,
		"Resultados 2": ResultsRole, "Sin confirmar": UncertainRole, "Corregir": FixRole}}
	for _, tt := range []struct {
		origin *Origin
		sheet  string
		want   SheetRole
	}{
		{old, "Results", ResultsRole}, {old, "Results 2", ResultsRole}, {old, "Resultsx", ""}, {old, "Fix", FixRole},
		{old, "Uncertain", UncertainRole}, {old, "Problems 3", ProblemsRole}, {old, "Summary", SummaryRole},
		{old, "Resultados", ""}, {old, "muster", ""},
		{spanish, "Resultados 2", ResultsRole}, {spanish, "Sin confirmar", UncertainRole}, {spanish, "Results", ""},
	} {
		if got := tt.origin.Role(tt.sheet); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.sheet, got, tt.want)
		}
	}
	if old.FixSheet() != "Fix" || spanish.FixSheet() != "Corregir" {
		t.Errorf("%q, %q", old.FixSheet(), spanish.FixSheet())
	}
}
