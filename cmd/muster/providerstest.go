package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"muster/pipeline"
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
	return &cobra.Command{
		Use:   "test NAME|DIR",
		Short: "Check a definition and try its example books in a rehearsal",
		Long: `test compiles a definition, imports its example books (example*.csv and
example*.xlsx in its folder) into the built-in stand-in, and checks that each
row of its broken.csv has exactly the problems that its column "problems" lists,
as "field code; field code". Nothing leaves the machine.

EXIT STATUS
  0  all is well
  2  something is not`,
		Example: "  muster providers test ./acme/",
		Args:    oneProvider,
		RunE:    func(_ *cobra.Command, args []string) error { return p.testProvider(args[0]) },
	}
}

// definitionTest prints the checks of one definition.
type definitionTest struct {
	*program
	def    *templates.Definition
	dir    string // its folder
	work   string // a folder for reports
	failed int
}

func (p *program) testProvider(name string) (err error) {
	def, err := definition(name)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "muster-providers-test-")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	t := &definitionTest{program: p, def: def, dir: name, work: work}
	if set, err := templates.Embedded(); err != nil {
		return err
	} else if _, embedded := set.Get(name); embedded {
		t.dir = filepath.Join(work, name)
		if _, err := exportDefinition(def, t.dir); err != nil {
			return err
		}
	}
	if err := t.run(); err != nil {
		return err
	}
	if t.failed > 0 {
		return pipeline.Mistakef("definition %s: %s failed", name, count(t.failed, "check")).Try("mend what is named above, and test again")
	}
	return nil
}

func (t *definitionTest) run() error {
	provider := t.def.Provider()
	t.tell("ok", fmt.Sprintf("provider.yaml, body.schema.json: %s, %s, %s", provider.Title, count(len(provider.Fields), "field"), "known again by "+keyLabels(provider)))
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
		t.tell("-", "there is no example book: example.csv would be imported in a rehearsal")
	}
	if !slices.Contains(names, brokenBook) {
		t.tell("-", "there is no "+brokenBook+": a book whose column \""+brokenProblems+"\" says what is to be found in each row")
		return nil
	}
	return t.broken()
}

// tell prints one check, and what it found on lines below.
func (t *definitionTest) tell(state, what string, found ...string) {
	fmt.Fprintf(t.stdout, "%-5s %s\n", state, what)
	for i, s := range found {
		if i == problemsShown {
			fmt.Fprintf(t.stdout, "      ... and %d more\n", len(found)-i)
			break
		}
		fmt.Fprintf(t.stdout, "      %s\n", s)
	}
	if state == "FAIL" {
		t.failed++
	}
}

// blank checks that the examples of the schema make a row that is ready.
func (t *definitionTest) blank() error {
	b, err := t.def.Blank(templates.BlankOptions{})
	if err != nil {
		t.tell("FAIL", "the blank book cannot be made: "+err.Error())
		return nil
	}
	for _, sheet := range b.Sheets {
		what := "the examples in body.schema.json make a row"
		if sheet.Shape != "" {
			what += " of type " + sheet.Shape
		}
		var slots []pipeline.Slot
		var values, lacking []string
		for i, c := range sheet.Columns {
			if c.Need == templates.Needed && c.Example == "" {
				lacking = append(lacking, c.Path+": has no example")
			}
			slots = append(slots, pipeline.Slot{Path: c.Path, Field: t.def.Provider().FieldIndex(c.Path), Column: &pipeline.Column{Index: i, Name: c.Path}})
			values = append(values, c.Example)
		}
		if len(lacking) > 0 {
			t.tell("-", "no "+strings.TrimPrefix(what, "the ")+", for a template to show", lacking...)
			continue
		}
		plan, err := t.def.Plan(slots)
		if err != nil {
			return err
		}
		var d pipeline.Draft
		plan.Check(1, values, &d)
		if len(d.Problems) == 0 {
			t.tell("ok", what+" that passes")
			continue
		}
		var found []string
		for _, p := range d.Problems {
			found = append(found, p.Field+": "+p.Message)
		}
		t.tell("FAIL", what+", but not one that passes", found...)
	}
	return nil
}

