package book

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// wantedOf is a table with columns of these names.
func wantedOf(names ...string) Wanted {
	return Wanted{Names: len(names), Fits: func(header []pipeline.Column) (n int) {
		for _, name := range names {
			if c, _ := pipeline.FindColumn(header, name); c != nil {
				n++
			}
		}
		return n
	}}
}

// The header is the row of which most is known, whatever is above and below.
func TestTheHeaderIsFoundByWhatIsKnown(t *testing.T) {
	words := func(s string) int {
		if slices.Contains([]string{"NIT", "Nombre", "Correo", "Ciudad"}, s) {
			return 1
		}
		return 0
	}
	fields := func(s string) bool { return s == "nit" || s == "name" }
	title := "Preparado por|Fecha|2026-11-25"
	tests := []struct {
		name   string
		lines  []string
		wanted []Wanted
		row    int
		why    Why
		header string
	}{
		{"by a table that is wanted", []string{"NIT|Nombre", "x|y|z", "1|2|3"}, []Wanted{wantedOf("x", "z")}, 2, WhyWanted,
			"x|y|z"},
		{"the row that fits best", []string{"x|y", "1|2", "x|y|z", "3|4|5"}, []Wanted{wantedOf("x", "y", "z")}, 3,
			WhyWanted, "x|y|z"},
		{"the first of those that fit alike", []string{"x|y", "1|2", "x|y", "3|4"}, []Wanted{wantedOf("x", "y")}, 1,
			WhyWanted, "x|y"},
		{"one name of several is none", []string{"NIT|Nombre", "x|Ana"}, []Wanted{wantedOf("x", "y", "z")}, 1, WhyWords,
			"NIT|Nombre"},
		{"a table of one column", []string{"t|u", "x", "1"}, []Wanted{wantedOf("x")}, 2, WhyWanted, "x"},
		{"a field goes before words", []string{"NIT|Nombre|Correo", "nit|name|z", "1|2|3"}, nil, 2, WhyNames,
			"nit|name|z"},
		{"words", []string{title, "x|NIT|Nombre|Correo", "1|2|3|4"}, nil, 2, WhyWords, "x|NIT|Nombre|Correo"},
		{"a row of the book with two words", []string{"c1|c2|c3|c4", "NIT|Nombre|900123456|z", "x|y|900123457|z"}, nil, 1,
			WhyFirst, "c1|c2|c3|c4"},
		{"a title with one word", []string{"NIT|900", "a|b|c", "1|2|3"}, nil, 2, WhyKinds, "a|b|c"},
		{"names above rows of one kind", []string{title, "a|b|c|d", "Ana|1|2|x@e.org", "Eva|3|4|y@e.org"}, nil, 2, WhyKinds,
			"a|b|c|d"},
		{"two title cells above three names are no header", []string{"Base:|Corte", "a|b|c", "Ana|1|2", "Eva|3|4"}, nil, 2,
			WhyKinds, "a|b|c"},
		{"as many title cells as names", []string{"Base|Corte:|2026-11-25", "a|b|c", "Ana|1|2", "Eva|3|4"}, nil, 2, WhyKinds,
			"a|b|c"},
		{"a header without a name for each column", []string{"a|b", "Ana|x|1", "Eva|2|3", "Uma|4|5"}, nil, 1, WhyFirst,
			"a|b"},
		{"years", []string{"Nombre|2018|2019", "ACME|35|36", "B|37|38"}, nil, 1, WhyFirst, "Nombre|2018|2019"},
		{"nothing shows it", []string{"a|b", "c|d", "e|f"}, nil, 1, WhyFirst, "a|b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, content := range map[string][]byte{
				"book.csv":  []byte(strings.ReplaceAll(strings.Join(tt.lines, "\n"), "|", ";") + "\n"),
				"book.xlsx": workbookOf(t, sheetOf(tt.lines...)),
			} {
				b := open(t, write(t, name, content), Options{Wanted: tt.wanted, Names: fields, Words: words})
				got := strings.Join(headerNames(b), "|")
				if got != tt.header || b.HeaderRow() != tt.row || b.Why() != tt.why {
					t.Errorf("%s: header in row %d by %s: %s", name, b.HeaderRow(), b.Why(), got)
				}
			}
		})
	}
}

