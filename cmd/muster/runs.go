package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
)

func (p *program) runsCommand() *cobra.Command {
	var path string
	var asJSON bool
	var f runsFilter
	c := &cobra.Command{
		Use:     "runs",
		Short:   p.sentence("command.runs_short"),
		Long:    p.sentence("command.runs_long"),
		Example: p.sentence("command.runs_example"),
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) (err error) {
			ctx := context.Background()
			l, err := p.readLedger(ctx, path)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, l.Close()) }()
			all, err := l.Runs(ctx)
			if err != nil {
				return err
			}
			runs, err := f.pick(p, all)
			if err != nil {
				return err
			}
			for _, r := range runs {
				if asJSON {
					p.print(jsonlines.ListedRunOf(r, p.english))
					continue
				}
				if _, err := fmt.Fprintln(p.stdout, p.runText(r)); err != nil {
					return err
				}
			}
			switch {
			case asJSON || len(runs) > 0:
			case len(all) > 0:
				_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_show.no_match", "count", len(all)))
			default:
				_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_show.no_runs"))
			}
			return err
		},
	}
	c.Flags().StringVar(&path, "ledger", "", p.sentence("cmd_flags.ledger"))
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	f.register(p, c)
	return c
}

// runText is a run in a line.
func (p *program) runText(r pipeline.Run) string {
	parts := []string{r.ID, r.Namespace.Provider, r.Namespace.Env}
	if r.Namespace.Account != "" {
		parts = append(parts, r.Namespace.Account)
	}
	parts = append(parts, r.Book)
	switch {
	case r.Finished.IsZero():
		parts = append(parts, p.sentence("cmd_show.unfinished_run"))
	case len(r.Counts) > 0:
		parts = append(parts, p.words.Counts(r.Counts))
	default:
		parts = append(parts, p.sentence("cmd_show.no_rows"))
	}
	if r.Halt != nil {
		parts = append(parts, p.sentence("cmd_show.stopped", "reason", r.Halt))
	}
	if !r.Forgotten.IsZero() {
		parts = append(parts, p.sentence("cmd_show.forgotten", "date", r.Forgotten.Format(time.DateOnly)))
	}
	return strings.Join(parts, "  ")
}
