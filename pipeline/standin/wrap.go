package standin

import (
	"net/http"

	"muster/pipeline"
)

// unwrapped removes what the definition puts around a row's body, leaving the row's own; if it cannot, it returns the
// answer to send instead.
func (s *Server) unwrapped(body *buffer) *answer {
	w := &s.provider.Wrap
	if w.Under == "" && len(w.Around) == 0 {
		return nil
	}
	refuse := func(at pipeline.Pointer) *answer {
		a := s.refuse([]pipeline.Problem{{Field: string(at), Code: pipeline.ProblemSchema,
			Message: pipeline.Say("breaks_schema")}}, "")
		a.status = statusOr(a.status, http.StatusBadRequest)
		return &a
	}
	doc, err := pipeline.DecodeJSON(body.Bytes())
	if err != nil {
		a := s.refuse(nil, s.say("standin.not_json"))
		return &a
	}
	for _, p := range w.Around {
		text, _ := p.At.Text(doc)
		if p.Secret != "" && !s.tokens.accepts(p.Secret, text) || p.Secret == "" && !s.tokens.is(p.Value, text) {
			return refuse(p.At)
		}
		at(p.At).remove(doc)
	}
	inner, ok := w.Under.Get(doc)
	if _, object := inner.(map[string]any); !ok || !object {
		return refuse(w.Under)
	}
	body.Reset()
	body.Write(encode(inner))
	return nil
}

// idempotency returns the idempotency key of a create request, from where the definition puts it; "" is none.
func (s *Server) idempotency(r *http.Request, body *buffer) string {
	const only = "{" + pipeline.VariableIdempotencyKey + "}"
	if name := s.provider.IdempotencyHeader; name != "" {
		return r.Header.Get(name)
	}
	for _, h := range s.provider.Create.Headers {
		if h.Value == only {
			return r.Header.Get(h.Name)
		}
	}
	for _, p := range s.provider.Wrap.Around {
		if p.Value != only {
			continue
		}
		if doc, err := pipeline.DecodeJSON(body.Bytes()); err == nil {
			text, _ := p.At.Text(doc)
			return text
		}
	}
	return ""
}
