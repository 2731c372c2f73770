package wording

import (
	"sync"
	"testing"

	"muster/pipeline"
)

func english(t testing.TB) *Wording {
	t.Helper()
	w, err := For("en")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestMessage(t *testing.T) {
	w := english(t)
	for _, tt := range []struct {
		name    string
		message *pipeline.Message
		want    string
	}{
		{"nothing", nil, ""},
		{"no arguments", pipeline.Say("white_space"), "is blank: it has only white space"},
		{"one", pipeline.Say("too_short", "count", 1, "least", 9), "has 1 character, at least 9 are needed"},
		{"none", pipeline.Say("too_short", "count", 0, "least", 9), "has 0 characters, at least 9 are needed"},
		{"many", pipeline.Say("too_short", "count", 6, "least", 9), "has 6 characters, at least 9 are needed"},
		{"a list", pipeline.Say("not_listed", "values", []string{"M", "F"}),
			"is not one of the values that the provider takes: M, F"},
		{"a part", pipeline.Say("not_listed", "values", pipeline.Say("first_of_many", "values", []string{"A", "B"},
			"total", 20)),
			"is not one of the values that the provider takes: A, B and others, 20 in all"},
		{"a rule", pipeline.Say("with_rule", "problem", pipeline.Say("too_long", "count", 40, "most", 35),
			"rule", pipeline.Rule{Field: "email", Text: pipeline.Localized{"": "one e-mail address"}}),
			"has 40 characters, at most 35 are allowed: it must be one e-mail address"},
		{"a part that is a text elsewhere", pipeline.Say("too_few_parts", "count", 1,
			"separator", pipeline.Say("a_space")),
			"has only 1 part when split at a space"},
		{"braces in an argument", pipeline.Say("provider_said", "text", "{{.text}} {email}"), "{{.text}} {email}"},
		{"a message of a newer version", pipeline.Say("from_the_future", "count", 3, "of", "x"),
			`from_the_future count=3 of="x"`},
		{"an argument that is missing", pipeline.Say("too_short", "count", 3), `too_short count=3`},
	} {
		if got := w.Message(tt.message); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPlaced(t *testing.T) {
	w := english(t)
	column := &pipeline.Column{Index: 5, Name: "Tax\nID"}
	missing := pipeline.Problem{Field: "nit", Row: 17, Column: column, Code: pipeline.ProblemRequired,
		Message: pipeline.Say("required")}
	unread := pipeline.Problem{Row: 17, Column: column, Code: pipeline.ProblemErrorCell,
		Message: pipeline.Say("error_value")}
	without := func(p pipeline.Problem, change func(*pipeline.Problem)) pipeline.Problem {
		change(&p)
		return p
	}
	for _, tt := range []struct {
		name              string
		problem           pipeline.Problem
		cell, column, row string
	}{
		{"of a value", missing, "is required", "Tax ID is required", "row 17: Tax ID (F17) is required"},
		{"of a cell", unread, "F17 is an error value: fix the formula or type the value",
			"Tax ID F17 is an error value: fix the formula or type the value",
			"row 17: F17 is an error value: fix the formula or type the value"},
		{"of a cell without a header", without(unread, func(p *pipeline.Problem) { p.Column = &pipeline.Column{Index: 6} }),
			"G17 is an error value: fix the formula or type the value",
			"G17 is an error value: fix the formula or type the value",
			"row 17: G17 is an error value: fix the formula or type the value"},
		{"without a column", without(missing, func(p *pipeline.Problem) { p.Column = nil }), "is required",
			"nit is required", "row 17: nit is required"},
		{"of a constant", without(missing, func(p *pipeline.Problem) { p.Column, p.Constant = nil, true }),
			"(a constant of the mapping) is required", "nit (a constant of the mapping) is required",
			"row 17: nit (a constant of the mapping) is required"},
		{"of the row as a whole", without(missing, func(p *pipeline.Problem) { p.Column, p.Field = nil, "" }),
			"is required", "is required", "row 17: is required"},
	} {
		for front, want := range map[Front]string{Cell: tt.cell, Column: tt.column, Row: tt.row} {
			if got := w.Placed(tt.problem, front); got != want {
				t.Errorf("%s: %q, want %q", tt.name, got, want)
			}
		}
	}
}

func TestForALanguageThatIsNotThere(t *testing.T) {
	for _, lang := range []string{"", "no language", "xx", "../en"} {
		if w, err := For(lang); err == nil {
			t.Errorf("%q: %v", lang, w)
		}
	}
}

// A sentence has only names of arguments between braces.
func TestSentencesThatAreNone(t *testing.T) {
	for _, text := range []string{"{{.n", "{{n}}", "{{.n | printf}}", "{{if .n}}x{{end}}", "{{ .n }}", "{{.}}"} {
		if _, err := (sentences{}).Parse(text, "", ""); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// BenchmarkMessage words the most frequent kind of message: a rule with a count.
func BenchmarkMessage(b *testing.B) {
	w := english(b)
	nine := pipeline.Localized{"": "nine digits", "es": "nueve dígitos"}
	m := pipeline.Say("with_rule", "problem", pipeline.Say("too_short", "count", 6, "least", 9),
		"rule", pipeline.Rule{Field: "nit", Text: nine})
	b.ReportAllocs()
	for b.Loop() {
		w.Message(m)
	}
}

// A problem is worded the same every time, and by several goroutines at once.
func TestProblemsWordedAgain(t *testing.T) {
	w := english(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for n := range 2 * mostTexts {
				p := pipeline.Problem{Field: "nit", Message: pipeline.Say("too_short", "count", n, "least", 9)}
				if first, again := w.Placed(p, Cell), w.Placed(p, Cell); first != again ||
					first != w.Message(p.Message) {
					t.Errorf("%q, then %q", first, again)
				}
			}
		})
	}
	group.Wait()
}
