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
)

func (p *program) ledgerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "ledger",
		Short: p.sentence("command.ledger_short"),
		Long:  p.sentence("command.ledger_long"),
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.ledgerCheckCommand(), p.ledgerBackupCommand())
	return c
}

func (p *program) ledgerCheckCommand() *cobra.Command {
	var path string
	var asJSON bool
	c := &cobra.Command{
		Use:         "check",
		Short:       p.sentence("command.ledger_check_short"),
		Long:        p.sentence("command.ledger_check_long"),
		Annotations: withExitCodes(p.sentence("command.ledger_check_exit")),
		Args:        noArguments,
		RunE: func(*cobra.Command, []string) (err error) {
			ctx := context.Background()
			l, err := p.readLedger(ctx, path)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, l.Close()) }()
			e, err := l.Examine(ctx)
			if err != nil {
				return err
			}
			return p.tellExamination(l.Path(), e, asJSON)
		},
	}
	c.Flags().StringVar(&path, "ledger", "", p.sentence("cmd_flags.ledger"))
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	return c
}

func (p *program) tellExamination(path string, e ledger.Examination, asJSON bool) error {
	if asJSON {
		spaces := []jsonlines.LedgerOfTarget{}
		for _, s := range e.Spaces {
			spaces = append(spaces, jsonlines.LedgerOfTarget{Provider: s.Namespace.Provider, Env: s.Namespace.Env,
				Account: s.Namespace.Account, Customers: s.Customers, Unsettled: s.Unsettled})
		}
		p.print(jsonlines.Ledger{Ledger: path, Schema: e.Version, Runs: e.Runs, Namespaces: spaces,
			Faults: append([]string{}, e.Faults...)})
	} else {
		fmt.Fprintf(p.stdout, "ledger %s: schema version %d, %s\n", path, e.Version, pipeline.Count(e.Runs, "run"))
		for _, s := range e.Spaces {
			line := fmt.Sprintf("  %s: %s", s.Namespace, pipeline.Count(s.Customers, "customer"))
			if s.Unsettled > 0 {
				line += fmt.Sprintf(", %s never answered", pipeline.Count(s.Unsettled, "request"))
			}
			fmt.Fprintln(p.stdout, line)
		}
		for _, f := range e.Faults {
			fmt.Fprintln(p.stdout, "  "+f)
		}
		if len(e.Faults) == 0 {
			fmt.Fprintln(p.stdout, "sound; its key file fits")
		}
	}
	if len(e.Faults) == 0 {
		return nil
	}
	return pipeline.Mistakef("ledger %s: is not sound", path).
		Try("leave it as it is and import nothing with it: restore the newest sound copy, with its key file, or ask " +
			"for help with these lines")
}

func (p *program) ledgerBackupCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:     "backup " + p.sentence("command.ledger_backup_args"),
		Short:   p.sentence("command.ledger_backup_short"),
		Long:    p.sentence("command.ledger_backup_long"),
		Example: p.sentence("command.ledger_backup_example"),
		Args:    arguments(1),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			ctx := context.Background()
			l, err := p.readLedger(ctx, path)
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
					return pipeline.Mistakef("%w", err).Try("name a file that is not there yet, in a folder that is")
				}
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "copied to %s, its key file to %s.key; keep both where only you can read "+
				"them\n", args[0], args[0])
			return err
		},
	}
	c.Flags().StringVar(&path, "ledger", "", p.sentence("cmd_flags.ledger"))
	return c
}
