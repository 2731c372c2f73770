package trial

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
)

// example imports a book into the stand-in, as the command line would, but without the environment and without a
// report.
func (t *Trial) example(name string) error {
	stops := terminal.Watch(func() {})
	defer stops.Release()
	j := t.Job
	j.Target.Limit.Rate = pipeline.Rate{}
	j.Limits.NoWait, j.Limits.OutagePauses = true, []time.Duration{time.Millisecond, time.Millisecond}
	j.Ledger.Holder = pipeline.ShellCommand("muster", "providers", "test")
	j.Stop = stops.First().Done()
	path := filepath.Join(t.Folder, name)
	end, err := enrol.Import(stops.Second(), j, enrol.Source{Path: path})
	code := t.ExitCode(end)
	switch {
	case stops.Stopped():
		return ErrInterrupted
	case err != nil:
		t.Print(Failed, pipeline.Say("cmd_providers.not_clean", "file", name), t.failure(err)...)
	case code == 0 && end.Tally.Rows() == 0:
		t.Print(Failed, pipeline.Say("cmd_providers.no_rows", "file", name))
	case code == 0:
		t.Print(Passed, pipeline.Say("cmd_providers.created", "file", name, "count", end.Tally.Rows()))
	default: // the rows are wrong, or the stand-in's answers
		found, err := t.checkLines(stops.First(), j, path)
		if err != nil {
			found = t.failure(err)
		}
		if len(found) == 0 {
			found = []string{t.Job.Words.Say("cmd_providers.stand_in_refuses", "code", code)}
			if end.Halt != nil {
				found = append(found, t.Job.Words.Message(end.Halt.Message))
			}
		}
		t.Print(Failed, pipeline.Say("cmd_providers.not_clean", "file", name), found...)
	}
	return nil
}

// checkLines are the output of `muster check` for a book; none when every row is ready.
func (t *Trial) checkLines(ctx context.Context, j enrol.Job, path string) ([]string, error) {
	b, err := enrol.Open(ctx, j.Definition, enrol.Source{Path: path})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var text strings.Builder
	problems := runtext.NewProblems(&text, j.Words)
	j.Observer = problems
	end, err := enrol.Check(ctx, j, b)
	if err != nil || t.ExitCode(end) == 0 {
		return nil, err
	}
	problems.End()
	text.WriteString(runtext.Checked(j.Words, runtext.Look{}, end))
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n"), nil
}

// broken checks that each row has exactly the problems that it lists.
func (t *Trial) broken() (err error) {
	b, err := enrol.Open(context.Background(), t.Definition, enrol.Source{Path: filepath.Join(t.Folder, brokenBook)})
	if err != nil {
		t.Print(Failed, pipeline.Say("cmd_providers.unreadable", "file", brokenBook),
			strings.TrimSuffix(t.Job.Words.Error(err)+"; "+t.Job.Words.Message(t.Hint(err)), "; "))
		return nil
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	says := slices.IndexFunc(b.Header(), func(c pipeline.Column) bool { return c.Name == brokenProblems })
	if says < 0 {
		t.Print(Failed, pipeline.Say("cmd_providers.no_column", "file", brokenBook, "column", brokenProblems))
		return nil
	}
	found, rows, err := b.Unexpected(context.Background(), says)
	switch {
	case err != nil:
		return err
	case len(found) > 0:
		var lines []string
		for _, m := range found {
			lines = append(lines, t.Job.Words.Message(m))
		}
		t.Print(Failed, pipeline.Say("cmd_providers.other_problems", "file", brokenBook), lines...)
	default:
		t.Print(Passed, pipeline.Say("cmd_providers.same_problems", "file", brokenBook, "count", rows))
	}
	return nil
}
