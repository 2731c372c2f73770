package signature

import (
	"cmp"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
)

// Request is the part of a request that can be signed, as it is sent.
type Request struct {
	Method string
	URL    *url.URL // absolute
	Header http.Header
	Body   []byte // nil for a request without one
}

// Signer signs with one key. It may be used by many at once.
type Signer struct {
	rules   *pipeline.Sign
	key     key
	values  map[string]string // secrets and settings by name
	text    []part
	headers [][]part
	keyID   string
}

// New makes a signer. values are the secrets, and the settings with their defaults, by name. No error repeats any of a
// secret.
func New(rules *pipeline.Sign, values map[string]string) (*Signer, error) {
	k, err := readKey(rules.Algorithm, rules.KeyForm, values[rules.Key])
	if err != nil {
		return nil, err
	}
	s := &Signer{rules: rules, key: k, values: values, text: partsOf(rules.Text)}
	for _, h := range rules.Headers {
		s.headers = append(s.headers, partsOf(h.Value))
	}
	if m := rules.Message; m != nil {
		s.keyID = fill(partsOf(m.KeyID), func(name string) string { return values[name] })
		if strings.ContainsFunc(s.keyID, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
			return nil, pipeline.Fail("sign.key_id")
		}
	}
	return s, nil
}

// own are the values that differ for each signature.
type own struct{ timestamp, nonce, digest, signature string }

// Sign sets the headers of a signature with that time and nonce. It changes nothing but r.Header.
func (s *Signer) Sign(r Request, at time.Time, nonce string) error {
	o := own{timestamp: stamp(s.rules.Time, at), nonce: nonce, digest: s.digest(r.Body)}
	s.set(r.Header, o, false)
	if s.rules.Message != nil {
		return s.signMessage(r, at, nonce)
	}
	raw, err := s.key.sign(s.textOf(r, o))
	if err != nil {
		return err
	}
	o.signature = encode(s.rules.Encoding, raw)
	s.set(r.Header, o, true)
	return nil
}

// set sets the headers whose templates have the signature, or the others.
func (s *Signer) set(to http.Header, o own, signed bool) {
	for i, h := range s.rules.Headers {
		if names(h.Value, pipeline.VariableSignature) == signed {
			to.Set(h.Name, fill(s.headers[i], func(name string) string {
				value, ok := o.value(name)
				if !ok {
					value = s.values[name]
				}
				return value
			}))
		}
	}
}

func (o own) value(name string) (string, bool) {
	switch name {
	case pipeline.VariableTimestamp:
		return o.timestamp, true
	case pipeline.VariableNonce:
		return o.nonce, true
	case pipeline.VariableDigest:
		return o.digest, true
	case pipeline.VariableSignature:
		return o.signature, true
	}
	return "", false
}

// textOf is the text that is signed.
func (s *Signer) textOf(r Request, o own) []byte {
	return []byte(fill(s.text, func(name string) string {
		if value, ok := o.value(name); ok {
			return value
		}
		if header, ok := strings.CutPrefix(name, pipeline.VariableHeader); ok {
			return fieldOf(r, header)
		}
		switch name {
		case pipeline.VariableMethod:
			return r.Method
		case pipeline.VariableMethodLower:
			return strings.ToLower(r.Method)
		case pipeline.VariableURL:
			return targetURI(r.URL)
		case pipeline.VariableHost:
			return authority(r.URL)
		case pipeline.VariablePath:
			return pathOf(r.URL)
		case pipeline.VariableQuery:
			return r.URL.RawQuery
		case pipeline.VariableTarget:
			return target(r.URL)
		case pipeline.VariableBody:
			return string(r.Body)
		}
		return s.values[name]
	}))
}

// Signed has the time and the nonce in a signature; zero and "" if it has none.
type Signed struct {
	At    time.Time
	Nonce string
}

// Verify checks the signature of a request that was received. The error says what is wrong with it.
func (s *Signer) Verify(r Request) (Signed, error) {
	found := map[string]string{}
	for i, h := range s.rules.Headers {
		got := r.Header.Values(h.Name)
		if len(got) != 1 {
			return Signed{}, pipeline.Fail("sign.no_header", "name", h.Name)
		}
		values, ok := match(s.headers[i], got[0], s.known)
		if !ok {
			return Signed{}, pipeline.Fail("sign.header_form", "name", h.Name)
		}
		for name, value := range values {
			if before, twice := found[name]; twice && before != value {
				return Signed{}, pipeline.Fail("sign.header_form", "name", h.Name)
			}
			found[name] = value
		}
	}
	o := own{found[pipeline.VariableTimestamp], found[pipeline.VariableNonce], s.digest(r.Body),
		found[pipeline.VariableSignature]}
	if got, there := found[pipeline.VariableDigest]; there && got != o.digest {
		return Signed{}, pipeline.Fail("sign.digest")
	}
	signed := Signed{Nonce: o.nonce}
	if o.timestamp != "" {
		var ok bool
		if signed.At, ok = moment(s.rules.Time, o.timestamp); !ok {
			return Signed{}, pipeline.Fail("sign.timestamp", "form", string(s.rules.Time))
		}
	}
	if s.rules.Message != nil {
		return s.verifyMessage(r, signed)
	}
	raw, ok := decode(s.rules.Encoding, o.signature)
	if !ok || !s.key.verify(s.textOf(r, o), raw) {
		return Signed{}, pipeline.Fail("sign.mismatch")
	}
	return signed, nil
}

