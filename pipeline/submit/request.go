package submit

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"muster/pipeline"
)

// request builds one call below base. values are its own variables; body is nil for a call without one, else JSON,
// which is converted to encoding. sent is the body as it is sent: a copy, because the transport may still read it
// when the call has returned.
func (c *Client) request(ctx context.Context, base string, call pipeline.Call, values map[string]string, body []byte,
	encoding pipeline.Encoding, token string) (req *http.Request, sent []byte, err error) {
	address, err := c.callURL(base, call, values)
	if err != nil {
		return nil, nil, err
	}
	if body, err = encodeForm(body, encoding, c.provider.ListNames); err != nil {
		return nil, nil, err
	}
	sent = bytes.Clone(body)
	method := call.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err = http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, nil, withoutURL(err)
	}
	// Never nil, not even for a GET without a body: see once.
	req.Body, req.ContentLength, req.GetBody = once(sent), int64(len(sent)), nil

	if body != nil {
		req.Header["Content-Type"] = contentType(encoding)
	}
	req.Header["Accept"] = jsonType
	if c.userAgent[0] != "" {
		req.Header["User-Agent"] = c.userAgent
	}
	if token != "" && c.provider.Auth.Header != "" {
		req.Header.Set(c.provider.Auth.Header, c.provider.Auth.Prefix+token)
	}
	if err := c.setHeaders(req, call.Headers, values); err != nil {
		return nil, nil, err
	}
	return req, sent, nil
}

// callURL joins a base URL and a call's path as text, and fills in the template. Its error never contains a value.
func (c *Client) callURL(base string, call pipeline.Call, values map[string]string) (string, error) {
	var unusable string
	value := func(name string) (string, bool) {
		v, known := c.variable(values, name)
		// Dots would be read as path segments, and an empty value as the address of the list.
		if known && (v == "" || v == "." || v == "..") {
			unusable = name
		}
		return v, known
	}
	var b strings.Builder
	b.WriteString(base)
	b.WriteString(expand(call.Path, value, escape))
	for i, q := range call.Query {
		if i == 0 && !strings.Contains(call.Path, "?") {
			b.WriteByte('?')
		} else {
			b.WriteByte('&')
		}
		b.WriteString(escape(q.Name))
		b.WriteByte('=')
		b.WriteString(escape(expand(q.Value, value, asItIs)))
	}
	if unusable != "" {
		return "", pipeline.Fail("provider.address_value", "name", "{"+unusable+"}")
	}
	return b.String(), nil
}

// setHeaders sets the headers of a call. Its error never contains a value.
func (c *Client) setHeaders(req *http.Request, headers []pipeline.Pair, values map[string]string) error {
	for _, h := range headers {
		text := expand(h.Value, func(name string) (string, bool) {
			if v, ok := c.variable(values, name); ok {
				return v, true
			}
			v, ok := c.secrets[name]
			return v, ok
		}, asItIs)
		if !validHeaderValue(text) {
			return pipeline.Fail("provider.header_value", "name", h.Name)
		}
		req.Header.Set(h.Name, text)
	}
	return nil
}

// variable is the value of a variable: one that every call has, or one of its own.
func (c *Client) variable(own map[string]string, name string) (string, bool) {
	if v, ok := own[name]; ok {
		return v, true
	}
	if name == pipeline.VariableTime {
		return c.now().UTC().Format(time.RFC3339), true
	}
	v, ok := c.settings[name]
	return v, ok
}

func asItIs(s string) string { return s }

// expand replaces {name} in a template (RFC 6570, level 1). A name without a value stays unchanged: definitions are
// checked when they are loaded.
func expand(template string, value func(string) (string, bool), spell func(string) string) string {
	if !strings.Contains(template, "{") {
		return template
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		v, known := "", false
		if closed {
			v, known = value(name)
		}
		if !known {
			b.WriteByte('{')
			template = rest
			continue
		}
		b.WriteString(spell(v))
		template = after
	}
}

// escape percent-encodes all but the unreserved characters of RFC 3986; + becomes %2B, a space %20.
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

// withoutURL unwraps errors of net/url and net/http: the address of a look-up contains the key that is asked for.
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

// decode reads a body as one JSON document, with or without a byte-order mark.
func decode(body []byte) (any, bool) {
	doc, err := pipeline.DecodeJSON(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	return doc, err == nil
}

// encodeParts builds the JSON object of a token exchange.
func encodeParts(parts []pipeline.BodyPart, secrets map[string]string, variable func(string) (string, bool)) (
	[]byte, error) {
	var doc any = map[string]any{}
	for _, p := range parts {
		value := expand(p.Value, variable, asItIs)
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
