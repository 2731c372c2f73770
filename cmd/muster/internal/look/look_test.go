package look

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/wording"
)

// lookAt examines a CSV with that text.
func lookAt(t *testing.T, text string, o Options) *Report {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := At(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// column makes a book of two columns, the second with these cells.
func column(name string, cells ...string) string {
	text := "Nombre;" + name + "\n"
	for _, cell := range cells {
		text += "x;" + cell + "\n"
	}
	return text
}

func TestKindsAndFindings(t *testing.T) {
	many := func(cell string, n int) []string { return slices.Repeat([]string{cell}, n) }
	tests := []struct {
		name, text string
		kind       book.CellKind
		mixed      bool
		findings   []string
	}{
		{"text", column("Ciudad", "Cali", "Bogotá", "Cali"), book.CellText, false, nil},
		{"empty", column("Ciudad", "", ""), book.CellBlank, false, nil},
		{"dates", column("Fecha", "2026-01-31", "31/12/2026"), book.CellDate, false, nil},
		{"numbers", column("Valor", "1.234,50", "(57) 310", "$ 12"), book.CellNumber, false, nil},
		{"addresses, one twice", column("Correo", "a@e.org", "b@e.org", "c@e.org", "d@e.org", "e@e.org", "a@e.org"),
			book.CellAddress, false, []string{"repeated 1 in row 7"}},
		{"a value of many", column("Correo", "a@e.org", "a@e.org", "a@e.org"), book.CellAddress, false, nil},
		{"one other", column("NIT", append(many("900", 30), "CC 12")...), book.CellNumber, false,
			[]string{"other 1 in row 32"}},
		{"mixed", column("NIT", "900", "901", "CC 12"), book.CellNumber, true, []string{"mixed 1 in row 4"}},
		{"a number among texts", column("Ciudad", append(many("Cali", 30), "5")...), book.CellText, false, nil},
		{"blanks at the ends", column("Ciudad", " Cali", "Cali  ", "Cali"), book.CellText, false,
			[]string{"blanks 2 in row 0"}},
		{"scientific", column("NIT", "9.00155E+08", "9,1e8", "900155433", "x", "1e", "E5"), book.CellText, true,
			[]string{"mixed 3 in row 2", "scientific 2 in row 2"}},
		{"spoilt and missing", column("Nombre comercial", "CafÃ©", "Pan", "N/A", "-", "Té"), book.CellText, false,
			[]string{"spoilt 1 in row 2", "placeholders 2 in row 4"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := lookAt(t, tt.text, Options{}).Columns[1]
			kind, mixed := c.Kind()
			var findings []string
			for _, f := range c.Findings {
				findings = append(findings, fmt.Sprintf("%s %d in row %d", f.Code, f.Count, f.Row))
			}
			if diff := cmp.Diff(tt.findings, findings); diff != "" || kind != tt.kind || mixed != tt.mixed {
				t.Errorf("kind %d, mixed %v (-want +got):\n%s", kind, mixed, diff)
			}
		})
	}
}

// The number of counted values is bounded.
func TestDistinctValuesAreBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("Nombre;Código\n")
	for i := range MostDistinct + 5 {
		fmt.Fprintf(&text, "x;c%d\n", i)
	}
	r := lookAt(t, text.String(), Options{Column: "Código"})
	if c := r.Columns[1]; c.Distinct != MostDistinct || !c.More || len(r.Values) != MostDistinct || !r.More {
		t.Errorf("%d different values, more %v; %d are counted, more %v", c.Distinct, c.More, len(r.Values), r.More)
	}
	wide := strings.Repeat("a;", 2000) + "a\n"
	for i := range mostInAll/2001 + 1 {
		wide += strings.Repeat(fmt.Sprintf("%d;", i), 2000) + "x\n"
	}
	if c := lookAt(t, wide, Options{}).Columns[0]; c.Distinct != mostInAll/2001 || !c.More {
		t.Errorf("of a wide book %d different values, more %v", c.Distinct, c.More)
	}
}

func TestValuesByFrequency(t *testing.T) {
	text := column("Tipo", "b", "a", "", "b", "c", "a", "b", "900.155.433-6")
	for samples, key := range map[bool]string{false: "900.***.***-*", true: "900.155.433-6"} {
		r := lookAt(t, text, Options{Column: "Tipo", Samples: samples})
		want := []Value{{"b", 3}, {"a", 2}, {"", 1}, {key, 1}, {"c", 1}}
		if diff := cmp.Diff(want, r.Values); diff != "" || r.ValuesOf.Name != "Tipo" {
			t.Errorf("samples %v (-want +got):\n%s", samples, diff)
		}
	}
	path := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := At(context.Background(), path, Options{Column: "Typ"})
	var m *pipeline.Mistake
	if !errors.As(err, &m) || m.What.Code != "look.no_column" || m.Hint == nil {
		t.Errorf("a column that is not there: %v", err)
	}
}

// Values are masked, in the text and in the JSON lines.
func TestWhatIsShownIsMasked(t *testing.T) {
	text := "Base de comercios;noviembre\nNIT;Correo;Ciudad\n900155433-6;pagos@cafe.example.org;Cali\n" +
		"900155434-5;caja@cafe.example.org;Bogotá\n"
	english, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, samples := range []bool{false, true} {
		r := lookAt(t, text, Options{Samples: samples})
		var lines strings.Builder
		if err := r.WriteJSON(&lines, english); err != nil {
			t.Fatal(err)
		}
		for _, out := range []string{r.Text(english, 0), lines.String()} {
			if strings.Contains(out, "900155433") != samples || strings.Contains(out, "pagos@") != samples ||
				!strings.Contains(out, "Cali") {
				t.Errorf("samples %v:\n%s", samples, out)
			}
		}
		types := map[string]int{}
		for line := range strings.Lines(lines.String()) {
			var l struct{ Type string }
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			types[l.Type]++
		}
		if diff := cmp.Diff(map[string]int{"look": 1, "column": 3}, types); diff != "" || r.HeaderRow != 2 ||
			r.Why != book.WhyWords || r.Rows != 2 {
			t.Errorf("header in row %d by %s, %d rows (-want +got):\n%s", r.HeaderRow, r.Why, r.Rows, diff)
		}
	}
}

// Paths of fields are told apart by their ends, and a column without samples does not end the table.
func TestColumnsStandInOneTable(t *testing.T) {
	english, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	const path = "businessRepresentatives[0].addresses[0]."
	text := lookAt(t, "NIT;Vacía;"+path+"addressLine1;"+path+"addressLine2\n900155433;;Calle Uno;2\n",
		Options{}).Text(english, 0)
	want := `
A  NIT                                       number  1       1         9        900******
B  Vacía                                     empty   0       0         0
C  businessRepres…addresses[0].addressLine1  text    1       1         9        Calle Uno
D  businessRepres…addresses[0].addressLine2  number  1       1         1        2
`
	if !strings.Contains(text, want) {
		t.Errorf("%s\nlacks%s", text, want)
	}
}

func TestHiddenColumnsAreNamed(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, text := range map[string]string{"A1": "NIT", "B1": "Correo", "A2": "900155433", "B2": "x@cafe.example.org"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetColVisible("Sheet1", "B", false); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	r, err := At(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Notes) != 1 || r.Notes[0].Code != "look.hidden_columns" ||
		!cmp.Equal(r.Notes[0].Arg("columns"), []string{"B Correo"}) {
		t.Errorf("notes %v", r.Notes)
	}
}

// At a terminal a line of the table does not break.
func TestTheTableFits(t *testing.T) {
	r := lookAt(t, column("Observaciones", strings.Repeat("ñandú ", 9), strings.Repeat("otra ", 9)), Options{})
	english, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	text := r.Text(english, 60)
	if !strings.Contains(text, "ñandú") || !strings.Contains(text, "…\n") {
		t.Errorf("no sample is cut:\n%s", text)
	}
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(line); strings.HasPrefix(line, "B ") && n > 61 {
			t.Errorf("%d characters: %q", n, line)
		}
	}
}