// known are the values in a header's template that are not taken from the request.
func (s *Signer) known(name string) (string, bool) {
	if _, ours := (own{}).value(name); ours {
		return "", false
	}
	return s.values[name], true
}

// digest returns the digest of a body, as text.
func (s *Signer) digest(body []byte) string { return encode(s.rules.DigestAs, s.sum(body)) }

func (s *Signer) sum(body []byte) []byte {
	var h hash.Hash
	switch s.rules.Digest {
	case pipeline.DigestSHA512:
		h = sha512.New()
	case pipeline.DigestSHA1:
		h = sha1.New()
	case pipeline.DigestMD5:
		h = md5.New()
	default:
		h = sha256.New()
	}
	h.Write(body)
	return h.Sum(nil)
}

func encode(as pipeline.BinaryEncoding, raw []byte) string {
	switch as {
	case pipeline.BinaryBase64:
		return base64.StdEncoding.EncodeToString(raw)
	case pipeline.BinaryBase64URL:
		return base64.RawURLEncoding.EncodeToString(raw)
	case pipeline.BinaryBase64Hex:
		return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(raw)))
	}
	return hex.EncodeToString(raw)
}

func decode(as pipeline.BinaryEncoding, text string) (raw []byte, ok bool) {
	var err error
	switch as {
	case pipeline.BinaryBase64:
		raw, err = base64.StdEncoding.DecodeString(text)
	case pipeline.BinaryBase64URL:
		raw, err = base64.RawURLEncoding.DecodeString(text)
	case pipeline.BinaryBase64Hex:
		if raw, err = base64.StdEncoding.DecodeString(text); err == nil {
			raw, err = hex.DecodeString(string(raw))
		}
	default:
		raw, err = hex.DecodeString(text)
	}
	return raw, err == nil
}

func stamp(form pipeline.TimeForm, at time.Time) string {
	switch form {
	case pipeline.TimeUnixMilli:
		return strconv.FormatInt(at.UnixMilli(), 10)
	case pipeline.TimeRFC3339:
		return at.UTC().Format(time.RFC3339)
	case pipeline.TimeHTTP:
		return at.UTC().Format(http.TimeFormat)
	}
	return strconv.FormatInt(at.Unix(), 10)
}

func moment(form pipeline.TimeForm, text string) (time.Time, bool) {
	switch form {
	case pipeline.TimeRFC3339:
		at, err := time.Parse(time.RFC3339, text)
		return at, err == nil
	case pipeline.TimeHTTP:
		at, err := http.ParseTime(text)
		return at, err == nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if form == pipeline.TimeUnixMilli {
		return time.UnixMilli(n), err == nil
	}
	return time.Unix(n, 0), err == nil
}

// pathOf is the path as it is sent.
func pathOf(u *url.URL) string { return cmp.Or(u.EscapedPath(), "/") }

func target(u *url.URL) string {
	if u.RawQuery == "" {
		return pathOf(u)
	}
	return pathOf(u) + "?" + u.RawQuery
}

// authority is the host in lower case, with its port where that is not the scheme's.
func authority(u *url.URL) string {
	host := strings.ToLower(u.Host)
	ports := map[string]string{"http": ":80", "https": ":443"}
	return strings.TrimSuffix(host, cmp.Or(ports[u.Scheme], ":"))
}

func targetURI(u *url.URL) string { return u.Scheme + "://" + authority(u) + target(u) }

// fieldOf returns the value of a header as RFC 9421 (2.1) defines it; "" if there is none. Content-Length is computed,
// because net/http only writes it later.
func fieldOf(r Request, name string) string {
	if strings.EqualFold(name, "content-length") && r.Body != nil {
		return strconv.Itoa(len(r.Body))
	}
	if strings.EqualFold(name, "host") {
		return authority(r.URL)
	}
	values := slices.Clone(r.Header.Values(name))
	for i, v := range values {
		values[i] = strings.TrimSpace(v)
	}
	return strings.Join(values, ", ")
}
