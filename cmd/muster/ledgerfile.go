package main

import (
	"context"
	"errors"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

const usualLedger = "muster.db"

// ledgerFlag says which ledger is used, and how to connect to it.
type ledgerFlag struct {
	name       string // a file's path, or the address of a server; "" for none
	allowPlain bool   // a server without TLS
	// afterFailover is for commands that take the right to send.
	afterFailover bool
}

// register adds the flags; usage describes --ledger.
func (f *ledgerFlag) register(p *program, c *cobra.Command, usage string) {
	c.Flags().StringVar(&f.name, "ledger", "", usage)
	c.Flags().BoolVar(&f.allowPlain, "allow-plain", false, p.sentence("cmd_flags.allow_plain"))
}

// registerFailover adds the flag for commands that take the right to send.
func (f *ledgerFlag) registerFailover(p *program, c *cobra.Command) {
	c.Flags().BoolVar(&f.afterFailover, "yes-after-failover", false, p.sentence("cmd_flags.yes_after_failover"))
}

// ledgerFlags say which ledger an import uses, and how.
type ledgerFlags struct {
	ledgerFlag
	begin bool // --new-ledger
	wait  bool
}

func (f *ledgerFlags) register(p *program, c *cobra.Command) {
	f.ledgerFlag.register(p, c, p.sentence("cmd_flags.ledger_of_import"))
	fl := c.Flags()
	fl.BoolVar(&f.begin, "new-ledger", false, p.sentence("cmd_flags.new_ledger"))
	fl.BoolVar(&f.wait, "wait", false, p.sentence("cmd_flags.wait"))
	f.registerFailover(p, c)
}

// ledgerOptions are the options common to reading and writing a ledger.
func (p *program) ledgerOptions(f ledgerFlag) ledger.Options {
	o := ledger.Options{Now: p.now, AllowPlain: f.allowPlain, AfterFailover: f.afterFailover}
	if ledger.IsAddress(p.ledgerToRead(f.name)) {
		o.KeyFile = p.getenv(settings.LedgerKeyVariable)
	}
	return o
}

// onlyForServers refuses flags for a server on the command line when the ledger is a file.
func (p *program) onlyForServers(c *cobra.Command) error {
	name := p.ledgerToRead(flagText(c, "ledger"))
	if ledger.IsAddress(name) {
		return nil
	}
	for _, flag := range []string{"allow-plain", "yes-after-failover"} {
		if flagText(c, flag) == "true" && settings.VariableOf(c, flag) == "" {
			return pipeline.Wrong("cmd_ledger.only_server", "flag", "--"+flag, "ledger", name)
		}
	}
	return nil
}

// findLedger is the ledger's name; "" is a temporary one, for a rehearsal. MUSTER_LEDGER is ignored in a rehearsal,
// so that nobody's cron environment fills with made-up customers.
func (p *program) findLedger(name string, rehearsal bool) (string, error) {
	switch {
	case name != "":
		return name, nil
	case rehearsal:
		return "", nil
	case p.getenv("MUSTER_LEDGER") != "":
		return p.getenv("MUSTER_LEDGER"), nil
	case p.terminal:
		return usualLedger, nil
	}
	return "", pipeline.Wrong("cmd_ledger.unnamed").Try("cmd_ledger.name_and_keep")
}

// ledgerToRead is the name of the ledger for commands that create none.
func (p *program) ledgerToRead(name string) string {
	if name == "" {
		name = p.getenv("MUSTER_LEDGER")
	}
	if name == "" {
		name = usualLedger
	}
	return name
}

// ledgerFiles are the files of a ledger with that name, which nothing else may overwrite.
func (p *program) ledgerFiles(name string) []string {
	switch key := p.getenv(settings.LedgerKeyVariable); {
	case !ledger.IsAddress(name):
		return []string{name, name + ".key"}
	case key != "":
		return []string{key}
	}
	return nil
}

func noLedger(name string) error {
	if ledger.IsAddress(name) {
		return pipeline.Wrong("cmd_ledger.none_on_server").Try("cmd_ledger.begin_or_move").At(ledgerAt(name))
	}
	return pipeline.Wrong("cmd_ledger.not_found").Try("cmd_ledger.name_it").At(ledgerAt(name))
}

// ledgerAt is a ledger as the place of a mistake.
func ledgerAt(name string) pipeline.Place {
	return pipeline.Place{Kind: "ledger", File: ledger.Shown(name)}
}

// holder is how another muster describes a command that writes to a ledger.
func holder(command ...string) string {
	return pipeline.ShellCommand(command...) + " (PID " + strconv.Itoa(os.Getpid()) + ", " + machine() + ")"
}

// readLedger opens a ledger for reading only.
func (p *program) readLedger(ctx context.Context, f ledgerFlag) (*ledger.Ledger, error) {
	o := p.ledgerOptions(f)
	o.ReadOnly = true
	return p.openLedger(ctx, f, o)
}

// writeLedger opens an existing ledger for writing, for a command.
func (p *program) writeLedger(ctx context.Context, f ledgerFlag, command ...string) (*ledger.Ledger, error) {
	o := p.ledgerOptions(f)
	o.Holder, o.English = holder(command...), p.english.Message
	return p.openLedger(ctx, f, o)
}

func (p *program) openLedger(ctx context.Context, f ledgerFlag, o ledger.Options) (*ledger.Ledger, error) {
	name := p.ledgerToRead(f.name)
	l, err := ledger.Open(ctx, name, o)
	if errors.Is(err, ledger.ErrNone) {
		return nil, noLedger(name)
	}
	return l, err
}
