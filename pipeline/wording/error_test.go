package wording

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

func TestError(t *testing.T) {
	w := english(t)
	_, missing := os.Open("/no/such/file")
	here := pipeline.Place{Kind: "ledger", File: "a.db"}
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, ""},
		{"the system's", missing, "/no/such/file: no such file or folder"},
		{"a mistake", pipeline.Wrong("required"), "is required"},
		{"with a place", pipeline.Wrong("required").
			At(pipeline.Place{File: "a.xlsx", Sheet: "May", Row: 4, Column: "F"}),
			`a.xlsx, sheet "May", row 4, column F: is required`},
		{"with a kind", pipeline.Wrong("required").At(here), "ledger a.db: is required"},
		{"with a cause", pipeline.Fail("unchecked", "reason", fs.ErrNotExist),
			"cannot be checked: no such file or folder"},
		{"with a cause that has a sentence", pipeline.Fail("unchecked", "reason", pipeline.Wrong("required").At(here)),
			"cannot be checked: ledger a.db: is required"},
		{"wrapped", fmt.Errorf("a.csv: %w", pipeline.Fail("required")), "a.csv: is required"},
		{"wrapped twice", fmt.Errorf("a: %w", fmt.Errorf("b: %w", pipeline.Fail("required"))), "a: b: is required"},
		{"wrapped in words of its own", ownWords{pipeline.Fail("required")}, "is required"},
		{"joined", errors.Join(pipeline.Fail("required"), fs.ErrExist), "is required; the file already exists"},
		{"a mistake whose cause says it", &pipeline.Mistake{Err: pipeline.Fail("required"), Place: here},
			"ledger a.db: is required"},
		{"what is wrong alone", pipeline.Wrong("unchecked", "reason", fs.ErrExist).At(here).Reason(),
			"cannot be checked: the file already exists"},
	} {
		if got := w.Error(tt.err); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

type ownWords struct{ error }

func (ownWords) Error() string   { return "something else" }
func (e ownWords) Unwrap() error { return e.error }

func TestValues(t *testing.T) {
	w := english(t)
	nine := pipeline.Localized{"": "nine digits", "es": "nueve dígitos"}
	many := make([]string, 42)
	for i := range many {
		many[i] = "x"
	}
	for _, tt := range []struct {
		value any
		want  string
	}{
		{"text", "text"},
		{17, "17"},
		{2.5, "2.5"},
		{float64(3), "3"},
		{pipeline.Total(999), "999"},
		{pipeline.Total(1234567), "1,234,567"},
		{[]string{"A", "B"}, "A, B"},
		{many[:40], "x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, " +
			"x, x, x"},
		{[]int{}, ""},
		{[]int{3}, "3"},
		{[]int{3, 5}, "3 and 5"},
		{[]int{3, 5, 6}, "3, 5 and 6"},
		{[]int{3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 40}, "3 to 40"},
		{time.Date(2026, 11, 21, 6, 30, 15, 0, time.UTC), "2026-11-21 06:30:15 UTC"},
		{time.Time{}, ""},
		{300 * time.Millisecond, "300 ms"},
		{55 * time.Second, "55 s"},
		{12 * time.Minute, "12 min"},
		{59*time.Minute + 50*time.Second, "1 h"},
		{3*time.Hour + 12*time.Minute, "3 h 12 min"},
		{26 * time.Hour, "26 h"},
		{50 * time.Hour, "2 days"},
		{pipeline.Roughly(0), "less than a second"},
		{pipeline.Roughly(999 * time.Millisecond), "less than a second"},
		{pipeline.Roughly(90 * time.Second), "90 s"},
		{pipeline.Uncertain, "uncertain"},
		{pipeline.State("other"), "other"},
		{pipeline.Counts{pipeline.Created: 3, pipeline.Rejected: 1, pipeline.Known: 0}, "3 created, 1 rejected"},
		{pipeline.Place{File: "a.csv", Line: 3}, "a.csv, line 3"},
		{pipeline.Rule{Field: "nit", Text: nine}, "nine digits"},
		{nine, "nine digits"},
		{[]pipeline.Localized{nine, {"": "NIT"}}, "nine digits, NIT"},
		{pipeline.Say("required"), "is required"},
		{[]*pipeline.Message{pipeline.Say("required"), pipeline.Say("white_space")},
			w.Say("required") + "; " + w.Say("white_space")},
		{fs.ErrExist, "the file already exists"},
	} {
		if got, ok := w.value(tt.value); got != tt.want || !ok {
			t.Errorf("%T %v: %q, want %q", tt.value, tt.value, got, tt.want)
		}
	}
	if got, _ := (&Wording{lang: "es"}).value(nine); got != "nueve dígitos" {
		t.Errorf("nine digits in Spanish: %q", got)
	}
	if got, _ := w.value(many); got[len(got)-10:] != "and 2 more" {
		t.Errorf("42 names: %q", got)
	}
	if got, ok := w.value(3 + 4i); ok {
		t.Errorf("a complex number: %q", got)
	}
}

func TestPreferred(t *testing.T) {
	for locale, want := range map[string]string{"en_US.UTF-8": "en", "en": "en", "C": "en", "POSIX": "en", "": "en",
		"C.UTF-8": "en", "xx_YY": "en", "EN_gb@euro": "en", "../en": "en"} {
		if got := Preferred(locale); got != want {
			t.Errorf("%q: %q, want %q", locale, got, want)
		}
	}
}

// Counts have their thousands in groups on a terminal; numbers of rows never do.
func TestGrouped(t *testing.T) {
	for tag, want := range map[string]string{"en": "1,204 rows", "es": "1.204 filas"} {
		w, err := For(tag)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Grouped().Say("rows", "count", 1204); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
		if got := w.Grouped().In(time.UTC).Say("place.row", "number", 1204); !strings.Contains(got, "1204") {
			t.Errorf("%s: %q", tag, got)
		}
		if got := w.Say("rows", "count", 1204); !strings.HasPrefix(got, "1204 ") {
			t.Errorf("%s: %q", tag, got)
		}
	}
}
