package submit

import (
	_ "embed"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"muster/pipeline"
)

const (
	// fewestDigits: so many digits of a value in succession are found whatever is between them: a telephone number
	// without its country, a tax number without its check digit.
	fewestDigits = 7
	// shortPart: parts of a name with fewer letters are found only together with their neighbours.
	shortPart = 4
	// longRun: texts of at least so many letters and digits are found even when the signs between them were moved or
	// left out.
	longRun = 8
	// mostDecoded is how often a text that was encoded several times is decoded.
	mostDecoded = 3
)

//go:embed ordinary.txt
var ordinaryText string

// ordinary are words that messages are made of, folded as parts are.
var ordinary = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(ordinaryText) {
		if !strings.HasPrefix(line, "#") {
			for word := range strings.FieldsSeq(line) {
				words[strings.ToUpper(word)] = true
			}
		}
	}
	return words
})

// atom is a letter or digit, without accents and in capitals, or a character between such, with the place in the text
// where it is written.
type atom struct {
	r        rune
	from, to int
}

func (a atom) letter() bool { return unicode.IsLetter(a.r) }
func (a atom) digit() bool  { return a.r >= '0' && a.r <= '9' }

// part is a succession of letters, or of digits, in a text.
type part struct {
	text     string
	from, to int // of its atoms
}

func (p part) number() bool { return p.text[0] <= '9' }

// read gives the atoms of a text, first as it is written and then decoded, as often as decoding changes it.
func read(text []rune) (views [][]atom) {
	view := make([]atom, len(text))
	for i, r := range text {
		view[i] = atom{r, i, i + 1}
	}
	for {
		views = append(views, plainAtoms(view))
		next := decoded(view)
		if next == nil || len(views) > mostDecoded {
			return views
		}
		view = next
	}
}

// plainAtoms folds each character: without accents, of one width, in capitals.
func plainAtoms(view []atom) []atom {
	plain := make([]atom, 0, len(view))
	for _, a := range view {
		if a.r < utf8.RuneSelf {
			plain = append(plain, atom{foldRune(a.r), a.from, a.to})
			continue
		}
		for _, r := range foldLetter(a.r) {
			plain = append(plain, atom{r, a.from, a.to})
		}
	}
	return plain
}

// undivided are letters that Unicode does not decompose into a letter and an accent.
var undivided = strings.NewReplacer("Ø", "O", "ø", "O", "Ł", "L", "ł", "L", "Đ", "D", "đ", "D", "Æ", "AE", "æ", "AE",
	"Œ", "OE", "œ", "OE", "ß", "SS", "ẞ", "SS", "ı", "I", "Ð", "D", "ð", "D", "Þ", "TH", "þ", "TH")

// latin are the folded forms of the letters of most names beyond ASCII: from U+0080 to the end of Latin Extended-B.
var latin = sync.OnceValue(func() []string {
	folded := make([]string, 0x250-utf8.RuneSelf)
	for i := range folded {
		folded[i] = foldAnyLetter(rune(i + utf8.RuneSelf))
	}
	return folded
})

// foldLetter is a character beyond ASCII without accents and in capitals; "" for a combining accent and for an
// invisible character.
func foldLetter(r rune) string {
	if letters := latin(); int(r) < utf8.RuneSelf+len(letters) {
		return letters[r-utf8.RuneSelf]
	}
	return foldAnyLetter(r)
}

