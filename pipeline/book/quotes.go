package book

import (
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// quotes is the meaning of quotation marks in a CSV.
type quotes int

const (
	// quotesDouble: a cell that begins with a quotation mark ends with one, and two in a row inside it stand for one
	// (RFC 4180). In a cell that does not begin with one, quotation marks are text.
	quotesDouble quotes = iota
	// quotesNone: quotation marks are always text.
	quotesNone
	// quotesBackslash is quotesDouble with escapes: inside and outside quotation marks, a backslash changes the
	// meaning of the next character (MySQL, SELECT ... INTO OUTFILE): \" is a quotation mark, \n a line break, and a
	// cell \N is empty.
	quotesBackslash
	// quotesAsTheyAre passes everything on unchanged, for examining the text before the meaning of its quotation
	// marks is known.
	quotesAsTheyAre
)

// QuoteRules returns the names that [Options] accepts for the meaning of quotation marks.
func QuoteRules() []string {
	return []string{quotesNone.name(), quotesDouble.name(), quotesBackslash.name()}
}

func (q quotes) name() string {
	switch q {
	case quotesNone:
		return "none"
	case quotesBackslash:
		return "backslash"
	}
	return "double"
}

// quotesNamed returns the rule with a name. The name "" means no rule, and ok is true for it.
func quotesNamed(name string) (q quotes, ok bool) {
	for _, q := range []quotes{quotesNone, quotesDouble, quotesBackslash} {
		if strings.EqualFold(name, q.name()) {
			return q, true
		}
	}
	return quotesDouble, name == ""
}

// The stand-ins for characters that encoding/csv would treat as special but that are text here: bytes that never
// occur in UTF-8.
const (
	literalQuote     = 0xff
	literalBreak     = 0xfe
	literalDelimiter = 0xfd
)

// literally puts the original characters back into a cell.
func literally(cell string, delimiter rune) string {
	if strings.IndexByte(cell, literalQuote) < 0 && strings.IndexByte(cell, literalBreak) < 0 &&
		strings.IndexByte(cell, literalDelimiter) < 0 {
		return cell
	}
	text := []byte(cell)
	for i, c := range text {
		switch c {
		case literalQuote:
			text[i] = '"'
		case literalBreak:
			text[i] = '\n'
		case literalDelimiter:
			text[i] = byte(delimiter)
		}
	}
	return string(text)
}

// findQuotes finds out what the quotation marks of the text mean, and refuses a text in which that is ambiguous.
// named is the rule that the user chose, "" for none.
func (s *csvSource) findQuotes(named string) error {
	rule, ok := quotesNamed(named)
	if !ok {
		return pipeline.Wrong("book.quotes_unknown", "quotes", named).
			Try("book.quote_rules", "rules", QuoteRules())
	}
	var err error
	s.quotes = rule
	if s.layout, err = s.survey(rule, true, named != ""); err != nil {
		return err
	}
	// A quotation mark after white space is treated like one at the beginning of a cell only if every such mark can
	// be read that way.
	if s.spacedQuotes = s.layout.behind > 0 && s.layout.doubts == 0; s.layout.behind > 0 && !s.spacedQuotes {
		if s.layout, err = s.survey(rule, false, named != ""); err != nil {
			return err
		}
	}
	if named != "" {
		return s.layout.refusal()
	}
	if s.layout.escapes > 0 && s.layout.doubts > 0 || s.layout.nulls > 0 {
		escaped, err := s.survey(quotesBackslash, false, false)
		if err != nil {
			return err
		}
		if escaped.doubts == 0 && escaped.odds <= s.layout.odds {
			s.layout, s.quotes, s.spacedQuotes = escaped, quotesBackslash, false
			s.rule = pipeline.Say("book.quotes_backslash")
			return nil
		}
	}
	lines := slices.Concat(s.layout.doubtful, s.layout.swallowed)
	if s.layout.open {
		lines = append(lines, s.layout.last.line)
	}
	if s.delimiter == '\t' && len(lines) > 0 {
		plain, err := s.survey(quotesNone, false, false)
		if err != nil {
			return err
		}
		if plain.longer == 0 && !slices.ContainsFunc(lines, plain.isOdd) {
			s.layout, s.quotes, s.spacedQuotes = plain, quotesNone, false
			s.rule = pipeline.Say("book.quotes_none")
			return nil
		}
	}
	return s.layout.refusal()
}

// refusal is the mistake for a text whose quotation marks can be read in more than one way; nil if there is no doubt.
func (l *layout) refusal() error {
	if l.doubts == 0 {
		return nil
	}
	shown := make([]string, len(l.doubtful))
	for i, line := range l.doubtful {
		shown[i] = strconv.Itoa(line)
	}
	m := pipeline.Wrong("book.quotes_in_doubt", "count", l.doubts, "lines", strings.Join(shown, ", "))
	if more := l.doubts - len(shown); more > 0 {
		m = pipeline.Wrong("book.quotes_in_doubt_more", "count", l.doubts, "lines", strings.Join(shown, ", "),
			"more", more)
	}
	return m.Try("book.quotes_decide")
}
