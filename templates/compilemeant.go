package templates

import (
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
)

// What people take over from a provider's page, a collection of requests or a description of its API, and what is
// written for it here.

// statusForm is where a text that is not a status has one.
var statusForm = regexp.MustCompile(`^[1-5]([0-9]{2}|[xX]{2})\b`)

// pointerMeant is the JSON Pointer for a path with dots, such as $.data[0].id; "" where the text is none.
func pointerMeant(path string) string {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	if path == "" || strings.ContainsAny(path, " ~*?@()'\"") {
		return ""
	}
	p := "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(path)
	if !pipeline.Pointer(p).Valid() {
		return ""
	}
	return strings.ReplaceAll(p, "//", "/")
}

var (
	// headerToken is the name of a header (RFC 9110, 5.6.2).
	headerToken = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	// authScheme is what stands before a token in Authorization, without the space that follows it (RFC 9110, 11.4).
	authScheme = regexp.MustCompile(`^[A-Za-z]+$`)
)

// header checks the name of a header; key is where it is written.
func (r *reader) header(t text, key string) {
	name, _, value := strings.Cut(t.s, ":")
	switch {
	case t.s == "":
	case !headerToken.MatchString(t.s):
		m := r.fail(t.line, "definition.header_name", "key", key, "text", t.s)
		if value && headerToken.MatchString(name) {
			m.Try("definition.try_header", "name", name)
		}
	case slices.Contains([]string{"bearer", "basic"}, strings.ToLower(t.s)):
		r.fail(t.line, "definition.header_scheme", "key", key, "text", t.s).
			Try("definition.try_scheme", "prefix", `"`+t.s+` "`)
	}
}

// repeatedPath checks that no base URL ends with the path that is joined to it.
func (y *yamlDefinition) repeatedPath(r *reader, p *pipeline.Provider) {
	for _, env := range p.Environments {
		path := strings.TrimRight(p.Create.Path, "/")
		if at := y.Environments[env.Name].BaseURL; path != "" && strings.HasSuffix(env.BaseURL, path) {
			r.fail(at.line, "definition.base_url_path", "path", path).
				Try("definition.try_name", "name", strings.TrimSuffix(env.BaseURL, path))
		}
	}
}
