package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// ledgerFlags say which ledger is used.
type ledgerFlags struct {
	path  string
	begin bool // --new-ledger
}

// mayBegin says whether a ledger that is not there is begun: production wants
// to be told.
func (f ledgerFlags) mayBegin(t pipeline.Target) bool {
	return f.begin || t.Namespace.Env != pipeline.EnvProduction
}

func noneBegun(path string) error {
	return pipeline.Mistakef("ledger %s: there is none yet, and production begins one only when it is told to", path).Try("name the ledger of the earlier runs, or give --new-ledger to begin one: with a new one every merchant looks new")
}

const usualLedger = "muster.db"

// findLedger is the ledger's path; "" is a throw-away one, for a rehearsal.
// MUSTER_LEDGER does not count in a rehearsal, so that nobody's cron
// environment fills with made-up customers.
func (p *program) findLedger(f ledgerFlags, rehearsal bool) (string, error) {
	switch {
	case f.path != "":
		return f.path, nil
	case rehearsal:
		return "", nil
	case p.getenv("MUSTER_LEDGER") != "":
		return p.getenv("MUSTER_LEDGER"), nil
	case p.terminal:
		return usualLedger, nil
	}
	return "", pipeline.Mistakef("no ledger is named, and nobody is at a terminal to see which one is meant").Try("name it with --ledger FILE or MUSTER_LEDGER; keep it, it is what prevents doubles")
}

// openLedger opens the ledger for writing. drop removes a throw-away one, and
// is called once whatever happened.
func (p *program) openLedger(ctx context.Context, f ledgerFlags, t pipeline.Target, what string) (l *ledger.Ledger, drop func() error, err error) {
	path, err := p.findLedger(f, t.Namespace.Rehearsal())
	if err != nil {
		return nil, nil, err
	}
	o := ledger.Options{MayBegin: true, Now: p.now, Holder: fmt.Sprintf("%s, process %d on %s", what, os.Getpid(), machine())}
	if path == "" {
		folder, err := os.MkdirTemp("", "muster-rehearsal-")
		if err != nil {
			return nil, nil, fmt.Errorf("make room for a throw-away ledger: %w", err)
		}
		l, err := ledger.Open(ctx, filepath.Join(folder, usualLedger), o)
		if err != nil {
			return nil, nil, errors.Join(err, os.RemoveAll(folder))
		}
		return l, func() error { return errors.Join(l.Close(), os.RemoveAll(folder)) }, nil
	}
	o.MayBegin = f.mayBegin(t)
	l, err = ledger.Open(ctx, path, o)
	if errors.Is(err, ledger.ErrNone) {
		return nil, nil, noneBegun(path)
	}
	if err != nil {
		return nil, nil, err
	}
	return l, l.Close, nil
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
	return pipeline.Mistakef("ledger %s: there is none", path).Try("name it with --ledger FILE or MUSTER_LEDGER; a rehearsal without --ledger keeps none")
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

// ledgerNotes are what a person should know of the ledger before anything is
// sent.
func ledgerNotes(ctx context.Context, l *ledger.Ledger, s *ledger.Space, t pipeline.Target, throwAway bool, unsettled int, credentials pipeline.Tag) (notes []string, err error) {
	known, err := s.Customers(ctx)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("the ledger %s knows %s of %s %s", l.Path(), count(known, "customer"), t.Namespace.Provider, t.Namespace.Env)
	if throwAway {
		note = "a ledger for this rehearsal only: it knows nobody (--ledger FILE keeps one)"
	}
	if unsettled > 0 {
		note += fmt.Sprintf(", and %s never answered", count(unsettled, "request"))
	}
	notes = append(notes, note)
	if older := l.Older(); older != "" {
		notes = append(notes, "the ledger was an older muster's and is brought up to date; as it was, it is at "+older+", with its key file")
	}
	runs, err := l.Runs(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.CheckHost(runs); err != nil {
		return nil, err
	}
	last, ok, err := s.LastRun(ctx)
	if err != nil {
		return nil, err
	}
	if none := (pipeline.Tag{}); ok && last.Credentials != none && credentials != none && last.Credentials != credentials {
		notes = append(notes, "warning: the credentials are not those of the last run here ("+last.ID+"). If they belong to another account, stop and name it with --account: its customers are others")
	}
	return notes, nil
}

// count says "1 row", "2 rows".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if strings.HasSuffix(what, "y") {
		what = strings.TrimSuffix(what, "y") + "ie"
	}
	return fmt.Sprintf("%d %ss", n, what)
}
