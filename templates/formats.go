package templates

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"

	"muster/pipeline"
)

// formats are the string formats that a definition's schema may name, besides the schema library's "date" (a real
// day, YYYY-MM-DD).
func formats() []*jsonschema.Format {
	return []*jsonschema.Format{
		{Name: "email", Validate: ofString(isEmail)},
		{Name: "country-a2", Validate: ofString(isCountryA2)},
		{Name: "phone", Validate: ofString(isPhone)},
	}
}

// errFormat is for the schema library only: the problem has its own sentence.
var errFormat = errors.New("wrong format")

func ofString(ok func(string) bool) func(any) error {
	return func(v any) error {
		if s, isString := v.(string); isString && !ok(s) {
			return errFormat
		}
		return nil
	}
}

// isEmail follows pipeline/README.md, Values: an ASCII local part, one @, a domain of
// labels with at least one dot.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || strings.Contains(domain, "@") {
		return false
	}
	for i := 0; i < len(local); i++ {
		if !isLocal[local[i]] {
			return false
		}
	}
	for labels := 0; ; labels++ {
		label, rest, more := strings.Cut(domain, ".")
		if !isLabel(label) {
			return false
		}
		if !more {
			return labels > 0
		}
		domain = rest
	}
}

// isLocal are the characters of a local part.
var isLocal = func() (is [256]bool) {
	for c := range utf8.RuneSelf {
		is[c] = alphanumeric(byte(c)) || strings.IndexByte(".!#$%&'*+/=?^_{|}~-`", byte(c)) >= 0
	}
	return is
}()

// isLabel knows the parts of a domain between its dots.
func isLabel(l string) bool {
	if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
		return false
	}
	for i := 0; i < len(l); i++ {
		if !alphanumeric(l[i]) && l[i] != '-' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// isCountryA2 knows ISO 3166-1 alpha-2, in capitals; UK, UN and withdrawn codes are not in it.
func isCountryA2(s string) bool {
	if len(s) != 2 || s != strings.ToUpper(s) || pipeline.IsNoCountry(s) {
		return false
	}
	r, err := language.ParseRegion(s)
	return err == nil && r.IsCountry() && r.String() == s && r.Canonicalize() == r && r.M49() != 0
}
