package templates

import "math/bits"

// shortTexts is a set of texts of one to eight bytes, such as the codes of states and countries, with look-ups of a
// few nanoseconds.
type shortTexts struct {
	slots []uint64 // a text's bytes, 0 for none; open addressing
	shift int
}

// newShortTexts makes a set; false when a text is longer, or ends with a NUL.
func newShortTexts(texts []string) (*shortTexts, bool) {
	// At most half of the slots are taken.
	n := bits.Len(uint(2 * len(texts)))
	t := &shortTexts{slots: make([]uint64, 1<<n), shift: 64 - n}
	for _, text := range texts {
		if len(text) == 0 || len(text) > 8 || text[len(text)-1] == 0 {
			return nil, false
		}
		t.slots[t.find(packed(text))] = packed(text)
	}
	return t, true
}

func (t *shortTexts) has(text string) bool {
	if n := len(text); n == 0 || n > 8 || text[n-1] == 0 {
		return false
	}
	key := packed(text)
	return t.slots[t.find(key)] == key
}

// find is the slot of a text, or the free slot where it would go.
func (t *shortTexts) find(key uint64) int {
	at := int(key * 0x9e3779b97f4a7c15 >> t.shift) // Fibonacci hashing (Knuth, 6.4)
	for t.slots[at] != 0 && t.slots[at] != key {
		at = (at + 1) & (len(t.slots) - 1)
	}
	return at
}

// packed packs the bytes of a text of at most eight, whose last byte is not 0.
func packed(text string) (key uint64) {
	for i := len(text) - 1; i >= 0; i-- {
		key = key<<8 | uint64(text[i])
	}
	return key
}
