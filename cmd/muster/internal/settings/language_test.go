package settings

import (
	"strings"
	"testing"
)

func TestLanguageOf(t *testing.T) {
	for _, c := range []struct {
		name string
		args string
		env  map[string]string
		want Language
	}{
		{"nothing", "check a.csv", nil, Language{"en", ""}},
		{"the flag", "check --lang es a.csv", map[string]string{"LANG": "en_US.UTF-8"}, Language{"es", ""}},
		{"the flag with an equals sign", "--lang=ES check", nil, Language{"es", ""}},
		{"the last flag", "check --lang es --lang en", nil, Language{"en", ""}},
		{"an argument that looks like the flag", "check -- --lang es", nil, Language{"en", ""}},
		{"the flag without a value", "check --lang", nil, Language{"en", ""}},
		{"the variable of the flag", "check", map[string]string{"MUSTER_LANG": "es", "LC_ALL": "en_US"},
			Language{"es", "MUSTER_LANG"}},
		{"a locale", "check --lang es-CO", nil, Language{"es", ""}},
		{"a locale of a variable", "check", map[string]string{"MUSTER_LANG": "es_CO.UTF-8"}, Language{"es", "MUSTER_LANG"}},
		{"LC_ALL first", "check", map[string]string{"LC_ALL": "es_CO.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"},
			Language{"es", "LC_ALL"}},
		{"then LC_MESSAGES", "check", map[string]string{"LC_MESSAGES": "es_MX", "LANG": "en_US"},
			Language{"es", "LC_MESSAGES"}},
		{"then LANG", "check", map[string]string{"LANG": "es"}, Language{"es", "LANG"}},
		{"the first that is set decides", "check", map[string]string{"LC_ALL": "C", "LANG": "es_CO"},
			Language{"en", "LC_ALL"}},
		{"one that is empty is not set", "check", map[string]string{"LC_ALL": "", "LANG": "es_CO"},
			Language{"es", "LANG"}},
		{"a language without sentences", "check", map[string]string{"LANG": "fr_FR.UTF-8"}, Language{"en", "LANG"}},
		{"a flag with a language without sentences", "check --lang fr", map[string]string{"LANG": "es_CO"},
			Language{"es", "LANG"}},
	} {
		if got := LanguageOf(strings.Fields(c.args), func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
