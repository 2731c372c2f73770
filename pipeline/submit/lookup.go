package submit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"muster/pipeline"
)

// fullPage is the length from which a list may have more pages, which muster does not read.
const fullPage = 100

// LookUpError says that a look-up failed: it is not known whether the customer exists. It contains no value of a row.
type LookUpError struct {
	Status int // 0 without an answer
	// Verdict is throttled, unauthorized, halt, unsent, or unknown: the provider did not answer, or its answer proves
	// nothing.
	Verdict    pipeline.Verdict
	Code       string // the provider's, redacted
	RequestID  string // the provider's, redacted
	RetryAfter time.Duration
	Token      Generation // the token that was used
	Reason     *pipeline.Message
	Hint       *pipeline.Message // what to do when another try would fail too; else nil
	Err        error             // the cause, without an answer
}

// Advice is what to do when another try would fail too; else nil.
func (e *LookUpError) Advice() *pipeline.Message { return e.Hint }

// Error shows the reason's code and arguments.
func (e *LookUpError) Error() string { return e.Sentence().String() }

// Unwrap gives the cause.
func (e *LookUpError) Unwrap() error { return e.Err }

// Sentence is the reason in one sentence.
func (e *LookUpError) Sentence() *pipeline.Message {
	return pipeline.Say("provider.lookup_failed", "reason", e.Reason)
}

// LookUp asks once for the customer that has value as its ID or, with l.Key, as that key. An empty result without an
// error means that the provider has no such customer. A record is returned only when its own ID or key, after the
// key's normalisers, equals value: the provider's filter is not trusted.
//
// The error is a [*LookUpError], or one of [Client.Authorise]'s.
func (c *Client) LookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	token, gen, err := c.token(ctx)
	if err != nil {
		return nil, err
	}
	name := "id"
	if l.Key != "" {
		name = "key"
	}
	req, sent, err := c.request(ctx, c.baseURL, l.Call, map[string]string{name: value}, nil, pipeline.EncodingJSON, token)
	if err == nil {
		err = c.prove(req)
	}
	if err != nil {
		return nil, &LookUpError{Verdict: pipeline.VerdictUnsent, Token: gen, Reason: pipeline.MessageOf(err), Err: err}
	}
	hide := c.redactor([]pipeline.Entry{{Path: c.askedFor(l), Value: value}}, token)
	a, lost := c.wire.send(req, c.signing(pipeline.SignLookUps, req, sent))
	if lost != nil {
		e := &LookUpError{Verdict: pipeline.VerdictUnknown, Token: gen, Reason: c.describe(lost, hide),
			Err: contextCause(lost.err)}
		if lost.unsent {
			e.Verdict = pipeline.VerdictUnsent
		}
		if e.Hint = c.advice(lost); e.Hint != nil {
			e.Verdict = pipeline.VerdictHalt
		}
		return nil, e
	}
	if a.status != 401 {
		c.tokens.answered(gen)
	}
	fail := func(verdict pipeline.Verdict, reason *pipeline.Message) error {
		e := &LookUpError{Status: a.status, Verdict: verdict, Token: gen, Reason: reason}
		if a.broken == nil {
			doc, _ := decode(a.body)
			e.Code = hide.text(pipeline.FirstText(doc, c.provider.Errors.Code), maxCode)
			e.RequestID = hide.text(c.requestID(doc, c.provider.Errors.RequestID, a.header), maxCode)
		}
		if a.status == 429 || a.status == 503 {
			e.RetryAfter = retryAfter(a.header, c.now())
		}
		if e.RetryAfter > 0 {
			e.Verdict = pipeline.VerdictThrottled
		}
		return e
	}
	switch {
	case a.broken != nil:
		return nil, fail(pipeline.VerdictUnknown, pipeline.MessageOf(a.broken))
	case pipeline.In(l.Absent, a.status):
		return []pipeline.Found{}, nil
	case !pipeline.In(l.Found, a.status):
		return nil, fail(lookUpVerdict(a.status), unnamed(a, hide))
	}
	doc, ok := decode(a.body)
	if !ok {
		return nil, fail(pipeline.VerdictUnknown, pipeline.Say("provider.not_json", "status", a.status))
	}
	found, doubt := c.pick(l, doc, value)
	if doubt == nil && len(found) == 0 && provesNothing(doc) {
		doubt = pipeline.Say("provider.empty_unproven")
	}
	if doubt != nil {
		return nil, fail(pipeline.VerdictUnknown, doubt)
	}
	for i := range found {
		if found[i].RequestID == "" {
			found[i].RequestID = c.requestID(nil, nil, a.header)
		}
		c.redactFound(&found[i], token)
	}
	return found, nil
}

// redactFound redacts the texts of a record that a caller may keep. Its values stay, because they are only compared.
func (c *Client) redactFound(f *pipeline.Found, token string) {
	var entries []pipeline.Entry
	for path, v := range f.Values {
		entries = append(entries, pipeline.Entry{Path: path, Value: v})
	}
	slices.SortFunc(entries, func(a, b pipeline.Entry) int { return strings.Compare(a.Path, b.Path) })
	hide := c.redactor(entries, token)
	f.ProviderStatus = hide.text(f.ProviderStatus, maxCode)
	f.CreatedAt = createdAt(f.CreatedAt, hide)
	f.RequestID = hide.text(f.RequestID, maxCode)
}

