package pipeline

import (
	"errors"
	"slices"
	"testing"
)

func TestMissingSecrets(t *testing.T) {
	secrets := []Secret{{Name: "LOGIN"}, {Name: "PASSWORD"}, {Name: "TOKEN"}}
	login := &Provider{Name: "con-fi", Auth: Auth{Secrets: secrets, Ready: "TOKEN", Exchange: &Exchange{Body: []BodyPart{
		{Secret: "PASSWORD"}, {Secret: "LOGIN"}, {}, {Secret: "LOGIN"}, {Secret: "PIN"},
	}}}}
	key := &Provider{Name: "juicy", Auth: Auth{Secrets: []Secret{{Name: "KEY"}}, Ready: "KEY"}}
	for _, c := range []struct {
		name    string
		p       *Provider
		given   map[string]string
		missing []string
		says    string
	}{
		{"all of an exchange, in the definition's order", login, nil, []string{"LOGIN", "PASSWORD", "PIN"},
			"con-fi needs credentials: set MUSTER_CON_FI_LOGIN and MUSTER_CON_FI_PASSWORD " +
				"and MUSTER_CON_FI_PIN in the environment, " +
				"or MUSTER_CON_FI_TOKEN alone; the same name with _FILE may name a file that holds the value"},
		{"an empty one", login, map[string]string{"LOGIN": "l", "PASSWORD": "", "PIN": "1"}, []string{"PASSWORD"},
			"con-fi needs credentials: set MUSTER_CON_FI_PASSWORD in the environment, " +
				"or MUSTER_CON_FI_TOKEN alone; the same name with _FILE may name a file that holds the value"},
		{"none beside a ready token", login, map[string]string{"TOKEN": "t"}, nil, ""},
		{"none beside the whole exchange", login, map[string]string{"LOGIN": "l", "PASSWORD": "p", "PIN": "1"}, nil, ""},
		{"a key", key, nil, []string{"KEY"}, "juicy needs credentials: set MUSTER_JUICY_KEY in the environment; " +
			"the same name with _FILE may name a file that holds the value"},
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
		wantMistake(t, err, c.says, "`muster providers show "+c.p.Name+"`")
		var missing *MissingSecretError
		if !errors.As(err, &missing) || err.Error() != c.says {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
