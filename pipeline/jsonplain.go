package pipeline

import (
	"encoding/json"
	"maps"
	"slices"
	"unicode/utf8"
)

// Most JSON of requests and answers is plain: texts without escapes, nothing deep. It is
// read and written here, by hand; whatever is not, or is wrong, is left to encoding/json,
// which is the judge.

// mostPlain is how deep plain JSON may be.
const mostPlain = 64

// plainReader reads plain JSON. Its methods give false where it is none.
type plainReader struct {
	text []byte
	at   int
}

// decodePlain reads one value and nothing behind it, as [DecodeJSON] gives it.
func decodePlain(text []byte) (any, bool) {
	r := plainReader{text: text}
	doc, ok := r.value(0)
	if r.space(); !ok || r.at != len(text) {
		return nil, false
	}
	return doc, true
}

func (r *plainReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// take moves past c behind white space, if it is next.
func (r *plainReader) take(c byte) bool {
	if r.space(); r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *plainReader) value(depth int) (any, bool) {
	if r.space(); r.at == len(r.text) || depth > mostPlain {
		return nil, false
	}
	switch c := r.text[r.at]; c {
	case '{':
		return r.object(depth)
	case '[':
		return r.array(depth)
	case '"':
		return r.string()
	case 'n':
		return nil, r.word("null")
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	}
	return r.number()
}

func (r *plainReader) word(word string) bool {
	if len(r.text)-r.at < len(word) || string(r.text[r.at:r.at+len(word)]) != word {
		return false
	}
	r.at += len(word)
	return true
}

func (r *plainReader) object(depth int) (any, bool) {
	r.at++
	members := map[string]any{}
	if r.take('}') {
		return members, true
	}
	for {
		if r.space(); r.at == len(r.text) || r.text[r.at] != '"' {
			return nil, false
		}
		name, ok := r.string()
		if !ok || !r.take(':') {
			return nil, false
		}
		v, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		members[name] = v
		if r.take('}') {
			return members, true
		}
		if !r.take(',') {
			return nil, false
		}
	}
}

func (r *plainReader) array(depth int) (any, bool) {
	r.at++
	items := []any{}
	if r.take(']') {
		return items, true
	}
	for {
		v, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		items = append(items, v)
		if r.take(']') {
			return items, true
		}
		if !r.take(',') {
			return nil, false
		}
	}
}

// string reads a text without escapes.
func (r *plainReader) string() (string, bool) {
	from := r.at + 1
	for i, c := range r.text[from:] {
		switch {
		case c == '"':
			text := r.text[from : from+i]
			r.at = from + i + 1
			return string(text), utf8.Valid(text)
		case c == '\\', c < ' ':
			return "", false
		}
	}
	return "", false
}

// number reads a number as it is spelled.
func (r *plainReader) number() (any, bool) {
	from := r.at
	digits := func() bool {
		first := r.at
		for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
			r.at++
		}
		return r.at > first
	}
	is := func(any string) bool {
		for i := range len(any) {
			if r.at < len(r.text) && r.text[r.at] == any[i] {
				r.at++
				return true
			}
		}
		return false
	}
	is("-")
	if !is("0") && !digits() {
		return nil, false
	}
	if is(".") && !digits() {
		return nil, false
	}
	if is("eE") {
		if is("+-"); !digits() {
			return nil, false
		}
	}
	return json.Number(r.text[from:r.at]), true
}

// appendPlain writes what [DecodeJSON] gives as [EncodeJSON] writes it; false where it is
// not plain.
func appendPlain(b []byte, v any, depth int) ([]byte, bool) {
	if depth > mostPlain {
		return b, false
	}
	ok := true
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), true
	case bool:
		if v {
			return append(b, "true"...), true
		}
		return append(b, "false"...), true
	case string:
		return appendPlainText(b, v)
	case json.Number:
		r := plainReader{text: []byte(v)}
		if _, ok := r.number(); !ok || r.at != len(v) {
			return b, false
		}
		return append(b, v...), true
	case []any:
		if v == nil {
			return b, false
		}
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, ok = appendPlain(b, item, depth+1); !ok {
				return b, false
			}
		}
		return append(b, ']'), true
	case map[string]any:
		if v == nil {
			return b, false
		}
		names := slices.AppendSeq(make([]string, 0, len(v)), maps.Keys(v))
		slices.Sort(names)
		b = append(b, '{')
		for i, name := range names {
			if i > 0 {
				b = append(b, ',')
			}
			if b, ok = appendPlainText(b, name); !ok {
				return b, false
			}
			if b, ok = appendPlain(append(b, ':'), v[name], depth+1); !ok {
				return b, false
			}
		}
		return append(b, '}'), true
	}
	return b, false
}

// appendPlainText writes a text that needs no escapes.
func appendPlainText(b []byte, s string) ([]byte, bool) {
	for i, r := range s {
		switch {
		case r < ' ', r == '"', r == '\\', r == '\u2028', r == '\u2029', r == utf8.RuneError && !isRune(s[i:]):
			return b, false
		}
	}
	return append(append(append(b, '"'), s...), '"'), true
}

// isRune says that a text that reads as a replacement character begins with one.
func isRune(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return size > 1
}
