package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

func (p *program) forgetCommand() *cobra.Command {
	var path, before string
	var dryRun, yes bool
	c := &cobra.Command{
		Use:     "forget " + p.sentence("command.forget_args"),
		Short:   p.sentence("command.forget_short"),
		Long:    p.sentence("command.forget_long"),
		Example: p.sentence("command.forget_example"),
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			at, err := p.date("--before", before)
			if err != nil {
				return err
			}
			return p.forget(path, at, dryRun, yes)
		},
	}
	fl := c.Flags()
	fl.StringVar(&path, "ledger", "", p.sentence("cmd_flags.ledger"))
	fl.StringVar(&before, "before", "", p.sentence("cmd_flags.before"))
	fl.BoolVar(&dryRun, "dry-run", false, p.sentence("cmd_flags.forget_dry_run"))
	fl.BoolVar(&yes, "yes", false, p.sentence("cmd_flags.yes"))
	return c
}

// date reads 2026-01-01, the beginning of that day in UTC, or 30d, as many
// days ago.
func (p *program) date(flag, text string) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 100_000 {
			return p.now().UTC().AddDate(0, 0, -n), nil
		}
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, pipeline.Mistakef("%s %q: write a date such as 2026-01-01, or a number of days such as 90d",
			flag, text)
	}
	return at, nil
}

func (p *program) forget(path string, before time.Time, dryRun, yes bool) (err error) {
	ctx := context.Background()
	if before.After(p.now()) {
		return pipeline.Mistakef("--before %s: is yet to come", before.Format(time.DateOnly))
	}
	if !dryRun && !yes && !p.terminal {
		return pipeline.Mistakef("nobody is at a terminal to be asked, and rows would be forgotten for good").
			Try("look at it with --dry-run first, then add --yes")
	}
	where := p.ledgerToRead(path)
	l, err := ledger.Open(ctx, where, ledger.Options{Now: p.now,
		Holder: fmt.Sprintf("muster forget, process %d on %s", os.Getpid(), machine())})
	if errors.Is(err, ledger.ErrNone) {
		return noLedger(where)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	f, err := l.Forget(ctx, before, true)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s before %s: %s, %s, %s that made no claim", pipeline.Count(f.Runs, "run"),
		before.Format("2006-01-02 15:04 UTC"), pipeline.Count(f.Rows, "row"), pipeline.Count(f.Attempts, "attempt"),
		pipeline.Count(f.Customers, "customer"))
	if f.Kept > 0 {
		text += fmt.Sprintf("; %s never answered will stay until settled", pipeline.Count(f.Kept, "request"))
	}
	switch {
	case f.Runs+f.Rows+f.Attempts+f.Customers == 0:
		_, err = fmt.Fprintf(p.stdout, "nothing to forget before %s\n", before.Format("2006-01-02 15:04 UTC"))
		return err
	case dryRun:
		_, err = fmt.Fprintf(p.stdout, "would forget of %s\n", text)
		return err
	case !yes:
		answer, err := p.person().Ask(ctx, fmt.Sprintf("Forget for good, of %s? [y/N] ", text))
		if err != nil {
			return err
		}
		if !terminal.Yes(answer) {
			p.sayf("nothing was forgotten")
			return exitError(exitInterrupted)
		}
	}
	if _, err := l.Forget(ctx, before, false); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "forgot of %s; every customer that was enrolled is still known\n", text)
	return err
}
