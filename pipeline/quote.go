package pipeline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote is a line of a text file that a mistake shows, and where in it something is
// wrong. The zero Quote shows nothing.
type Quote struct {
	Text string // fit for a terminal, without a line break
	At   int    // the character of Text that is meant, from 1
}

// Widths of a quoted line, in characters: a longer one is cut, and this much of it stands
// before the place that is meant.
const (
	quoteWidth  = 72
	quoteBefore = 40
)

// QuoteOf is the line of data that has the byte at offset, with the numbers of that line
// and of that character in it, both from 1. A tab is shown as an arrow.
func QuoteOf(data []byte, offset int) (q Quote, line, column int) {
	offset = min(max(offset, 0), len(data))
	text := string(data)
	begin := strings.LastIndexByte(text[:offset], '\n') + 1
	whole, _, _ := strings.Cut(text[begin:], "\n")
	line, column = 1+strings.Count(text[:begin], "\n"), 1+utf8.RuneCountInString(text[begin:offset])
	runes := []rune(strings.TrimSuffix(whole, "\r"))
	for i, r := range runes {
		switch {
		case r == '\t':
			runes[i] = '→'
		case !unicode.IsPrint(r):
			runes[i] = utf8.RuneError
		}
	}
	q.At = column
	if len(runes) > quoteWidth {
		cut := max(0, min(column-1-quoteBefore, len(runes)-quoteWidth))
		shown := runes[cut:min(len(runes), cut+quoteWidth)]
		if q.Text = string(shown); cut > 0 {
			q.Text, q.At = "…"+q.Text, column-cut+1
		}
		if cut+quoteWidth < len(runes) {
			q.Text += "…"
		}
		return q, line, column
	}
	q.Text = string(runes)
	return q, line, column
}

// Lines are the quoted line, and below it a mark under the place that is meant; none for
// the zero Quote.
func (q Quote) Lines() []string {
	if q.Text == "" {
		return nil
	}
	return []string{q.Text, strings.Repeat(" ", max(0, q.At-1)) + "^"}
}
