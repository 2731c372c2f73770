package standin

import (
	"net/http"

	"muster/pipeline"
)

// lookUpPlan is one look-up of the definition, its pointers split.
type lookUpPlan struct {
	key       int // index in Provider.Keys; -1 looks up by ID
	normalise []pipeline.Normaliser
	found     int
	absent    int // 0: an empty list says so
	single    bool
	items     place
	record    recordLayout
}

func newLookUpPlan(p *pipeline.Provider, l *pipeline.LookUp) (*lookUpPlan, error) {
	plan := &lookUpPlan{
		key:    -1,
		found:  firstStatus(l.Found, http.StatusOK),
		absent: firstStatus(l.Absent, 0),
		single: l.Single,
		items:  at(l.Items),
		record: newRecordLayout(p, l.Record),
	}
	if l.Single && plan.absent == 0 {
		plan.absent = http.StatusNotFound
	}
	if l.Key == "" {
		return plan, nil
	}
	for i, k := range p.Keys {
		if k.Name == l.Key {
			plan.key, plan.normalise = i, k.Normalise
			return plan, nil
		}
	}
	return nil, pipeline.Fail("standin.no_key", "key", l.Key)
}

// lookUp answers with the customer's record, laid out as this look-up does.
func (s *Server) lookUp(to found) answer {
	plan := to.lookUp
	value := to.value
	if plan.key >= 0 {
		value = pipeline.Normalise(plan.normalise, value)
	}
	var c *customer
	if value != "" {
		c = s.store.find(plan.key, value)
	}
	if c == nil && plan.absent != 0 {
		return s.notFound(plan.absent)
	}
	a := answer{status: plan.found}
	requestID := s.requestID()
	if plan.record.requestID == nil || c == nil {
		a.requestID = requestID
	}
	if plan.single {
		doc := plan.record.lay(c, c.decode(), &s.ids, requestID)
		for _, k := range s.created.constants {
			if _, ok := k.at.get(doc); !ok {
				doc = k.at.put(doc, k.value)
			}
		}
		a.body = encode(doc)
		return a
	}
	items := []any{}
	if c != nil {
		items = append(items, plan.record.lay(c, c.decode(), &s.ids, requestID))
	}
	// The list is put in last, so that a constant belonging to the single record of a create does not replace it.
	a.body = encode(plan.items.put(s.created.constants.put(map[string]any{}), items))
	return a
}
