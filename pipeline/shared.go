package pipeline

import (
	"hash/maphash"
	"maps"
	"reflect"
	"slices"
)

// SharedMessages replaces equal messages by one: a book may have a million problems, of few kinds. The zero value is
// ready, for one goroutine at a time.
type SharedMessages struct {
	seed  maphash.Seed
	known map[uint64]*Message
}

// mostShared bounds the number of messages kept.
const mostShared = 1 << 14

// Of is the shared message equal to m; m itself when there is none.
func (s *SharedMessages) Of(m *Message) *Message {
	if m == nil {
		return nil
	}
	if s.known == nil {
		s.seed, s.known = maphash.MakeSeed(), map[uint64]*Message{}
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	m.hash(&h)
	sum := h.Sum64()
	switch known := s.known[sum]; {
	case known == nil && len(s.known) < mostShared:
		s.known[sum] = m
	case known != nil && m.Equal(known):
		return known
	}
	return m
}

// hash covers what distinguishes most messages.
func (m *Message) hash(h *maphash.Hash) {
	h.WriteString(string(m.Code))
	for i := range m.Args {
		h.WriteByte(0)
		switch v := m.Args[i].Value.(type) {
		case string:
			h.WriteString(v)
		case int:
			maphash.WriteComparable(h, v)
		case *Message:
			v.hash(h)
		case Rule:
			h.WriteString(v.Field)
		}
	}
}

// Equal reports whether two messages have the same code and arguments.
func (m *Message) Equal(o *Message) bool {
	if m == nil || o == nil || m == o {
		return m == o
	}
	return m.Code == o.Code && slices.EqualFunc(m.Args, o.Args, func(a, b Arg) bool {
		return a.Name == b.Name && equalValues(a.Value, b.Value)
	})
}

func equalValues(a, b any) bool {
	switch a := a.(type) {
	case string, int:
		return a == b
	case []string:
		b, ok := b.([]string)
		return ok && slices.Equal(a, b)
	case *Message:
		b, ok := b.(*Message)
		return ok && a.Equal(b)
	case Rule:
		b, ok := b.(Rule)
		return ok && a.Field == b.Field && maps.Equal(a.Text, b.Text)
	}
	return reflect.DeepEqual(a, b)
}
