package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/story"
	"muster/pipeline"
	"muster/pipeline/ledger"
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
			live, err := l.Live(ctx)
			if err != nil {
				return err
			}
			var table [][]string
			for _, r := range runs {
				if asJSON {
					line := jsonlines.ListedRunOf(r, p.english)
					line.RunningBy = live[r.ID].Holder
					line.Dismissed = dismissed[r.ID]
					p.print(line)
					continue
				}
				cells := story.Cells(p.words, r, liveRun(live, r), dismissed[r.ID], time.Local)
				if p.showsStdout() {
					table = append(table, cells)
				} else if _, err := fmt.Fprintln(p.stdout, story.Line(cells)); err != nil {
					return err
				}
			}
			switch {
			case len(table) > 0:
				err = p.show(story.Table(p.words, table))
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

// liveRun is what is known of a run that goes on now; nil of any other.
func liveRun(live map[string]ledger.Live, r pipeline.Run) *ledger.Live {
	if now, ok := live[r.ID]; ok {
		return &now
	}
	return nil
}
