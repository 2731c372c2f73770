package signature

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
)

// Headers of RFC 9421 and RFC 9530.
const (
	headerInput     = "Signature-Input"
	headerSignature = "Signature"
	headerDigest    = "Content-Digest"
)

// signMessage adds a signature of RFC 9421, and the digest that it covers.
func (s *Signer) signMessage(r Request, at time.Time, nonce string) error {
	m := s.rules.Message
	if r.Body != nil && slices.Contains(m.Components, "content-digest") {
		r.Header.Set(headerDigest, s.contentDigest(r.Body))
	}
	params := s.covered(r) + s.parameters(at, nonce)
	raw, err := s.key.sign(s.base(r, params))
	if err != nil {
		return err
	}
	r.Header.Set(headerInput, m.Label+"="+params)
	r.Header.Set(headerSignature, m.Label+"=:"+base64.StdEncoding.EncodeToString(raw)+":")
	return nil
}

// contentDigest is the value of Content-Digest (RFC 9530, 2).
func (s *Signer) contentDigest(body []byte) string {
	name := "sha-256"
	if s.rules.Digest == pipeline.DigestSHA512 {
		name = "sha-512"
	}
	return name + "=:" + base64.StdEncoding.EncodeToString(s.sum(body)) + ":"
}

// components returns the components that a request has: without a body there is no digest, and a header that the
// request lacks is not signed.
func (s *Signer) components(r Request) []string {
	return slices.DeleteFunc(slices.Clone(s.rules.Message.Components), func(c string) bool {
		return c[0] != '@' && fieldOf(r, c) == ""
	})
}

// covered is the list of components with which the signature parameters begin.
func (s *Signer) covered(r Request) string {
	var quoted []string
	for _, c := range s.components(r) {
		quoted = append(quoted, quote(c))
	}
	return "(" + strings.Join(quoted, " ") + ")"
}

func (s *Signer) parameters(at time.Time, nonce string) string {
	var b strings.Builder
	for _, name := range s.rules.Message.Parameters {
		b.WriteString(";" + name + "=")
		switch name {
		case "created":
			b.WriteString(strconv.FormatInt(at.Unix(), 10))
		case "nonce":
			b.WriteString(quote(nonce))
		case "keyid":
			b.WriteString(quote(s.keyID))
		case "alg":
			b.WriteString(quote(string(s.rules.Algorithm)))
		}
	}
	return b.String()
}

// base is the signature base (RFC 9421, 2.5).
func (s *Signer) base(r Request, params string) []byte {
	var b strings.Builder
	for _, c := range s.components(r) {
		b.WriteString(quote(c) + ": " + component(r, c) + "\n")
	}
	b.WriteString(`"@signature-params": ` + params)
	return []byte(b.String())
}

// component is the value of one (RFC 9421, 2.1 and 2.2).
func component(r Request, name string) string {
	switch name {
	case "@method":
		return r.Method
	case "@target-uri":
		return targetURI(r.URL)
	case "@authority":
		return authority(r.URL)
	case "@scheme":
		return r.URL.Scheme
	case "@request-target":
		return target(r.URL)
	case "@path":
		return pathOf(r.URL)
	case "@query":
		return "?" + r.URL.RawQuery
	}
	return fieldOf(r, name)
}

// verifyMessage checks a signature of the form that [Signer.signMessage] makes.
func (s *Signer) verifyMessage(r Request, signed Signed) (Signed, error) {
	m := s.rules.Message
	params, ok := strings.CutPrefix(r.Header.Get(headerInput), m.Label+"=")
	if !ok {
		return Signed{}, pipeline.Fail("sign.no_header", "name", headerInput)
	}
	rest, ok := strings.CutPrefix(params, s.covered(r))
	if !ok {
		return Signed{}, pipeline.Fail("sign.components", "components", s.covered(r))
	}
	for _, name := range m.Parameters {
		value, more, ok := cutParameter(rest, name)
		if !ok {
			return Signed{}, pipeline.Fail("sign.parameter", "name", name)
		}
		rest = more
		switch name {
		case "created":
			if signed.At, ok = moment(pipeline.TimeUnix, value); !ok {
				return Signed{}, pipeline.Fail("sign.parameter", "name", name)
			}
		case "nonce":
			signed.Nonce = value
		}
	}
	if slices.Contains(m.Components, "content-digest") && r.Body != nil &&
		r.Header.Get(headerDigest) != s.contentDigest(r.Body) {
		return Signed{}, pipeline.Fail("sign.digest")
	}
	text, _ := strings.CutPrefix(r.Header.Get(headerSignature), m.Label+"=:")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(text, ":"))
	if err != nil || rest != "" || !s.key.verify(s.base(r, params), raw) {
		return Signed{}, pipeline.Fail("sign.mismatch")
	}
	return signed, nil
}

// cutParameter cuts one parameter off: a number, or a text in quotation marks.
func cutParameter(s, name string) (value, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, ";"+name+"=")
	if !ok {
		return "", "", false
	}
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexByte(s+";", ';')
		return s[:end], s[end:], true
	}
	end := strings.IndexByte(s[1:], '"') + 1
	if end < 1 {
		return "", "", false
	}
	return s[1:end], s[end+1:], true
}

// quote writes a string of structured fields (RFC 9651, 3.3.3).
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
