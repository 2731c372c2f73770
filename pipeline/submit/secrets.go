package submit

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"muster/pipeline"
)

// validHeaderValue reports whether s can be a header value unchanged: a secret that was read from a file with its
// line break cannot.
func validHeaderValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// settingsOf are the values that are not secret, including defaults of those not given.
func settingsOf(p *pipeline.Provider, given map[string]string) map[string]string {
	all := map[string]string{}
	for _, s := range p.Auth.Secrets {
		if s.Setting {
			all[s.Name] = cmp.Or(given[s.Name], s.Default)
		}
	}
	return all
}

// hasVariables reports whether a call has variables to fill in.
func hasVariables(call pipeline.Call) bool {
	if strings.Contains(call.Path, "{") {
		return true
	}
	has := func(p pipeline.Pair) bool { return strings.Contains(p.Value, "{") }
	return slices.ContainsFunc(call.Query, has) || slices.ContainsFunc(call.Headers, has)
}

// prove adds to a request the proof of the sender that it needs beside a token.
func (c *Client) prove(req *http.Request) error {
	c.setBasic(req, c.provider.Auth.Basic)
	return c.setHeaders(req, c.provider.Auth.Headers, nil)
}

// setBasic adds HTTP basic authentication.
func (c *Client) setBasic(req *http.Request, b *pipeline.Basic) {
	if b == nil {
		return
	}
	user, ok := c.settings[b.User]
	if !ok {
		user = c.secrets[b.User]
	}
	req.SetBasicAuth(user, c.secrets[b.Password])
}
