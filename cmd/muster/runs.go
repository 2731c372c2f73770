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
					p.print(jsonlines.ListedRun{Run: r.ID, Provider: r.Namespace.Provider, Env: r.Namespace.Env,
						Account: r.Namespace.Account, Book: r.Book, SHA256: r.SHA256,
						Started:  jsonlines.Stamp(r.Started),
						Finished: jsonlines.Stamp(r.Finished), Halt: r.Halt, Counts: jsonlines.CountsOf(r.Counts),
						Forgotten: jsonlines.Stamp(r.Forgotten)})
					continue
				}
				if _, err := fmt.Fprintln(p.stdout, runText(r)); err != nil {
					return err
				}
			}
			switch {
			case asJSON || len(runs) > 0:
			case len(all) > 0:
				_, err = fmt.Fprintf(p.stdout, "none of its %s fits\n", pipeline.Count(len(all), "run"))
			default:
				_, err = fmt.Fprintln(p.stdout, "no runs yet")
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
func runText(r pipeline.Run) string {
	parts := []string{r.ID, r.Namespace.Provider, r.Namespace.Env}
	if r.Namespace.Account != "" {
		parts = append(parts, r.Namespace.Account)
	}
	parts = append(parts, r.Book)
	switch {
	case r.Finished.IsZero():
		parts = append(parts, "not finished: it was killed, or goes on")
	case len(r.Counts) > 0:
		parts = append(parts, r.Counts.String())
	default:
		parts = append(parts, "no rows")
	}
	if r.Halt != "" {
		parts = append(parts, "stopped: "+r.Halt)
	}
	if !r.Forgotten.IsZero() {
		parts = append(parts, "its rows were forgotten on "+r.Forgotten.Format(time.DateOnly))
	}
	return strings.Join(parts, "  ")
}
