package submit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// mostForLost is how many characters a provider may write in place of a letter that it cannot write: one for each of
// its bytes, or two where bytes were read as letters.
const mostForLost = 4

// lossy is a word with letters beyond ASCII, for which a text may have question marks, U+FFFD, other letters, or
// nothing.
type lossy struct {
	letters []lossyLetter
	label   string
}

// lossyLetter is one of its letters, in capitals; plain is its folded form when it may be lost, empty when it may
// not.
type lossyLetter struct {
	r     rune
	plain string
}

// addLost adds those words of a value that identify a person.
func (f *respelling) addLost(value, label string) {
	value = norm.NFC.String(value)
	runes, atoms := []rune(value), plainOf(value)
	parts := partsOf(atoms)
	for _, p := range parts {
		if !long(p) && (len(parts) > 1 || p.number() || p.to-p.from < shortPart-1 || ordinary()[p.text]) {
			continue
		}
		word := lossy{label: label}
		var kept []rune
		for _, r := range runes[atoms[p.from].from:atoms[p.to-1].to] {
			letter := lossyLetter{r: foldRune(r)}
			if r >= utf8.RuneSelf {
				if letter.plain = foldLetter(r); letter.plain == "" {
					continue // a combining accent
				}
			} else {
				kept = append(kept, letter.r)
			}
			word.letters = append(word.letters, letter)
		}
		if len(kept) == len(word.letters) || len(kept) < 2 {
			continue // either all letters may be lost, or none
		}
		f.lost = append(f.lost, word)
		if without := (part{text: string(kept)}); long(without) {
			put(f.words, without.text, label)
		}
	}
}

// coverLost marks where such words are in a text.
func (f *respelling) coverLost(text []rune, mark func(from, to int, label string)) {
	if len(f.lost) == 0 {
		return
	}
	view := make([]atom, len(text))
	for i, r := range text {
		view[i] = atom{r, i, i + 1}
	}
	for n := 0; view != nil && n <= mostDecoded; n++ {
		for i := range view {
			if i > 0 && unicode.IsLetter(view[i-1].r) && unicode.IsLetter(view[i].r) {
				continue // inside a word
			}
			for _, word := range f.lost {
				if size, ok := spelledAt(view[i:], word.letters); ok {
					mark(view[i].from, view[i+size-1].to, word.label)
				}
			}
		}
		view = decoded(view)
	}
}

// spelledAt reports whether a view begins with the letters as a whole word, and how many characters they take there.
func spelledAt(view []atom, letters []lossyLetter) (size int, ok bool) {
	if len(letters) == 0 {
		return 0, len(view) == 0 || !unicode.IsLetter(view[0].r)
	}
	if len(view) == 0 {
		return 0, false
	}
	taking := func(n int) bool {
		rest, fits := spelledAt(view[n:], letters[1:])
		size, ok = n+rest, fits
		return fits
	}
	is := letters[0]
	if is.plain == "" {
		return size, foldRune(view[0].r) == is.r && taking(1)
	}
	lost := 0
	for lost < min(mostForLost, len(view)) && standsForLost(view[lost].r) {
		lost++
	}
	for ; lost > 0; lost-- {
		if taking(lost) {
			return size, ok
		}
	}
	n := utf8.RuneCountInString(is.plain)
	if n > len(view) || string(foldedRunes(view[:n])) != is.plain {
		return 0, false
	}
	taking(n)
	return size, ok
}

// standsForLost reports whether a character may be written in place of a letter.
func standsForLost(r rune) bool { return r >= utf8.RuneSelf || strings.ContainsRune("?*_#~", r) }

func foldedRunes(view []atom) []rune {
	runes := make([]rune, len(view))
	for i, a := range view {
		runes[i] = foldRune(a.r)
	}
	return runes
}
