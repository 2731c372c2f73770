package main

import (
	"context"
	"errors"
	"os"
	"strconv"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

const usualLedger = "muster.db"

// findLedger is the ledger's path; "" is a throw-away one, for a rehearsal.
// MUSTER_LEDGER does not count in a rehearsal, so that nobody's cron
// environment fills with made-up customers.
func (p *program) findLedger(path string, rehearsal bool) (string, error) {
	switch {
	case path != "":
		return path, nil
	case rehearsal:
		return "", nil
	case p.getenv("MUSTER_LEDGER") != "":
		return p.getenv("MUSTER_LEDGER"), nil
	case p.terminal:
		return usualLedger, nil
	}
	return "", pipeline.Wrong("cmd_ledger.unnamed").Try("cmd_ledger.name_and_keep")
}

// ledgerToRead is the ledger that is meant where none is begun.
func (p *program) ledgerToRead(path string) string {
	if path == "" {
		path = p.getenv("MUSTER_LEDGER")
	}
	if path == "" {
		path = usualLedger
	}
	return path
}

func noLedger(path string) error {
	return pipeline.Wrong("cmd_ledger.not_found").Try("cmd_ledger.name_it").At(ledgerAt(path))
}

// ledgerAt is a ledger as the place of a mistake.
func ledgerAt(path string) pipeline.Place { return pipeline.Place{Kind: "ledger", File: path} }

// holder is what another muster shows of a command that writes to a ledger.
func holder(command ...string) string {
	return pipeline.ShellCommand(command...) + " (PID " + strconv.Itoa(os.Getpid()) + ", " + machine() + ")"
}

// readLedger opens a ledger to look at it.
func (p *program) readLedger(ctx context.Context, path string) (*ledger.Ledger, error) {
	path = p.ledgerToRead(path)
	l, err := ledger.Open(ctx, path, ledger.Options{ReadOnly: true, Now: p.now})
	if errors.Is(err, ledger.ErrNone) {
		return nil, noLedger(path)
	}
	return l, err
}
