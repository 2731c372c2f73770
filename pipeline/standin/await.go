package standin

import (
	"net/http"
	"net/url"
	"sync"

	"muster/pipeline"
)

// awaiting is for a provider that accepts creates and decides them later: here, after a create has been asked about
// often enough. The customer exists from the beginning, under the ID by which it is asked for; only the answer comes
// later.
type awaiting struct {
	rules    *pipeline.Await
	asks     int
	accepted pipeline.Answer // of the create
	still    pipeline.Answer // not decided yet
	decided  createdAnswer
	refused  *pipeline.Answer // nil if the definition has no such answer

	mu       sync.Mutex
	asked    map[string]int
	rejected map[string]bool
}

// pendingPath follows the path of creates: undecided creates are asked for there.
const pendingPath = "/pending/"

// askedAt returns the call that asks about a create.
func askedAt(p *pipeline.Provider) pipeline.Call {
	if p.Await.Location == "" {
		return p.Await.Call
	}
	return pipeline.Call{Method: http.MethodGet, Path: p.Create.Path + pendingPath + "{id}"}
}

// createdAnswers returns the answers that say that a customer was created: to a create, and to a question about one,
// nil if there is no such call.
func createdAnswers(p *pipeline.Provider) (createdAnswer, *awaiting, error) {
	if p.Await == nil {
		created, err := newCreatedAnswer(p, p.Answers, &p.Record)
		return created, nil, err
	}
	decided, err := newCreatedAnswer(p, p.Await.Answers, &p.Await.Record)
	if err != nil {
		return decided, nil, err
	}
	w := &awaiting{rules: p.Await, asks: p.Standin.Asks, decided: decided, asked: map[string]int{},
		rejected: map[string]bool{}}
	if rule := firstOf(p.Answers, pipeline.VerdictAccepted); rule != nil {
		w.accepted = *rule
	}
	if rule := firstOf(p.Await.Answers, pipeline.VerdictAccepted); rule != nil {
		w.still = *rule
	} else { // no answer says that, so use one that does not say the opposite
		w.still = pipeline.Answer{Statuses: []pipeline.Statuses{{From: http.StatusNotFound, To: http.StatusNotFound}}}
	}
	w.refused = firstOf(p.Await.Answers, pipeline.VerdictRefused)
	return decided, w, nil
}

func firstOf(answers []pipeline.Answer, v pipeline.Verdict) *pipeline.Answer {
	for i := range answers {
		if answers[i].Verdict == v {
			return &answers[i]
		}
	}
	return nil
}

// reject records, under an ID of its own, that a create was rejected.
func (w *awaiting) reject(id string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rejected[id] = true
	return id
}

// ask counts a question. over says that the create is decided, and rejected how.
func (w *awaiting) ask(id string) (over, rejected bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked[id] < w.asks {
		w.asked[id]++
	}
	return w.asked[id] >= w.asks, w.rejected[id]
}

// accepted is the answer to a create that is decided later; id is the ID to ask by.
func (s *Server) accepted(r *http.Request, id string) answer {
	w := s.await
	a := answer{status: firstStatus(w.accepted.Statuses, http.StatusAccepted)}
	var doc any = map[string]any{}
	if w.rules.Location == "" {
		doc = first(w.rules.ID).put(doc, id)
	} else {
		path := s.provider.Create.Path
		if r.URL != nil {
			path = r.URL.EscapedPath()
		}
		a.id = pipeline.Pair{Name: w.rules.Location, Value: path + pendingPath + url.PathEscape(id)}
	}
	a.body = encode(condition(w.accepted.When).put(doc))
	return a
}

// asked answers a question about an accepted create.
func (s *Server) asked(id string) answer {
	w := s.await
	over, rejected := w.ask(id)
	c := s.store.find(-1, id)
	switch {
	case c == nil && !rejected:
		return s.notFound(statusOr(s.provider.Standin.NotFound.Status, http.StatusNotFound))
	case !over:
		return answer{status: firstStatus(w.still.Statuses, http.StatusOK), requestID: s.requestID(),
			body: encode(condition(w.still.When).put(map[string]any{}))}
	case !rejected:
		a := w.decided.word(c, c.decode(), &s.ids)
		a.created = c
		return a
	}
	rule := w.refused
	if rule == nil {
		return s.refuse(nil, "")
	}
	e := s.provider.Standin.Refused
	message := e.Message
	if message == "" {
		message = s.say("standin.refused")
	}
	return s.failWith(firstStatus(rule.Statuses, http.StatusOK), e.Code, message, condition(rule.When).put)
}
