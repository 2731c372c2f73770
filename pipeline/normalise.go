package pipeline

import (
	"strings"
	"unicode"
)

// Normaliser is one step that gives two spellings of a value the same text. Keys, and the fields of Provider.Same,
// are compared after the steps that the definition names.
type Normaliser string

const (
	Lower    Normaliser = "lower"    // lower case
	Digits   Normaliser = "digits"   // only 0-9 is kept
	Collapse Normaliser = "collapse" // white space becomes one space
	Day      Normaliser = "day"      // the first ten characters: the date of a timestamp
)

// Normalisers lists all, in no order of importance.
func Normalisers() []Normaliser { return []Normaliser{Lower, Digits, Collapse, Day} }

// Normalise applies steps, in order, to s in the form [FormNow]. An unknown step leaves s unchanged: definitions are
// checked when they are loaded.
func Normalise(steps []Normaliser, s string) string { return FormNow.Normalise(steps, s) }

func apply(steps []Normaliser, s string) string {
	for _, step := range steps {
		switch step {
		case Lower:
			s = strings.ToLower(s)
		case Digits:
			if strings.IndexFunc(s, isNoDigit) >= 0 {
				s = strings.Map(digitsOnly, s)
			}
		case Collapse:
			s = strings.Join(strings.Fields(s), " ")
		case Day:
			if len(s) > 10 {
				s = s[:10]
			}
		}
	}
	return s
}

func isNoDigit(r rune) bool { return r < '0' || r > '9' }

func digitsOnly(r rune) rune {
	if isNoDigit(r) {
		return -1
	}
	return r
}

// Trim removes white space and invisible characters ([IsInvisible]) at both
// ends (pipeline/README.md, Values). What is inside a cell is never touched.
func Trim(s string) string { return strings.TrimFunc(s, trimmed) }

func trimmed(r rune) bool { return unicode.IsSpace(r) || IsInvisible(r) }

// TrimBlank removes white space, zero-width characters and byte-order marks at both ends, and no other invisible
// character. References are made from text trimmed in this way, which must never change: a customer would get another
// reference.
func TrimBlank(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		switch r {
		case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u180e':
			return true
		}
		return unicode.IsSpace(r)
	})
}

// IsInvisible reports whether a character is not displayed: soft hyphens, zero-width characters, marks of the
// direction of writing, byte-order marks.
func IsInvisible(r rune) bool {
	switch {
	case r < '\u00ad':
		return false
	case r == '\u00ad', r == '\u180e', r == '\ufeff':
		return true
	}
	return r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069'
}

// LastFour is the part of a secret that may be shown: its last four characters, and none of one with at most four.
func LastFour(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	if len(r) <= 4 {
		return mask
	}
	return mask + string(r[len(r)-4:])
}

// IsMasked reports whether a text comes from [LastFour], and so says nothing about the secret.
func IsMasked(s string) bool { return strings.HasPrefix(s, mask) }

const mask = "****"