// askedFor is the placeholder for the value in a redacted text.
func (c *Client) askedFor(l *pipeline.LookUp) string {
	if l.Key == "" {
		return "id"
	}
	for _, k := range c.provider.Keys {
		if k.Name == l.Key && k.Field != "" {
			return k.Field
		}
	}
	return l.Key
}

// contextCause keeps only the context's part of a transport's error: the rest may contain an address.
func contextCause(err error) error {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, cause) {
			return cause
		}
	}
	return nil
}

// pick selects from a look-up's answer the records that were asked for; doubt says why the answer proves nothing.
func (c *Client) pick(l *pipeline.LookUp, doc any, value string) (found []pipeline.Found, doubt *pipeline.Message) {
	items := []any{doc}
	if !l.Single {
		v, _ := l.Items.Get(doc)
		list, ok := v.([]any)
		if !ok {
			return nil, pipeline.Say("provider.no_list")
		}
		items = list
	}
	if l.Key == "" {
		return c.pickByID(l, items, value)
	}
	var key *pipeline.Key
	for i := range c.provider.Keys {
		if c.provider.Keys[i].Name == l.Key {
			key = &c.provider.Keys[i]
		}
	}
	if key == nil {
		return nil, pipeline.Say("provider.no_lookup_key", "name", l.Key)
	}
	asked := pipeline.Normalise(key.Normalise, value)
	if asked == "" {
		return nil, pipeline.Say("provider.nothing_to_look_up")
	}
	found = []pipeline.Found{}
	without, others := 0, 0 // records without the key; records that no filter for the value would return
	for _, item := range items {
		values := c.keyValues(key, item, &l.Record)
		if len(values) == 0 {
			without++
			continue
		}
		matches, near := false, false
		for _, v := range values {
			n := pipeline.Normalise(key.Normalise, v)
			matches = matches || n == asked
			near = near || strings.Contains(strings.ToLower(n), strings.ToLower(asked))
		}
		switch {
		case matches:
			f := c.found(item, &l.Record)
			if f.ID == "" {
				return nil, pipeline.Say("provider.record_without_id")
			}
			found = append(found, f)
		case !near:
			others++
		}
	}
	switch {
	case len(found) > 0 || len(items) == 0:
		return found, nil
	case without > 0:
		return nil, pipeline.Say("provider.record_without_key", "key", key.Name)
	case l.Single:
		return nil, pipeline.Say("provider.record_of_other_key", "key", key.Name)
	case others > 0:
		// A list that was not filtered is one page of all customers, so that a customer may be missing from it and
		// still exist.
		return nil, pipeline.Say("provider.unfiltered_list", "key", key.Name)
	case len(items) >= fullPage:
		return nil, pipeline.Say("provider.full_page", "count", len(items))
	}
	return found, nil
}

func (c *Client) pickByID(l *pipeline.LookUp, items []any, id string) ([]pipeline.Found, *pipeline.Message) {
	if len(items) == 0 {
		return []pipeline.Found{}, nil
	}
	if len(items) > 1 {
		return nil, pipeline.Say("provider.several_by_id", "count", len(items))
	}
	f := c.found(items[0], &l.Record)
	if f.ID != id {
		return nil, pipeline.Say("provider.record_of_other_id")
	}
	return []pipeline.Found{f}, nil
}

func (c *Client) found(item any, r *pipeline.Record) pipeline.Found {
	return pipeline.Found{
		ID:             recordID(item, r),
		ProviderStatus: pipeline.FirstText(item, r.Status),
		CreatedAt:      pipeline.FirstText(item, r.CreatedAt),
		RequestID:      pipeline.FirstText(item, r.RequestID),
		Related:        relatedIDs(item, r),
		Values:         recordValues(item, r, c.provider),
	}
}

// keyValues are a record's own values of a key; a JSONPath may find several.
func (c *Client) keyValues(key *pipeline.Key, item any, r *pipeline.Record) []string {
	if path := c.keyPaths[key.Name]; path != nil {
		body, ok := r.Body.Get(item)
		if !ok {
			return nil
		}
		var values []string
		for _, node := range path.Select(body) {
			if s, ok := pipeline.Pointer("").Text(node); ok {
				values = append(values, s)
			}
		}
		return values
	}
	if s, ok := recordValue(item, r, key.Field); ok {
		return []string{s}
	}
	return nil
}

// lookUpVerdict is the verdict for a status that the look-up does not name: a look-up that is denied fails for every
// row.
func lookUpVerdict(status int) pipeline.Verdict {
	v := defaultVerdict(status)
	switch {
	case v != pipeline.VerdictDenied:
		return v
	case status == 403 || status == 404 || status == 405:
		return pipeline.VerdictHalt
	}
	return pipeline.VerdictUnknown
}
