package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"strings"
	"sync"

	"muster/pipeline"
)

// tagger computes HMACs (SHA-256, 128 bits kept) over parts that are each preceded by their length, so that no two
// lists of parts give the same input. It may be used from several goroutines at once.
type tagger struct{ pool sync.Pool }

type tagging struct {
	mac     hash.Hash
	buffer  []byte
	sum     [sha256.Size]byte
	entries []pipeline.Entry
}

func newTagger(key []byte) *tagger {
	t := &tagger{}
	t.pool.New = func() any { return &tagging{mac: hmac.New(sha256.New, key)} }
	return t
}

func (t *tagger) get(prefix []byte) *tagging {
	g := t.pool.Get().(*tagging)
	g.buffer = append(g.buffer[:0], prefix...)
	return g
}

func (g *tagging) part(s string) {
	g.buffer = binary.AppendUvarint(g.buffer, uint64(len(s)))
	g.buffer = append(g.buffer, s...)
}

// tag finishes g and returns it to the pool.
func (t *tagger) tag(g *tagging) (tag pipeline.Tag) {
	g.mac.Reset()
	g.mac.Write(g.buffer)
	copy(tag[:], g.mac.Sum(g.sum[:0]))
	clear(g.buffer) // it had values of a row
	clear(g.entries)
	g.entries = g.entries[:0]
	t.pool.Put(g)
	return tag
}

// purposes separate the tags of different kinds and namespaces.
type purposes struct{ key, body, field, credentials, cells []byte }

func newPurposes(n pipeline.Namespace) purposes {
	prefix := func(purpose string) []byte {
		g := &tagging{}
		for _, part := range []string{purpose, n.Provider, n.Env, n.Account} {
			g.part(part)
		}
		return g.buffer
	}
	return purposes{prefix("key"), prefix("body"), prefix("field"), prefix("credentials"), prefix("cells")}
}

// KeyTag is the tag of one key's value, normalised as the definition says.
func (s *Space) KeyTag(name, normalised string) pipeline.Tag {
	g := s.l.tags.get(s.purpose.key)
	g.part(name)
	g.part(normalised)
	return s.l.tags.tag(g)
}

// BodyTag is the tag of all fields that a row would send, whatever their order, compared without differences of form
// ([form]). The value of a field that is a key is normalised first.
func (s *Space) BodyTag(entries []pipeline.Entry) pipeline.Tag { return s.bodyTag(s.data, entries) }

// SameBody reports whether a claim's tag shows that it was made from these entries; where it returns false,
// [Space.Differences] may still find that they differ only in form.
func (s *Space) SameBody(c *pipeline.Claim, entries []pipeline.Entry) bool {
	s.formsMu.Lock()
	f := s.forms[c.Form]
	s.formsMu.Unlock()
	if f == nil {
		return false
	}
	if s.bodyTag(f, entries) == c.Body {
		return true
	}
	theirs, _ := s.knownFields(c.Definition)
	if theirs == nil {
		return false
	}
	common := entriesOf(entries, theirs)
	return len(common) < len(entries) && s.bodyTag(f, common) == c.Body
}

func (s *Space) bodyTag(f *form, entries []pipeline.Entry) pipeline.Tag {
	g := s.l.tags.get(s.purpose.body)
	g.entries = append(g.entries[:0], entries...)
	slices.SortFunc(g.entries, func(a, b pipeline.Entry) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.Value, b.Value)
	})
	for _, e := range g.entries {
		g.part(e.Path)
		g.part(f.comparable(e))
	}
	return s.l.tags.tag(g)
}

// fieldTag is the tag of one field of a body.
func (s *Space) fieldTag(f *form, e pipeline.Entry) pipeline.Tag {
	g := s.l.tags.get(s.purpose.field)
	g.part(e.Path)
	g.part(f.comparable(e))
	return s.l.tags.tag(g)
}

// CredentialsTag is the tag of a run's secrets, in their order, by which a change of secrets is noticed. Without
// secrets it is the zero tag.
func (s *Space) CredentialsTag(secrets ...string) pipeline.Tag {
	if len(secrets) == 0 {
		return pipeline.Tag{}
	}
	g := s.l.tags.get(s.purpose.credentials)
	for _, secret := range secrets {
		g.part(secret)
	}
	return s.l.tags.tag(g)
}
