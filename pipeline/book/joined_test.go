package book

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// sheetsOf makes a workbook of sheets in that order, cells between "|".
func sheetsOf(t *testing.T, lines map[string][]string, order ...string) string {
	t.Helper()
	f := excelize.NewFile()
	check(t, f.SetSheetName("Sheet1", order[0]))
	for _, sheet := range order {
		if sheet != order[0] {
			_, err := f.NewSheet(sheet)
			check(t, err)
		}
		fill(t, f, sheet, lines[sheet])
	}
	return save(t, f)
}

func fill(t *testing.T, f *excelize.File, sheet string, lines []string) {
	t.Helper()
	for r, line := range lines {
		for c, cell := range strings.Split(line, "|") {
			if cell != "" {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				check(t, err)
				check(t, f.SetCellStr(sheet, at, cell))
			}
		}
	}
}

// A row of names over several columns each is joined with the header below it, when that says more.
func TestAHeaderOfTwoRowsIsJoined(t *testing.T) {
	known := []string{"NIT", "Razón social", "Dirección / Calle", "Dirección / Ciudad", "Calle", "Ciudad", "Nombre",
		"Contacto / Nombre", "Contacto / Correo", "Correo"}
	words := func(s string) int {
		if slices.Contains(known, s) {
			return 1
		}
		return 0
	}
	lower, rows := "NIT|Razón social|Calle|Ciudad|Nombre|Correo", []string{"1|A|B|C|D|x@e.org", "2|E|F|G|H|y@e.org"}
	tests := []struct {
		name   string
		lines  []string
		merges []string // of the workbook; nil for a CSV
		blind  bool     // without known names
		header string
		row    int
	}{
		{"merged", []string{"||Dirección||Contacto", lower}, []string{"C1:D1", "E1:F1"}, false,
			"NIT|Razón social|Dirección / Calle|Dirección / Ciudad|Contacto / Nombre|Contacto / Correo", 2},
		{"merged, names unknown", []string{"||Dirección||Contacto", lower}, []string{"C1:D1", "E1:F1"}, true,
			"NIT|Razón social|Dirección / Calle|Dirección / Ciudad|Contacto / Nombre|Contacto / Correo", 2},
		{"merged over rows too", []string{"NIT|Razón social|Dirección||Contacto", "||Calle|Ciudad|Nombre|Correo"},
			[]string{"A1:A2", "B1:B2", "C1:D1", "E1:F1"}, false,
			"NIT|Razón social|Dirección / Calle|Dirección / Ciudad|Contacto / Nombre|Contacto / Correo", 2},
		{"one group", []string{"||Dirección", lower}, []string{"C1:D1"}, false,
			"NIT|Razón social|Dirección / Calle|Dirección / Ciudad|Nombre|Correo", 2},
		{"a title over all", []string{"Comercios", lower}, []string{"A1:F1"}, false, lower, 2},
		{"a title over some", []string{"Comercios de la base", lower}, []string{"A1:C1"}, false, lower, 2},
		{"of a CSV", []string{"NIT|Razón social|Dirección||Contacto|", "||Calle|Ciudad|Nombre|Correo"}, nil, false,
			"NIT|Razón social|Dirección / Calle|Dirección / Ciudad|Contacto / Nombre|Contacto / Correo", 2},
		{"of a CSV, names unknown", []string{"NIT|Razón social|Dirección||Contacto|", "||Calle|Ciudad|Nombre|Correo"}, nil,
			true, "NIT|Razón social|Dirección / Calle|Dirección / Ciudad|Contacto / Nombre|Contacto / Correo", 2},
		{"names that say less joined", []string{"Base||Corte de noviembre||", lower}, nil, false, lower, 2},
		{"a blank row between", []string{"||Dirección||Contacto", "", lower}, []string{"C1:D1", "E1:F1"}, false, lower, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := append(slices.Clone(tt.lines), rows...)
			var path string
			if tt.merges == nil {
				path = write(t, "book.csv", []byte(strings.ReplaceAll(strings.Join(lines, "\n"), "|", ";")+"\n"))
			} else {
				f := excelize.NewFile()
				fill(t, f, "Sheet1", lines)
				for _, m := range tt.merges {
					from, to, _ := strings.Cut(m, ":")
					check(t, f.MergeCell("Sheet1", from, to))
				}
				path = save(t, f)
			}
			o := Options{Words: words}
			if tt.blind {
				o.Words = nil
			}
			b := open(t, path, o)
			joined := strings.Contains(tt.header, joinNames)
			if got := strings.Join(headerNames(b), "|"); got != tt.header || b.HeaderRow() != tt.row ||
				strings.Contains(notesOf(b), "book.header_joined upper=1 row=2") != joined {
				t.Errorf("header in row %d: %s; notes %s", b.HeaderRow(), got, notesOf(b))
			}
			if n := rowsRead(t, b); n != len(rows) {
				t.Errorf("%d rows", n)
			}
			named := open(t, path, Options{Reading: pipeline.Reading{HeaderRow: tt.row}})
			if got := strings.Join(headerNames(named), "|"); got != tt.header {
				t.Errorf("named, the header is %s", got)
			}
			w := wantedOf("Dirección / Ciudad", "NIT")
			again := open(t, path, Options{Wanted: []Wanted{w}, Reading: pipeline.Reading{HeaderRow: tt.row}})
			if _, which := again.Matches(); joined && (which != 0 || !strings.Contains(headerNames(again)[3], joinNames)) {
				t.Errorf("a table with joined names has %q", headerNames(again))
			}
		})
	}
}
