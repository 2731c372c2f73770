package signature

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

// rfcRequest is test-request of RFC 9421, B.2.
func rfcRequest(t *testing.T) Request {
	t.Helper()
	u, err := url.Parse("https://example.com/foo?param=Value&Pet=dog")
	if err != nil {
		t.Fatal(err)
	}
	return Request{Method: "POST", URL: u, Body: []byte(`{"hello": "world"}`), Header: http.Header{
		"Date": {"Tue, 20 Apr 2021 02:07:55 GMT"}, "Content-Type": {"application/json"}}}
}

// Keys of RFC 9421, B.1: published, and nobody's.
const (
	rfcShared  = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
	rfcEd25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n" +
		"-----END PRIVATE KEY-----\n"
	rfcP256 = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIFKbhfNZfpDsW43+0+JjUr9K+bTeuxopu653+hBaXGA7oAoGCCqGSM49\n" +
		"AwEHoUQDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM\n4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n" +
		"-----END EC PRIVATE KEY-----\n"
)

// TestRFC9421 signs the request of appendix B.2 as B.2.5 and B.2.6 do.
func TestRFC9421(t *testing.T) {
	at := time.Unix(1618884473, 0)
	for _, c := range []struct {
		rules            pipeline.Sign
		key, input, sign string
	}{
		{pipeline.Sign{Algorithm: pipeline.HMACSHA256, KeyForm: pipeline.KeyBase64, Message: &pipeline.SignMessage{
			Label: "sig-b25", Components: []string{"date", "@authority", "content-type"},
			Parameters: []string{"created", "keyid"}, KeyID: "test-shared-secret"}}, rfcShared,
			`sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`,
			"sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:"},
		{pipeline.Sign{Algorithm: pipeline.Ed25519, Message: &pipeline.SignMessage{
			Label:      "sig-b26",
			Components: []string{"date", "@method", "@path", "@authority", "content-type", "content-length"},
			Parameters: []string{"created", "keyid"}, KeyID: "test-key-ed25519"}}, rfcEd25519,
			`sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")` +
				`;created=1618884473;keyid="test-key-ed25519"`,
			"sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"},
	} {
		c.rules.Key = "KEY"
		s, err := New(&c.rules, map[string]string{"KEY": c.key})
		if err != nil {
			t.Fatal(err)
		}
		r := rfcRequest(t)
		if err := s.Sign(r, at, ""); err != nil {
			t.Fatal(err)
		}
		if got := r.Header.Get("Signature-Input"); got != c.input {
			t.Errorf("input %s\nwant  %s", got, c.input)
		}
		if got := r.Header.Get("Signature"); got != c.sign {
			t.Errorf("signature %s\nwant      %s", got, c.sign)
		}
		if signed, err := s.Verify(r); err != nil || !signed.At.Equal(at) {
			t.Errorf("verified as %v, %v", signed, err)
		}
	}
}

// TestRFC9421ECDSA verifies the signature of B.2.4, which is of a response, and one of our own: a signature with ECDSA
// is different each time, so the two cannot be compared.
func TestRFC9421ECDSA(t *testing.T) {
	k, err := readKey(pipeline.ECDSAP256, "", rfcP256)
	if err != nil {
		t.Fatal(err)
	}
	base := `"@status": 200
"content-type": application/json
"content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
"content-length": 23
"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473` +
		`;keyid="test-key-ecc-p256"`
	published, ok := decode(pipeline.BinaryBase64,
		"wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==")
	if !ok || !k.verify([]byte(base), published) {
		t.Error("B.2.4 does not verify")
	}
	ours, err := k.sign([]byte(base))
	if err != nil || !k.verify([]byte(base), ours) || k.verify([]byte(base+" "), ours) || k.verify([]byte(base), nil) {
		t.Errorf("our own: %v", err)
	}
}

// TestContentDigest checks the digest in RFC 9530, appendix D, and the one of RFC 9421's request.
func TestContentDigest(t *testing.T) {
	for digest, want := range map[pipeline.DigestAlgorithm]string{
		pipeline.DigestSHA256: "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
		pipeline.DigestSHA512: "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew" +
			"==:",
	} {
		s := Signer{rules: &pipeline.Sign{Digest: digest}}
		if got := s.contentDigest([]byte(`{"hello": "world"}`)); got != want {
			t.Errorf("%s: %s", digest, got)
		}
	}
}

