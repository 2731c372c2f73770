package tryout

import (
	"bytes"
	"cmp"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// seen is what is known about the customer after its import.
type seen struct {
	provider *pipeline.Provider
	token    *Exchange // the last call for a token; nil without one
	create   *Exchange // the last create of the customer; nil when none was sent
	asked    int       // how often the provider was asked for its decision
	outcome  pipeline.Outcome
	verdict  pipeline.Verdict  // of the last attempt
	reason   *pipeline.Message // of that verdict; it may be nil
	entries  []pipeline.Entry  // what was sent
}

// doc is the body of an answer; nil when it is not JSON.
func (x *Exchange) doc() any {
	doc, err := pipeline.DecodeJSON(bytes.TrimPrefix(x.Text, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil
	}
	return doc
}

// answers lists what the answers to the token's call and to create say about a definition.
func (s *seen) answers() (f findings) {
	s.tokenCall(&f)
	c := s.create
	if c == nil || c.Status == 0 {
		for _, part := range []string{"auth", "answers", "record.id"} {
			f.miss(part, pipeline.Say("tryout.no_answer"))
		}
		return f
	}
	s.login(&f)
	rule := s.rule(&f)
	s.contentType(&f)
	switch {
	case rule != nil && rule.Verdict == pipeline.VerdictCreated:
		s.record(&f)
	case rule != nil && rule.Verdict == pipeline.VerdictAccepted:
		s.decided(&f)
	default:
		f.miss("record.id", pipeline.Say("tryout.not_created"))
	}
	s.requestID(&f)
	s.rate(&f)
	return f
}

func (s *seen) tokenCall(f *findings) {
	exchange, t := s.provider.Auth.Exchange, s.token
	if exchange == nil || t == nil {
		return
	}
	const part = "auth.exchange"
	switch token := pipeline.FirstText(t.doc(), exchange.Token); {
	case t.Status == 0:
		f.miss(part, pipeline.Say("tryout.no_answer"))
		return
	case t.Status < 200 || t.Status > 299:
		f.contradict(part, pipeline.Say("tryout.no_token_status", "status", t.Status))
		return
	case token == "":
		f.contradict(part+".token", pipeline.Say("tryout.nothing_at", "at", pointers(exchange.Token)))
		return
	}
	f.confirm(part, pipeline.Say("tryout.token"))
	for _, life := range []struct {
		part string
		at   pipeline.Pointer
	}{{part + ".expires_in", exchange.ExpiresIn}, {part + ".expires_at", exchange.ExpiresAt}} {
		if life.at == "" {
			continue
		}
		if text, ok := life.at.Text(t.doc()); ok {
			f.confirm(life.part, pipeline.Say("tryout.value_at", "value", text, "at", string(life.at)))
		} else {
			f.contradict(life.part, pipeline.Say("tryout.nothing_at", "at", []string{string(life.at)}))
		}
	}
}

func (s *seen) login(f *findings) {
	switch status := s.create.Status; {
	case s.verdict == pipeline.VerdictUnauthorized || status == http.StatusUnauthorized:
		f.contradict("auth", pipeline.Say("tryout.unauthorized", "status", status))
	case status == http.StatusForbidden || status >= 500 || status >= 300 && status < 400:
		f.miss("auth", pipeline.Say("tryout.auth_unsaid", "status", status))
	default:
		f.confirm("auth", pipeline.Say("tryout.authorized", "status", status))
	}
}

// rule finds the rule of the definition that matches; nil when none does.
func (s *seen) rule(f *findings) *pipeline.Answer {
	status, doc := s.create.Status, s.create.doc()
	for i := range s.provider.Answers {
		rule := &s.provider.Answers[i]
		if !pipeline.In(rule.Statuses, status) || rule.When != nil && doc == nil || !rule.When.Holds(doc) {
			continue
		}
		switch {
		case rule.Verdict == pipeline.VerdictAccepted:
			f.confirm("answers", pipeline.Say("tryout.fits", "status", status, "number", i+1,
				"verdict", string(rule.Verdict)))
		case rule.Verdict != pipeline.VerdictCreated:
			f.contradict("answers", pipeline.Say("tryout.other_verdict", "status", status, "number", i+1,
				"verdict", string(rule.Verdict)))
		case s.verdict != pipeline.VerdictCreated:
			f.contradict("answers", pipeline.Say("tryout.no_proof", "status", status, "number", i+1,
				"reason", cmp.Or(s.reason, pipeline.Say("tryout.no_reason"))))
		default:
			f.confirm("answers", pipeline.Say("tryout.fits", "status", status, "number", i+1,
				"verdict", string(rule.Verdict)))
		}
		return rule
	}
	f.contradict("answers", pipeline.Say("tryout.fits_none", "status", status))
	return nil
}

// decided says what became of a customer that was accepted at first.
func (s *seen) decided(f *findings) {
	switch {
	case s.outcome.CustomerID != "":
		f.confirm(callAwait, pipeline.Say("tryout.decided", "count", s.asked))
	case s.outcome.State == pipeline.Rejected:
		f.contradict(callAwait, pipeline.Say("tryout.decided_against", "count", s.asked))
	default:
		f.miss(callAwait, pipeline.Say("tryout.undecided", "count", s.asked))
	}
}

func (s *seen) contentType(f *findings) {
	const part = "Content-Type"
	text := s.create.Answer.Get(part)
	kind, _, _ := mime.ParseMediaType(text)
	switch {
	case len(bytes.TrimSpace(s.create.Text)) == 0:
		f.miss(part, pipeline.Say("tryout.no_body"))
	case s.create.doc() == nil:
		f.contradict(part, pipeline.Say("tryout.not_json", "type", cmp.Or(text, "-")))
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		f.confirm(part, pipeline.Say("tryout.is_json", "type", kind))
	default:
		f.miss(part, pipeline.Say("tryout.json_called", "type", cmp.Or(text, "-")))
	}
}

// record checks where the answer to create has the record's parts.
func (s *seen) record(f *findings) {
	r, doc := &s.provider.Record, s.create.doc()
	at := place(doc, r.ID)
	switch {
	case at != "":
		f.confirm("record.id", pipeline.Say("tryout.there", "at", at))
	case r.IDHeader != "" && s.create.Answer.Get(r.IDHeader) != "":
		f.confirm("record.id_header", pipeline.Say("tryout.in_header", "name", r.IDHeader))
	default:
		what := pipeline.Say("tryout.no_id", "at", append(pointers(r.ID), nonEmpty(r.IDHeader)...))
		if others := idsIn(doc, ""); len(others) > 0 {
			what = pipeline.Say("tryout.id_elsewhere", "at", append(pointers(r.ID), nonEmpty(r.IDHeader)...), "others", others)
		} else if s.create.Answer.Get("Location") != "" {
			what = pipeline.Say("tryout.id_elsewhere", "at", append(pointers(r.ID), nonEmpty(r.IDHeader)...), "others",
				[]string{"header Location"})
		}
		f.contradict("record.id", what)
	}
	if id := cmp.Or(s.outcome.CustomerID, pipeline.FirstText(doc, r.ID)); r.IDPattern != nil && id != "" {
		if r.FitsID(id) {
			f.confirm("record.id_pattern", pipeline.Say("tryout.form_fits"))
		} else {
			f.contradict("record.id_pattern", pipeline.Say("tryout.form_differs"))
		}
	}
	for _, each := range []struct {
		part string
		at   []pipeline.Pointer
	}{{"record.status", r.Status}, {"record.created_at", r.CreatedAt}} {
		if at := place(doc, each.at); at != "" {
			f.confirm(each.part, pipeline.Say("tryout.there", "at", at))
		} else if len(each.at) > 0 { // not every answer has it
			f.miss(each.part, pipeline.Say("tryout.nothing_at", "at", pointers(each.at)))
		}
	}
	s.repeated(f, doc)
}

// repeated says how many fields of the row the answer repeats, and which differ.
func (s *seen) repeated(f *findings, doc any) {
	r := &s.provider.Record
	there, count := 0, 0
	for _, e := range s.entries {
		at := pipeline.PathPointer(e.Path)
		for _, n := range r.Renamed {
			if n.Field == e.Path {
				at = n.At
			}
		}
		count++
		if _, ok := (r.Body + at).Text(doc); ok {
			there++
		}
	}
	what := pipeline.Say("tryout.repeats", "there", there, "count", count)
	switch {
	case there > 0:
		f.confirm("record.body", what)
	case r.Body != "":
		f.contradict("record.body", what)
	default:
		f.miss("record.body", what)
	}
}

func (s *seen) requestID(f *findings) {
	c, p := s.create, s.provider
	at := p.Errors.RequestID
	if s.verdict == pipeline.VerdictCreated {
		at = p.Record.RequestID
	}
	name := cmp.Or(p.RequestIDHeader, "X-Request-Id")
	switch found := place(c.doc(), at); {
	case found != "":
		f.confirm("request_id", pipeline.Say("tryout.there", "at", found))
	case c.Answer.Get(name) != "":
		f.confirm("request_id_header", pipeline.Say("tryout.in_header", "name", name))
	case len(at) > 0 || p.RequestIDHeader != "":
		f.contradict("request_id_header", pipeline.Say("tryout.nothing_at", "at", append(pointers(at), name)))
	default:
		var like []string
		for _, h := range slices.Sorted(maps.Keys(c.Answer)) {
			if low := strings.ToLower(h); strings.Contains(low, "request-id") || strings.Contains(low, "trace") ||
				strings.Contains(low, "correlation") {
				like = append(like, h)
			}
		}
		if len(like) > 0 {
			f.miss("request_id_header", pipeline.Say("tryout.headers_like_it", "names", like))
			return
		}
		f.miss("request_id_header", pipeline.Say("tryout.no_header", "name", name))
	}
}

// rate shows what an answer says about limits, and compares it where possible.
func (s *seen) rate(f *findings) {
	const part = "environments.sandbox.rate"
	var said []string
	equal := false
	var limit pipeline.Rate
	if e, ok := s.provider.Environment(pipeline.EnvSandbox); ok {
		limit = e.Limit.Rate
	}
	for _, h := range slices.Sorted(maps.Keys(s.create.Answer)) {
		if low := strings.ToLower(h); !strings.Contains(low, "ratelimit") && !strings.Contains(low, "rate-limit") &&
			low != "retry-after" {
			continue
		}
		v := s.create.Answer.Get(h)
		said = append(said, h+": "+v)
		equal = equal || strings.HasSuffix(strings.ToLower(h), "limit") && limit.N > 0 && v == strconv.Itoa(limit.N)
	}
	switch {
	case len(said) == 0:
		f.miss(part, pipeline.Say("tryout.no_rate", "rate", limit.String()))
	case equal:
		f.confirm(part, pipeline.Say("tryout.rate", "headers", said, "rate", limit.String()))
	default:
		f.miss(part, pipeline.Say("tryout.rate", "headers", said, "rate", limit.String()))
	}
}

// place is the first pointer at which a document has a text; "" for none.
func place(doc any, at []pipeline.Pointer) string {
	for _, p := range at {
		if _, ok := p.Text(doc); ok {
			return cmp.Or(string(p), `""`)
		}
	}
	return ""
}

func pointers(all []pipeline.Pointer) []string {
	var out []string
	for _, p := range all {
		out = append(out, string(p))
	}
	return out
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// idsIn are the places in a document with a text that looks like an ID.
func idsIn(doc any, at string) (all []string) {
	members, _ := doc.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		here := at + "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
		if low := strings.ToLower(name); low == "id" || low == "uuid" || strings.HasSuffix(name, "Id") ||
			strings.HasSuffix(low, "_id") {
			if _, ok := pipeline.Pointer("").Text(members[name]); ok {
				all = append(all, here)
			}
		}
		all = append(all, idsIn(members[name], here)...)
	}
	return all
}
