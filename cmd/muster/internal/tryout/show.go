package tryout

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/submit"
)

const (
	hidden = "***"
	// longest is the most characters that are shown of one value.
	longest = 200
	// shortNumber: numbers with fewer digits identify nobody.
	shortNumber = 4
)

// shower shows exchanges without secrets and without a customer's values.
type shower struct {
	mask *submit.Mask
	// closed are the headers whose values are not shown, in canonical form.
	closed map[string]bool
	// names are the parts of the names of fields, which are shown when they appear as values.
	names map[string]bool
}

// newShower makes a shower. Tokens from exchanges are secrets too.
func newShower(p *pipeline.Provider, entries []pipeline.Entry, secrets map[string]string, all []Exchange) *shower {
	setting := map[string]bool{}
	for _, s := range p.Auth.Secrets {
		setting[s.Name] = s.Setting
	}
	var values []string
	for name, v := range secrets {
		if !setting[name] {
			values = append(values, v)
		}
	}
	for _, x := range all {
		if doc, err := pipeline.DecodeJSON(x.Text); err == nil && x.Call == callToken {
			values = append(values, pipeline.FirstText(doc, p.Auth.Exchange.Token))
		}
	}
	entries = slices.DeleteFunc(slices.Clone(entries), nobodys)
	s := &shower{mask: submit.NewMask(entries, values...), closed: map[string]bool{}, names: map[string]bool{}}
	closed := []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", p.Auth.Header}
	for _, h := range p.Auth.Headers {
		closed = append(closed, h.Name)
	}
	for _, name := range closed {
		s.closed[http.CanonicalHeaderKey(name)] = true
	}
	for i := range p.Fields {
		for _, part := range parts(p.Fields[i].Path) {
			s.names[part] = true
		}
	}
	return s
}

// nobodys reports whether a value is a small number or a boolean, which identifies nobody.
func nobodys(e pipeline.Entry) bool {
	number := strings.Trim(e.Value, "0123456789") == ""
	return e.Value == "true" || e.Value == "false" || number && len(e.Value) < shortNumber
}

// show writes one exchange. unanswered stands for an answer that never came.
func (s *shower) show(w io.Writer, x *Exchange, unanswered string) {
	host, rest := x.URL, ""
	if scheme, behind, ok := strings.Cut(x.URL, "://"); ok {
		name, path, _ := strings.Cut(behind, "/")
		host, rest = scheme+"://"+name, s.text("/"+path)
	}
	fmt.Fprintf(w, "%s  %s %s%s\n", x.Call, x.Method, host, rest)
	s.headers(w, "  > ", x.Header)
	s.body(w, "  > ", x.Header, x.Body, false)
	if x.Status == 0 {
		fmt.Fprintf(w, "  < %s\n", unanswered)
		return
	}
	fmt.Fprintf(w, "  < %d %s\n", x.Status, http.StatusText(x.Status))
	s.headers(w, "  < ", x.Answer)
	s.body(w, "  < ", x.Answer, x.Text, x.Call == callToken)
}

func (s *shower) text(text string) string {
	if shown := s.mask.Text(text, longest); shown != "" || text == "" {
		return shown
	}
	return hidden
}

// parts are the parts of a field's name, as JSON and forms spell it: a[0].b, a[b].
func parts(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("[].0123456789", r) })
}

// name is the name of a member, shown unchanged when its parts are those of fields.
func (s *shower) name(name string) string {
	if all := parts(name); len(all) > 0 && !slices.ContainsFunc(all, func(part string) bool { return !s.names[part] }) {
		return name
	}
	return s.text(name)
}

func (s *shower) headers(w io.Writer, in string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			if s.closed[http.CanonicalHeaderKey(name)] {
				v = hidden
			} else {
				v = s.text(v)
			}
			fmt.Fprintf(w, "%s%s: %s\n", in, name, v)
		}
	}
}

// body writes a body; closed hides all texts in it.
func (s *shower) body(w io.Writer, in string, h http.Header, body []byte, closed bool) {
	if len(bytes.TrimSpace(body)) == 0 {
		return
	}
	line := func(text string) { fmt.Fprintf(w, "%s%s\n", in, text) }
	if doc, err := pipeline.DecodeJSON(body); err == nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if e.Encode(s.value(doc, closed)) == nil {
			for text := range strings.Lines(b.String()) {
				line(strings.TrimRight(text, "\n"))
			}
			return
		}
	}
	if strings.HasPrefix(h.Get("Content-Type"), "application/x-www-form-urlencoded") {
		for pair := range strings.SplitSeq(string(body), "&") {
			name, value, _ := strings.Cut(pair, "=")
			plain, err := url.QueryUnescape(value)
			if err != nil {
				plain = value
			}
			if called, err := url.QueryUnescape(name); err == nil {
				name = called
			}
			line(s.name(name) + "=" + s.text(plain))
		}
		return
	}
	if closed {
		line(hidden)
		return
	}
	line(s.text(string(body)))
}

// value is a JSON value in the form in which it may be shown.
func (s *shower) value(v any, closed bool) any {
	switch v := v.(type) {
	case map[string]any:
		shown := map[string]any{}
		for name, member := range v {
			shown[s.name(name)] = s.value(member, closed)
		}
		return shown
	case []any:
		shown := make([]any, len(v))
		for i, item := range v {
			shown[i] = s.value(item, closed)
		}
		return shown
	case string:
		if closed {
			return hidden
		}
		return s.text(v)
	case json.Number:
		if text := s.text(v.String()); len(v) >= shortNumber && text != v.String() {
			return text
		}
	}
	return v
}
