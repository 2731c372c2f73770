package standin

import (
	"net/http"
	"net/url"
	"sync"

	"muster/pipeline"
)

// awaiting is how creates are accepted and decided later: when each has been asked about
// often enough. A customer is there from the beginning, under the ID by which it is asked
// for; only the answer comes later.
type awaiting struct {
	rules    *pipeline.Await
	asks     int
	accepted pipeline.Answer // of the create
	still    pipeline.Answer // not decided yet
	decided  createdAnswer
	refused  *pipeline.Answer // nil where no answer of the definition is

	mu       sync.Mutex
	asked    map[string]int
	rejected map[string]bool
}

// pendingPath is below the path of creates: what is not decided is asked for there.
const pendingPath = "/pending/"

// askedAt is the call that asks.
func askedAt(p *pipeline.Provider) pipeline.Call {
	if p.Await.Location == "" {
		return p.Await.Call
	}
	return pipeline.Call{Method: http.MethodGet, Path: p.Create.Path + pendingPath + "{id}"}
}

// createdAnswers are the answers that say that a customer is made: of a create, and of
// what asks about one, nil where nothing does.
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
	} else { // no answer says so: one that says nothing of it will do
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

// reject keeps that a create is decided against, under an ID of its own.
func (w *awaiting) reject(id string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rejected[id] = true
	return id
}

// ask counts a question; over says that it is decided, against it with rejected.
func (w *awaiting) ask(id string) (over, rejected bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked[id] < w.asks {
		w.asked[id]++
	}
	return w.asked[id] >= w.asks, w.rejected[id]
}

// accepted is the answer to a create that is decided later; id is by what to ask.
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

// asked answers who asks about an accepted create.
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
		a.made = c
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