// TestPlainHMAC signs the examples that providers and standards publish.
func TestPlainHMAC(t *testing.T) {
	for _, c := range []struct {
		name         string
		rules        pipeline.Sign
		key          string
		at           int64
		nonce        string
		body, header string // what goes in, and the header that comes out
		url          string
	}{
		{"GitHub, validating webhook deliveries", pipeline.Sign{Algorithm: pipeline.HMACSHA256, KeyForm: pipeline.KeyRaw,
			Text: "{body}", Headers: []pipeline.Pair{{Name: "X-Hub-Signature-256", Value: "sha256={signature}"}}},
			"It's a Secret to Everybody", 0, "", "Hello, World!",
			"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "https://example.com/"},
		{"Standard Webhooks", pipeline.Sign{Algorithm: pipeline.HMACSHA256, KeyForm: pipeline.KeyBase64,
			Encoding: pipeline.BinaryBase64, Text: "{nonce}.{timestamp}.{body}",
			Headers: []pipeline.Pair{{Name: "Webhook-Signature", Value: "v1,{signature}"},
				{Name: "Webhook-Id", Value: "{nonce}"}, {Name: "Webhook-Timestamp", Value: "{timestamp}"}}},
			"plJ3nmyCDGBKInavdOK15jsl", 1731705121, "msg_loFOjxBNrRLzqYUf", `{"event_type":"ping","data":{"success":true}}`,
			"v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=", "https://example.com/"},
		{"RFC 4231, case 2, SHA-512", pipeline.Sign{Algorithm: pipeline.HMACSHA512, KeyForm: pipeline.KeyHex, Text: "{body}",
			Headers: []pipeline.Pair{{Name: "X-Mac", Value: "{signature}"}}}, "4a656665", 0, "", "what do ya want for nothing?",
			"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd" +
				"caeab1a34d4a6b4b636e070a38bce737", "https://example.com/"},
		{"RFC 2202, case 2, SHA-1", pipeline.Sign{Algorithm: pipeline.HMACSHA1, KeyForm: pipeline.KeyRaw, Text: "{body}",
			Headers: []pipeline.Pair{{Name: "X-Mac", Value: "{signature}"}}}, "Jefe", 0, "", "what do ya want for nothing?",
			"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", "https://example.com/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.rules.Key = "KEY"
			s, err := New(&c.rules, map[string]string{"KEY": c.key})
			if err != nil {
				t.Fatal(err)
			}
			u, _ := url.Parse(c.url)
			r := Request{Method: "POST", URL: u, Header: http.Header{}, Body: []byte(c.body)}
			if err := s.Sign(r, time.Unix(c.at, 0), c.nonce); err != nil {
				t.Fatal(err)
			}
			if got := r.Header.Get(c.rules.Headers[0].Name); got != c.header {
				t.Errorf("got  %s\nwant %s", got, c.header)
			}
			signed, err := s.Verify(r)
			if err != nil || signed.Nonce != c.nonce || c.at != 0 && signed.At.Unix() != c.at {
				t.Errorf("verified as %v, %v", signed, err)
			}
			r.Body = append([]byte("x"), r.Body...)
			if _, err := s.Verify(r); err == nil {
				t.Error("another body is taken")
			}
		})
	}
}

// TestTextOfARequest signs a text with every variable that a template may have.
func TestTextOfARequest(t *testing.T) {
	rules := pipeline.Sign{Algorithm: pipeline.HMACSHA256, Key: "KEY", KeyForm: pipeline.KeyRaw, Time: pipeline.TimeHTTP,
		Encoding: pipeline.BinaryBase64Hex, Digest: pipeline.DigestMD5, DigestAs: pipeline.BinaryBase64,
		Text: "{method} {method_lower} {url} {host} {path} {query} {target} {digest} {timestamp} {nonce} {header.x-a} " +
			"{header.none}{KEY}{body}",
		Headers: []pipeline.Pair{{Name: "X-Sign", Value: "{ACCOUNT}:{signature}"}, {Name: "Date", Value: "{timestamp}"},
			{Name: "X-Nonce", Value: "{nonce}"}, {Name: "Content-MD5", Value: "{digest}"}}}
	s, err := New(&rules, map[string]string{"KEY": "k", "ACCOUNT": "a1"})
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse("https://API.example.com:443/v1/a%2Fb?x=1&y=%20")
	r := Request{Method: "POST", URL: u, Header: http.Header{"X-A": {" one ", "two"}}, Body: []byte("hi")}
	at := time.Unix(1700000000, 0)
	const want = "POST post https://api.example.com/v1/a%2Fb?x=1&y=%20 api.example.com /v1/a%2Fb x=1&y=%20 " +
		"/v1/a%2Fb?x=1&y=%20 SfaKXIST7CwL9ImCHCH8Ow== Tue, 14 Nov 2023 22:13:20 GMT n1 one, two khi"
	if got := s.textOf(r, own{stamp(rules.Time, at), "n1", s.digest(r.Body), ""}); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := s.Sign(r, at, "n1"); err != nil {
		t.Fatal(err)
	}
	if signed, err := s.Verify(r); err != nil || !signed.At.Equal(at) || signed.Nonce != "n1" {
		t.Errorf("verified as %v, %v", signed, err)
	}
	for _, change := range []func(){func() { r.Header.Set("X-Nonce", "n2") }, func() { r.Header.Set("X-A", "three") },
		func() { r.Header.Del("Date") }, func() { r.Header.Set("X-Sign", "a2:"+r.Header.Get("X-Sign")[3:]) }} {
		before := r.Header.Clone()
		change()
		if _, err := s.Verify(r); err == nil {
			t.Errorf("taken with %v", r.Header)
		}
		r.Header = before
	}
}

// TestNoPrivateKeyInErrors: an error about a key does not repeat the key.
func TestNoPrivateKeyInErrors(t *testing.T) {
	for _, c := range []struct {
		algorithm pipeline.SignAlgorithm
		form      pipeline.KeyForm
		key       string
	}{
		{pipeline.HMACSHA256, pipeline.KeyHex, "zz-not-hex"}, {pipeline.HMACSHA256, pipeline.KeyBase64, "%%zz"},
		{pipeline.Ed25519, pipeline.KeyPEM, "zz no PEM"}, {pipeline.Ed25519, pipeline.KeyPEM, rfcP256},
		{pipeline.ECDSAP256, pipeline.KeyPEM, rfcEd25519}, {pipeline.HMACSHA256, pipeline.KeyRaw, ""},
	} {
		_, err := New(&pipeline.Sign{Algorithm: c.algorithm, Key: "KEY", KeyForm: c.form}, map[string]string{"KEY": c.key})
		if err == nil || strings.Contains(err.Error(), "zz") {
			t.Errorf("%s, %s: %v", c.algorithm, c.form, err)
		}
	}
}
