package main

import (
	"context"
	"fmt"
	"iter"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/standin"
)

// ledgerRecords is one namespace of a ledger with the runs' outcomes: what
// the importer calls a Ledger.
type ledgerRecords struct {
	ledger *ledger.Ledger
	*ledger.Space
}

func (r ledgerRecords) Outcomes(ctx context.Context, run string) iter.Seq2[pipeline.Outcome, error] {
	return r.ledger.Outcomes(ctx, run)
}

// rehearsalStandin is the stand-in inside a rehearsal; its zero value is none.
type rehearsalStandin struct {
	url  string
	halt func() error
}

// rehearse starts the stand-in on a loopback port when the run is a rehearsal:
// real HTTP, and nothing leaves the machine.
func (r *importRun) rehearse() (*rehearsalStandin, error) {
	if !r.target.Namespace.Rehearsal() {
		return &rehearsalStandin{}, nil
	}
	s, err := standin.New(standin.Options{Provider: r.def.Provider(), Check: r.def.CheckBody, Secrets: r.secrets,
		IDPrefix: "rehearsal-", Seed: uint64(r.random() * (1 << 53)), Now: r.now})
	if err != nil {
		return nil, fmt.Errorf("stand-in: %w", err)
	}
	url, stop, err := s.Start("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("stand-in: %w", err)
	}
	return &rehearsalStandin{url: url, halt: stop}, nil
}

func (s *rehearsalStandin) baseURL(t pipeline.Target) string {
	if s.url != "" {
		return s.url
	}
	return t.BaseURL
}

// stop ends the stand-in. What it says on the way out concerns nobody: it
// held made-up customers only.
func (s *rehearsalStandin) stop() {
	if s.halt != nil {
		_ = s.halt()
	}
}
