package standin

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"

	"muster/pipeline"
)

// BodiesPath is the path of the page that shows the request bodies from which customers were created, under the name
// in [Options.Bodies].
func BodiesPath(name string) string { return ownPages + name + "/bodies" }

// shownBody is one line of that page: secret fields are masked.
type shownBody struct {
	ID   string          `json:"id"`
	At   string          `json:"at"`
	Body json.RawMessage `json:"body"`
}

// serveBodies writes the body of every customer, a line of JSON each, in the order of creation. PERSONAL DATA: it
// answers requests from this machine only.
func (s *Server) serveBodies(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !pipeline.Loopback(host) {
		http.Error(w, s.say("standin.pages"), http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	for i := 0; ; i++ {
		customers := s.store.from(i)
		for j := range customers {
			c := &customers[j]
			line, err := json.Marshal(shownBody{ID: c.id, At: stamp(c.at), Body: s.masked(c.body)})
			if err == nil {
				_, err = w.Write(append(line, '\n'))
			}
			s.written(err)
		}
		if len(customers) < slab {
			return
		}
	}
}

// masked is a body with its secret fields masked; null where it cannot be read.
func (s *Server) masked(body string) json.RawMessage {
	doc, err := pipeline.DecodeJSON([]byte(body))
	if err != nil {
		return json.RawMessage("null")
	}
	for _, f := range s.provider.Fields {
		if f.Secret {
			fieldPlace(f.Path).mask(doc)
		}
	}
	return bytes.TrimSpace(encode(doc))
}

// mask replaces the field at p, in every item of the arrays on the way.
func (p place) mask(doc any) {
	if len(p) == 0 {
		return
	}
	switch v := doc.(type) {
	case map[string]any:
		value, there := v[p[0]]
		switch {
		case !there:
		case len(p) > 1:
			p[1:].mask(value)
		default:
			text, _ := value.(string) // show nothing of any other type
			v[p[0]] = pipeline.LastFour(text)
		}
	case []any:
		if p[0] != "" {
			return
		}
		for _, item := range v {
			p[1:].mask(item)
		}
	}
}
