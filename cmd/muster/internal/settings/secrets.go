package settings

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"muster/pipeline"
)

// Secrets reads the provider's secrets from the environment, or from the
// files that the environment names. An error is a [pipeline.Mistake]; it holds
// nothing of a secret.
func Secrets(provider *pipeline.Provider, getenv func(string) string) (map[string]string, error) {
	found := map[string]string{}
	for _, s := range provider.Auth.Secrets {
		variable := pipeline.SecretVariable(provider.Name, s.Name)
		value, file := getenv(variable), getenv(variable+"_FILE")
		switch {
		case value != "" && file != "":
			return nil, pipeline.Mistakef("both %s and %s_FILE are set", variable, variable).Try("unset one of the two")
		case file != "":
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, pipeline.Mistakef("%s_FILE: %w", variable, err)
			}
			value = strings.TrimRight(string(raw), "\r\n")
			if value == "" {
				return nil, pipeline.Mistakef("%s_FILE: %s is empty", variable, file)
			}
		}
		if value != "" {
			found[s.Name] = value
		}
	}
	return found, nil
}

// passwordLength is the longest password that spreadsheet programs take, in
// UTF-16 units.
const passwordLength = 255

// Password reads the password of a workbook from the file that a flag names,
// which holds it and nothing else; "" names no file. The line break at its end
// is no part of it, nor is the mark by which editors begin a text. An error is a
// [pipeline.Mistake]; it holds nothing of what stands in the file.
func Password(flag, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	mistake := func(format string, args ...any) *pipeline.Mistake {
		return pipeline.Mistakef("%s %s: %w", flag, path, fmt.Errorf(format, args...))
	}
	f, err := os.Open(path)
	if err != nil {
		return "", mistake("%w", pipeline.WithoutPath(err))
	}
	defer f.Close()
	const most = 4 << 10
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return "", mistake("%w", pipeline.WithoutPath(err))
	}
	const alone = "the file holds the password on its first line, and nothing else"
	if len(raw) > most {
		return "", mistake("is more than a password").Try(alone)
	}
	// The mark decides; without one it is UTF-8.
	text, _, err := transform.Bytes(unicode.BOMOverride(unicode.UTF8.NewDecoder()), raw)
	marked := bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff"))
	if err != nil || !marked && !utf8.Valid(raw) {
		return "", mistake("is not in UTF-8").Try("save it again as UTF-8")
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	switch {
	case len(text) == 0:
		return "", mistake("is empty").Try(alone)
	case bytes.ContainsAny(text, "\r\n\x00"):
		return "", mistake("has more than one line").Try(alone)
	case len(utf16.Encode([]rune(string(text)))) > passwordLength:
		return "", mistake("holds more than the %d characters that a password may have", passwordLength).Try(alone)
	}
	return string(text), nil
}