// example imports a book into the stand-in, as the command line would, but with
// nothing from the environment.
func (t *definitionTest) example(name string) error {
	path := filepath.Join(t.dir, name)
	var stdout, stderr bytes.Buffer
	inner := *t.program
	inner.stdin, inner.stdout, inner.stderr, inner.terminal = strings.NewReader(""), &stdout, &stderr, false
	inner.getenv, inner.environ = func(string) string { return "" }, func() []string { return nil }
	code := inner.run([]string{"import", "--provider", t.dir, "--env", pipeline.EnvLocal, "--rate", "none", "--quiet", "--json",
		"--report", filepath.Join(t.work, name+".jsonl"), "--", path})
	var summary struct {
		Type string
		Rows int
	}
	for _, line := range strings.Split(stdout.String(), "\n") {
		if err := json.Unmarshal([]byte(line), &summary); err == nil && summary.Type == "summary" {
			break
		}
	}
	switch {
	case code == exitInterrupted:
		return exitError(code)
	case code == exitOK && summary.Rows == 0:
		t.tell("FAIL", name+": has no rows")
	case code == exitOK:
		t.tell("ok", fmt.Sprintf("%s: %s created in a rehearsal", name, count(summary.Rows, "row")))
	default:
		found := splitLines(stderr.String())
		if len(found) == 0 { // the rows are what is wrong
			stdout.Reset()
			if inner.run([]string{"check", "--provider", t.dir, "--env", pipeline.EnvLocal, "--quiet", "--", path}) != exitOK {
				found = splitLines(stdout.String())
			} else {
				found = []string{fmt.Sprintf("every row is ready, but the rehearsal ended with exit code %d: the stand-in, by provider.yaml, did not take them all", code)}
			}
		}
		t.tell("FAIL", name+": does not import cleanly", found...)
	}
	return nil
}

func splitLines(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
}

// broken checks that each row has the problems that it says, and no others.
func (t *definitionTest) broken() (err error) {
	o, err := bookFlags{provider: t.dir}.open(context.Background(), t.def, filepath.Join(t.dir, brokenBook))
	if err != nil {
		_, hint := explain(err)
		t.tell("FAIL", brokenBook+": cannot be read", strings.TrimSuffix(err.Error()+"; "+hint, "; "))
		return nil
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	says := slices.IndexFunc(o.Header(), func(c pipeline.Column) bool { return c.Name == brokenProblems })
	if says < 0 {
		t.tell("FAIL", brokenBook+": has no column \""+brokenProblems+"\" that says what is to be found in each row")
		return nil
	}
	var found []string
	var d pipeline.Draft
	rows := 0
	err = o.Rows(context.Background(), func(row pipeline.Row) error {
		rows++
		o.check.Check(row, &d)
		want := strings.FieldsFunc(row.Cells[says], func(r rune) bool { return r == ';' })
		for i := range want {
			want[i] = strings.Join(strings.Fields(want[i]), " ")
		}
		var got []string
		for _, p := range d.Problems {
			got = append(got, p.Field+" "+string(p.Code))
		}
		for _, w := range want {
			if i := slices.Index(got, w); i >= 0 {
				got = slices.Delete(got, i, i+1)
				continue
			}
			found = append(found, fmt.Sprintf("row %d: %q is not found", row.Number, w))
		}
		for _, g := range got {
			found = append(found, fmt.Sprintf("row %d: %q is found, and the book does not say so", row.Number, g))
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(found) > 0:
		t.tell("FAIL", brokenBook+": not the problems that it says", found...)
	default:
		t.tell("ok", fmt.Sprintf("%s: %s, each with the problems that it says", brokenBook, count(rows, "row")))
	}
	return nil
}
