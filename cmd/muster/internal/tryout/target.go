package tryout

import (
	"net/url"
	"strings"

	"muster/pipeline"
)

// Target is the sandbox that a definition declares, or a server on this machine in its place. Anything else is
// refused with a [pipeline.Mistake].
func Target(p *pipeline.Provider, o pipeline.TargetOptions) (t pipeline.Target, err error) {
	switch o.Env {
	case pipeline.EnvSandbox:
	case "":
		return t, pipeline.Wrong("tryout.env_needed").Try("tryout.env_sandbox")
	case pipeline.EnvProduction:
		return t, pipeline.Wrong("tryout.never_production").Try("tryout.pilot")
	default:
		return t, pipeline.Wrong("tryout.sandbox_only", "env", o.Env).Try("tryout.env_sandbox")
	}
	if o.BaseURL != "" {
		if u, err := url.Parse(o.BaseURL); err != nil || !pipeline.Loopback(u.Hostname()) {
			return t, pipeline.Wrong("tryout.undeclared", "url", o.BaseURL).Try("tryout.declare")
		}
		// An environment of its own, so that nothing there shows that the definition was used.
		return p.Target(pipeline.TargetOptions{BaseURL: o.BaseURL, Account: o.Account})
	}
	sandbox, ok := p.Environment(o.Env)
	if ok && sandbox.BaseURL == "" {
		return t, pipeline.Wrong("tryout.no_address", "provider", p.Title).Try("tryout.declare")
	}
	if t, err = p.Target(o); err != nil {
		return t, err
	}
	production, _ := p.Environment(pipeline.EnvProduction)
	same, err := pipeline.BaseURL(production.BaseURL, true)
	if err == nil && same == t.BaseURL && len(sandbox.Secrets) == 0 {
		return t, pipeline.Wrong("tryout.same_address", "url", t.BaseURL).Try("tryout.declare_secrets")
	}
	return t, nil
}

// Values reads texts such as FIELD=VALUE. An error is a [pipeline.Mistake].
func Values(texts []string) (map[string]string, error) {
	values := map[string]string{}
	for _, text := range texts {
		field, value, ok := strings.Cut(text, "=")
		if !ok || field == "" {
			return nil, pipeline.Wrong("tryout.set_form", "text", text)
		}
		values[field] = value
	}
	return values, nil
}
