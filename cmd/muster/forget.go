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
		Use:   "forget --before DATE",
		Short: "Remove the rows and attempts of older runs from the ledger",
		Long: `forget removes what the ledger has of the rows of runs that began before a
date: outcomes, problems, attempts, what the provider said, and customers that
were refused or never sent. What prevents doubles stays: every customer that
was enrolled, with its ID, and every request that is not settled yet. The runs
stay with their counts, and so do the words of persons (muster settle).

A run whose rows are forgotten has no report any more: write it before, if it
is needed. Rows that were told of before count as new problems again.`,
		Example: "  muster forget --before 2026-01-01 --dry-run --ledger muster.db\n" +
			"  muster forget --before 365d --yes --ledger muster.db",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			at, err := p.date("--before", before)
			if err != nil {
				return err
			}
			return p.forget(path, at, dryRun, yes)
		},
	}
	fl := c.Flags()
	fl.StringVar(&path, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	fl.StringVar(&before, "before", "", "a date (2026-01-01, UTC), or how many days ago (365d)")
	fl.BoolVar(&dryRun, "dry-run", false, "say what would be removed, and remove nothing")
	fl.BoolVar(&yes, "yes", false, "do not ask")
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
