package pipeline

import "testing"

// Equal messages are shared, others are not.
func TestSharedMessages(t *testing.T) {
	rule := Rule{Field: "nit", Text: Localized{"": "nine digits"}}
	kinds := []func() *Message{
		func() *Message { return Say("white_space") },
		func() *Message { return Say("too_short", "count", 6, "least", 9) },
		func() *Message { return Say("too_short", "count", 7, "least", 9) },
		func() *Message { return Say("too_long", "count", 6, "least", 9) },
		func() *Message { return Say("too_short", "most", 6, "least", 9) },
		func() *Message { return Say("too_short", "count", 6) },
		func() *Message { return Say("wrong_format", "format", "6") },
		func() *Message { return Say("wrong_format", "format", 6) },
		func() *Message { return Say("not_listed", "values", []string{"M", "F"}) },
		func() *Message { return Say("not_listed", "values", []string{"M", "X"}) },
		func() *Message { return Say("with_rule", "problem", Say("white_space"), "rule", rule) },
		func() *Message { return Say("with_rule", "problem", Say("wrong_form"), "rule", rule) },
		func() *Message {
			other := Rule{Field: "nit", Text: Localized{"": "digits"}}
			return Say("with_rule", "problem", Say("white_space"), "rule", other)
		},
		func() *Message { return Say("no_key", "keys", []Localized{{"": "NIT"}}) },
		func() *Message { return Say("no_key", "keys", []Localized{{"": "EIN"}}) },
	}
	var s SharedMessages
	first := map[*Message]int{}
	for i, m := range kinds {
		shared := s.Of(m())
		if before, taken := first[shared]; taken {
			t.Errorf("%v is taken for %v", m(), kinds[before]())
		}
		first[shared] = i
	}
	for i, m := range kinds {
		// When two messages have one hash, the second is not shared, which only costs memory.
		if again := s.Of(m()); !again.Equal(m()) {
			t.Errorf("%v became %v", m(), again)
		} else if at, shared := first[again]; shared && at != i {
			t.Errorf("%v became %v", m(), kinds[at]())
		}
	}
	if one, other := s.Of(kinds[10]()), s.Of(kinds[10]()); one != other {
		t.Error("a message around another is not shared")
	}
	if s.Of(nil) != nil {
		t.Error("no message became one")
	}
}

func TestSharedMessagesAreBounded(t *testing.T) {
	var s SharedMessages
	for n := range 2 * mostShared {
		if m := Say("too_short", "count", n, "least", 9); !s.Of(m).Equal(m) {
			t.Fatalf("%d became another", n)
		}
	}
	if len(s.known) > mostShared {
		t.Errorf("%d messages are kept", len(s.known))
	}
}
