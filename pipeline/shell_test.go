package pipeline

import "testing"

func TestShellWord(t *testing.T) {
	for word, want := range map[string]string{
		"books/libro-2024.csv":        "books/libro-2024.csv",
		"--base-url=https://a.b:80/%": "--base-url=https://a.b:80/%",
		"año.csv":                     "año.csv",
		"an\u0303o.csv":               "an\u0303o.csv", // n with a tilde of its own
		"año 1.csv":                   "'año 1.csv'",
		"no\u00a0break.csv":           "'no\u00a0break.csv'",
		"it's.csv":                    `'it'\''s.csv'`,
		"$HOME":                       "'$HOME'",
		"~/a.csv":                     "'~/a.csv'",
		"a;b":                         "'a;b'",
		"":                            "''",
	} {
		if got := ShellWord(word); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
	if got := ShellCommand("muster", "check", "año 1.csv"); got != "muster check 'año 1.csv'" {
		t.Error(got)
	}
}
