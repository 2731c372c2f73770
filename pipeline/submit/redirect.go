package submit

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"muster/pipeline"
)

func isRedirect(status int) bool { return status >= 300 && status <= 399 }

// maxAddress limits, in characters, the address of a redirect that is kept.
const maxAddress = 200

// redirected says where a redirect leads that is not followed.
func redirected(a *answer, hide *redactor) *pipeline.Message {
	to := target(a)
	if to == nil {
		return pipeline.Say("provider.redirect", "status", a.status)
	}
	address := hide.text(strings.TrimPrefix((&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String(), "//"),
		maxAddress)
	switch {
	case leadsToLogin(a):
		return pipeline.Say("provider.redirect_login", "status", a.status, "address", address)
	case address == "":
		return pipeline.Say("provider.redirect", "status", a.status)
	}
	return pipeline.Say("provider.redirect_to", "status", a.status, "address", address)
}

// target is the address of a redirect; nil where it has none that can be read.
func target(a *answer) *url.URL {
	location := a.header.Get("Location")
	to, err := url.Parse(location)
	if err != nil || location == "" || to.Path == "" {
		return nil
	}
	return to
}

// loginPages are the names of pages that applications redirect to when they do not know who is asking.
var loginPages = []string{"login", "log-in", "log_in", "logon", "signin", "sign-in", "sign_in", "sso", "auth", "authorize",
	"unauthorized", "iniciar-sesion", "ingresar", "entrar"}

// leadsToLogin reports whether a redirect leads to a page at which people log in, which says that the credentials were
// not accepted, or that the base URL is that of an application for people.
func leadsToLogin(a *answer) bool {
	to := target(a)
	if !isRedirect(a.status) || to == nil {
		return false
	}
	page := strings.ToLower(path.Base(to.Path))
	return slices.Contains(loginPages, strings.TrimSuffix(page, path.Ext(page)))
}

// redirectsBehind reports whether a redirect may come after the customer was created, so that the request must not be
// sent again: 303, "see other", is the answer to a request that was processed (RFC 9110, 15.4.4), and many programs
// answer a form so with another status and the address of the new record. A rule for this very status decides instead.
func (c *Client) redirectsBehind(a *answer, r reading) bool {
	if !isRedirect(a.status) || r.verdict != pipeline.VerdictHalt || isRuleFor(r.rule, a.status) {
		return false
	}
	return a.status == http.StatusSeeOther || c.leadsToRecord(a.header.Get("Location"))
}

// leadsToRecord reports whether an address is below that of all customers.
func (c *Client) leadsToRecord(location string) bool {
	at, base := c.addressOf(location)
	if location == "" || at == nil {
		return false
	}
	all := base.EscapedPath() + strings.Trim(c.provider.Create.Path, "/")
	id, below := strings.CutPrefix(at.EscapedPath(), all+"/")
	return below && strings.Trim(id, "/") != ""
}
