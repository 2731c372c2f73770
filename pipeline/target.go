package pipeline

import (
	"net/url"
	"slices"
)

// The named environments. Any other is a base URL.
const (
	EnvLocal      = "local" // a rehearsal: the built-in stand-in
	EnvSandbox    = "sandbox"
	EnvProduction = "production"
)

// rehearsalConcurrency is how many requests a rehearsal has open at once; the stand-in has no limit of its own.
const rehearsalConcurrency = 8

// Target is where the requests of a run go, and their limits.
type Target struct {
	Namespace Namespace
	BaseURL   string // in its normal form; "" in a rehearsal, whose stand-in is not listening yet
	AuthURL   string // where tokens are requested, in its normal form; "" is BaseURL
	Limit     Limit
}

// TargetOptions are what a user says about the target. The zero value is a rehearsal.
type TargetOptions struct {
	Env       string // local, an environment of the provider, or ""
	BaseURL   string // as the user typed it
	Account   string
	AllowHTTP bool // plain http to another machine
}

// Target resolves o. Nothing leaves the machine unless an environment or a base URL is named. A base URL that an
// environment declares means that environment; an environment with another base URL means that environment at that
// host; a base URL alone is an environment of its own, with the limits of the first declared one. Tokens are
// requested where the environment declares it, unless the user gives another base URL: then all calls go there. An
// error is a [Mistake].
func (p *Provider) Target(o TargetOptions) (Target, error) {
	t := Target{Namespace: Namespace{Provider: p.Root().Name, Account: o.Account}}
	base, err := BaseURL(o.BaseURL, o.AllowHTTP)
	if err != nil {
		return t, err
	}
	env := o.Env
	var there []string // the environments with that base URL
	for _, e := range p.declared() {
		declared, err := BaseURL(e.BaseURL, true)
		if err != nil {
			return t, Wrong("target.declared_base_url", "provider", p.Title, "env", e.Name, "cause", err)
		}
		if base != "" && declared == base && !slices.Contains(there, e.Name) {
			there = append(there, e.Name)
		}
	}
	switch {
	case len(there) == 0 || slices.Contains(there, env):
	case env != "":
		return t, Wrong("target.base_url_of_env", "url", o.BaseURL, "env", there[0], "provider", p.Title, "named", env).
			Try("target.name_env", "env", there[0])
	case len(there) > 1:
		return t, Wrong("target.base_url_of_several", "url", o.BaseURL, "envs", there, "provider", p.Title).
			Try("target.name_one_env")
	default:
		env = there[0]
	}
	switch {
	case env == EnvLocal && base != "":
		return t, Wrong("target.local_with_base_url").Try("target.leave_out_one")
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
		return t, Wrong("target.no_env", "provider", p.Title, "env", env).
			Try("target.envs", "envs", environmentNames(p)).
			Suggest(Meant(env, environmentNames(p)))
	}
	if p.Example && e.Name == EnvProduction {
		return t, Wrong("target.example", "provider", p.Title).Try("target.try_sandbox", "name", p.Name)
	}
	t.Namespace.Env, t.Limit = e.Name, e.Limit
	t.BaseURL, _ = BaseURL(e.BaseURL, true) // checked above
	if base == "" || t.BaseURL == "" || base == t.BaseURL {
		if t.AuthURL, err = BaseURL(e.AuthURL, true); err != nil {
			return t, Wrong("target.declared_base_url", "provider", p.Title, "env", e.Name, "cause", err)
		}
	}
	if base != "" {
		t.BaseURL = base
	}
	if t.BaseURL == "" {
		return t, Wrong("target.base_url_unpublished", "provider", p.Title, "env", e.Name).Try("target.give_base_url")
	}
	return t, nil
}

func environmentNames(p *Provider) []string {
	names := []string{EnvLocal}
	for _, e := range p.Environments {
		names = append(names, e.Name)
	}
	return names
}

// NamespaceOf says whose customers are meant where nothing is sent: the namespace that o names, else that of run,
// else the rehearsal's. The zero Run is none.
func (p *Provider) NamespaceOf(o TargetOptions, run Run) (Namespace, error) {
	if o.Env == "" && o.BaseURL == "" && o.Account == "" && run.Namespace.Provider == p.Root().Name {
		return run.Namespace, nil
	}
	if e, declared := p.Environment(o.Env); declared && o.BaseURL == "" {
		// Nothing is sent, so that an environment without a published base URL will do.
		return Namespace{Provider: p.Root().Name, Env: e.Name, Account: o.Account}, nil
	}
	t, err := p.Target(o)
	return t.Namespace, err
}

// CheckHost refuses a place that earlier runs of the ledger know under another name: under a new one every customer
// would look new. An error is a [Mistake].
func (p *Provider) CheckHost(t Target, runs []Run) error {
	if t.Namespace.Rehearsal() {
		return nil
	}
	for _, r := range runs {
		n := r.Namespace
		same := n.Provider == t.Namespace.Provider && n.Account == t.Namespace.Account
		if !same || r.BaseURL != t.BaseURL || n.Env == t.Namespace.Env || n.Rehearsal() {
			continue
		}
		if p.declares(n.Env, t.BaseURL) && p.declares(t.Namespace.Env, t.BaseURL) {
			continue // the secret decides between them
		}
		m := Wrong("target.host_has_other_name", "url", t.BaseURL, "known", n.Env, "run", r.ID, "env", t.Namespace.Env)
		if n.Env == r.BaseURL {
			return m.Try("target.same_base_url", "url", r.BaseURL)
		}
		return m.Try("target.same_env", "env", n.Env)
	}
	return nil
}

// declares reports whether an environment has that base URL, in its normal form.
func (p *Provider) declares(env, base string) bool {
	return slices.ContainsFunc(p.declared(), func(e Environment) bool {
		declared, err := BaseURL(e.BaseURL, true)
		return e.Name == env && err == nil && declared == base
	})
}

// Real reports whether customers there may be real people: not in a rehearsal, in the sandbox or on this machine.
func (t Target) Real() bool {
	if t.Namespace.Rehearsal() || t.Namespace.Env == EnvSandbox {
		return false
	}
	u, err := url.Parse(t.BaseURL)
	return err != nil || !Loopback(u.Hostname())
}
