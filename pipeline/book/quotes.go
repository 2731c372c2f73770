package book

import (
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// quotes is what quotation marks mean in a CSV.
type quotes int

const (
	// quotesDouble: a cell that begins with a mark ends with one, and two of them
	// inside are one (RFC 4180). In a cell that does not begin with one, marks are
	// text.
	quotesDouble quotes = iota
	// quotesNone: marks are text wherever they are.
	quotesNone
	// quotesBackslash is quotesDouble where a backslash gives the character behind
	// it another meaning, in quotation marks and outside (MySQL, SELECT ... INTO
	// OUTFILE): \" is a mark, \n a line break, and a cell \N is empty.
	quotesBackslash
	// quotesAsTheyAre passes everything on, for a look at the text before it is
	// known what its marks mean.
	quotesAsTheyAre
)

// QuoteRules are the names by which [Options] knows what quotation marks mean.
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

// quotesNamed finds the rule of a name; "" is none, and ok.
func quotesNamed(name string) (q quotes, ok bool) {
	for _, q := range []quotes{quotesNone, quotesDouble, quotesBackslash} {
		if strings.EqualFold(name, q.name()) {
			return q, true
		}
	}
	return quotesDouble, name == ""
}

// What a character becomes that encoding/csv must not take for one with a
// meaning: bytes that no UTF-8 has.
const (
	literalQuote     = 0xff
	literalBreak     = 0xfe
	literalDelimiter = 0xfd
)

// literally gives a cell its characters back.
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

// findQuotes finds out what the marks of the text mean, and refuses a text that
// leaves it open. named is what the user says; "" for nothing.
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
	// Behind white space, marks mean what those at the beginning of a cell do only
	// where all of them fit.
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

// refusal is that of a text whose marks can be read in more than one way; nil
// where there is no such.
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
