package trial

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/templates"
)

// brokenBook is the book of a definition that lists for each row which problems must be found in it, in the column
// brokenProblems: "field code" pairs joined by "; ".
const (
	brokenBook     = "broken.csv"
	brokenProblems = "problems"
)

// problemsShown is how many lines of a failed check are printed.
const problemsShown = 10

// ErrInterrupted says that a person stopped the tests.
var ErrInterrupted = errors.New("interrupted")

// Trial prints the tests of one definition.
type Trial struct {
	Definition *templates.Definition
	Folder     string    // with the definition's files
	Job        enrol.Job // a rehearsal; its words are those of the output
	Out        io.Writer
	ExitCode   func(enrol.Ending) int // 0 when every row went well
	Hint       func(error) *pipeline.Message

	failed int
}

// Run runs all tests and prints each. Its error is why it could not test, or [ErrInterrupted].
func (t *Trial) Run() error {
	provider := t.Definition.Provider()
	t.Print(Passed, pipeline.Say("cmd_providers.compiled", "title", provider.Title, "count", len(provider.Fields),
		"keys", provider.KeyLabels()))
	slow, err := t.Definition.SlowRules()
	if err != nil {
		return err
	}
	if len(slow) > 0 {
		t.Print(Missing, pipeline.Say("cmd_providers.slow_rules"), slow...)
	}
	if err := t.blank(); err != nil {
		return err
	}
	names, err := t.Definition.Files()
	if err != nil {
		return err
	}
	examples := 0
	for _, name := range names {
		ext := strings.ToLower(filepath.Ext(name))
		if strings.HasPrefix(name, "example") && (ext == ".csv" || ext == ".xlsx") {
			examples++
			if err := t.example(name); err != nil {
				return err
			}
		}
	}
	if examples == 0 {
		t.Print(Missing, pipeline.Say("cmd_providers.no_example_book"))
	}
	if !slices.Contains(names, brokenBook) {
		t.Print(Missing, pipeline.Say("cmd_providers.no_broken_book", "file", brokenBook,
			"column", brokenProblems))
		return nil
	}
	return t.broken()
}

// Result is how one test of a definition ended.
type Result int

const (
	Passed Result = iota
	Failed
	Missing // there is nothing to test
)

// Print prints one test, with what it found on lines below.
func (t *Trial) Print(result Result, what *pipeline.Message, found ...string) {
	word := t.Job.Words.Say("cmd_providers.ok")
	switch result {
	case Failed:
		word = t.Job.Words.Say("cmd_providers.failed")
		t.failed++
	case Missing:
		word = t.Job.Words.Say("cmd_providers.missing")
	}
	fmt.Fprintf(t.Out, "%-5s %s\n", word, t.Job.Words.Message(what))
	for i, s := range found {
		if i == problemsShown {
			s = t.Job.Words.Say("cmd_providers.more", "count", len(found)-i)
		}
		fmt.Fprintf(t.Out, "      %s\n", s)
		if i == problemsShown {
			break
		}
	}
}

// Failed is how many tests failed so far.
func (t *Trial) Failed() int { return t.failed }

func (t *Trial) failure(err error) []string { return runtext.Failure(t.Job.Words, err, t.Hint(err)) }

// blank checks that the examples of the schema make a row that is ready.
func (t *Trial) blank() error {
	b, err := t.Definition.Blank(templates.BlankOptions{})
	if err != nil {
		t.Print(Failed, pipeline.Say("cmd_providers.no_blank_book", "reason", err))
		return nil
	}
	for _, sheet := range b.Sheets {
		lacking, problems, err := b.CheckExamples(sheet)
		var found []string
		switch {
		case err != nil:
			return err
		case len(lacking) > 0:
			for _, path := range lacking {
				found = append(found, t.Job.Words.Say("cmd_providers.example_lacks", "path", path))
			}
			t.Print(Missing, examplesLack(sheet.Shape), found...)
		case len(problems) == 0:
			t.Print(Passed, examplesPass(sheet.Shape))
		default:
			for _, p := range problems {
				found = append(found, p.Field+": "+t.Job.Words.Placed(p, wording.Cell))
			}
			t.Print(Failed, examplesFail(sheet.Shape), found...)
		}
	}
	return nil
}

// examplesLack, examplesPass and examplesFail are about all rows, or those of one shape.

func examplesLack(shape string) *pipeline.Message {
	if shape == "" {
		return pipeline.Say("cmd_providers.examples_lack")
	}
	return pipeline.Say("cmd_providers.examples_lack_of", "shape", shape)
}

func examplesPass(shape string) *pipeline.Message {
	if shape == "" {
		return pipeline.Say("cmd_providers.examples_pass")
	}
	return pipeline.Say("cmd_providers.examples_pass_of", "shape", shape)
}

func examplesFail(shape string) *pipeline.Message {
	if shape == "" {
		return pipeline.Say("cmd_providers.examples_fail")
	}
	return pipeline.Say("cmd_providers.examples_fail_of", "shape", shape)
}
