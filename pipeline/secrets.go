package pipeline

import (
	"slices"
	"strings"
)

// SecretVariable is the environment variable for a provider's secret: MUSTER_CONNECTFI_PASSWORD. The same name with
// _FILE names a file that contains it.
func SecretVariable(provider, secret string) string {
	spell := func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "_")) }
	return "MUSTER_" + spell(provider) + "_" + spell(secret)
}

// SecretsInUse are the secrets that identify the sender, in the definition's order: those of all calls, and those of
// the exchange or else the ready token.
func (p *Provider) SecretsInUse(exchanged bool) []Secret {
	used := map[string]bool{}
	use := func(b *Basic, headers ...[]Pair) {
		if b != nil {
			used[b.User], used[b.Password] = true, true
		}
		for _, h := range slices.Concat(headers...) {
			for _, name := range Variables(h.Value) {
				used[name] = true
			}
		}
	}
	use(p.Auth.Basic, p.Auth.Headers, p.Create.Headers)
	for _, name := range p.Sign.secrets() {
		used[name] = true
	}
	for i := range p.LookUps {
		use(nil, p.LookUps[i].Call.Headers)
	}
	if p.Await != nil {
		use(nil, p.Await.Call.Headers)
	}
	if x := p.Auth.Exchange; x != nil && exchanged {
		use(x.Basic, x.Call.Headers)
		for _, part := range x.Body {
			used[part.Secret] = true
		}
	} else {
		used[p.Auth.Ready] = true
	}
	var all []Secret
	for _, s := range p.Auth.Secrets {
		if used[s.Name] && !s.Setting {
			all = append(all, s)
		}
	}
	return all
}

// MissingSecrets are the secrets and settings that are still missing before p can make a call, the secrets first:
// what all calls need, and its ready token or else all that its exchange takes. An empty value counts as missing.
func (p *Provider) MissingSecrets(given map[string]string) []Secret {
	exchanged := p.Auth.Exchange != nil && (p.Auth.Ready == "" || given[p.Auth.Ready] == "")
	var missing []Secret
	for _, s := range p.SecretsInUse(exchanged) {
		if given[s.Name] == "" {
			missing = append(missing, s)
		}
	}
	for _, s := range p.Auth.Secrets {
		if s.Setting && s.Default == "" && given[s.Name] == "" {
			missing = append(missing, s)
		}
	}
	return missing
}

// CheckSecrets refuses when secrets that p needs are missing: with a [Mistake] of a [*MissingSecretError].
func (p *Provider) CheckSecrets(given map[string]string) error {
	missing := p.MissingSecrets(given)
	if len(missing) == 0 {
		return nil
	}
	e := &MissingSecretError{Provider: p.Root().Name, Secrets: missing}
	secret := func(s Secret) bool { return !s.Setting }
	if p.Auth.Exchange != nil && slices.ContainsFunc(missing, secret) {
		e.Ready = p.Auth.Ready
	}
	return MistakeOf(e).Try("target.show_secrets", "provider", p.Name)
}

// CheckSecretsIn refuses secrets that do not have the form of an environment's: those of another environment may
// belong to real customers. Secrets that are not given are skipped. An error is a [Mistake].
func (p *Provider) CheckSecretsIn(env string, given map[string]string) error {
	e, _ := p.Environment(env)
	for _, s := range e.Secrets {
		if given[s.Name] != "" && !s.Form.MatchString(given[s.Name]) {
			return Wrong("target.secret_of_other_env", "variable", SecretVariable(p.Root().Name, s.Name), "env", env,
				"provider", p.Title).Try("target.show_secrets", "provider", p.Name)
		}
	}
	return nil
}

// MissingSecretError says which secrets must be given before anything can be sent.
type MissingSecretError struct {
	Provider string // its name
	Secrets  []Secret
	// Ready names the secret that can replace all of them; "" when there is none.
	Ready string
}

func (e *MissingSecretError) Error() string { return e.Sentence().String() }

// Sentence names the variables to set.
func (e *MissingSecretError) Sentence() *Message {
	names := make([]string, len(e.Secrets))
	for i, s := range e.Secrets {
		names[i] = SecretVariable(e.Provider, s.Name)
	}
	if e.Ready != "" {
		return Say("target.secrets_or_ready", "provider", e.Provider, "variables", names, "ready",
			SecretVariable(e.Provider, e.Ready))
	}
	return Say("target.secrets", "provider", e.Provider, "variables", names)
}
