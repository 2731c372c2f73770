package enrol

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/standin"
	"muster/pipeline/submit"
)

// connection is what the runs of one job share for sending: the ledger with its lock, the client with its pace and
// its token, and in a rehearsal the stand-in.
type connection struct {
	ledger      *ledger.Ledger
	space       *ledger.Space
	client      *submit.Client
	baseURL     string       // where requests go; in a rehearsal the stand-in's
	credentials pipeline.Tag // tag of the secrets; zero in a rehearsal
	throwAway   bool         // the ledger ends with the process
	right       importer.Right
	// closers close what was opened, in reverse order.
	closers []func() error
}

// connect opens all parts, or none.
func connect(ctx context.Context, j *Job) (*connection, error) {
	if err := j.provider().CheckSecrets(j.Secrets); err != nil {
		return nil, err
	}
	if err := j.provider().CheckSecretsIn(j.Target.Namespace.Env, j.Secrets); err != nil {
		return nil, err
	}
	c := &connection{baseURL: j.Target.BaseURL}
	if err := c.open(ctx, j); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *connection) open(ctx context.Context, j *Job) (err error) {
	if err = c.openLedger(ctx, j); err != nil {
		return err
	}
	if c.space, err = c.ledger.Space(ctx, j.Target.Namespace, j.provider()); err != nil {
		return err
	}
	if err = c.takeRight(ctx, j); err != nil {
		return err
	}
	if j.Target.Rehearsal() {
		if err = c.startStandin(j); err != nil {
			return err
		}
	} else {
		var used []string
		for _, s := range j.provider().Auth.Secrets {
			used = append(used, j.Secrets[s.Name])
		}
		c.credentials = c.space.CredentialsTag(used...)
	}
	c.client, err = submit.New(submit.Options{Provider: j.provider(), BaseURL: c.baseURL, AuthURL: j.Target.AuthURL,
		Secrets: j.Secrets, Concurrency: j.Target.Limit.Concurrency, Rate: j.Target.Limit.Rate,
		UserAgent: "muster/" + j.Author.Version, Certificate: j.Certificate, Watch: j.Probe.Watch,
		Right: c.asked(), Now: j.Now})
	if err != nil {
		return pipeline.MistakeOf(err)
	}
	c.closers = append(c.closers, func() error {
		c.client.Close()
		return nil
	})
	return nil
}

// asked is the right to check before each request leaves; nil for a file, whose right cannot be lost.
func (c *connection) asked() submit.Right {
	if _, file := c.right.(fileRight); file || c.right == nil {
		return nil
	}
	return c.right
}

func (c *connection) openLedger(ctx context.Context, j *Job) (err error) {
	if c.throwAway = j.Ledger.Path == "" && j.Ledger.Missing == nil; c.throwAway {
		var folder string
		if folder, err = os.MkdirTemp("", "muster-rehearsal-"); err != nil {
			return pipeline.Fail("enrol.temporary_ledger", "cause", err)
		}
		c.closers = append(c.closers, func() error { return os.RemoveAll(folder) })
		o := j.ledgerOptions(true)
		o.KeyFile = "" // the key file of a ledger that a rehearsal does not use
		c.ledger, err = ledger.Open(ctx, filepath.Join(folder, "muster.db"), o)
	} else {
		c.ledger, err = awaitLedger(ctx, j)
	}
	if err != nil {
		return err
	}
	c.closers = append(c.closers, c.ledger.Close)
	return nil
}

// knownIDs are the newest customer IDs of the namespace.
func (c *connection) knownIDs(ctx context.Context) (*pipeline.KnownIDs, error) {
	const newest = 200
	ids, err := c.space.ProvenIDs(ctx, newest)
	return pipeline.NewKnownIDs(ids), err
}

// openToWrite opens the ledger of a job for writing.
func openToWrite(ctx context.Context, j *Job) (*ledger.Ledger, error) {
	if j.Ledger.Missing != nil {
		return nil, j.Ledger.Missing
	}
	l, err := ledger.Open(ctx, j.Ledger.Path, j.ledgerOptions(j.Ledger.Begin))
	if errors.Is(err, ledger.ErrNone) {
		return nil, noneBegun(j.Ledger.Path)
	}
	return l, err
}

func (j *Job) ledgerOptions(begin bool) ledger.Options {
	holder := fmt.Sprintf("%s (PID %d, %s)", j.Ledger.Holder, os.Getpid(), j.Author.Machine)
	o := j.Ledger.Options
	o.MayBegin, o.Now, o.Holder, o.English = begin, j.Now, holder, j.English.Message
	return o
}

// openToRead opens the ledger of a job for reading.
func (j *Job) openToRead(ctx context.Context) (*ledger.Ledger, error) {
	o := j.Ledger.Options
	o.ReadOnly, o.Now = true, j.Now
	return ledger.Open(ctx, j.Ledger.Path, o)
}

