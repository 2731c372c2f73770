package mapsheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping/suggest"
	"muster/pipeline/wording"
	"muster/templates"
)

var day = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func english(t *testing.T) *wording.Wording {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// definition is any one that comes with muster.
func definition(t *testing.T) *templates.Definition {
	t.Helper()
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	def, err := set.Find(set.Names()[0])
	if err != nil {
		t.Fatal(err)
	}
	return def
}

func opened(t *testing.T, text string) *book.Book {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path, book.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// Decisions come before what is missing, and both before ignored columns.
func TestText(t *testing.T) {
	def := definition(t)
	b := opened(t, "NIT,Color\n")
	m := &Sheet{def: def, book: b, out: "m.csv", words: english(t), Suggestion: &suggest.Suggestion{
		Lines: []suggest.Line{
			{Field: "phone", Confidence: suggest.Missing},
			{Field: "id", Column: "NIT", Convert: "digits", Confidence: suggest.Low,
				Ask: []*pipeline.Message{pipeline.Say(pipeline.AsWritten, "text", "which?")}},
			{Field: "country", Value: "CO", Confidence: suggest.Medium},
		},
		Unused: []suggest.Unused{{Column: pipeline.Column{Name: "Color\n of it"}},
			{Column: pipeline.Column{Name: "Tag"}, Why: pipeline.Say(pipeline.AsWritten, "text", "empty")}},
		Tables: []suggest.Table{{Named: "m-country.csv", Columns: []string{"Country"}}},
		Notes:  []*pipeline.Message{pipeline.Say(pipeline.AsWritten, "text", "two lists")},
	}}
	got, err := m.Text("muster check", day)
	if err != nil {
		t.Fatal(err)
	}
	head := "m.csv: mapping of " + b.Name() + " to " + def.Provider().Title + ", from its 0 rows\n"
	want := head + "  missing  phone    ?\n  low      id       NIT | digits\n  medium   country  = CO\n" +
		"to decide:\n  id (NIT): which?\nmissing:\n  phone: \nignored columns: Color of it, Tag (empty)\n" +
		"note: two lists\ntable: m-country.csv says what the provider calls the values of Country; check it\n" +
		"next: fill in the 1 line marked missing and the 1 line to decide, then run `muster check`\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A complete mapping is checked with the rows that it was made from.
func TestTextOfACompleteMapping(t *testing.T) {
	def := definition(t)
	example, err := def.File("example.csv")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "m.csv")
	m, err := Suggest(t.Context(), def, opened(t, string(example)), out, english(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Write(); err != nil {
		t.Fatal(err)
	}
	got, err := m.Text("muster check", day)
	if err != nil {
		t.Fatal(err)
	}
	if rows := len(m.sample.Rows); rows == 0 {
		t.Fatal("the example has no rows")
	}
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if !strings.Contains(got, " rows pass every check with this mapping\n") ||
		lines[len(lines)-1] != "next: check the notes, then run `muster check`" {
		t.Error(got)
	}
	if _, err := os.Stat(out); err != nil {
		t.Error(err)
	}
}

func TestNextStep(t *testing.T) {
	for _, c := range []struct {
		missing, undecided int
		want               string
	}{
		{0, 0, "next: check the notes, then run `C`"},
		{1, 0, "next: fill in the 1 line marked missing (a column, or one value for all rows), then run `C`"},
		{0, 2, "next: fill in the 2 lines to decide, then run `C`"},
		{1, 2, "next: fill in the 1 line marked missing and the 2 lines to decide, then run `C`"},
	} {
		if got := english(t).Message(nextStep(c.missing, c.undecided, "C")); got != c.want {
			t.Errorf("%d missing, %d undecided: %s\nwant %s", c.missing, c.undecided, got, c.want)
		}
	}
}

func TestSheetOfTable(t *testing.T) {
	for _, c := range []struct{ slug, want string }{
		{"country", "country"},
		{"mapping", "mapping-values"},
		{strings.Repeat("x", 5) + strings.Repeat("y", 31), strings.Repeat("y", 31)},
	} {
		if got := sheetOfTable(c.slug, "mapping"); got != c.want {
			t.Errorf("%s: %s", c.slug, got)
		}
	}
}
