package submit

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"muster/pipeline"
)

// request builds one call. values fill the URI template of its path and
// query; body is nil for a call without one. The caller releases the body
// when the call has returned.
func (c *Client) request(ctx context.Context, call pipeline.Call, values map[string]string, body []byte,
	token string) (*http.Request, *onceBody, error) {
	address, err := callURL(c.baseURL, call, values)
	if err != nil {
		return nil, nil, err
	}
	method := call.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, nil, withoutURL(err)
	}
	// Never nil, not even for a GET without a body: see onceBody.
	once := &onceBody{rest: body}
	req.Body, req.ContentLength, req.GetBody = once, int64(len(body)), nil

	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	if c.userAgent != "" {
		req.Header.Set("User-Agent", c.userAgent)
	}
	if token != "" && c.provider.Auth.Header != "" {
		req.Header.Set(c.provider.Auth.Header, c.provider.Auth.Prefix+token)
	}
	for _, h := range call.Headers {
		req.Header.Set(h.Name, h.Value)
	}
	return req, once, nil
}

// callURL joins the base URL and a call's path textually and fills in the
// template. An error never holds a value.
func callURL(base string, call pipeline.Call, values map[string]string) (string, error) {
	for name, v := range values {
		// Dots would be taken for steps in the path, and nothing for the list.
		if v == "" || v == "." || v == ".." {
			return "", pipeline.Fail("provider.address_value", "name", "{"+name+"}")
		}
	}
	var b strings.Builder
	b.WriteString(base)
	b.WriteString(expand(call.Path, values, escape))
	for i, q := range call.Query {
		if i == 0 && !strings.Contains(call.Path, "?") {
			b.WriteByte('?')
		} else {
			b.WriteByte('&')
		}
		b.WriteString(escape(q.Name))
		b.WriteByte('=')
		b.WriteString(escape(expand(q.Value, values, func(s string) string { return s })))
	}
	return b.String(), nil
}

// expand replaces {name} in a template (RFC 6570, level 1). A name without a
// value stays as it is: definitions are checked when they are loaded.
func expand(template string, values map[string]string, spell func(string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := values[name]
		if !closed || !known {
			b.WriteByte('{')
			template = rest
			continue
		}
		b.WriteString(spell(value))
		template = after
	}
}

// escape percent-encodes everything but the unreserved characters of RFC
// 3986; + becomes %2B, a space %20.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '-', c == '.', c == '_', c == '~':
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// withoutURL strips what net/url and net/http put around an error: the
// address of a look-up holds the key it asks for.
func withoutURL(err error) error {
	var wrapped *url.Error
	if !errors.As(err, &wrapped) {
		return err
	}
	if wrapped.Op == "parse" {
		return pipeline.Fail("provider.invalid_url")
	}
	return withoutURL(wrapped.Err)
}

// decode reads a body as one JSON document, behind a byte-order mark or not.
func decode(body []byte) (any, bool) {
	doc, err := pipeline.DecodeJSON(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	return doc, err == nil
}

// encodeParts builds the JSON object of an exchange.
func encodeParts(parts []pipeline.BodyPart, secrets map[string]string) ([]byte, error) {
	var doc any = map[string]any{}
	for _, p := range parts {
		value := p.Value
		if p.Secret != "" {
			value = secrets[p.Secret]
		}
		doc = p.At.Set(doc, value)
	}
	body, err := pipeline.EncodeJSON(doc)
	if err != nil {
		return nil, pipeline.Fail("provider.token_body", "cause", err)
	}
	return body, nil
}
