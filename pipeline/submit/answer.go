package submit

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"

	"muster/pipeline"
)

// reading is the answer to a create, as the definition reads it.
type reading struct {
	verdict pipeline.Verdict
	rule    *pipeline.Answer  // nil when no rule applies
	doc     any               // nil when the body is not JSON
	id      string            // the customer's ID, when the answer says that the customer was created
	reason  *pipeline.Message // why muster does not follow the provider's verdict
	await   string            // what to ask by, when the answer accepted the request
	// doubted: the answer says that the customer was created without proof, or that the request is accepted without a
	// handle to ask by.
	doubted bool
}

// rules say how the answers to one kind of call are read.
type rules struct {
	answers []pipeline.Answer
	record  *pipeline.Record
	accepts bool // an accepted request needs a handle to ask by
}

func (c *Client) createRules() rules { return rules{c.provider.Answers, &c.provider.Record, true} }

// read judges an answer: by the first rule that matches, else by its HTTP status, else with the careful verdict.
func (c *Client) read(by rules, a *answer, in *pipeline.Intent, hide *redactor) reading {
	r := c.readByRules(by, a, in, hide)
	if by.accepts && c.redirectsBehind(a, r) {
		return reading{verdict: pipeline.VerdictUnknown, rule: r.rule, doc: r.doc, doubted: true,
			reason: pipeline.Say("provider.redirect_behind", "status", a.status)}
	}
	return r
}

func (c *Client) readByRules(by rules, a *answer, in *pipeline.Intent, hide *redactor) reading {
	if a.broken != nil {
		return reading{verdict: pipeline.VerdictUnknown, reason: pipeline.MessageOf(a.broken)}
	}
	doc, isJSON := decode(a.body)
	r := reading{doc: doc}
	unreadable := false // an earlier rule needs a field of a body that is not JSON
	for i := range by.answers {
		rule := &by.answers[i]
		if !pipeline.In(rule.Statuses, a.status) {
			continue
		}
		if rule.When != nil && !isJSON {
			unreadable = true
			continue
		}
		if rule.When.Holds(doc) {
			r.rule = rule
			break
		}
	}
	if r.rule == nil {
		r.verdict = defaultVerdict(a.status)
		r.doubted = a.status >= 200 && a.status <= 299 && a.status != http.StatusAccepted
		if a.status == http.StatusAccepted {
			r.reason = pipeline.Say("proof.accepted", "status", a.status)
		} else if r.verdict == pipeline.VerdictHalt || r.verdict == pipeline.VerdictUnknown ||
			r.verdict == pipeline.VerdictDenied {
			r.reason = unnamed(a, hide)
		}
		return r
	}
	r.verdict = r.rule.Verdict
	switch {
	case !slices.Contains(pipeline.AnswerVerdicts(), r.verdict):
		return reading{verdict: pipeline.VerdictUnknown, doc: doc, reason: unnamed(a, hide)}
	case unreadable && saysWhatBecame(r.verdict):
		return reading{verdict: pipeline.VerdictUnknown, doubted: r.verdict == pipeline.VerdictCreated,
			reason: pipeline.Say("provider.not_json", "status", a.status)}
	case r.verdict == pipeline.VerdictAccepted && by.accepts:
		if r.await = c.awaitOf(a, doc); r.await == "" {
			return reading{verdict: pipeline.VerdictUnknown, rule: r.rule, doc: doc, doubted: true,
				reason: pipeline.Say("provider.no_await", "status", a.status)}
		}
		return r
	case r.verdict != pipeline.VerdictCreated:
		if r.verdict == pipeline.VerdictHalt && isRedirect(a.status) {
			r.reason = redirected(a, hide)
		}
		return r
	}
	// An answer without a body can only be read from its headers.
	if !isJSON && (by.record.IDHeader == "" || len(bytes.TrimSpace(a.body)) > 0) {
		return reading{verdict: pipeline.VerdictUnknown, doubted: true,
			reason: pipeline.Say("provider.not_json", "status", a.status)}
	}
	if r.id = cmp.Or(recordID(doc, by.record), c.headerID(by.record.IDHeader, a)); r.id == "" {
		return reading{verdict: pipeline.VerdictUnknown, doc: doc, doubted: a.status != http.StatusAccepted,
			reason: pipeline.Say("provider.no_id", "status", a.status)}
	}
	reason := c.doubt(by.record, a, doc, in)
	if reason == nil && !c.provider.Record.FitsID(r.id) {
		reason = pipeline.Say("proof.id_form", "status", a.status, "id", hide.text(r.id, maxCode))
	}
	if reason != nil {
		return reading{verdict: pipeline.VerdictUnknown, rule: r.rule, doc: doc, reason: reason, doubted: true}
	}
	return r
}

// comesBack reports whether an answer with a Retry-After comes from a provider that is out of service and processed
// nothing: a 503 says so (RFC 9110, 15.6.4), unless the definition has a rule for this very status.
func comesBack(status int, r reading) bool {
	if status != http.StatusServiceUnavailable || r.verdict != pipeline.VerdictUnknown {
		return false
	}
	return !isRuleFor(r.rule, status)
}

// isRuleFor reports whether a rule, which may be nil, names this very status, and not a range that contains it.
func isRuleFor(rule *pipeline.Answer, status int) bool {
	return rule != nil && slices.Contains(rule.Statuses, pipeline.Statuses{From: status, To: status})
}

// saysWhatBecame reports whether a verdict is about the row, and not about the call: such a verdict needs an answer
// that was understood.
func saysWhatBecame(v pipeline.Verdict) bool {
	return v == pipeline.VerdictCreated || v == pipeline.VerdictExists || v == pipeline.VerdictRefused
}

// openStatuses are the client errors after which the request may still be processed: a timeout, a conflict, too
// early, a client that closed.
var openStatuses = []int{408, 409, 425, 460, 499}

// defaultVerdict is what a status means where the definition has no rule for it.
func defaultVerdict(status int) pipeline.Verdict {
	switch {
	case status == 401:
		return pipeline.VerdictUnauthorized
	case status == 429:
		return pipeline.VerdictThrottled
	case isRedirect(status), status == http.StatusProxyAuthRequired:
		return pipeline.VerdictHalt
	case status >= 400 && status <= 499 && !slices.Contains(openStatuses, status):
		return pipeline.VerdictDenied
	}
	return pipeline.VerdictUnknown
}

func unnamed(a *answer, hide *redactor) *pipeline.Message {
	if isRedirect(a.status) {
		return redirected(a, hide)
	}
	return pipeline.Say("provider.undefined_answer", "status", a.status)
}
