package terminal

import (
	"strings"
	"unicode/utf8"
)

// fewestColumns is the narrowest terminal whose lines are wrapped, and widestHang the greatest part of a line that
// may be indented.
const (
	fewestColumns = 40
	widestHang    = 2 // a half
)

// Wrap breaks the lines of a text that are longer than width between words; 0 breaks none. The rest of a line is
// indented to its last column (after a gap of several spaces), else a little. Text that may be copied stays whole:
// text between backquotes, and a line that is a command.
func Wrap(text string, width int) string {
	if width < fewestColumns {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		wrapLine(&b, line, width)
	}
	return b.String()
}

func wrapLine(b *strings.Builder, line string, width int) {
	text := strings.TrimRight(line, " \n")
	end := line[len(text):]
	lead := len(text) - len(strings.TrimLeft(text, " "))
	if columns(text) <= width || strings.HasPrefix(text[lead:], "muster ") {
		b.WriteString(line)
		return
	}
	start, hang := lead, lead+len("  ")
	if gap := strings.LastIndex(text, "  "); gap >= lead && columns(text[:gap]) < width/widestHang {
		start = gap + len("  ")
		hang = columns(text[:start])
	}
	now, fresh := text[:start], true // fresh: no word of the line is written yet
	for _, word := range wordsOf(text[start:]) {
		switch {
		case fresh:
		case columns(now)+1+columns(word) > width:
			b.WriteString(strings.TrimRight(now, " ") + "\n")
			now, fresh = strings.Repeat(" ", hang), true
		default:
			now += " "
		}
		now, fresh = now+word, fresh && word == ""
	}
	b.WriteString(now + end)
}

// wordsOf are the words of a text; text between backquotes is part of one word.
func wordsOf(text string) (words []string) {
	var word strings.Builder
	quoted := false
	for _, r := range text {
		if r == '`' {
			quoted = !quoted
		}
		if r == ' ' && !quoted {
			words = append(words, word.String())
			word.Reset()
			continue
		}
		word.WriteRune(r)
	}
	return append(words, word.String())
}

// columns is how many columns a text takes; escape sequences for colours take none.
func columns(text string) int {
	n := 0
	for {
		before, after, found := strings.Cut(text, "\x1b[")
		n += utf8.RuneCountInString(before)
		if !found {
			return n
		}
		_, text, _ = strings.Cut(after, "m")
	}
}
