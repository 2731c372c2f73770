package pipeline

import "testing"

func TestShellWord(t *testing.T) {
	for word, want := range map[string]string{
		"books/libro-2024.csv":        "books/libro-2024.csv",
		"--base-url=https://a.b:80/%": "--base-url=https://a.b:80/%",
		"año.csv":                     "año.csv",
		"an\u0303o.csv":               "an\u0303o.csv", // n with a combining tilde
		"año 1.csv":                   "'año 1.csv'",
		"no\u00a0break.csv":           "'no\u00a0break.csv'",
		"it's.csv":                    `'it'\''s.csv'`,
		"$HOME":                       "'$HOME'",
		"~/a.csv":                     "'~/a.csv'",
		"a;b":                         "'a;b'",
		"":                            "''",
	} {
		if got := shellWord(word, "linux"); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}

// cmd.exe has double quotes only; PowerShell accepts them and expands variables between them.
func TestShellWordOfWindows(t *testing.T) {
	for word, want := range map[string]string{
		`books\libro-2024.csv`: `books\libro-2024.csv`,
		`C:\books\año.csv`:     `C:\books\año.csv`,
		`C:\my books\año.csv`:  `"C:\my books\año.csv"`,
		"it's.csv":             `"it's.csv"`,
		"a,b.csv":              `"a,b.csv"`,
		"@a.csv":               `"@a.csv"`,
		"a&b.csv":              `"a&b.csv"`,
		"a$b's.csv":            `'a$b''s.csv'`,
		"a`b.csv":              "'a`b.csv'",
		"":                     `""`,
	} {
		if got := shellWord(word, "windows"); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}
