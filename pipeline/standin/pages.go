package standin

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"muster/pipeline"
)

// ownPages is the prefix of the paths that are muster's and not the provider's.
const ownPages = "/_standin/"

// dumped is one line of a dump.
type dumped struct {
	ID     string            `json:"id"`
	Keys   map[string]string `json:"keys"`
	SHA256 string            `json:"body_sha256"`
	At     string            `json:"at"`
	// Creates is how many creates were about this customer: the one that made
	// it, replays under its idempotency key, and those refused for its keys.
	Creates uint32 `json:"creates"`
}

// Dump writes every customer as a line of JSON, in the order of creation:
//
//	{"id":"…","keys":{"nit":"900123456"},"body_sha256":"…","at":"2026-11-21T06:30:15.000Z","creates":1}
//
// keys are as keys are compared, body_sha256 is over the body as it was sent,
// and creates counts the create requests about this customer: the one that
// made it, those answered again under its idempotency key, and those refused
// because one of its keys is taken. Customers made meanwhile may be missing.
func (s *Server) Dump(w io.Writer) error {
	s.processLate()
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	for i := 0; ; i++ {
		customers := s.store.from(i)
		for j := range customers {
			if err := e.Encode(s.dump(&customers[j])); err != nil {
				return pipeline.Fail("standin.no_dump", "cause", err)
			}
		}
		if len(customers) < slab {
			break
		}
	}
	if err := b.Flush(); err != nil {
		return pipeline.Fail("standin.no_dump", "cause", err)
	}
	return nil
}

func (s *Server) dump(c *customer) dumped {
	sum := sha256.Sum256([]byte(c.body))
	d := dumped{
		ID:      c.id,
		Keys:    make(map[string]string, len(c.keys)),
		SHA256:  hex.EncodeToString(sum[:]),
		At:      stamp(c.at),
		Creates: c.creates.Load(),
	}
	for i, v := range c.keys {
		if v != "" {
			d.Keys[s.provider.Keys[i].Name] = v
		}
	}
	return d
}

func (s *Server) serveOwnPage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, s.say("standin.get_only"), http.StatusMethodNotAllowed)
		return
	}
	if s.bodies != "" && r.URL.Path == s.bodies {
		s.serveBodies(w, r)
		return
	}
	switch strings.TrimPrefix(r.URL.Path, ownPages) {
	case "customers":
		s.serveCustomers(w, r)
	case "counts":
		w.Header()["Content-Type"] = jsonType
		s.written(json.NewEncoder(w).Encode(s.Counts()))
	default:
		http.Error(w, s.say("standin.pages"), http.StatusNotFound)
	}
}

func (s *Server) serveCustomers(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !query.Has("key") && !query.Has("value") {
		w.Header().Set("Content-Type", "application/x-ndjson")
		s.written(s.Dump(w))
		return
	}
	for i, k := range s.provider.Keys {
		if k.Name != query.Get("key") {
			continue
		}
		c := s.store.find(i, pipeline.Normalise(k.Normalise, query.Get("value")))
		if c == nil {
			http.Error(w, s.say("standin.no_customer", "key", k.Label), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/x-ndjson")
		s.written(json.NewEncoder(w).Encode(s.dump(c)))
		return
	}
	names := make([]string, 0, len(s.provider.Keys))
	for _, k := range s.provider.Keys {
		names = append(names, k.Name)
	}
	http.Error(w, s.say("standin.key_of", "keys", names), http.StatusBadRequest)
}

// written makes the client notice that a page could not be written completely: once the status is sent, breaking off
// the connection is the only way.
func (s *Server) written(err error) {
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}
