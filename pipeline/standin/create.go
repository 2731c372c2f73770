package standin

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"slices"
	"sync"

	"muster/pipeline"
)

// maxBody is the most that a request body may have, in bytes.
const maxBody = 1 << 20

// create creates a customer, or says why not. For an idempotency key that it has seen, it returns the first answer
// again, whatever the body.
func (s *Server) create(r *http.Request, ignoreKey bool) answer {
	body, bad := s.readBody(r, s.provider.Encoding, s.provider.Create)
	if bad != nil {
		return *bad
	}
	defer body.free()
	now := s.now()
	var idempotency string
	if !ignoreKey {
		idempotency = s.idempotency(r, body)
	}
	if before, ok := s.store.known(idempotency, now); ok {
		return s.again(r, before)
	}
	refuse := func(a answer) answer {
		s.store.keep(idempotency, &a, now)
		return a
	}
	if bad := s.unwrapped(body); bad != nil {
		return refuse(*bad)
	}

	doc, err := pipeline.DecodeJSON(body.Bytes())
	if err != nil {
		return refuse(s.refuse(nil, s.say("standin.not_json")))
	}
	_, keys, problems, err := s.check(doc)
	if err != nil {
		return refuse(s.refuse(nil, s.say("standin.not_json")))
	}
	if len(problems) > 0 {
		return refuse(s.refuse(problems, ""))
	}
	if s.await != nil && s.provider.Standin.Rejects != nil && s.provider.Standin.Rejects.Holds(doc) {
		return refuse(s.accepted(r, s.await.reject(s.requestID())))
	}
	form := s.ids.form(doc)
	came := s.store.add(idempotency, keys, body.Bytes(), now, func(number, try int) string {
		return s.ids.customer(form, number, try)
	})
	switch {
	case came.replayed != nil:
		return s.again(r, *came.replayed)
	case came.clash != nil:
		return refuse(s.exists(came.key, came.clash))
	}
	return s.madeAnswer(r, came.created, doc)
}

// again repeats the first answer to an idempotency key.
func (s *Server) again(r *http.Request, before reply) answer {
	if before.refusal != nil {
		return *before.refusal
	}
	return s.madeAnswer(r, before.created, before.created.decode())
}

// madeAnswer says that a customer was created, or that its request was accepted.
func (s *Server) madeAnswer(r *http.Request, c *customer, doc any) answer {
	if s.await == nil {
		return s.created.word(c, doc, &s.ids)
	}
	a := s.accepted(r, c.id)
	a.created = c
	return a
}

// exists is the answer to a create whose key with that index already belongs to c.
func (s *Server) exists(key int, c *customer) answer {
	k := &s.provider.Keys[key]
	rule := s.existsRule(k.Name)
	if rule == nil {
		field := k.Field
		if field == "" {
			field = k.Name
		}
		return s.refuse([]pipeline.Problem{{Field: field, Code: pipeline.ProblemProvider,
			Message: pipeline.Say("taken")}}, "")
	}
	message := s.say("standin.exists", "key", k.Label)
	a := s.failWith(firstStatus(rule.Statuses, http.StatusConflict), "exists", message, func(doc any) any {
		if rule.Found != "" {
			doc = at(rule.Found).put(doc, c.id)
		}
		return condition(rule.When).put(doc)
	})
	a.refusal = true
	return a
}

// existsRule returns the rule that names the key, otherwise one that names no key and so covers all; nil if the
// definition has neither.
func (s *Server) existsRule(key string) *pipeline.Answer {
	var general *pipeline.Answer
	for i := range s.provider.Answers {
		a := &s.provider.Answers[i]
		if a.Verdict != pipeline.VerdictExists {
			continue
		}
		if slices.Contains(a.Keys, key) {
			return a
		}
		if len(a.Keys) == 0 && general == nil {
			general = a
		}
	}
	return general
}

// decode returns the customer's body as a new tree.
func (c *customer) decode() any {
	doc, err := pipeline.DecodeJSON([]byte(c.body))
	if err != nil {
		panic("stand-in: a customer whose body is no JSON: " + err.Error())
	}
	return doc
}

// buffer is memory for a request's body that is reused.
type buffer struct{ bytes.Buffer }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func (b *buffer) free() {
	if b.Cap() <= 64<<10 {
		b.Reset()
		buffers.Put(b)
	}
}

// readBody reads a body that is declared to be in an encoding, as JSON; if it cannot, it returns the answer to send
// instead. The caller frees the buffer and keeps no reference to it.
func (s *Server) readBody(r *http.Request, e pipeline.Encoding, call pipeline.Call) (*buffer, *answer) {
	if kind, want := r.Header.Get("Content-Type"), mediaType(e, call); kind != want && want != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != want {
			a := s.fail(http.StatusUnsupportedMediaType, "unsupported_media_type", s.say("standin.media_type", "type", want))
			a.refusal = true
			return nil, &a
		}
	}
	b := buffers.Get().(*buffer)
	if _, err := b.ReadFrom(io.LimitReader(r.Body, maxBody+1)); err != nil {
		// Part of a body is not a request: nothing was understood, and no client is left to answer.
		panic(http.ErrAbortHandler)
	}
	if b.Len() > maxBody {
		b.free()
		a := s.fail(http.StatusRequestEntityTooLarge, "too_large", s.say("standin.body_too_large"))
		a.refusal = true
		return nil, &a
	}
	if e == pipeline.EncodingJSON {
		return b, nil
	}
	text, ok := fromForm(b.Bytes(), s.provider)
	if !ok {
		b.free()
		a := s.refuse(nil, s.say("standin.not_form"))
		return nil, &a
	}
	b.Reset()
	b.Write(text)
	return b, nil
}
