package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/templates"
)

// brokenBook is the book of a definition that says of each row which problems
// must be found in it, in the column brokenProblems: "field code" pairs joined
// by "; ".
const (
	brokenBook     = "broken.csv"
	brokenProblems = "problems"
)

// problemsShown is how many lines of a failed check are printed.
const problemsShown = 10

func (p *program) testProviderCommand() *cobra.Command {
	var ledgerPath string
	c := &cobra.Command{
		Use:         "test " + p.sentence("command.providers_test_args"),
		Short:       p.sentence("command.providers_test_short"),
		Long:        p.sentence("command.providers_test_long"),
		Annotations: withExitCodes(p.sentence("command.providers_test_exit")),
		Example:     p.sentence("command.providers_test_example"),
		Args:        oneProvider,
		RunE:        func(_ *cobra.Command, args []string) error { return p.testProvider(args[0], ledgerPath) },
	}
	c.Flags().StringVar(&ledgerPath, "ledger", "", p.sentence("cmd_flags.ledger_of_use"))
	return c
}

// definitionTest prints the checks of one definition.
type definitionTest struct {
	*program
	def    *templates.Definition
	dir    string // its folder
	failed int
}

func (p *program) testProvider(name, ledgerPath string) (err error) {
	def, err := definition(name)
	if err != nil {
		return err
	}
	t := &definitionTest{program: p, def: def, dir: name}
	if set, err := templates.Embedded(); err != nil {
		return err
	} else if _, embedded := set.Get(name); embedded {
		folder, err := os.MkdirTemp("", "muster-providers-test-")
		if err != nil {
			return pipeline.Fail("cmd_providers.no_temporary_folder", "cause", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		t.dir = filepath.Join(folder, name)
		if _, err := exportDefinition(def, t.dir); err != nil {
			return err
		}
	}
	use, tried, err := p.useOf(context.Background(), def.Provider(), ledgerPath)
	if err != nil {
		return err
	}
	if err := t.run(); err != nil {
		return err
	}
	t.result(testMissing, pipeline.Say("cmd_providers.by_construction"))
	used := testMissing
	if tried {
		used = testPassed
	}
	t.result(used, use)
	if t.failed > 0 {
		return pipeline.Wrong("cmd_providers.tests_failed", "count", t.failed).Try("cmd_providers.fix_and_test").
			At(pipeline.Place{Kind: "definition", File: name})
	}
	return nil
}

func (t *definitionTest) run() error {
	provider := t.def.Provider()
	t.result(testPassed, pipeline.Say("cmd_providers.compiled", "title", provider.Title, "count", len(provider.Fields),
		"keys", provider.KeyLabels()))
	slow, err := t.def.SlowRules()
	if err != nil {
		return err
	}
	if len(slow) > 0 {
		t.result(testMissing, pipeline.Say("cmd_providers.slow_rules"), slow...)
	}
	if err := t.blank(); err != nil {
		return err
	}
	names, err := t.def.Files()
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
		t.result(testMissing, pipeline.Say("cmd_providers.no_example_book"))
	}
	if !slices.Contains(names, brokenBook) {
		t.result(testMissing, pipeline.Say("cmd_providers.no_broken_book", "file", brokenBook,
			"column", brokenProblems))
		return nil
	}
	return t.broken()
}

// testResult is how one test of a definition ended.
type testResult int

const (
	testPassed testResult = iota
	testFailed
	testMissing // there is nothing to test
)

// result prints one test, and what it found on lines below.
func (t *definitionTest) result(result testResult, what *pipeline.Message, found ...string) {
	word := t.sentence("cmd_providers.ok")
	switch result {
	case testFailed:
		word = t.sentence("cmd_providers.failed")
		t.failed++
	case testMissing:
		word = t.sentence("cmd_providers.missing")
	}
	fmt.Fprintf(t.stdout, "%-5s %s\n", word, t.words.Message(what))
	for i, s := range found {
		if i == problemsShown {
			s = t.sentence("cmd_providers.more", "count", len(found)-i)
		}
		fmt.Fprintf(t.stdout, "      %s\n", s)
		if i == problemsShown {
			break
		}
	}
}

// blank checks that the examples of the schema make a row that is ready.
func (t *definitionTest) blank() error {
	b, err := t.def.Blank(templates.BlankOptions{})
	if err != nil {
		t.result(testFailed, pipeline.Say("cmd_providers.no_blank_book", "reason", err))
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
				found = append(found, t.sentence("cmd_providers.example_lacks", "path", path))
			}
			t.result(testMissing, examplesLack(sheet.Shape), found...)
		case len(problems) == 0:
			t.result(testPassed, examplesPass(sheet.Shape))
		default:
			for _, p := range problems {
				found = append(found, p.Field+": "+t.words.Placed(p, wording.Cell))
			}
			t.result(testFailed, examplesFail(sheet.Shape), found...)
		}
	}
	return nil
}

