package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An export that cannot write a letter puts a question mark in its place: PE?A. If the column has letters beyond
// ASCII elsewhere, the question mark is taken for a lost letter.

// accents records which columns have letters beyond ASCII, and from which row on. Its answer for a row is the same in
// every pass.
type accents struct{ rows []int } // by column: the number of the first such row and 1 more; 0 for none

func (a *accents) add(column, row int) {
	if column >= len(a.rows) {
		a.rows = append(a.rows, make([]int, column+1-len(a.rows))...)
	}
	if a.rows[column] == 0 || row < a.rows[column]-1 {
		a.rows[column] = row + 1
	}
}

// above reports whether the column has such a letter above a row.
func (a *accents) above(column, row int) bool {
	return column < len(a.rows) && a.rows[column] > 0 && a.rows[column] <= row
}

// Learn takes the cells of the first rows before the first pass; their letters count for every row.
func (c *Checker) Learn(cells []string) {
	for i, cell := range cells {
		if strings.ContainsFunc(cell, isAccented) {
			c.accents.add(i, 0)
		}
	}
}

// isAccented reports whether a character is a letter beyond ASCII, other than an ordinal sign, or the replacement
// character.
func isAccented(r rune) bool {
	return r > unicode.MaxASCII && (unicode.IsLetter(r) && r != 'ª' && r != 'º' || r == utf8.RuneError)
}

// notOfWords are what addresses of pages and parameters have beside words.
const notOfWords = `/\=&@:#`

// isAddress reports whether a word is a web address, or part of one.
func isAddress(word string) bool {
	return strings.ContainsAny(word, notOfWords) || strings.HasPrefix(strings.ToLower(word), "www.")
}

// lostLetters reports whether a word of a text has question marks inside. Those that end a sentence with no space
// after it, and those in web addresses, do not count.
func lostLetters(s string) bool {
	if !strings.Contains(s, "?") {
		return false
	}
	for word := range strings.FieldsSeq(s) {
		if isAddress(word) {
			continue
		}
		before, marks := ' ', false
		for _, r := range word {
			if r == '?' {
				marks = true
				continue
			}
			if marks && unicode.IsLetter(before) && unicode.IsLetter(r) &&
				(unicode.IsUpper(before) || !unicode.IsUpper(r)) {
				return true
			}
			before, marks = r, false
		}
	}
	return false
}

// mayLackLetters reports whether a word of a text begins with a question mark, or ends with one before the end of the
// text: ?NGEL, JOS? PEREZ. It may be a real question: Who? Inc.
func mayLackLetters(s string) bool {
	if strings.Contains(s, "¿") {
		return false
	}
	words := strings.Fields(s)
	for i, word := range words {
		first, ends := strings.TrimLeft(word, "?"), strings.HasSuffix(word, "?")
		r, _ := utf8.DecodeRuneInString(first)
		switch {
		case isAddress(word) || !strings.Contains(word, "?"):
		case first != word && unicode.IsLetter(r), ends && first != "" && i+1 < len(words):
			return true
		}
	}
	return false
}

// lookAlikes are the letters of Greek and Cyrillic that look like Latin ones.
const lookAlikes = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανοικρυχ" + "АВЕЅІЈКМНОРСТУХаеорсухіјѕ"

// twoAlphabets reports whether a word of a text mixes Latin letters with Greek or Cyrillic letters that look like
// them.
func twoAlphabets(s string) bool {
	beyond := func(r rune) bool { return r >= '\u0370' && r <= '\u052f' }
	if !strings.ContainsFunc(s, beyond) {
		return false
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	return slices.ContainsFunc(words, func(word string) bool {
		return strings.ContainsAny(word, lookAlikes) &&
			strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
	})
}
