package pipeline

import (
	"slices"
	"strings"
)

// SecretVariable is the environment variable that holds a provider's secret:
// MUSTER_CONNECTFI_PASSWORD. The same name with _FILE names a file that does.
func SecretVariable(provider, secret string) string {
	spell := func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "_")) }
	return "MUSTER_" + spell(provider) + "_" + spell(secret)
}

// MissingSecrets are the secrets that p still needs before a call can be
// made, in the definition's order; none when its ready token is given, or all
// that its exchange takes. An empty value counts as missing.
func (p *Provider) MissingSecrets(given map[string]string) []Secret {
	if p.Auth.Ready != "" && given[p.Auth.Ready] != "" {
		return nil
	}
	var needed []string
	switch {
	case p.Auth.Exchange != nil:
		for _, part := range p.Auth.Exchange.Body {
			if part.Secret != "" && !slices.Contains(needed, part.Secret) {
				needed = append(needed, part.Secret)
			}
		}
	case p.Auth.Ready != "":
		needed = []string{p.Auth.Ready}
	}
	var missing []Secret
	for _, s := range p.Auth.Secrets {
		if i := slices.Index(needed, s.Name); i >= 0 {
			needed = slices.Delete(needed, i, i+1)
			if given[s.Name] == "" {
				missing = append(missing, s)
			}
		}
	}
	for _, name := range needed { // used by the definition without being described there
		if given[name] == "" {
			missing = append(missing, Secret{Name: name})
		}
	}
	return missing
}

// CheckSecrets refuses to go on without the secrets that p needs: with a
// [Mistake] of a [*MissingSecretError].
func (p *Provider) CheckSecrets(given map[string]string) error {
	missing := p.MissingSecrets(given)
	if len(missing) == 0 {
		return nil
	}
	e := &MissingSecretError{Provider: p.Name, Secrets: missing}
	if p.Auth.Exchange != nil {
		e.Ready = p.Auth.Ready
	}
	return MistakeOf(e).Try("target.show_secrets", "provider", p.Name)
}

// MissingSecretError says which secrets have to be given before anything can
// be sent.
type MissingSecretError struct {
	Provider string // its name
	Secrets  []Secret
	// Ready names the secret that would do instead of all of them; "" when
	// there is none.
	Ready string
}

func (e *MissingSecretError) Error() string { return e.Sentence().String() }

// Sentence names the variables that are to be set.
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
