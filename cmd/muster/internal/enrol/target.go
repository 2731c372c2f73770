package enrol

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"muster/pipeline"
)

// Target is where the requests of a run go, and how hard.
type Target struct {
	Namespace pipeline.Namespace
	BaseURL   string // "" in a rehearsal: the stand-in is not listening yet
	Limit     pipeline.Limit
	Title     string // the provider's, for people
}

// Rehearsal says that requests go to the built-in stand-in.
func (t Target) Rehearsal() bool { return t.Namespace.Rehearsal() }

// Real says whether customers there may be real people's. It is in doubt
// wherever requests go beyond this machine and not to a sandbox.
func (t Target) Real() bool {
	if t.Rehearsal() || t.Namespace.Env == "sandbox" {
		return false
	}
	u, err := url.Parse(t.BaseURL)
	return err != nil || !isLoopback(strings.ToLower(u.Hostname()))
}

// Place names where requests go: the provider, the environment, the host.
func (t Target) Place() string {
	switch {
	case t.Rehearsal():
		return "the built-in stand-in of " + t.Title
	case t.Namespace.Env == t.BaseURL:
		return t.Title + " at " + t.BaseURL
	}
	return fmt.Sprintf("%s, %s, at %s", t.Title, t.Namespace.Env, t.BaseURL)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
