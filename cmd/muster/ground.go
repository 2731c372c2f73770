package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/submit"
)

// ground is what the books of one import stand on: the ledger with its lock,
// the client with its pace and its token, and in a rehearsal the stand-in. It
// is laid when the first book turns out to be good, so that a mistake leaves
// nothing behind, and is the same for all: a later book finds the earlier.
type ground struct {
	ledger      *ledger.Ledger
	space       *ledger.Space
	client      *submit.Client
	standin     *rehearsalStandin
	credentials pipeline.Tag
	throwAway   bool
	drop        func() error
	openTold    bool // the requests that earlier runs left open: once for all books
}

// lay opens what is not open yet.
func (g *ground) lay(ctx context.Context, r *importRun, books []string) (err error) {
	if g.ledger != nil {
		return nil
	}
	provider := r.def.Provider()
	if err := provider.CheckSecrets(r.secrets); err != nil {
		return err
	}
	l, drop, err := r.openLedger(ctx, r.flags.ledger, r.target, "muster import "+strings.Join(books, " "))
	if err != nil {
		return err
	}
	laid := ground{ledger: l, drop: drop, throwAway: r.target.Namespace.Rehearsal() && r.flags.ledger.path == ""}
	defer func() {
		if err != nil {
			err = errors.Join(err, laid.close())
		}
	}()
	if laid.space, err = l.Space(ctx, r.target.Namespace, provider); err != nil {
		return err
	}
	if !r.target.Namespace.Rehearsal() {
		var used []string
		for _, s := range provider.Auth.Secrets {
			used = append(used, r.secrets[s.Name])
		}
		laid.credentials = laid.space.CredentialsTag(used...)
	}
	if laid.standin, err = r.rehearse(); err != nil {
		return err
	}
	laid.client, err = submit.New(submit.Options{Provider: provider, BaseURL: laid.standin.baseURL(r.target), Secrets: r.secrets,
		Concurrency: r.target.Limit.Concurrency, Rate: r.target.Limit.Rate, UserAgent: "muster/" + version(), Now: r.now})
	if err != nil {
		return pipeline.Mistakef("%w", err)
	}
	*g = laid
	return nil
}

// close gives back what was laid; closing nothing is fine.
func (g *ground) close() error {
	if g.client != nil {
		g.client.Close()
	}
	if g.standin != nil {
		g.standin.stop()
	}
	if g.drop == nil {
		return nil
	}
	if err := g.drop(); err != nil {
		return fmt.Errorf("close the ledger: %w", err)
	}
	return nil
}