// The row where a table's header was before is only used when it fits.
func TestWhereATableWas(t *testing.T) {
	lines := []string{"x|y", "1|2", "x|y", "3|4"}
	deep := append(slices.Repeat([]string{"r|s"}, headerWithin+15), "x|y", "1|2")
	tests := []struct {
		name  string
		lines []string
		was   int
		given int
		row   int
		note  bool
	}{
		{"there", lines, 3, 0, 3, false},
		{"not there", lines, 2, 0, 1, false},
		{"named otherwise", lines, 3, 1, 1, false},
		{"farther down than headers are", deep, len(deep) - 1, 0, len(deep) - 1, false},
		{"not known", append([]string{"t"}, lines...), 0, 0, 2, true},
		{"without a header", []string{"1|2", "3|4"}, pipeline.NoHeader, 0, 0, false},
		{"without a header before", lines, pipeline.NoHeader, 0, 1, false},
	}
	for _, tt := range tests {
		w := wantedOf("x", "y")
		w.Row = tt.was
		for name, content := range map[string][]byte{
			"book.csv":  []byte(strings.ReplaceAll(strings.Join(tt.lines, "\n"), "|", ";") + "\n"),
			"book.xlsx": workbookOf(t, sheetOf(tt.lines...)),
		} {
			b := open(t, write(t, name, content), Options{Wanted: []Wanted{w},
				Reading: pipeline.Reading{HeaderRow: tt.given}})
			if b.HeaderRow() != tt.row || (len(b.Notes()) > 0) != tt.note {
				t.Errorf("%s, %s: header in row %d, notes %q", tt.name, name, b.HeaderRow(), b.Notes())
			}
		}
	}
}

// Of several tables the one that fits completely and with most names is chosen; all say how they fit, and in which
// sheet.
func TestMatches(t *testing.T) {
	path := sheetsOf(t, map[string][]string{"Base": {"NIT|Nombre|Correo", "1|2|3"}, "Otra": {"t", "x|y", "1|2"}},
		"Base", "Otra")
	other := wantedOf("x", "y")
	other.Sheet = "otra"
	gone := wantedOf("x", "y")
	gone.Sheet = "Gone"
	tests := []struct {
		name   string
		wanted []Wanted
		sheet  string
		which  int
		fits   []int
	}{
		{"the most names", []Wanted{wantedOf("NIT"), wantedOf("NIT", "Nombre")}, "Base", 1, []int{1, 2}},
		{"whole before many", []Wanted{wantedOf("NIT", "Nombre", "x"), wantedOf("Correo")}, "Base", 1, []int{2, 1}},
		{"the first of equals", []Wanted{wantedOf("NIT", "Correo"), wantedOf("NIT", "Nombre")}, "Base", 0, []int{2, 2}},
		{"on the sheet where it was", []Wanted{wantedOf("NIT", "z"), other}, "Otra", 1, []int{1, 2}},
		{"on a sheet that is gone", []Wanted{gone}, "Base", -1, []int{0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, path, Options{Wanted: tt.wanted})
			matches, which := b.Matches()
			var fits []int
			for _, m := range matches {
				fits = append(fits, m.Fits)
			}
			if d := cmp.Diff(tt.fits, fits); d != "" || which != tt.which || b.Sheet() != tt.sheet {
				t.Errorf("table %d on sheet %s: %s", which, b.Sheet(), d)
			}
		})
	}
	if b := open(t, path, Options{Wanted: []Wanted{other}, Sheet: "Base"}); b.Sheet() != "Base" {
		t.Errorf("the sheet that is named is %s", b.Sheet())
	}
}

// For any first rows, the header is one of them.
func TestAnyRowsHaveAHeader(t *testing.T) {
	cells := []string{"", "", "a", "NIT", "b:", "900123456", "2026-01-31", "x@e.org", "#N/A"}
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom(cells), 1, 4), 1, 30).Draw(rt, "lines")
		var text strings.Builder
		filled := map[int]bool{}
		for i, line := range lines {
			text.WriteString(strings.Join(line, ";") + "\n")
			filled[i+1] = strings.Join(line, "") != ""
		}
		path := filepath.Join(t.TempDir(), "book.csv")
		check(t, os.WriteFile(path, []byte(text.String()), 0o600))
		b, err := Open(path, Options{Wanted: []Wanted{wantedOf("a", "b:")},
			Words: func(s string) int { return strings.Count(s, "NIT") }})
		if err != nil {
			return // refused with a message
		}
		defer b.Close()
		if !filled[b.HeaderRow()] || len(b.Header()) == 0 {
			rt.Errorf("the header is in row %d: %q", b.HeaderRow(), headerNames(b))
		}
		if err := b.Rows(context.Background(), func(pipeline.Row) error { return nil }); err != nil {
			rt.Error(err)
		}
	})
}
