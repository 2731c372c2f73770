package submit

import (
	"encoding/hex"
	"io"
	"maps"
	"net/http"

	"muster/pipeline"
	"muster/pipeline/signature"
)

// newSigner is the signer of a definition; nil when it signs nothing.
func newSigner(p *pipeline.Provider, secrets, settings map[string]string) (*signature.Signer, error) {
	if p.Sign == nil {
		return nil, nil
	}
	values := maps.Clone(settings)
	for name, value := range secrets {
		if _, setting := settings[name]; !setting {
			values[name] = value
		}
	}
	for _, name := range p.SignHeaderSecrets() {
		if !validHeaderValue(values[name]) {
			return nil, pipeline.Wrong("provider.header_value", "name", pipeline.SecretVariable(p.Name, name))
		}
	}
	s, err := signature.New(p.Sign, values)
	if err != nil {
		return nil, pipeline.Wrong("provider.sign_key", "variable", pipeline.SecretVariable(p.Name, p.Sign.Key), "cause", err)
	}
	return s, nil
}

// signing returns a function that signs a request of that kind, with a new time and nonce on each call; nil when such
// requests are not signed.
func (c *Client) signing(kind pipeline.SignedCall, req *http.Request, body []byte) func() error {
	if c.signer == nil || !c.provider.Sign.Covers(kind) {
		return nil
	}
	return func() error {
		nonce, err := c.nonce()
		if err != nil {
			return err
		}
		return c.signer.Sign(signature.Request{Method: req.Method, URL: req.URL, Header: req.Header, Body: body},
			c.now(), nonce)
	}
}

// nonce is 16 hex digits, or a UUID.
func (c *Client) nonce() (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(c.random, raw[:]); err != nil {
		return "", pipeline.Fail("sign.failed", "cause", err)
	}
	if c.provider.Sign.Nonce != pipeline.NonceUUID {
		return hex.EncodeToString(raw[:8]), nil
	}
	return string(pipeline.AppendUUID(nil, raw)), nil
}
