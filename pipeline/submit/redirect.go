package submit

import (
	"net/http"
	"strings"

	"muster/pipeline"
)

// redirectsBehind reports whether a redirect may come after the customer was created, so that the request must not be
// sent again: 303, "see other", is the answer to a request that was processed (RFC 9110, 15.4.4), and many programs
// answer a form so with another status and the address of the new record. A rule for this very status decides instead.
func (c *Client) redirectsBehind(a *answer, r reading) bool {
	if a.status < 300 || a.status > 399 || r.verdict != pipeline.VerdictHalt || isRuleFor(r.rule, a.status) {
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