// examplesLack, examplesPass and examplesFail say it of all rows, or of those of
// one shape.

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

// example imports a book into the stand-in, as the command line would, but with
// nothing from the environment and without a report.
func (t *definitionTest) example(name string) error {
	stops := terminal.Watch(func() {})
	defer stops.Release()
	target, err := t.def.Provider().Target(pipeline.TargetOptions{Env: pipeline.EnvLocal})
	if err != nil {
		return err
	}
	j := t.job(t.def, target)
	j.Target.Limit.Rate = pipeline.Rate{}
	j.Limits.NoWait, j.Limits.OutagePauses = true, []time.Duration{time.Millisecond, time.Millisecond}
	j.Ledger.Holder = pipeline.ShellCommand("muster", "providers", "test")
	j.Stop = stops.First().Done()
	path := filepath.Join(t.dir, name)
	end, err := enrol.Import(stops.Second(), j, enrol.Source{Path: path})
	code := endingCode(end)
	var found []string
	if err != nil {
		code, found = exitUsage, failureLines(t.words, err)
	}
	switch {
	case stops.Stopped():
		return exitError(exitInterrupted)
	case code == exitOK && end.Tally.Rows() == 0:
		t.result(testFailed, pipeline.Say("cmd_providers.no_rows", "file", name))
	case code == exitOK:
		t.result(testPassed, pipeline.Say("cmd_providers.created", "file", name, "count", end.Tally.Rows()))
	default:
		if len(found) == 0 { // the rows are what is wrong
			if found, err = checkLines(stops.First(), j, path); err != nil {
				found = failureLines(t.words, err)
			}
		}
		if len(found) == 0 {
			found = []string{t.sentence("cmd_providers.stand_in_refuses", "code", code)}
			if end.Halt != nil {
				found = append(found, t.words.Message(end.Halt.Message))
			}
		}
		t.result(testFailed, pipeline.Say("cmd_providers.not_clean", "file", name), found...)
	}
	return nil
}

// checkLines are what `muster check` prints of a book; none where every row is
// ready.
func checkLines(ctx context.Context, j enrol.Job, path string) ([]string, error) {
	b, err := enrol.Open(ctx, j.Definition, enrol.Source{Path: path})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var text strings.Builder
	problems := runtext.NewProblems(&text, j.Words)
	j.Observer = problems
	end, err := enrol.Check(ctx, j, b)
	if err != nil || endingCode(end) == exitOK {
		return nil, err
	}
	problems.End()
	text.WriteString(runtext.Checked(j.Words, end))
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n"), nil
}

// broken checks that each row has the problems that it says, and no others.
func (t *definitionTest) broken() (err error) {
	b, err := enrol.Open(context.Background(), t.def, enrol.Source{Path: filepath.Join(t.dir, brokenBook)})
	if err != nil {
		_, hint := explain(err)
		t.result(testFailed, pipeline.Say("cmd_providers.unreadable", "file", brokenBook),
			strings.TrimSuffix(t.words.Error(err)+"; "+t.words.Message(hint), "; "))
		return nil
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	says := slices.IndexFunc(b.Header(), func(c pipeline.Column) bool { return c.Name == brokenProblems })
	if says < 0 {
		t.result(testFailed, pipeline.Say("cmd_providers.no_column", "file", brokenBook, "column", brokenProblems))
		return nil
	}
	found, rows, err := b.Unexpected(context.Background(), says)
	switch {
	case err != nil:
		return err
	case len(found) > 0:
		var lines []string
		for _, m := range found {
			lines = append(lines, t.words.Message(m))
		}
		t.result(testFailed, pipeline.Say("cmd_providers.other_problems", "file", brokenBook), lines...)
	default:
		t.result(testPassed, pipeline.Say("cmd_providers.same_problems", "file", brokenBook, "count", rows))
	}
	return nil
}
