package submit

import (
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
)

// SecretVariable is the environment variable that holds a provider's secret:
// MUSTER_CONNECTFI_PASSWORD (DESIGN.md section 4).
func SecretVariable(provider, secret string) string {
	spell := func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "_")) }
	return "MUSTER_" + spell(provider) + "_" + spell(secret)
}

// MissingSecrets are the secrets that p still needs before a call can be
// made, in the definition's order; none when its ready token is given, or all
// that its exchange takes. An empty value counts as missing.
func MissingSecrets(p *pipeline.Provider, secrets map[string]string) []pipeline.Secret {
	if p.Auth.Ready != "" && secrets[p.Auth.Ready] != "" {
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
	var missing []pipeline.Secret
	for _, s := range p.Auth.Secrets {
		if i := slices.Index(needed, s.Name); i >= 0 {
			needed = slices.Delete(needed, i, i+1)
			if secrets[s.Name] == "" {
				missing = append(missing, s)
			}
		}
	}
	for _, name := range needed { // used by the definition without being described there
		if secrets[name] == "" {
			missing = append(missing, pipeline.Secret{Name: name})
		}
	}
	return missing
}

// MissingSecretError says which secrets have to be given before anything can
// be sent (exit code 2).
type MissingSecretError struct {
	Provider string
	Secrets  []pipeline.Secret
	// Ready names the secret that would do instead of all of them; "" when
	// there is none.
	Ready string
}

func (e *MissingSecretError) Error() string {
	names := make([]string, len(e.Secrets))
	for i, s := range e.Secrets {
		names[i] = SecretVariable(e.Provider, s.Name)
	}
	text := fmt.Sprintf("%s needs credentials: set %s in the environment", e.Provider, strings.Join(names, " and "))
	if e.Ready != "" {
		text += ", or " + SecretVariable(e.Provider, e.Ready) + " alone"
	}
	return text + "; the same name with _FILE may name a file that holds the value"
}

func missingSecretError(p *pipeline.Provider, missing []pipeline.Secret) error {
	e := &MissingSecretError{Provider: p.Name, Secrets: missing}
	if p.Auth.Exchange != nil {
		e.Ready = p.Auth.Ready
	}
	return e
}

// validHeaderValue reports whether s can stand in a header as it is: a secret
// read from a file with its line break cannot.
func validHeaderValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
