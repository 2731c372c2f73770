package settings

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/pipeline"
)

// inFile puts a text into a file and gives its path.
func inFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSecrets(t *testing.T) {
	p := &pipeline.Provider{Name: "acme-pay", Auth: pipeline.Auth{Secrets: []pipeline.Secret{{Name: "LOGIN"},
		{Name: "PASSWORD"}}}}
	const login, password = "MUSTER_ACME_PAY_LOGIN", "MUSTER_ACME_PAY_PASSWORD"
	for _, c := range []struct {
		name string
		env  map[string]string
		want map[string]string
		says string
	}{
		{"none", nil, map[string]string{}, ""},
		{"variables", map[string]string{login: "ana", password: " x "},
			map[string]string{"LOGIN": "ana", "PASSWORD": " x "}, ""},
		{"a file", map[string]string{password + "_FILE": inFile(t, "hush\r\n")}, map[string]string{"PASSWORD": "hush"},
			""},
		{"byte-order marks", map[string]string{login: "\ufeffana", password + "_FILE": inFile(t, "\ufeffhush\r\n")},
			map[string]string{"LOGIN": "ana", "PASSWORD": "hush"}, ""},
		{"nothing but a byte-order mark", map[string]string{login + "_FILE": inFile(t, "\ufeff\n")}, nil,
			"settings.secret_empty"},
		{"both", map[string]string{login: "ana", login + "_FILE": "hush"}, nil, "settings.secret_twice variable=\"" +
			login},
		{"an empty file", map[string]string{login + "_FILE": inFile(t, "\n")}, nil, "settings.secret_empty"},
		{"no file", map[string]string{login + "_FILE": filepath.Join(t.TempDir(), "none")}, nil,
			"settings.secret_unread variable=\"" + login},
	} {
		got, err := Secrets(p, func(name string) string { return c.env[name] })
		var mistake *pipeline.Mistake
		switch {
		case c.says == "" && (err != nil || !maps.Equal(got, c.want)):
			t.Errorf("%s: %v, %v", c.name, got, err)
		case c.says != "" && (!errors.As(err, &mistake) || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestSecretDoubts(t *testing.T) {
	p := &pipeline.Provider{Name: "acme", Auth: pipeline.Auth{Secrets: []pipeline.Secret{{Name: "KEY"}}}}
	for secret, want := range map[string]pipeline.MessageCode{
		"": "", "hush": "", "aHVzaA==": "", "hu sh": "", `hu"sh`: "", "a=b": "", "Ab=c": "", `"`: "",
		" hush": "settings.secret_spaced", "hush\t": "settings.secret_spaced", "hush\u00a0": "settings.secret_spaced",
		`"hush"`: "settings.secret_quoted", "'hush' ": "settings.secret_quoted", "“hush”": "settings.secret_quoted",
		"hush\nhush": "settings.secret_lines", "MUSTER_ACME_KEY=hush": "settings.secret_named",
		"export API_KEY='hush'": "settings.secret_named",
	} {
		got := SecretDoubts(p, map[string]string{"KEY": secret})
		switch {
		case want == "" && len(got) != 0, want != "" && (len(got) != 1 || got[0].Code != want):
			t.Errorf("%q: %v, want %q", secret, got, want)
		case want != "" && strings.Contains(got[0].String(), "hush"):
			t.Errorf("%q: %s", secret, got[0])
		}
	}
}

func TestPassword(t *testing.T) {
	for _, c := range []struct{ text, want, says string }{
		{"hush", "hush", ""},
		{" hush \r\n", " hush ", ""},
		{"\ufeffñandú\n", "ñandú", ""},
		{"\xff\xfeh\x00u\x00", "hu", ""},
		{strings.Repeat("a", 255), strings.Repeat("a", 255), ""},
		{"", "", "settings.password_empty"},
		{"\n", "", "settings.password_empty"},
		{"hush\nhush", "", "settings.password_lines"},
		{strings.Repeat("a", 256), "", "settings.password_too_long most=255"},
		{strings.Repeat("a", 5000), "", "settings.password_more"},
		{"\xf1and\xfa", "", "settings.password_not_utf8"},
	} {
		path := inFile(t, c.text)
		got, err := Password("--password-file", path)
		if c.says == "" {
			if err != nil || got != c.want {
				t.Errorf("%q: %q, %v", c.text, got, err)
			}
			continue
		}
		var mistake *pipeline.Mistake
		if !errors.As(err, &mistake) || !strings.HasPrefix(err.Error(), "--password-file "+path+": ") ||
			!strings.Contains(err.Error(), c.says) || mistake.Hint == nil ||
			strings.Contains(err.Error()+mistake.Hint.String(), "hush") {
			t.Errorf("%.20q: %v, want %q", c.text, err, c.says)
		}
	}
	if got, err := Password("--password-file", ""); got != "" || err != nil {
		t.Errorf("without a file: %q, %v", got, err)
	}
	if _, err := Password("--password-file", t.TempDir()); err == nil {
		t.Error("a folder is a password")
	}
}
