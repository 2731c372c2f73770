package main

import (
	"context"
	"errors"

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
	return "", pipeline.Mistakef("no ledger is named, and nobody is at a terminal to see which one is meant").
		Try("name it with --ledger FILE or MUSTER_LEDGER; keep it, it is what prevents doubles")
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
	return pipeline.Mistakef("ledger %s: there is none", path).
		Try("name it with --ledger FILE or MUSTER_LEDGER; a rehearsal without --ledger keeps none")
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
