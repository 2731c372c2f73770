package pipeline

import (
	"net/url"
	"strings"
)

// Root is the definition under whose name customers are known and secrets given: the last base of p, or p itself.
func (p *Provider) Root() *Provider {
	for p.Base != nil {
		p = p.Base
	}
	return p
}

// declared are the environments of p and of all its bases: where its customers may have been sent.
func (p *Provider) declared() (all []Environment) {
	for ; p != nil; p = p.Base {
		all = append(all, p.Environments...)
	}
	return all
}

// Sent says by which definition a request was sent, and where.
type Sent struct {
	Digest  string // of the definition
	BaseURL string // "" for a rehearsal's stand-in
	Create  string // method and path
}

// Elsewhere reports that a request went to another address than here's, or by another call of another definition:
// when the provider here does not know it, that proves nothing, and it must not be repeated here. A zero Sent was not
// elsewhere. For one definition all addresses of this machine are the same, because stand-ins and tunnels change
// their ports.
func (s Sent) Elsewhere(here Sent) bool {
	if s == (Sent{}) {
		return false
	}
	moved, edited := s.BaseURL != here.BaseURL, s.Digest != here.Digest
	return edited && (moved || s.Create != here.Create) || moved && !(ofThisMachine(s.BaseURL) && ofThisMachine(here.BaseURL))
}

func ofThisMachine(baseURL string) bool {
	u, err := url.Parse(baseURL)
	return err == nil && Loopback(u.Hostname())
}

// Sent describes p's creates to that base URL, "" for the stand-in of a rehearsal.
func (p *Provider) Sent(baseURL string) Sent {
	return Sent{Digest: p.Digest, BaseURL: baseURL, Create: strings.TrimSpace(p.Create.Method + " " + p.Create.Path)}
}
