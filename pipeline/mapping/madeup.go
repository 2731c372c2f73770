package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What people enter to try a form out, or as a mark, may be real all the same: it is mentioned and sent.

// madeUp reports whether a value looks entered only to fill the cell: test, XXX, TRUE, 0000000, test@... .
func (in *inspection) madeUp(s string) bool {
	switch {
	case in.field.Kind != "" && in.field.Kind != "string", lists(in.field, s):
		return false
	case in.kind.Digits && repeatsDigit(s), isBracketed(s), in.kind.beginsAsTrial(s):
		return true
	case in.kind.Mailbox:
		at := strings.IndexByte(s, '@')
		if at < 1 {
			return false
		}
		s = s[:at]
	}
	if len(s) > longestMadeUp || !in.kind.mayBeNothing(s) {
		return false
	}
	var room [longestMadeUp * utf8.UTFMax]byte // so that looking costs no allocation
	small := appendLower(room[:0], s)
	return in.kind.madeUp[string(small)] || isXs(small)
}

const longestMadeUp = 24

// beginsAsTrial reports whether a name begins with a word such as Test.
func (k *kind) beginsAsTrial(s string) bool {
	for _, word := range k.trials {
		n := len(word)
		if len(s) <= n || s[0]|0x20 != word[0] || !strings.EqualFold(s[:n], word) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(s[n:]); !unicode.IsLetter(next) {
			return true
		}
	}
	return false
}

// isBracketed reports whether a value is the name of a value: <name>, [NAME], %NAME%, __name__.
func isBracketed(s string) bool {
	n := len(s)
	if n < 3 {
		return false
	}
	switch s[0] {
	case '<':
		return s[n-1] == '>'
	case '[':
		return s[n-1] == ']'
	case '{':
		return s[n-1] == '}'
	case '%', '_':
		return s[n-1] == s[0]
	}
	return false
}

// unlettered reports whether a name has no letter, as where a number stands in its column.
func (k *kind) unlettered(s string) bool {
	if !k.Lettered || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' {
		return false
	}
	return !strings.ContainsFunc(s, unicode.IsLetter)
}

// isXs reports whether a text is nothing but three or more times x.
func isXs(s []byte) bool {
	return len(s) >= 3 && !slices.ContainsFunc(s, func(c byte) bool { return c != 'x' })
}

// repeatsDigit reports whether a number ends in seven equal digits, as no real one does but by rare chance.
func repeatsDigit(s string) bool {
	const many = 7
	n := len(s)
	if n < many || s[n-1] != s[n-2] || s[n-1] < '0' || s[n-1] > '9' {
		return false
	}
	return strings.Count(s[n-many:], s[n-1:]) == many
}

// isQuoted reports whether all of a value is enclosed in quotation marks, as programs write them: “ and « are meant.
func isQuoted(s string) bool {
	n := len(s)
	return n > 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] && strings.IndexByte(s[1:n-1], s[0]) < 0
}
