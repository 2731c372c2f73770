package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// target is where the requests of a run go, and how hard.
type target struct {
	namespace pipeline.Namespace
	baseURL   string // "" in a rehearsal: the stand-in is not listening yet
	limit     pipeline.Limit
}

// rehearsalConcurrency is how many requests a rehearsal has open at once: the
// stand-in has no limits of its own.
const rehearsalConcurrency = 8

// targetFlags are the flags that say where requests go.
type targetFlags struct {
	env         string
	baseURL     string
	account     string
	allowHTTP   bool
	rate        string
	concurrency int
}

// resolve finds the target; nothing leaves the machine unless an environment
// or a base URL is named.
func (f targetFlags) resolve(p *pipeline.Provider) (target, error) {
	t := target{namespace: pipeline.Namespace{Provider: p.Name, Account: f.account}}
	base, err := normalURL(f.baseURL, f.allowHTTP)
	if err != nil {
		return t, err
	}
	// A base URL equal to a declared one is that environment.
	for _, e := range p.Environments {
		declared, err := normalURL(e.BaseURL, true)
		switch {
		case err != nil:
			return t, pipeline.Mistakef("the base URL of %s, %s: %w", p.Title, e.Name, err)
		case base == "" || declared != base:
		case f.env != "" && f.env != e.Name:
			return t, pipeline.Mistakef("--base-url %s is the environment %s of %s, not %s", f.baseURL, e.Name, p.Title, f.env).Try("name --env " + e.Name + ", or another URL")
		default:
			f.env = e.Name
		}
	}
	switch {
	case f.env == pipeline.EnvLocal && base != "":
		return t, pipeline.Mistakef("--env local is the built-in stand-in and has no --base-url").Try("leave out one of the two")
	case f.env == pipeline.EnvLocal || f.env == "" && base == "":
		t.namespace.Env = pipeline.EnvLocal
		t.limit = pipeline.Limit{Concurrency: rehearsalConcurrency}
	case f.env == "":
		t.namespace.Env, t.baseURL = base, base
		t.limit = p.Environments[0].Limit
	default:
		e, ok := p.Environment(f.env)
		if !ok {
			return t, pipeline.Mistakef("%s has no environment %q", p.Title, f.env).Try("it has local" + environmentNames(p))
		}
		t.namespace.Env, t.limit = e.Name, e.Limit
		t.baseURL, _ = normalURL(e.BaseURL, true) // looked at above
		if base != "" {
			t.baseURL = base
		}
		if t.baseURL == "" {
			return t, pipeline.Mistakef("the base URL of %s, %s, is not published", p.Title, e.Name).Try("give the one that the provider gave you, with --base-url")
		}
	}
	if f.rate != "" {
		rate, err := pipeline.ParseRate(f.rate)
		if err != nil {
			return t, pipeline.Mistakef("--rate: %w", err)
		}
		t.limit.Rate = rate
	}
	if f.concurrency < 0 || f.concurrency > 1000 {
		return t, pipeline.Mistakef("--concurrency %d: from 1 to 1000 requests may be open at once", f.concurrency)
	}
	if f.concurrency > 0 {
		t.limit.Concurrency = f.concurrency
	}
	return t, nil
}

func environmentNames(p *pipeline.Provider) string {
	var b strings.Builder
	for _, e := range p.Environments {
		b.WriteString(", " + e.Name)
	}
	return b.String()
}

// normalURL is a base URL with a lower-case host, without a final slash and
// without its scheme's own port, so that two spellings are one namespace.
func normalURL(s string, allowHTTP bool) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	// What stands before an @ or behind a ? may be a secret: it is not repeated.
	if strings.ContainsAny(s, "@?#") && (err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		return "", pipeline.Mistakef("--base-url: holds a user, a password or a query, which have no place in it").Try("it is of the form https://api.example.com; secrets have variables of their own (`muster help environment`)")
	}
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", pipeline.Mistakef("--base-url %q is no base URL", s).Try("it is of the form https://api.example.com")
	}
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "http" && !allowHTTP && !isLoopback(host) {
		return "", pipeline.Mistakef("--base-url %s: people's identities would travel unencrypted", s).Try("use https, or --allow-http if you know that nobody listens on the way")
	}
	port := u.Port()
	if port == "443" && u.Scheme == "https" || port == "80" && u.Scheme == "http" {
		port = ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" {
		host += ":" + port
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// secrets reads the provider's secrets from the environment, or from the
// files that the environment names.
func (p *program) secrets(provider *pipeline.Provider) (map[string]string, error) {
	found := map[string]string{}
	for _, s := range provider.Auth.Secrets {
		variable := submit.SecretVariable(provider.Name, s.Name)
		value, file := p.getenv(variable), p.getenv(variable+"_FILE")
		switch {
		case value != "" && file != "":
			return nil, pipeline.Mistakef("both %s and %s_FILE are set", variable, variable).Try("unset one of the two")
		case file != "":
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, pipeline.Mistakef("%s_FILE: %w", variable, err)
			}
			value = strings.TrimRight(string(raw), "\r\n")
			if value == "" {
				return nil, pipeline.Mistakef("%s_FILE: %s is empty", variable, file)
			}
		}
		if value != "" {
			found[s.Name] = value
		}
	}
	return found, nil
}

// rehearsalSecrets are made up: the stand-in is told the same ones.
func rehearsalSecrets(provider *pipeline.Provider) map[string]string {
	made := map[string]string{}
	for _, s := range provider.Auth.Secrets {
		if s.Name == provider.Auth.Ready && provider.Auth.Exchange != nil {
			continue // so that the exchange is rehearsed too
		}
		made[s.Name] = fmt.Sprintf("rehearsal-%s", strings.ToLower(s.Name))
	}
	return made
}
