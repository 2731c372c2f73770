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
		Short: "Look through the ledger, or copy it",
		Long: `The ledger is the file that prevents doubles: it knows every customer that was
enrolled through it. Keep it, keep one for all books of a provider, and name it
with --ledger or MUSTER_LEDGER.

  muster.db       the ledger
  muster.db.key   its key; without it, or with another's, it is refused
  muster.db-wal   what is not written back yet, while a muster runs or after one
                  was killed; it belongs to the ledger
  muster.db.lock  who writes to it; left behind by a dead one it holds up nobody

One muster at a time writes to a ledger (exit code 10); check, runs, show and
report only read it. It holds no merchant's data: keyed hashes of keys and
fields, and requests only while they are unanswered, sealed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.ledgerCheckCommand(), p.ledgerBackupCommand())
	return c
}

func (p *program) ledgerCheckCommand() *cobra.Command {
	var path string
	var asJSON bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Say whether the ledger is sound",
		Long: `check looks through the whole ledger: the file's structure, whether its tables
agree, and whether the requests that are not settled yet open under the key
file. It changes nothing, and another muster may be at work.

EXIT STATUS
  0  it is sound
  2  it is damaged, or cannot be opened`,
		Args: cobra.NoArgs,
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
	c.Flags().StringVar(&path, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON line")
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
		Use:   "backup FILE",
		Short: "Copy the ledger, with its key file",
		Long: `backup copies the ledger as it is at this moment to FILE, and its key file to
FILE.key; another muster may be at work meanwhile. Nothing is ever replaced.

A copy knows the customers of its moment. One that is put back in place of a
newer ledger does not know who was enrolled since, and would enrol them again.`,
		Example: "  muster ledger backup backups/muster-2026-11-21.db --ledger muster.db",
		Args:    cobra.ExactArgs(1),
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
	c.Flags().StringVar(&path, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	return c
}
