package standin

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"muster/pipeline"
)

// recordLayout says where a customer's record has its parts: pipeline.Record with its pointers split, and the fields
// that no record shows.
type recordLayout struct {
	id, status, createdAt, requestID, body place

	statusText string
	secret     []place
	renamed    []renamedField
	related    []relatedList
}

type renamedField struct{ from, to place }

type relatedList struct {
	list place
	id   place
}

func newRecordLayout(p *pipeline.Provider, r pipeline.Record) recordLayout {
	l := recordLayout{
		id:         first(r.ID),
		createdAt:  first(r.CreatedAt),
		requestID:  first(r.RequestID),
		body:       at(r.Body),
		statusText: p.Standin.Status,
	}
	if p.Standin.Status != "" {
		l.status = first(r.Status)
	}
	for _, f := range p.Fields {
		if f.Secret {
			l.secret = append(l.secret, fieldPlace(f.Path))
		}
	}
	for _, n := range r.Renamed {
		// A pointer names one place, so a field of a group cannot be moved.
		if !strings.Contains(n.Field, "[]") {
			l.renamed = append(l.renamed, renamedField{at(pipeline.PathPointer(n.Field)), at(n.At)})
		}
	}
	for _, n := range r.Related {
		l.related = append(l.related, relatedList{at(n.At), at(n.ID)})
	}
	return l
}

// lay writes a customer's record. body is its decoded request body, which
// becomes part of the record and is changed.
func (l *recordLayout) lay(c *customer, body any, ids *identities, requestID string) any {
	form := ids.form(body) // before anything is removed from it
	for _, p := range l.secret {
		p.remove(body)
	}
	for _, n := range l.renamed {
		if v, ok := n.from.get(body); ok {
			n.from.remove(body)
			body = n.to.put(body, v)
		}
	}
	doc := l.body.put(nil, body)
	for i, n := range l.related {
		list, _ := n.list.get(doc)
		items, _ := list.([]any)
		for j, item := range items {
			// An ID that the request itself gave the part is kept.
			if given, ok := n.id.get(item); !ok || given == "" || given == nil {
				items[j] = n.id.put(item, ids.related(form, c.number, i, j))
			}
		}
	}
	doc = l.status.put(doc, l.statusText)
	doc = l.createdAt.put(doc, stamp(c.at))
	doc = l.requestID.put(doc, requestID)
	return l.id.put(doc, c.id)
}

// stamp is the spelling of times in answers: RFC 3339, milliseconds, UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// constants are the fixed members of a success answer.
type constants []constant

type constant struct {
	at    place
	value string
	// sample, if it is not nil, is merged into the whole document instead.
	sample any
}

func (all constants) put(doc any) any {
	for _, c := range all {
		if c.sample != nil {
			doc = overlaid(doc, c.sample)
			continue
		}
		doc = c.at.put(doc, c.value)
	}
	return doc
}

// overlaid returns a document with everything that a sample has.
func overlaid(doc, sample any) any {
	members, is := sample.(map[string]any)
	if !is {
		return sample
	}
	all, _ := doc.(map[string]any)
	out := make(map[string]any, len(all)+len(members))
	maps.Copy(out, all)
	for name, value := range members {
		out[name] = overlaid(out[name], value)
	}
	return out
}

// condition turns a rule's When into members of an answer for which the rule holds.
func condition(c *pipeline.Condition) constants {
	if c == nil {
		return nil
	}
	switch {
	case c.Select != nil && c.Sample == nil:
		return nil // no answer that meets it is known
	case c.Select != nil:
		return constants{{sample: c.Sample}}
	}
	if c.Prefix != "" {
		return constants{{at: at(c.At), value: c.Prefix}}
	}
	if len(c.Contains) > 0 {
		return constants{{at: at(c.At), value: c.Contains[0]}}
	}
	return constants{{at: at(c.At), value: c.Is}}
}

// createdAnswer is how the answer to a successful create is laid out.
type createdAnswer struct {
	status    int
	constants constants // Standin.Success
	when      constants
	record    recordLayout
	// idHeader is the header that has the ID if the body does not; for Location the ID is part of an address under
	// path.
	idHeader, path string
	mediaType      []string
}

// newCreatedAnswer is that of a create, or of what asks about one.
func newCreatedAnswer(p *pipeline.Provider, answers []pipeline.Answer, record *pipeline.Record) (createdAnswer, error) {
	for _, a := range answers {
		if a.Verdict != pipeline.VerdictCreated {
			continue
		}
		out := createdAnswer{
			status: firstStatus(a.Statuses, http.StatusOK),
			when:   condition(a.When),
			record: newRecordLayout(p, *record),
			path:   p.Create.Path, mediaType: answerType(p.Create),
		}
		if len(record.ID) == 0 {
			out.idHeader = record.IDHeader
		}
		for _, part := range p.Standin.Success {
			out.constants = append(out.constants, constant{at: at(part.At), value: part.Value})
		}
		return out, nil
	}
	return createdAnswer{}, pipeline.Fail("standin.no_created")
}

// word returns the answer to the create that made c, with the same bytes every time.
func (l *createdAnswer) word(c *customer, body any, ids *identities) answer {
	a := answer{status: l.status, created: c}
	requestID := ids.request(forCreateRequest, uint64(c.number))
	if l.record.requestID == nil {
		a.requestID = requestID
	}
	a.id = l.header(c.id)
	if a.id.Name != "" && len(l.when)+len(l.constants) == 0 {
		return a
	}
	doc := l.record.lay(c, body, ids, requestID)
	for _, k := range l.constants {
		// The customer's own record takes precedence over a constant.
		if _, ok := k.at.get(doc); !ok {
			doc = k.at.put(doc, k.value)
		}
	}
	a.body = encode(l.when.put(doc))
	return a
}

// header is the one that has an ID; without a name where the body has it.
func (l *createdAnswer) header(id string) pipeline.Pair {
	if strings.EqualFold(l.idHeader, "Location") {
		id = l.path + "/" + url.PathEscape(id)
	}
	return pipeline.Pair{Name: l.idHeader, Value: id}
}

func firstStatus(all []pipeline.Statuses, otherwise int) int {
	if len(all) == 0 || all[0].From == 0 {
		return otherwise
	}
	return all[0].From
}
