package pipeline

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Form is a version of how texts are normalised before they are compared. A ledger stores the form in which it made a
// tag, and compares in it.
type Form int

const (
	// FormWritten compares texts as they are written.
	FormWritten Form = iota
	// FormRead compares them as people read them, [Canonical].
	FormRead
	// FormNow is the form of new tags.
	FormNow = FormRead
)

// Normalise applies steps to s in the form f. An unknown step leaves s unchanged: definitions are checked when they
// are loaded.
func (f Form) Normalise(steps []Normaliser, s string) string {
	if f >= FormRead && (len(steps) == 0 || steps[0] != Digits) { // digits need no normal form
		s = Canonical(s)
	}
	s = apply(steps, s)
	if f >= FormRead && strings.HasSuffix(s, " ") { // Day may have cut before a space
		s = strings.TrimRight(s, " ")
	}
	return s
}

// Canonical is a text as people read it: in Unicode's form NFC, white space collapsed to one space, without white
// space at the ends and without invisible characters ([IsInvisible]). Texts are compared in it, and never sent.
func Canonical(s string) string {
	if isCanonical(s) {
		return s
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if !IsInvisible(r) {
			b.WriteString(rest[:size]) // invalid UTF-8 stays as it is
		}
		rest = rest[size:]
	}
	return strings.Join(strings.Fields(norm.NFC.String(b.String())), " ")
}

// isCanonical reports quickly that there is nothing to do, as for nearly all texts.
func isCanonical(s string) bool {
	space, ascii := true, true // as if a space came first
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' && space || c != ' ' && c <= '\r' && c >= '\t' {
			return false
		}
		space = c == ' '
		ascii = ascii && c < utf8.RuneSelf
	}
	if space && s != "" {
		return false
	}
	return ascii || norm.NFC.IsNormalString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r >= utf8.RuneSelf && (unicode.IsSpace(r) || IsInvisible(r))
	})
}

// Made says how a value was made whose own text cannot be compared: a hash of texts, or a text from a cell with
// invisible marks at its ends.
type Made struct {
	// Same is the value made from the texts in the form in which they are compared.
	Same string
	// Texts are what the value was made of, as the book has them.
	Texts []string
	// By makes the value from texts, which it does not keep.
	By func(texts []string) string
}

// Compared is the text by which the field's value is compared, before its normalisers.
func (e Entry) Compared() string { return compared(e.Value, e.Made) }

// Compared is the text by which the key is compared, normalised.
func (k KeyValue) Compared(steps []Normaliser) string {
	if k.Made == nil {
		return k.Normalised
	}
	return Normalise(steps, k.Made.Same)
}

func compared(value string, made *Made) string {
	if made == nil {
		return value
	}
	return made.Same
}

// mostGaps is the number of gaps between words up to which all combinations are tried.
const mostGaps = 4

// between separates texts; no cell contains it.
const between = "\x00"

// Earlier lists the spellings that a value may have had when texts were compared as they are written ([FormWritten]),
// for one that reads like value: in the forms NFC and NFD, with one or two spaces in a gap or with no-break spaces,
// with the marks that are at the ends now; with cases also in capitals, in small letters and with capital initials.
// The value itself comes first, and there are no repeats.
func Earlier(value string, made *Made, cases bool) []string {
	if made == nil && !cases && !strings.Contains(value, " ") && isASCII(value) {
		return []string{value}
	}
	texts, by := []string{value}, func(texts []string) string { return texts[0] }
	if made != nil {
		texts, by = made.Texts, made.By
	}
	written := strings.Join(texts, between)
	spellings := spacings(canonicalParts(texts))
	if cases {
		for _, s := range spellings {
			lower := strings.ToLower(s)
			spellings = append(spellings, strings.ToUpper(s), lower, capitals(lower))
		}
	}
	all := []string{value}
	add := func(s string) {
		if v := by(strings.Split(s, between)); !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	add(written)
	add(norm.NFC.String(written))
	add(norm.NFD.String(written))
	for _, s := range spellings {
		add(s)
		if !isASCII(s) {
			add(norm.NFD.String(s))
		}
	}
	return all
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func canonicalParts(texts []string) string {
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = Canonical(t)
	}
	return strings.Join(parts, between)
}

// spacings are the ways in which the gaps of a text may have been typed.
func spacings(s string) []string {
	words := strings.Split(s, " ")
	gaps := len(words) - 1
	join := func(double func(gap int) bool) string {
		var b strings.Builder
		for i, w := range words {
			if i > 0 {
				b.WriteString(" ")
				if double(i - 1) {
					b.WriteString(" ")
				}
			}
			b.WriteString(w)
		}
		return b.String()
	}
	all := []string{s}
	switch {
	case gaps == 0:
		return all
	case gaps <= mostGaps:
		for choice := 1; choice < 1<<gaps; choice++ {
			all = append(all, join(func(gap int) bool { return choice>>gap&1 == 1 }))
		}
	default:
		for one := range gaps {
			all = append(all, join(func(gap int) bool { return gap == one }))
		}
		all = append(all, join(func(int) bool { return true }))
	}
	return append(all, strings.ReplaceAll(s, " ", "\u00a0"))
}

// capitals writes the first letter of each word of a text in small letters as a
// capital.
func capitals(lower string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		first := !inWord
		inWord = unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
		if first {
			return unicode.ToTitle(r)
		}
		return r
	}, lower)
}
