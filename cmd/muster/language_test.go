package main

import (
	"strings"
	"testing"
)

func TestLanguageOf(t *testing.T) {
	for _, c := range []struct {
		name string
		args string
		env  map[string]string
		want language
	}{
		{"nothing", "check a.csv", nil, language{"en", ""}},
		{"the flag", "check --lang es a.csv", map[string]string{"LANG": "en_US.UTF-8"}, language{"es", ""}},
		{"the flag with an equals sign", "--lang=ES check", nil, language{"es", ""}},
		{"the last flag", "check --lang es --lang en", nil, language{"en", ""}},
		{"an argument that looks like the flag", "check -- --lang es", nil, language{"en", ""}},
		{"the flag without a value", "check --lang", nil, language{"en", ""}},
		{"the variable of the flag", "check", map[string]string{"MUSTER_LANG": "es", "LC_ALL": "en_US"},
			language{"es", "MUSTER_LANG"}},
		{"LC_ALL first", "check", map[string]string{"LC_ALL": "es_CO.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"},
			language{"es", "LC_ALL"}},
		{"then LC_MESSAGES", "check", map[string]string{"LC_MESSAGES": "es_MX", "LANG": "en_US"},
			language{"es", "LC_MESSAGES"}},
		{"then LANG", "check", map[string]string{"LANG": "es"}, language{"es", "LANG"}},
		{"the first that is set decides", "check", map[string]string{"LC_ALL": "C", "LANG": "es_CO"},
			language{"en", "LC_ALL"}},
		{"one that is empty is not set", "check", map[string]string{"LC_ALL": "", "LANG": "es_CO"},
			language{"es", "LANG"}},
		{"a language without sentences", "check", map[string]string{"LANG": "fr_FR.UTF-8"}, language{"en", "LANG"}},
		{"a flag with a language without sentences", "check --lang fr", map[string]string{"LANG": "es_CO"},
			language{"es", "LANG"}},
	} {
		if got := languageOf(strings.Fields(c.args), func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
