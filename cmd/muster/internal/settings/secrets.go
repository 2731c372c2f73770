package settings

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"muster/pipeline"
)

// Secrets reads the provider's secrets from the environment, or from the files that the environment names. An error
// is a [pipeline.Mistake] without any part of a secret.
func Secrets(provider *pipeline.Provider, getenv func(string) string) (map[string]string, error) {
	found := map[string]string{}
	for _, s := range provider.Auth.Secrets {
		value, err := Secret(pipeline.SecretVariable(provider.Root().Name, s.Name), getenv)
		if err != nil {
			return nil, err
		}
		if value != "" {
			found[s.Name] = value
		}
	}
	return found, nil
}

// NotifyVariable names the web address for notices.
const NotifyVariable = "MUSTER_NOTIFY_URL"

// Secret reads one secret from a variable, or from the file that the variable with _FILE appended names; "" when
// neither is set. An error is a [pipeline.Mistake] without any part of the secret.
func Secret(variable string, getenv func(string) string) (string, error) {
	// Editors on Windows begin a file, and text that is copied from it, with a byte-order mark.
	value, file := strings.TrimPrefix(getenv(variable), "\ufeff"), getenv(variable+"_FILE")
	switch {
	case value != "" && file != "":
		return "", pipeline.Wrong("settings.secret_twice", "variable", variable).Try("settings.unset_one")
	case file != "":
		raw, err := os.ReadFile(file)
		if err != nil {
			return "", pipeline.Wrong("settings.secret_unread", "variable", variable, "cause", err)
		}
		value = strings.TrimPrefix(strings.TrimRight(string(raw), "\r\n"), "\ufeff")
		if value == "" {
			return "", pipeline.Wrong("settings.secret_empty", "variable", variable, "file", file)
		}
	}
	return value, nil
}

// named matches a secret that is a line of an environment file.
var named = regexp.MustCompile(`^(export\s+)?[A-Z][A-Z0-9_]{2,}=.`)

// SecretDoubts warns about secrets that look as if more than the secret was copied. They are used unchanged, and no
// warning contains any part of them.
func SecretDoubts(provider *pipeline.Provider, secrets map[string]string) []*pipeline.Message {
	var warnings []*pipeline.Message
	for _, s := range provider.Auth.Secrets {
		if s.Setting {
			continue
		}
		value := secrets[s.Name]
		inner := strings.TrimSpace(value)
		variable := pipeline.SecretVariable(provider.Root().Name, s.Name)
		switch {
		case named.MatchString(inner):
			warnings = append(warnings, pipeline.Say("settings.secret_named", "variable", variable))
		case quoted(inner):
			warnings = append(warnings, pipeline.Say("settings.secret_quoted", "variable", variable))
		case strings.ContainsAny(inner, "\r\n") && !(provider.Sign != nil && s.Name == provider.Sign.Key):
			warnings = append(warnings, pipeline.Say("settings.secret_lines", "variable", variable))
		case inner != value:
			warnings = append(warnings, pipeline.Say("settings.secret_spaced", "variable", variable))
		}
	}
	return warnings
}

// quoted reports whether a text is in quotation marks, of a shell or of a word processor.
func quoted(s string) bool {
	for _, marks := range [][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"‘", "’"}, {"«", "»"}} {
		if len(s) > len(marks[0]) && strings.HasPrefix(s, marks[0]) && strings.HasSuffix(s, marks[1]) {
			return true
		}
	}
	return false
}

// passwordLength is the longest password that spreadsheet programs take, in
// UTF-16 units.
const passwordLength = 255

// Password reads the password of a workbook from the file that a flag names, which contains nothing else; "" names no
// file. A line end after it, and a byte-order mark before it, are ignored. An error is a [pipeline.Mistake] without
// any part of the file.
func Password(flag, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	at := pipeline.Place{File: flag + " " + path}
	f, err := os.Open(path)
	if err != nil {
		return "", pipeline.MistakeOf(pipeline.WithoutPath(err)).At(at)
	}
	defer f.Close()
	const most = 4 << 10
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return "", pipeline.MistakeOf(pipeline.WithoutPath(err)).At(at)
	}
	if len(raw) > most {
		return "", pipeline.Wrong("settings.password_more").Try("settings.password_alone").At(at)
	}
	// A byte-order mark decides; without one it is UTF-8.
	text, _, err := transform.Bytes(unicode.BOMOverride(unicode.UTF8.NewDecoder()), raw)
	marked := bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff"))
	if err != nil || !marked && !utf8.Valid(raw) {
		return "", pipeline.Wrong("settings.password_not_utf8").Try("settings.save_as_utf8").At(at)
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	switch {
	case len(text) == 0:
		return "", pipeline.Wrong("settings.password_empty").Try("settings.password_alone").At(at)
	case bytes.ContainsAny(text, "\r\n\x00"):
		return "", pipeline.Wrong("settings.password_lines").Try("settings.password_alone").At(at)
	case len(utf16.Encode([]rune(string(text)))) > passwordLength:
		return "", pipeline.Wrong("settings.password_too_long", "most", passwordLength).
			Try("settings.password_alone").At(at)
	}
	return string(text), nil
}

// leastPassword is how many characters a password needs to protect anything.
const leastPassword = 8

// NewPassword is [Password] for a file to be encrypted: a short password is refused, because programs try all of
// those quickly.
func NewPassword(flag, path string) (string, error) {
	password, err := Password(flag, path)
	if err == nil && path != "" && utf8.RuneCountInString(password) < leastPassword {
		return "", pipeline.Wrong("settings.password_too_short", "least", leastPassword).
			Try("settings.password_longer").At(pipeline.Place{File: flag + " " + path})
	}
	return password, err
}