func foldAnyLetter(r rune) string {
	if pipeline.IsInvisible(r) {
		return ""
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(undivided.Replace(string(r))) {
		if !unicode.Is(unicode.M, r) {
			b.WriteRune(foldRune(r))
		}
	}
	return b.String()
}

// decoded undoes one encoding, as JSON, HTML, URLs and mail use them; nil when there is none.
func decoded(view []atom) []atom {
	var out []atom
	for i := 0; i < len(view); {
		text, size := escapeAt(view[i:])
		if size == 0 {
			if out != nil {
				out = append(out, view[i])
			}
			i++
			continue
		}
		if out == nil {
			out = slices.Clone(view[:i])
		}
		for _, r := range text {
			out = append(out, atom{r, view[i].from, view[i+size-1].to})
		}
		i += size
	}
	return out
}

// escapeAt decodes the escape at the beginning of a view, and returns how many of its characters it took; 0 when
// there is none.
func escapeAt(view []atom) (text string, size int) {
	switch view[0].r {
	case '%', '=':
		return hexBytes(view, view[0].r)
	case '\\':
		return backslash(view)
	case '&':
		const longest = 32
		for i := 1; i < min(len(view), longest); i++ {
			if view[i].r == ';' {
				written := textOf(view[:i+1])
				if text := html.UnescapeString(written); text != written {
					return text, i + 1
				}
				return "", 0
			}
		}
	}
	return "", 0
}

func textOf(view []atom) string {
	var b strings.Builder
	for _, a := range view {
		b.WriteRune(a.r)
	}
	return b.String()
}

// hexBytes decodes %C3%A9 and =C3=A9.
func hexBytes(view []atom, mark rune) (text string, size int) {
	var bytes []byte
	for size+2 < len(view) && view[size].r == mark {
		b, err := strconv.ParseUint(textOf(view[size+1:size+3]), 16, 8)
		if err != nil {
			break
		}
		bytes, size = append(bytes, byte(b)), size+3
	}
	for n := len(bytes); n > 0; n-- { // the longest prefix that is UTF-8
		if utf8.Valid(bytes[:n]) {
			return string(bytes[:n]), 3 * n
		}
	}
	return "", 0
}

// hexUnits decodes \xe9 and \xc3\xa9, as several languages write a text.
func hexUnits(view []atom) (text string, size int) {
	var bytes []byte
	for size+4 <= len(view) && view[size].r == '\\' && view[size+1].r == 'x' {
		b, err := strconv.ParseUint(textOf(view[size+2:size+4]), 16, 8)
		if err != nil {
			break
		}
		bytes, size = append(bytes, byte(b)), size+4
	}
	for n := len(bytes); n > 0; n-- { // the longest prefix that is UTF-8
		if utf8.Valid(bytes[:n]) {
			return string(bytes[:n]), 4 * n
		}
	}
	if len(bytes) == 0 {
		return "", 0
	}
	return string(rune(bytes[0])), 4 // a character of Latin-1
}

// backslash decodes what JSON and others write with a backslash.
func backslash(view []atom) (text string, size int) {
	if len(view) < 2 {
		return "", 0
	}
	switch view[1].r {
	case '"', '\\', '/', '\'':
		return string(view[1].r), 2
	case 'n', 'r', 't', 'b', 'f':
		return " ", 2
	case 'x':
		return hexUnits(view)
	}
	unit := func(at int) (rune, bool) {
		if at+6 > len(view) || view[at].r != '\\' || view[at+1].r != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(textOf(view[at+2:at+6]), 16, 32)
		return rune(n), err == nil
	}
	first, ok := unit(0)
	if !ok {
		return "", 0
	}
	if second, ok := unit(6); ok && utf16.IsSurrogate(first) {
		if r := utf16.DecodeRune(first, second); r != unicode.ReplacementChar {
			return string(r), 12
		}
	}
	return string(first), 6
}

// partsOf divides atoms into successions of letters and of digits.
func partsOf(atoms []atom) (parts []part) {
	for i := 0; i < len(atoms); {
		is := atom.letter
		if atoms[i].digit() {
			is = atom.digit
		} else if !atoms[i].letter() {
			i++
			continue
		}
		from := i
		for i < len(atoms) && is(atoms[i]) {
			i++
		}
		parts = append(parts, part{textOf(atoms[from:i]), from, i})
	}
	return parts
}

// digitRuns are the numbers among parts; numbers with only a few signs between them are one.
func digitRuns(parts []part) (runs [][]part) {
	for i, p := range parts {
		switch {
		case !p.number():
		case i > 0 && parts[i-1].number() && p.from-parts[i-1].to <= mostBetween:
			runs[len(runs)-1] = append(runs[len(runs)-1], p)
		default:
			runs = append(runs, []part{p})
		}
	}
	return runs
}

// mostBetween is how many characters may be between parts that belong together.
const mostBetween = 3

func joined(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}
