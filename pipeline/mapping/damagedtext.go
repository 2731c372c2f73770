package mapping

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"muster/pipeline"
)

// damage says what is wrong with a damaged text in the field; nil for nothing.
func (in *inspection) damage(s string) *pipeline.Message {
	if in.undated && isDateAlone(s) {
		return pipeline.Say("cells.date_alone")
	}
	return damage(s, in.kind.Lines)
}

// damage says what is wrong with a text that another program has damaged; nil for nothing. lines says that the field
// allows line breaks and tabs.
func damage(s string, lines bool) *pipeline.Message {
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return pipeline.Say("cells.replacement")
		case r == '\ufffc' || unicode.Is(unicode.Co, r):
			return pipeline.Say("cells.no_character", "character", codePoint(r))
		case r == '\u202d' || r == '\u202e':
			return pipeline.Say("cells.bidi_override", "character", codePoint(r))
		case r != ' ' && r < utf8.RuneSelf && unicode.IsSpace(r), r == '\u0085', r == '\u2028', r == '\u2029':
			if !lines {
				return pipeline.Say("cells.line_break")
			}
		}
	}
	if isMarkedText(s) {
		return pipeline.Say("cells.text_mark")
	}
	// This comes first, because half of a letter read in the wrong encoding may be a control character.
	if readTwice(s) || readOtherwise(s) || signInWord.MatchString(s) {
		return pipeline.Say("cells.read_twice")
	}
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return pipeline.Say("cells.control", "character", codePoint(r))
		}
	}
	switch {
	case hasEntity(s):
		return pipeline.Say("cells.entity")
	case hasCode(s):
		return pipeline.Say("cells.code")
	case strings.Contains(s, "{") && unfilled.MatchString(s):
		return pipeline.Say("cells.unfilled")
	}
	return nil
}

// LooksDamaged reports whether another program has damaged a text: PeÃ±a, &eacute;, a replacement character, a control
// character. A question mark inside a word is not enough, because its meaning depends on the column.
func LooksDamaged(text string) bool { return damage(text, true) != nil }

// isMarkedText reports whether a value begins with the apostrophe that people type so that a spreadsheet program does
// not turn it into a number, and that an export has then written: '02108, '+57 300 5550101, and '=1+1 and
// 'ana@example.org. Words may begin with one too: 's-Gravenhage.
func isMarkedText(s string) bool {
	rest, ok := strings.CutPrefix(s, "'")
	if !ok || strings.HasPrefix(rest, "=") || strings.Contains(rest, "@") && !strings.Contains(rest, " ") {
		return ok
	}
	noNumber := func(r rune) bool { return unicode.IsLetter(r) || r == '\'' || r == '’' }
	return strings.ContainsAny(rest, "0123456789") && !strings.ContainsFunc(rest, noNumber)
}

var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)

// hasEntity reports whether a text has a character written as HTML writes it. AT&T has none.
func hasEntity(s string) bool {
	if !strings.Contains(s, "&") {
		return false
	}
	for _, e := range entity.FindAllString(s, -1) {
		if html.UnescapeString(e) != e {
			return true
		}
	}
	return false
}

// manyTwice is how many characters of Windows-1252 in a row are too many to be valid UTF-8 by chance.
const manyTwice = 4

// readTwice reports whether part of a text is UTF-8 that was read as Windows-1252: Ã± for ñ, â€™ for an apostrophe,
// or more such characters in a row.
func readTwice(s string) bool {
	run := make([]byte, 0, 32) // as Windows-1252 spells it; on the stack
	before, last := ' ', ' '
	for _, r := range s {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if r >= 0x80 && r <= 0x9f { // bytes that Windows-1252 has no character for
			b, ok = byte(r), true
		}
		if r < utf8.RuneSelf || !ok {
			if twice(run, before) {
				return true
			}
			run = run[:0]
		} else {
			if len(run) == 0 {
				before = last
			}
			run = append(run, b)
		}
		last = r
	}
	return twice(run, before)
}

// readOtherwise reports whether part of a text is UTF-8 that was read as Mac OS Roman (√± for ñ, ‚Äô for an
// apostrophe) or as code page 850 or 437 (├▒), or is a replacement character or byte-order mark of UTF-8 that was
// read as Windows-1252.
func readOtherwise(s string) bool {
	if strings.Contains(s, "ï¿½") || strings.Contains(s, "ï»¿") {
		return true
	}
	first, before := ' ', ' '
	for _, r := range s {
		if r >= utf8.RuneSelf && (first == '‚' && before == 'Ä' || continues[before] != nil && continues[before](r)) {
			return true
		}
		first, before = before, r
	}
	return false
}

// continues maps each character as which another encoding than Windows-1252 reads the first byte of a letter in UTF-8
// to a function that reports whether the next character is the letter's second byte.
var continues = map[rune]func(rune) bool{
	'√': isSecond(charmap.Macintosh), '¬': isSecond(charmap.Macintosh),
	'├': isSecond(charmap.CodePage850, charmap.CodePage437),
	'┬': isSecond(charmap.CodePage850, charmap.CodePage437),
}

func isSecond(charts ...*charmap.Charmap) func(rune) bool {
	return func(r rune) bool {
		return slices.ContainsFunc(charts, func(chart *charmap.Charmap) bool {
			b, ok := chart.EncodeRune(r)
			return ok && b&0xc0 == 0x80
		})
	}
}

// behindCapitals are the bytes, in Windows-1252, that may follow a word in capitals such as IRMÃ: … ’ ” ™ © ® » and a
// no-break space.
const behindCapitals = "\x85\x92\x94\x99\xa0\xa9\xae\xbb"

// twice reports whether characters in a row are UTF-8 read as Windows-1252, given the character before them.
func twice(run []byte, before rune) bool {
	if len(run) >= manyTwice && utf8.Valid(run) {
		return true
	}
	for i := 0; i+1 < len(run); i++ {
		next := run[i+1]
		switch {
		case run[i] == 0xe2 && next == 0x80 && i+2 < len(run) && run[i+2]&0xc0 == 0x80:
			return true
		case run[i] != 0xc2 && run[i] != 0xc3 || next&0xc0 != 0x80:
		case !unicode.IsUpper(before) || strings.IndexByte(behindCapitals, next) < 0:
			return true
		}
	}
	return false
}
