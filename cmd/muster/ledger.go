package main

import (
	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"

	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

func (p *program) ledgerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "ledger",
		Short: p.sentence("command.ledger_short"),
		Long:  p.sentence("command.ledger_long"),
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.ledgerCheckCommand(), p.ledgerBackupCommand(), p.ledgerMoveCommand())
	return c
}

func (p *program) ledgerCheckCommand() *cobra.Command {
	var from ledgerFlag
	var asJSON bool
	c := &cobra.Command{
		Use:         "check",
		Short:       p.sentence("command.ledger_check_short"),
		Long:        p.sentence("command.ledger_check_long"),
		Annotations: withExitCodes(p.sentence("command.ledger_check_exit")),
		Args:        noArguments,
		RunE: func(*cobra.Command, []string) (err error) {
			ctx := context.Background()
			l, err := p.readLedger(ctx, from)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, l.Close()) }()
			e, err := l.Examine(ctx)
			if err != nil {
				return err
			}
			live, err := l.Live(ctx)
			if err != nil {
				return err
			}
			return p.printExamination(l.Path(), e, live, asJSON)
		},
	}
	from.register(p, c, p.sentence("cmd_flags.ledger"))
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	return c
}

// printExamination counts the requests of runs that go on now apart: nobody has to settle them.
func (p *program) printExamination(path string, e ledger.Examination, live map[string]ledger.Live, asJSON bool) error {
	flying := map[pipeline.Namespace]ledger.Live{}
	for _, r := range live {
		flying[r.Namespace] = r
	}
	if asJSON {
		spaces := []jsonlines.LedgerOfTarget{}
		for _, s := range e.Spaces {
			flight := flying[s.Namespace].InFlight
			spaces = append(spaces, jsonlines.LedgerOfTarget{Provider: s.Namespace.Provider, Env: s.Namespace.Env,
				Account: s.Namespace.Account, Customers: s.Customers, InFlight: flight,
				Unsettled: max(s.Unsettled-flight, 0)})
		}
		p.print(jsonlines.Ledger{Ledger: path, Schema: e.Version, Runs: e.Runs, Namespaces: spaces,
			Faults: sentences(p.english, e.Faults)})
	} else {
		fmt.Fprintln(p.stdout, p.sentence("cmd_ledger.examined", "file", path, "version", e.Version, "count", e.Runs))
		for _, s := range e.Spaces {
			counts := []string{p.sentence("cmd_ledger.customers", "count", s.Customers)}
			run, goesOn := flying[s.Namespace]
			if n := s.Unsettled - run.InFlight; n > 0 {
				counts = append(counts, p.sentence("cmd_ledger.unanswered", "count", n))
			}
			if goesOn {
				counts = append(counts, p.sentence("cmd_ledger.in_flight", "count", run.InFlight, "run", run.Run,
					"started", run.Started, "holder", run.Holder))
			}
			fmt.Fprintln(p.stdout, "  "+p.sentence("cmd_ledger.namespace", "namespace", s.Namespace.String(),
				"counts", counts))
		}
		for _, f := range e.Faults {
			fmt.Fprintln(p.stdout, "  "+p.words.Message(f))
		}
		if len(e.Faults) == 0 {
			fmt.Fprintln(p.stdout, p.sentence("cmd_ledger.sound"))
		}
	}
	if len(e.Faults) == 0 {
		return nil
	}
	return pipeline.Wrong("cmd_ledger.not_sound").Try("cmd_ledger.restore").At(ledgerAt(path))
}

// sentences words messages; never nil, for JSON.
func sentences(words *wording.Wording, messages []*pipeline.Message) []string {
	all := []string{}
	for _, m := range messages {
		all = append(all, words.Message(m))
	}
	return all
}

func (p *program) ledgerBackupCommand() *cobra.Command {
	var from ledgerFlag
	c := &cobra.Command{
		Use:     "backup " + p.sentence("command.ledger_backup_args"),
		Short:   p.sentence("command.ledger_backup_short"),
		Long:    p.sentence("command.ledger_backup_long"),
		Example: p.sentence("command.ledger_backup_example"),
		Args:    arguments(1),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			ctx := context.Background()
			l, err := p.readLedger(ctx, from)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, l.Close()) }()
			to, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			if err := l.Backup(ctx, to); err != nil {
				if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
					return pipeline.MistakeOf(err).Try("cmd_ledger.backup_elsewhere")
				}
				return err
			}
			_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_ledger.copied", "file", args[0]))
			return err
		},
	}
	from.register(p, c, p.sentence("cmd_flags.ledger"))
	return c
}
