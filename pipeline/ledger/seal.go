package ledger

import (
	"encoding/binary"

	"muster/pipeline"
)

func sealFailure() error { return pipeline.Fail("ledger.sealed_unread") }

// bound is the additional data of a seal, so that a sealed request that was copied to another customer or namespace
// cannot be opened.
func bound(n pipeline.Namespace, idempotencyKey string) []byte {
	var g tagging
	for _, part := range []string{n.Provider, n.Env, n.Account, idempotencyKey} {
		g.part(part)
	}
	return g.buffer
}

// seal encrypts what an intent needs to be settled without its book.
func (s *Space) seal(in *pipeline.Intent) []byte {
	var g tagging
	g.part(in.Shape)
	g.part(in.Name)
	g.part(string(in.Body))
	for _, k := range in.Keys {
		g.part(s.p.Keys[k.Key].Name)
		g.part(k.Value)
		g.part(k.Normalised)
	}
	return s.l.secrets.seals.Seal(nil, nil, g.buffer, bound(s.ns, in.IdempotencyKey))
}

// open is the reverse of seal. Keys that the definition no longer has are left out.
func (s *Space) open(sealed []byte, in *pipeline.Intent) error {
	parts, err := s.unseal(sealed, in.IdempotencyKey)
	if err != nil {
		return err
	}
	in.Shape, in.Name, in.Body = parts[0], parts[1], []byte(parts[2])
	for parts = parts[3:]; len(parts) > 0; parts = parts[3:] {
		if parts[0] == "" { // a key that the definition no longer has
			in.Await = parts[1]
		}
		for i := range s.p.Keys {
			if s.p.Keys[i].Name == parts[0] {
				// Normalised as today, because an older muster may have sealed it.
				n := pipeline.Normalise(s.p.Keys[i].Normalise, parts[1])
				in.Keys = append(in.Keys, pipeline.KeyValue{Key: i, Value: parts[1], Normalised: n})
			}
		}
	}
	return nil
}

// unseal returns the parts of a sealed request: shape, name and body, then three for each key, and three for
// [pipeline.Intent.Await].
func (s *Space) unseal(sealed []byte, idempotencyKey string) ([]string, error) {
	text, err := s.l.secrets.seals.Open(nil, nil, sealed, bound(s.ns, idempotencyKey))
	if err != nil {
		return nil, corrupt(s.l.path, sealFailure())
	}
	var parts []string
	for len(text) > 0 {
		n, size := binary.Uvarint(text)
		if size <= 0 || n > uint64(len(text)-size) {
			return nil, corrupt(s.l.path, sealFailure())
		}
		text = text[size:]
		parts = append(parts, string(text[:n]))
		text = text[n:]
	}
	if len(parts) < 3 || len(parts)%3 != 0 {
		return nil, corrupt(s.l.path, sealFailure())
	}
	return parts, nil
}

// keepAwait adds the handle by which the provider is asked about a request to its sealed form. An older muster that
// opens it ignores the handle.
func (s *Space) keepAwait(t *transaction, ref int64, await string) error {
	var key string
	var sealed []byte
	err := t.one("SELECT c.idempotency_key, s.request FROM sealed s JOIN customer c ON c.ref = s.customer "+
		"WHERE s.customer = ? AND s.namespace = ?", []any{ref, s.number.Load()}, &key, &sealed)
	if err != nil {
		return err
	}
	if sealed, err = s.withAwait(sealed, key, await); err != nil {
		return err
	}
	err = t.later("UPDATE sealed SET request = ? WHERE customer = ? AND namespace = ?", sealed, ref, s.number.Load())
	return err
}

// withAwait seals a request again with the place where the provider is asked about it ([pipeline.Intent.Await]).
func (s *Space) withAwait(sealed []byte, idempotencyKey, await string) ([]byte, error) {
	parts, err := s.unseal(sealed, idempotencyKey)
	if err != nil {
		return nil, err
	}
	var g tagging
	for i, part := range parts {
		if at := i - i%3; at == 0 || parts[at] != "" {
			g.part(part)
		}
	}
	for _, part := range []string{"", await, ""} {
		g.part(part)
	}
	return s.l.secrets.seals.Seal(nil, nil, g.buffer, bound(s.ns, idempotencyKey)), nil
}
