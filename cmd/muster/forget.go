package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

func (p *program) forgetCommand() *cobra.Command {
	var from ledgerFlag
	var before string
	var dryRun, yes bool
	c := &cobra.Command{
		Use:     "forget " + p.sentence("command.forget_args"),
		Short:   p.sentence("command.forget_short"),
		Long:    p.sentence("command.forget_long"),
		Example: p.sentence("command.forget_example"),
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if before == "" {
				return pipeline.Wrong("cmd_ledger.before_missing").Try("cmd_ledger.before_such_as")
			}
			at, err := p.date("--before", before)
			if err != nil {
				return err
			}
			return p.forget(from, at, dryRun, yes)
		},
	}
	fl := c.Flags()
	from.register(p, c, p.sentence("cmd_flags.ledger"))
	from.registerFailover(p, c)
	fl.StringVar(&before, "before", "", p.sentence("cmd_flags.before"))
	fl.BoolVar(&dryRun, "dry-run", false, p.sentence("cmd_flags.forget_dry_run"))
	fl.BoolVar(&yes, "yes", false, p.sentence("cmd_flags.yes"))
	return c
}

// date reads 2026-01-01, the beginning of that day in UTC, or 30d, so many days ago.
func (p *program) date(flag, text string) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 100_000 {
			return p.now().UTC().AddDate(0, 0, -n), nil
		}
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, pipeline.Wrong("cmd_ledger.date", "flag", flag, "text", text)
	}
	return at, nil
}

func (p *program) forget(from ledgerFlag, before time.Time, dryRun, yes bool) (err error) {
	ctx := context.Background()
	if before.After(p.now()) {
		return pipeline.Wrong("cmd_ledger.before_future", "date", before.Format(time.DateOnly))
	}
	if !dryRun && !yes && !p.terminal {
		return pipeline.Wrong("cmd_ledger.forget_unasked").Try("cmd_ledger.dry_run_first")
	}
	o := p.ledgerOptions(from)
	o.Holder, o.English, o.KeepVersion = holder("muster", "forget"), p.english.Message, dryRun
	l, err := p.openLedger(ctx, from, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if !dryRun { // whoever takes the right is recorded as the last sender
		if err := holdAll(ctx, l); err != nil {
			return err
		}
	}
	f, err := l.Forget(ctx, before, true)
	if err != nil {
		return err
	}
	details := detailsOf(f, before)
	switch {
	case f.Runs+f.Rows+f.Attempts+f.Customers == 0:
		_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_ledger.nothing_to_forget", "time", before))
		return err
	case dryRun:
		_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_ledger.would_forget", "details", details))
		return err
	case !yes:
		answer, err := p.person().Ask(ctx, p.sentence("cmd_ledger.forget_question", "details", details))
		if err != nil {
			return err
		}
		if !p.isYes(answer) {
			p.say("cmd_ledger.forgot_nothing")
			return exitError(exitInterrupted)
		}
	}
	if _, err := l.Forget(ctx, before, false); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_ledger.forgot", "details", details))
	return err
}

// holdAll takes the right to send of every namespace, because the tables to be changed are shared by all.
func holdAll(ctx context.Context, l *ledger.Ledger) error {
	runs, err := l.Runs(ctx)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if err := l.Hold(ctx, r.Namespace, ledger.HoldOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// detailsOf says what is forgotten, and what stays because it is not settled.
func detailsOf(f ledger.Forgotten, before time.Time) *pipeline.Message {
	details := pipeline.Say("cmd_ledger.details", "runs", pipeline.Say("cmd_ledger.runs", "count", f.Runs),
		"time", before, "parts", pipeline.Say("cmd_ledger.parts",
			"rows", pipeline.Say("cmd_ledger.rows", "count", f.Rows),
			"attempts", pipeline.Say("cmd_ledger.attempts", "count", f.Attempts),
			"customers", pipeline.Say("cmd_ledger.unenrolled", "count", f.Customers)))
	if f.Kept > 0 {
		details = pipeline.Say("cmd_ledger.details_kept", "details", details, "count", f.Kept)
	}
	if f.Open > 0 {
		details = pipeline.Say("cmd_ledger.details_open", "details", details, "count", f.Open)
	}
	return details
}
