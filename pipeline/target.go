package pipeline

import (
	"net/url"
	"strings"
)

// The environments that have a name. Any other is a base URL.
const (
	EnvLocal      = "local" // a rehearsal: the built-in stand-in
	EnvSandbox    = "sandbox"
	EnvProduction = "production"
)

// rehearsalConcurrency is how many requests a rehearsal has open at once: the
// stand-in has no limits of its own.
const rehearsalConcurrency = 8

// Target is where the requests of a run go, and how hard.
type Target struct {
	Namespace Namespace
	BaseURL   string // in its normal form; "" in a rehearsal: the stand-in is not listening yet
	Limit     Limit
}

// TargetOptions are what a user says of a target. The zero value is a
// rehearsal.
type TargetOptions struct {
	Env       string // local, an environment of the provider, or ""
	BaseURL   string // as the user spells it
	Account   string
	AllowHTTP bool // to another machine
}

// Target finds the target that o means; nothing leaves the machine unless an
// environment or a base URL is named. A base URL that an environment declares
// is that environment; an environment and another base URL are the environment
// at that host; a base URL alone is an environment of its own, with the limits
// of the first declared. An error is a [Mistake].
func (p *Provider) Target(o TargetOptions) (Target, error) {
	t := Target{Namespace: Namespace{Provider: p.Name, Account: o.Account}}
	base, err := BaseURL(o.BaseURL, o.AllowHTTP)
	if err != nil {
		return t, err
	}
	env := o.Env
	for _, e := range p.Environments {
		declared, err := BaseURL(e.BaseURL, true)
		switch {
		case err != nil:
			return t, Mistakef("the base URL of %s, %s: %w", p.Title, e.Name, err)
		case base == "" || declared != base:
		case env != "" && env != e.Name:
			return t, Mistakef("--base-url %s is the environment %s of %s, not %s", o.BaseURL, e.Name, p.Title, env).
				Try("name --env " + e.Name + ", or another URL")
		default:
			env = e.Name
		}
	}
	switch {
	case env == EnvLocal && base != "":
		return t, Mistakef("--env local is the built-in stand-in and has no --base-url").Try("leave out one of the two")
	case env == EnvLocal || env == "" && base == "":
		t.Namespace.Env = EnvLocal
		t.Limit = Limit{Concurrency: rehearsalConcurrency}
		return t, nil
	case env == "":
		t.Namespace.Env, t.BaseURL = base, base
		t.Limit = p.Environments[0].Limit
		return t, nil
	}
	e, ok := p.Environment(env)
	if !ok {
		return t, Mistakef("%s has no environment %q", p.Title, env).Try("it has local" + environmentNames(p))
	}
	t.Namespace.Env, t.Limit = e.Name, e.Limit
	t.BaseURL, _ = BaseURL(e.BaseURL, true) // looked at above
	if base != "" {
		t.BaseURL = base
	}
	if t.BaseURL == "" {
		return t, Mistakef("the base URL of %s, %s, is not published", p.Title, e.Name).
			Try("give the one that the provider gave you, with --base-url")
	}
	return t, nil
}

func environmentNames(p *Provider) string {
	var b strings.Builder
	for _, e := range p.Environments {
		b.WriteString(", " + e.Name)
	}
	return b.String()
}

// NamespaceOf says whose customers are meant where nothing is sent: those that
// o names, else those of run, else the rehearsal's. The zero Run is none.
func (p *Provider) NamespaceOf(o TargetOptions, run Run) (Namespace, error) {
	if o.Env == "" && o.BaseURL == "" && o.Account == "" && run.Namespace.Provider == p.Name {
		return run.Namespace, nil
	}
	if e, declared := p.Environment(o.Env); declared && o.BaseURL == "" {
		// Nothing is sent, so that a base URL that is not published is not missed.
		return Namespace{Provider: p.Name, Env: e.Name, Account: o.Account}, nil
	}
	t, err := p.Target(o)
	return t.Namespace, err
}

// CheckHost refuses to call a place by another name than in runs, those of a
// ledger: under it every customer would look new. An error is a [Mistake].
func (t Target) CheckHost(runs []Run) error {
	if t.Namespace.Rehearsal() {
		return nil
	}
	for _, r := range runs {
		n := r.Namespace
		same := n.Provider == t.Namespace.Provider && n.Account == t.Namespace.Account
		if !same || r.BaseURL != t.BaseURL || n.Env == t.Namespace.Env || n.Rehearsal() {
			continue
		}
		how := "--env " + n.Env
		if n.Env == r.BaseURL {
			how = "--base-url " + r.BaseURL + " without --env"
		}
		return Mistakef("%s is known to this ledger as %s (run %s), and as %s all of its customers would look new",
			t.BaseURL, n.Env, r.ID, t.Namespace.Env).Try("call it as before: " + how + "; or keep accounts apart with --account")
	}
	return nil
}

// Real reports whether customers there may be real people's: not those of a
// rehearsal, of the sandbox or of this machine.
func (t Target) Real() bool {
	if t.Namespace.Rehearsal() || t.Namespace.Env == EnvSandbox {
		return false
	}
	u, err := url.Parse(t.BaseURL)
	return err != nil || !Loopback(u.Hostname())
}
