package pipeline

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Pointer is a JSON Pointer (RFC 6901); "" is the whole document.
type Pointer string

// Valid reports whether p is well formed.
func (p Pointer) Valid() bool {
	if p != "" && p[0] != '/' {
		return false
	}
	for i := 0; i < len(p); i++ {
		if p[i] == '~' && (i+1 == len(p) || p[i+1] != '0' && p[i+1] != '1') {
			return false
		}
	}
	return true
}

// Tokens are p's reference tokens, unescaped.
func (p Pointer) Tokens() []string {
	if p == "" {
		return nil
	}
	tokens := strings.Split(string(p[1:]), "/")
	for i, t := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return tokens
}

// Get finds p in a document as encoding/json decodes it into any.
func (p Pointer) Get(doc any) (any, bool) {
	for _, t := range p.Tokens() {
		switch v := doc.(type) {
		case map[string]any:
			next, ok := v[t]
			if !ok {
				return nil, false
			}
			doc = next
		case []any:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(v) || strconv.Itoa(i) != t {
				return nil, false // an index has no sign and no leading zero (RFC 6901, 4)
			}
			doc = v[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// Text is the value at p as text: strings unchanged, numbers and booleans as JSON spells them. Any other value, and
// an empty string, is not found.
func (p Pointer) Text(doc any) (string, bool) {
	v, ok := p.Get(doc)
	if !ok {
		return "", false
	}
	switch v := v.(type) {
	case string:
		return v, v != ""
	case json.Number:
		return v.String(), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// FirstText is the first of pointers that is found as text.
func FirstText(doc any, pointers []Pointer) string {
	for _, p := range pointers {
		if s, ok := p.Text(doc); ok {
			return s
		}
	}
	return ""
}

// Set puts v at p in a tree of objects and makes the objects on the way; any other value on the way is replaced by an
// object. It returns the document, which is a new one when doc was not an object or p is "".
func (p Pointer) Set(doc any, v any) any { return set(doc, p.Tokens(), v) }

func set(doc any, tokens []string, v any) any {
	if len(tokens) == 0 {
		return v
	}
	m, ok := doc.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	m[tokens[0]] = set(m[tokens[0]], tokens[1:], v)
	return m
}

// PathPointer is the pointer to a field in a body: billing_address.city becomes /billing_address/city, a[0].b becomes
// /a/0/b.
func PathPointer(path string) Pointer {
	p := make([]byte, 1, len(path)+1)
	p[0] = '/'
	for i := range len(path) {
		switch c := path[i]; c {
		case '~':
			p = append(p, "~0"...)
		case '/':
			p = append(p, "~1"...)
		case '[', '.':
			p = append(p, '/')
		case ']':
		default:
			p = append(p, c)
		}
	}
	return Pointer(p)
}
