package standin

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"

	"muster/pipeline"
	"muster/pipeline/signature"
)

// signatureLife is how far the time of a signature may be from the clock.
const signatureLife = 5 * time.Minute

// signatures checks the signatures of requests: each must fit its request, be recent, and have a nonce that no other
// had.
type signatures struct {
	rules  *pipeline.Sign
	signer *signature.Signer

	mu     sync.Mutex
	nonces map[string]struct{}
}

// newSignatures returns nil if nothing is signed, or if the key is not known.
func newSignatures(p *pipeline.Provider, given map[string]string) (*signatures, error) {
	if p.Sign == nil || given[p.Sign.Key] == "" {
		return nil, nil
	}
	values := maps.Clone(given)
	for _, s := range p.Auth.Secrets {
		if s.Setting && values[s.Name] == "" {
			values[s.Name] = s.Default
		}
	}
	signer, err := signature.New(p.Sign, values)
	if err != nil {
		return nil, err
	}
	return &signatures{rules: p.Sign, signer: signer, nonces: map[string]struct{}{}}, nil
}

// kindOf returns the kind of call that leads to a target.
func kindOf(t Target) pipeline.SignedCall {
	if t == OnCreate {
		return pipeline.SignCreate
	}
	return pipeline.SignLookUps
}

// check says what is wrong with the signature of a request; nil where it is good or none
// is asked for. The body can still be read after it.
func (s *signatures) check(r *http.Request, kind pipeline.SignedCall, now time.Time) error {
	if s == nil || !s.rules.Covers(kind) {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler) // part of a body is not a request
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if r.ContentLength == 0 && len(body) == 0 {
		body = nil
	}
	u := &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	signed, err := s.signer.Verify(signature.Request{Method: r.Method, URL: u, Header: r.Header, Body: body})
	if err != nil {
		return err
	}
	if away := now.Sub(signed.At).Abs(); !signed.At.IsZero() && away > signatureLife {
		return pipeline.Fail("sign.old")
	}
	if signed.Nonce == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.nonces[signed.Nonce]; again {
		return pipeline.Fail("sign.again")
	}
	s.nonces[signed.Nonce] = struct{}{}
	return nil
}

// unsigned is the answer to a request with a bad signature.
func (s *Server) unsigned(err error) answer {
	e := s.provider.Standin.Unauthorized
	return s.fail(statusOr(e.Status, http.StatusUnauthorized), e.Code, s.sentence(pipeline.MessageOf(err)))
}

// ChecksSignatures says whether signatures are checked.
func (s *Server) ChecksSignatures() bool { return s.signs != nil }
