package pipeline

import (
	"errors"
	"slices"
	"testing"
)

func TestMissingSecrets(t *testing.T) {
	secrets := []Secret{{Name: "LOGIN"}, {Name: "PASSWORD"}, {Name: "PIN"}, {Name: "TOKEN"}}
	login := &Provider{Name: "con-fi", Auth: Auth{Secrets: secrets, Ready: "TOKEN",
		Exchange: &Exchange{Body: []BodyPart{
			{Secret: "PASSWORD"}, {Secret: "LOGIN"}, {}, {Secret: "LOGIN"}, {Secret: "PIN"},
		}}}}
	key := &Provider{Name: "juicy", Auth: Auth{Secrets: []Secret{{Name: "KEY"}}, Ready: "KEY"}}
	basic := &Provider{Name: "basic", Auth: Auth{Basic: &Basic{"USER", "PASSWORD"},
		Headers: []Pair{{"X-Tenant", "{TENANT}/{time}"}},
		Secrets: []Secret{{Name: "USER"}, {Name: "PASSWORD"}, {Name: "TENANT"}, {Name: "UNUSED"},
			{Name: "ACCOUNT", Setting: true}, {Name: "VERSION", Setting: true, Default: "1"}}}}
	for _, c := range []struct {
		name    string
		p       *Provider
		given   map[string]string
		missing []string
		says    string
	}{
		{"all of an exchange, in the definition's order", login, nil, []string{"LOGIN", "PASSWORD", "PIN"},
			`target.secrets_or_ready provider="con-fi" ` +
				`variables=[MUSTER_CON_FI_LOGIN MUSTER_CON_FI_PASSWORD MUSTER_CON_FI_PIN] ready="MUSTER_CON_FI_TOKEN"`},
		{"an empty one", login, map[string]string{"LOGIN": "l", "PASSWORD": "", "PIN": "1"}, []string{"PASSWORD"},
			`target.secrets_or_ready provider="con-fi" variables=[MUSTER_CON_FI_PASSWORD] ready="MUSTER_CON_FI_TOKEN"`},
		{"none beside a ready token", login, map[string]string{"TOKEN": "t"}, nil, ""},
		{"none beside the whole exchange", login, map[string]string{"LOGIN": "l", "PASSWORD": "p", "PIN": "1"}, nil,
			""},
		{"a key", key, nil, []string{"KEY"}, `target.secrets provider="juicy" variables=[MUSTER_JUICY_KEY]`},
		{"settings, and what headers and basic need", basic, map[string]string{"TOKEN": "t", "USER": "u"},
			[]string{"PASSWORD", "TENANT", "ACCOUNT"},
			`target.secrets provider="basic" variables=[MUSTER_BASIC_PASSWORD MUSTER_BASIC_TENANT MUSTER_BASIC_ACCOUNT]`},
		{"a provider without secrets", &Provider{}, nil, nil, ""},
	} {
		var names []string
		for _, s := range c.p.MissingSecrets(c.given) {
			names = append(names, s.Name)
		}
		err := c.p.CheckSecrets(c.given)
		if !slices.Equal(names, c.missing) || (err == nil) != (c.missing == nil) {
			t.Errorf("%s: %q, %v", c.name, names, err)
		}
		if err == nil {
			continue
		}
		wantMistake(t, err, c.says, `target.show_secrets provider="`+c.p.Name)
		var missing *MissingSecretError
		if !errors.As(err, &missing) || err.Error() != c.says {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
