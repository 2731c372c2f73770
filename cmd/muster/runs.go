package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/story"
)

func (p *program) runsCommand() *cobra.Command {
	var from ledgerFlag
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
			l, err := p.readLedger(ctx, from)
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
			dismissed, err := l.CountDismissed(ctx)
			if err != nil {
				return err
			}
			if len(runs) > 0 && !asJSON && p.showsStdout() {
				if _, err := fmt.Fprintln(p.stdout, story.Headings(p.words)); err != nil {
					return err
				}
			}
			for _, r := range runs {
				if asJSON {
					line := jsonlines.ListedRunOf(r, p.english)
					line.Dismissed = dismissed[r.ID]
					p.print(line)
					continue
				}
				if _, err := fmt.Fprintln(p.stdout, story.Line(p.words, r, dismissed[r.ID], time.Local)); err != nil {
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
	from.register(p, c, p.sentence("cmd_flags.ledger"))
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	f.register(p, c)
	return c
}
