package reports

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func TestCellText(t *testing.T) {
	long := strings.Repeat("é", pipeline.MaxCellUnits)
	for in, want := range map[string]string{
		"plain":               "plain",
		"a\x00b\x1fc\ufffe":   "a\ufffdb\ufffdc\ufffd",
		"bad \xff byte":       "bad \ufffd byte",
		"tab\tline\nreturn\r": "tab\tline\nreturn\r",
		"_x0041_":             "_x0041_",
		"_x0041_x0042_":       "_x0041\ufffdx0042_",
		"_xD800_":             "\ufffdxD800_",
		long:                  long,
		long + "x":            strings.Repeat("é", pipeline.MaxCellUnits-1) + "…",
	} {
		if got := cellText(in); got != want {
			t.Errorf("%.40q: %.40q, want %.40q", in, got, want)
		}
	}
	// A surrogate pair is never split.
	wide := cellText(strings.Repeat("😀", pipeline.MaxCellUnits))
	if n := len(utf16.Encode([]rune(wide))); n > pipeline.MaxCellUnits || !strings.HasSuffix(wide, "😀…") {
		t.Errorf("%d units", n)
	}
}

func TestCSVCellsAreNoFormulas(t *testing.T) {
	for in, want := range map[string][2]string{ // any text, an ID
		"":                   {"", ""},
		"900123456-8":        {"900123456-8", "900123456-8"},
		"=":                  {"'=", "'="},
		"=1+1":               {"'=1+1", "'=1+1"},
		"@SUM(A1)":           {"'@SUM(A1)", "'@SUM(A1)"},
		"-V1StGXR8_Z5j":      {"'-V1StGXR8_Z5j", "-V1StGXR8_Z5j"},
		"+57/abc==":          {"'+57/abc==", "+57/abc=="},
		"-1+cmd|' /C calc'!": {"'-1+cmd|' /C calc'!", "'-1+cmd|' /C calc'!"},
		"-HYPERLINK(A1)":     {"'-HYPERLINK(A1)", "'-HYPERLINK(A1)"},
		"\t=1":               {"'\t=1", "'\t=1"},
		"\r=1":               {"'\r=1", "'\r=1"},
		"\n=1":               {"'\n=1", "'\n=1"},
		"＝1":                 {"'＝1", "'＝1"},
	} {
		if got := [2]string{pipeline.EscapeFormula(in), escapeID(in)}; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestEscapeCarried(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"plain":             "plain",
		"+573001234567":     "+573001234567",
		"+57 300 123 4567":  "+57 300 123 4567",
		"-12.5":             "-12.5",
		"-1.250.000,00":     "-1.250.000,00",
		"-2+3":              "'-2+3",
		"+57-300":           "'+57-300",
		"+":                 "'+",
		"- ":                "'- ",
		"=1+1":              "'=1+1",
		"@SUM(1+9)*cmd|' /": "'@SUM(1+9)*cmd|' /",
		"-1\n=1+1":          "'-1\n=1+1",
	} {
		if got := escapeCarried(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// text draws strings that are difficult for spreadsheets, XML and CSV.
func text() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{"=", "+", "-", "@", "\t", "\r", "\n", "\r\n", `"`, ",", ";", " ", "  ",
		"'", "<", "&", "]]>",
		"_x0041_", "x0042_", "_x005F_", "_xD800_", "_", "\x00", "\x1f", "\ufffe", "\xff", "\ufeff", "\u200b", "\u2028",
		"é", "😀", "00123", "1e5", "TRUE", "#N/A"})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(pieces, rapid.String()), 0, 6).Draw(t, "pieces"), "")
	})
}

func drawLine(t *rapid.T, row int) Line {
	return Line{
		Outcome: pipeline.Outcome{Row: row, State: rapid.SampledFrom(pipeline.States()).Draw(t, "state"),
			Message: said(text().Draw(t, "message")), CustomerID: text().Draw(t, "id")},
		Key: text().Draw(t, "key"), Name: text().Draw(t, "name"), Carry: []string{text().Draw(t, "carry"), "end"},
	}
}

// drawn are the drawn texts of a line, picked those of a report's row.
func drawn(l Line) []string {
	return []string{l.CustomerID, l.Key, l.Name, l.Message.String(), l.Carry[0]}
}

func picked(r []string) []string {
	return []string{r[customerIDAt], r[keyAt], r[nameAt], r[messageAt], r[fixedColumns]}
}

// Every text of a book or an answer reads back from the report. The lines of all checks go into one workbook, because
// making one costs far more than a line in it.
func TestTextsComeBack(t *testing.T) {
	dir, h := t.TempDir(), testHead("Tel.", "End")
	var all []Line
	rapid.Check(t, func(rt *rapid.T) {
		var lines []Line
		for i := range rapid.IntRange(1, 8).Draw(rt, "lines") {
			l := drawLine(rt, i+2)
			lines = append(lines, l)
			l.Row = len(all) + 2
			all = append(all, l)
		}
		path := filepath.Join(dir, "r.csv")
		writeReport(t, path, h, lines, Tail{Counts: countsOf(lines)})
		records := readCSV(t, path)
		if len(records) != len(lines)+1 {
			rt.Fatalf("%d records for %d lines", len(records), len(lines))
		}
		for i, l := range lines {
			got, want := picked(records[i+1]), drawn(l)
			for j, s := range got {
				begins := "=+-@\t\r\n"
				if j == 0 && regexp.MustCompile(`^[-+][A-Za-z0-9_.:/+=~-]*$`).MatchString(s) {
					begins = "" // an ID stays exact
				}
				if j == 4 && regexp.MustCompile(`^[-+][0-9 .,]*[0-9][0-9 .,]*$`).MatchString(s) {
					begins = "" // and so does a number in the book
				}
				if s != want[j] && s != "'"+want[j] || s != "" && strings.ContainsRune(begins, rune(s[0])) {
					rt.Errorf("row %d: %q from %q", l.Row, s, want[j])
				}
			}
		}
	})
	path := filepath.Join(dir, "r.xlsx")
	writeReport(t, path, h, all, Tail{Counts: countsOf(all)})
	rows := reported(t, sheetRows(t, openBook(t, path), pipeline.ResultsSheet), len(h.Carry))
	if len(rows) != len(all)+1 {
		t.Fatalf("%d rows for %d lines", len(rows), len(all))
	}
	for i, l := range all {
		want := drawn(l)
		for j := range want {
			want[j] = cellText(want[j])
		}
		if d := cmp.Diff(want, picked(rows[i+1])); d != "" {
			t.Errorf("row %d of %q: %s", l.Row, drawn(l), d)
		}
	}
}