func noneBegun(path string) error {
	return pipeline.Wrong("enrol.no_ledger").At(pipeline.Place{Kind: "ledger", File: ledger.Shown(path)}).Try("enrol.new_ledger")
}

// startStandin starts the stand-in on a loopback port: real HTTP, but nothing leaves the machine.
func (c *connection) startStandin(j *Job) error {
	s, err := standin.New(standin.Options{Provider: j.provider(), Check: j.Definition.CheckBody,
		Sentence: j.English.Message, Secrets: j.Secrets, Signing: j.Secrets, IDPrefix: pipeline.RehearsalPrefix,
		Seed: uint64(j.Random() * (1 << 53)), Now: j.Now})
	if err != nil {
		return pipeline.Fail("enrol.standin", "cause", err)
	}
	url, stop, err := s.Start("127.0.0.1:0")
	if err != nil {
		return pipeline.Fail("enrol.standin", "cause", err)
	}
	c.baseURL = url
	c.closers = append(c.closers, func() error {
		_ = stop() // it had only made-up customers
		return nil
	})
	return nil
}

// close closes everything that was opened.
func (c *connection) close() error {
	var errs []error
	for i := len(c.closers) - 1; i >= 0; i-- {
		errs = append(errs, c.closers[i]())
	}
	c.closers = nil
	if err := errors.Join(errs...); err != nil {
		return pipeline.Fail("enrol.close_ledger", "cause", err)
	}
	return nil
}

// ledgerRecords is one namespace of a ledger together with the runs' outcomes; it implements importer.Ledger.
type ledgerRecords struct {
	ledger *ledger.Ledger
	*ledger.Space
}

func (r ledgerRecords) Outcomes(ctx context.Context, run string) iter.Seq2[pipeline.Outcome, error] {
	return r.ledger.Outcomes(ctx, run)
}

// kept is the ledger; nil for one that ends with the process.
func (c *connection) kept() *ledger.Ledger {
	if c.throwAway {
		return nil
	}
	return c.ledger
}

// keptAt is where a person finds the ledger; "" for one that ends with the process.
func (c *connection) keptAt() string {
	if c.throwAway {
		return ""
	}
	return c.ledger.Path()
}

// notes are what a person should know about the ledger before anything is sent. A place that the ledger knows under
// another name is refused.
func (c *connection) notes(ctx context.Context, j *Job, unsettled int) (
	[]*pipeline.Message, error) {
	known, err := c.space.Customers(ctx)
	if err != nil {
		return nil, err
	}
	notes := []*pipeline.Message{c.knows(j, known, unsettled)}
	if older := c.ledger.Older(); older != "" {
		notes = append(notes, upgraded(older))
	}
	if c.ledger.Unverified() {
		notes = append(notes, pipeline.Say("enrol.server_unverified"))
	}
	if why := c.ledger.Right().OtherServer(); why != nil {
		notes = append(notes, otherServer(c.ledger, why))
	}
	runs, err := c.ledger.Runs(ctx)
	if err != nil {
		return nil, err
	}
	if err := j.provider().CheckHost(j.Target.Target, runs); err != nil {
		return nil, err
	}
	last, ok, err := c.space.LastRun(ctx)
	if err != nil {
		return nil, err
	}
	if _, tried := pipeline.Tried(runs, j.provider().Digest); !tried &&
		(j.Target.Real() || j.Target.Namespace.Env == pipeline.EnvProduction) {
		notes = append(notes, pipeline.Say("enrol.untried"))
	}
	none := pipeline.Tag{}
	if ok && last.Credentials != none && c.credentials != none && last.Credentials != c.credentials {
		notes = append(notes, pipeline.Say("enrol.other_credentials", "run", last.ID))
	}
	return notes, nil
}

// knows says how many customers, and requests without an answer, are in the ledger.
func (c *connection) knows(j *Job, customers, unsettled int) *pipeline.Message {
	n := j.Target.Namespace
	switch {
	case c.throwAway:
		return pipeline.Say("enrol.throw_away_ledger")
	case unsettled > 0:
		return pipeline.Say("enrol.ledger_knows_unsettled", "path", c.ledger.Path(), "count", customers,
			"provider", n.Provider, "env", n.Env, "requests", pipeline.Say("requests", "count", unsettled))
	}
	return pipeline.Say("enrol.ledger_knows", "path", c.ledger.Path(), "count", customers,
		"provider", n.Provider, "env", n.Env)
}

// otherServer says why customers may be missing in the ledger.
func otherServer(l *ledger.Ledger, why *pipeline.Message) *pipeline.Message {
	return pipeline.Say("enrol.other_server", "path", l.Path(), "why", why)
}

// upgraded says where the copy of the ledger from before the upgrade is.
func upgraded(older string) *pipeline.Message {
	return pipeline.Say("enrol.ledger_upgraded", "path", older)
}
