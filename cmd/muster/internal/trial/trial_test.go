package trial

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/templates"
)

// newTrial tests some definition that comes with muster, with its files in a folder where they can be changed.
func newTrial(t *testing.T) (*Trial, *strings.Builder) {
	t.Helper()
	words, err := wording.For("en")
	set, err2 := templates.Embedded()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	def, err := set.Find(set.Names()[0])
	if err != nil {
		t.Fatal(err)
	}
	names, err := def.Files()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range names {
		data, err := def.File(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	target, err := def.Provider().Target(pipeline.TargetOptions{Env: pipeline.EnvLocal})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	return &Trial{Definition: def, Folder: folder, Out: &out,
		Job: enrol.Job{Definition: def, Target: enrol.Target{Target: target}, Words: words, English: words,
			Secrets: enrol.RehearsalSecrets(def.Provider()), Now: time.Now, Random: func() float64 { return 0.5 }},
		ExitCode: func(e enrol.Ending) int { return e.Tally.Rows() - e.Tally.Counts[pipeline.Created] },
		Hint:     func(error) *pipeline.Message { return nil }}, &out
}

func TestPrint(t *testing.T) {
	found := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprint("line ", i))
		}
		return all
	}
	what := pipeline.Say(pipeline.AsWritten, "text", "the books")
	for _, c := range []struct {
		result Result
		found  int
		first  string
		last   string
		lines  int
		failed int
	}{
		{Passed, 0, "ok    the books", "ok    the books", 1, 0},
		{Missing, 1, "-     the books", "      line 0", 2, 0},
		{Failed, problemsShown, "FAIL  the books", "      line 9", problemsShown + 1, 1},
		{Failed, problemsShown + 3, "FAIL  the books", "      ... and 3 more", problemsShown + 2, 1},
	} {
		tr, out := newTrial(t)
		tr.Print(c.result, what, found(c.found)...)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if lines[0] != c.first || lines[len(lines)-1] != c.last || len(lines) != c.lines || tr.Failed() != c.failed {
			t.Errorf("%d failed, %d lines:\n%s", tr.Failed(), len(lines), out)
		}
	}
}

// Every definition's own tests pass. These fail: an example with wrong rows, a book of broken rows that lists other
// problems, and one that cannot be read.
func TestRun(t *testing.T) {
	put := func(name, text string) func(*Trial) error {
		return func(tr *Trial) error { return os.WriteFile(filepath.Join(tr.Folder, name), []byte(text), 0o600) }
	}
	edit := func(name, from, to string) func(*Trial) error {
		return func(tr *Trial) error {
			text, err := os.ReadFile(filepath.Join(tr.Folder, name))
			return errors.Join(err, put(name, strings.ReplaceAll(string(text), from, to))(tr))
		}
	}
	for _, c := range []struct {
		name   string
		change func(*Trial) error
		failed []string // the lines of the tests that fail
	}{
		{"as it comes", func(*Trial) error { return nil }, nil},
		{"no rows", func(tr *Trial) error {
			columns := strings.Join(tr.Definition.Columns(), ",")
			return put("example.csv", columns+"\n")(tr)
		}, []string{"FAIL  example.csv: no rows"}},
		{"wrong rows", func(tr *Trial) error {
			columns := tr.Definition.Columns()
			return put("example.csv", strings.Join(columns, ",")+"\nx"+strings.Repeat(",", len(columns)-1)+"\n")(tr)
		}, []string{"FAIL  example.csv: does not import cleanly"}},
		{"broken rows without a column", edit(brokenBook, brokenProblems, "remarks"),
			[]string{"FAIL  broken.csv: no column \"problems\" with the problems of each row"}},
		{"broken rows with other problems", edit(brokenBook, " required", " pattern"),
			[]string{"FAIL  broken.csv: not the problems that it lists"}},
		{"broken rows that are unreadable", put(brokenBook, ""), []string{"FAIL  broken.csv: cannot be read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, out := newTrial(t)
			if err := errors.Join(c.change(tr), tr.Run()); err != nil {
				t.Fatal(err)
			}
			var failed []string
			for line := range strings.Lines(out.String()) {
				if strings.HasPrefix(line, "FAIL") {
					failed = append(failed, strings.TrimSpace(line))
				}
			}
			if diff := cmp.Diff(c.failed, failed); diff != "" || tr.Failed() != len(c.failed) {
				t.Errorf("%d failed: %s", tr.Failed(), diff)
			}
		})
	}
}
