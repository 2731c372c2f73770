package book

import "sort"

// beginsCell reports whether a cell may begin at p[i].
func (t *textReader) beginsCell(p []byte, i int) bool {
	for i--; t.spaced && i >= 0 && t.isBlank(p[i]); i-- {
	}
	if i < 0 {
		return t.begins
	}
	return p[i] == '\n' || p[i] == t.delimiter
}

func (t *textReader) isBlank(c byte) bool { return c == ' ' || c == '\t' && t.delimiter != '\t' }

func (t *textReader) endsCell(c byte) bool { return c == t.delimiter || c == '\n' || c == '\r' }

// mark reads the quotation mark at p[i]: p[from:to] is left out, and reading goes on at to. ok is false when more
// text is needed to decide; last says that there is none.
func (t *textReader) mark(p []byte, i int, last bool) (from, to int, ok bool) {
	next := i + 1
	switch {
	case t.quotes == quotesNone, !t.quoted && !t.beginsCell(p, i):
		p[i], t.literal = literalQuote, true
		return next, next, true
	case !t.quoted:
		t.quoted, t.opened, t.marked = true, t.line, false
		return next, next, true
	case next < len(p) && p[next] == '"':
		switch {
		case !t.marked:
			return next + 1, next + 1, true
		case next+1 == len(p) && !last:
			return i, i, false
		case next+1 < len(p) && !t.endsCell(p[next+1]):
			return next + 1, next + 1, true
		}
		p[i] = literalQuote // and the other ends the cell
		return next, next, true
	}
	behind := next
	for behind < len(p) && t.isBlank(p[behind]) {
		behind++
	}
	switch {
	case behind < len(p) && t.endsCell(p[behind]), behind == len(p) && last:
		t.quoted = false
		return next, behind, true
	case behind == len(p) && (i > 0 || len(p) < len(t.buf)):
		return i, i, false
	}
	p[i], t.literal, t.marked = literalQuote, true, true
	return next, next, true
}

// escapeRead is a backslash with the character that it escapes.
type escapeRead struct {
	to    int // end of the text that is left out
	next  int // where to go on reading
	joins bool
}

// escape reads the backslash at p[i] as MySQL does ("String Literals", table "Special Character Escape Sequences"),
// and puts the character that it means into p. ok is as for mark.
func (t *textReader) escape(p []byte, i int, last bool) (e escapeRead, ok bool) {
	at := i + 1
	if !last && len(p)-i < 3 {
		return e, false
	}
	if at == len(p) {
		return escapeRead{to: i, next: at}, true
	}
	stands := func(c byte) (escapeRead, bool) {
		p[at] = c
		return escapeRead{to: at, next: at + 1}, true
	}
	switch c := p[at]; c {
	case 'N':
		if !t.quoted && t.beginsCell(p, i) && (at+1 == len(p) || t.endsCell(p[at+1])) {
			return escapeRead{to: at + 1, next: at + 1}, true
		}
		return stands('N')
	case '0', 'b', 'Z': // NUL, backspace, the end of a DOS file: nothing that a cell could have
		return escapeRead{to: at + 1, next: at + 1}, true
	case 'n', 'r':
		return stands(literalBreak)
	case '"':
		return stands(literalQuote)
	case 't':
		if t.delimiter == '\t' {
			return stands(literalDelimiter)
		}
		return stands('\t')
	case t.delimiter:
		return stands(literalDelimiter)
	case '\n', '\r':
		if t.quoted {
			return escapeRead{to: at, next: at}, true
		}
		if c == '\r' && at+1 < len(p) && p[at+1] == '\n' {
			at++
		}
		e, ok = stands(literalBreak)
		e.joins = true
		return e, ok
	default:
		if t.plain[c] || c == '\\' {
			return stands(c)
		}
		return escapeRead{to: at, next: at}, true // a character of several bytes, or invalid
	}
}

// joinedBefore is how many lines were joined before a position of the returned text.
func (t *textReader) joinedBefore(at int64) int {
	return sort.Search(len(t.joined), func(i int) bool { return t.joined[i] >= at })
}
