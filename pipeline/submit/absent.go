package submit

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

const (
	// longestPlain is the most bytes of a text that is tested: enough for a state, a request ID or a short sentence.
	longestPlain = 128
	// gram is how many letters and digits in succession a value must share with a text in which it can be found, in
	// any spelling: shorter parts are not searched for (shortPart).
	gram = shortPart
	// plainSigns are the signs that a plain text may have.
	plainSigns = " -_.:/"
)

// plainText is a text of ASCII letters, digits and few signs, none of which begins an escape, in the forms in which
// values are searched for. It is the cheap test before the search of a [redactor]: most texts of good answers contain
// nothing of a row.
//
// A search that finds a value in such a text finds one of these: gram letters or digits of the value in succession,
// as [plainAtoms] folds them and ignoring what is between them; fewestDigits digits of it, without letters between;
// or all of it, when it is shorter. absent says that the text has none of them.
type plainText struct {
	upper  [longestPlain]byte // in capitals
	packed [longestPlain]byte // its letters and digits
	number [longestPlain]byte // its digits
	size   int                // of upper
	length int                // of packed
	places int                // of number
	grams  [64]uint64         // the grams of packed, by their hash
	digits [16]uint64         // the fewestDigits in succession of number, by their hash
}

// read takes in a text; false when it is not plain.
func (t *plainText) read(s string) bool {
	if len(s) > longestPlain {
		return false
	}
	var grams, digits window
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte(plainSigns, c) >= 0:
			t.upper[i] = c
			continue
		default:
			return false
		}
		t.upper[i], t.packed[t.length] = c, c
		t.length++
		if grams.add(c) >= gram {
			h := grams.last(gram)
			t.grams[h/64%64] |= 1 << (h % 64)
		}
		if c > '9' {
			continue
		}
		t.number[t.places] = c
		t.places++
		if digits.add(c) >= fewestDigits {
			h := digits.last(fewestDigits)
			t.digits[h/64%16] |= 1 << (h % 64)
		}
	}
	t.size = len(s)
	return true
}

// window holds the last characters of a sequence.
type window struct {
	bytes uint64 // at most eight, the last one lowest
	count int
}

// add appends a character and returns how many there are.
func (w *window) add(c byte) int {
	w.bytes = w.bytes<<8 | uint64(c)
	w.count++
	return w.count
}

// text is the last n characters.
func (w *window) text(n int) []byte {
	return binary.BigEndian.AppendUint64(nil, w.bytes)[8-n:]
}

// last is a hash of the last n characters.
func (w *window) last(n int) uint64 {
	return w.bytes << (64 - 8*n) * 0x9E3779B97F4A7C15 >> 48
}

// absent reports that certainly no part of a value is in the text, in any spelling that a redactor searches for.
// false proves nothing.
func (t *plainText) absent(value string) bool {
	value = pipeline.Trim(value)
	var (
		whole, grams, digits window // grams starts again at a letter beyond ASCII
		local                = -1   // letters and digits before an @
		short                [gram]byte
		ascii                = true
	)
	see := func(c byte) bool {
		if whole.count < gram {
			short[whole.count] = c
		}
		whole.count++
		return !(grams.add(c) >= gram && t.hasGram(&grams)) &&
			!(c <= '9' && digits.add(c) >= fewestDigits && t.hasDigits(&digits))
	}
	for i := 0; i < len(value); {
		c := value[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'a' && c <= 'z':
				c -= 'a' - 'A'
			case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			case c == '@' && local < 0:
				local = whole.count
				continue
			default:
				continue
			}
			if !see(c) {
				return false
			}
			continue
		}
		ascii = false
		r, size := utf8.DecodeRuneInString(value[i:])
		i += size
		for _, r := range foldLetter(r) {
			switch {
			case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
				if !see(byte(r)) {
					return false
				}
			case r >= utf8.RuneSelf && unicode.IsLetter(r):
				grams.count = 0
				whole.count++
			}
		}
	}
	if local == gram-1 && t.has(short[:local]) { // it may be a part of its own
		return false
	}
	switch {
	case whole.count >= gram:
		return t.noDay(value)
	case !ascii:
		return false // too rare to be worth a test
	case whole.count == gram-1 && t.has(short[:whole.count]):
		return false
	}
	return !t.contains(value)
}

// hasGram reports whether the text has the last letters and digits of a window.
func (t *plainText) hasGram(w *window) bool {
	h := w.last(gram)
	return t.grams[h/64%64]&(1<<(h%64)) != 0 && t.has(w.text(gram))
}

// hasDigits reports whether the text's digits contain the last ones of a window.
func (t *plainText) hasDigits(w *window) bool {
	h := w.last(fewestDigits)
	return t.digits[h/64%16]&(1<<(h%64)) != 0 && bytes.Contains(t.number[:t.places], w.text(fewestDigits))
}

// has reports whether the text has these letters and digits in succession, ignoring what is between them.
func (t *plainText) has(part []byte) bool { return bytes.Contains(t.packed[:t.length], part) }

// noDay reports that a value is not a date, or that the text has no part of it as people write dates.
func (t *plainText) noDay(value string) bool {
	if len(value) != len("2006-01-02") || value[4] != '-' || value[7] != '-' {
		return true
	}
	for _, order := range [...][8]int{{8, 9, 5, 6, 0, 1, 2, 3}, {5, 6, 8, 9, 0, 1, 2, 3}} {
		var digits window
		for _, at := range order {
			if digits.add(value[at]) >= fewestDigits && t.hasDigits(&digits) {
				return false
			}
		}
	}
	return true
}

// contains reports whether the text has a value in ASCII, ignoring case; one shorter than shortValue must be a word.
func (t *plainText) contains(value string) bool {
	return t.find(len(value), func(i int) rune { return foldRune(rune(value[i])) })
}

// find reports whether the text has these characters in succession; few of them must be a word.
func (t *plainText) find(size int, folded func(i int) rune) bool {
	isWord := func(at int) bool {
		return at >= 0 && at < t.size && strings.IndexByte(plainSigns, t.upper[at]) < 0
	}
search:
	for at := 0; at+size <= t.size; at++ {
		for i := range size {
			if rune(t.upper[at+i]) != folded(i) {
				continue search
			}
		}
		if size >= shortValue || !isWord(at-1) && !isWord(at+size) {
			return true
		}
	}
	return false
}

// hasAny reports whether one of the needles is in the text.
func (t *plainText) hasAny(needles []needle) bool {
	return slices.ContainsFunc(needles, func(n needle) bool {
		return t.find(len(n.folded), func(i int) rune { return n.folded[i] })
	})
}

// plain returns a text as it is kept when certainly no value and no secret is in it; false proves nothing.
func (h *redactor) plain(s string, limit int) (string, bool) {
	var t plainText
	if !t.read(s) || t.hasAny(h.hidden) {
		return "", false
	}
	for i := range h.entries {
		if e := &h.entries[i]; !e.Filled && !t.absent(e.Value) {
			return "", false
		}
	}
	if len(s) > limit {
		s = s[:limit-1] + "…"
	}
	return pipeline.Trim(s), true
}
