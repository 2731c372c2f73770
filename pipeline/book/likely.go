package book

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"muster/pipeline"
)

// word is a word with a byte beyond ASCII, as in the file, and the line of its first occurrence.
type word struct {
	bytes string
	line  int
}

// wordsOf are the distinct words beyond ASCII of a file, up to a limit.
type wordsOf struct {
	list []word
	seen map[string]bool
	bare bool // lines end with only a carriage return
}

const (
	wordsKept   = 3000
	longestWord = 64 // bytes
)

// collectWords reads the whole file.
func collectWords(from io.Reader) (*wordsOf, error) {
	w := &wordsOf{seen: map[string]bool{}}
	var current []byte
	beyond, cr := false, false
	line, returns, feeds := 1, 0, 0
	take := func() {
		if beyond && len(w.list) < wordsKept && !w.seen[string(current)] {
			text := string(current)
			w.seen[text] = true
			w.list = append(w.list, word{text, line})
		}
		current, beyond = current[:0], false
	}
	var inWord [256]bool
	for c := range inWord {
		inWord[c] = c > ' ' && strings.IndexByte(`,;|"`, byte(c)) < 0
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		for _, c := range buf[:n] {
			switch {
			case inWord[c]:
				if len(current) < longestWord {
					current = append(current, c)
					beyond = beyond || c >= 0x80
				}
			default:
				take()
				switch {
				case c == '\r':
					returns++
					line++
				case c == '\n' && !cr:
					line++
					fallthrough
				case c == '\n':
					feeds++
				}
			}
			cr = c == '\r'
		}
		if errors.Is(err, io.EOF) {
			take()
			w.bare = returns > 0 && feeds == 0
			return w, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// decode returns a word's characters in an encoding; false when a byte has none.
func (e encoding) decode(word string) ([]rune, bool) {
	chart := e.chart()
	text := make([]rune, len(word))
	for i := range len(word) {
		if c := word[i]; c < 0x80 {
			text[i] = rune(c)
		} else if text[i] = chart.DecodeByte(c); text[i] == unicode.ReplacementChar || unicode.IsControl(text[i]) {
			return nil, false
		}
	}
	return text, true
}

// likelihood is how much speaks against an encoding: the least is the likeliest.
type likelihood struct {
	encoding encoding
	against  float64
	texts    []string // the words in that encoding
}

// oneByteEncodings are the one-byte encodings, the likeliest first.
var oneByteEncodings = []encoding{encodingWindows1252, encodingISO8859_15, encodingMacintosh, encodingCP850, encodingCP437,
	encodingCP860}

// unlikely is the least difference by which one encoding is preferred to another.
const unlikely = 2

// strange is how much speaks against a word, on average, in a text that is in none of the encodings.
const strange = 1.5

// likelyEncodings rates the one-byte encodings by the words that the text has in them: those that remain, the
// likeliest first. Encodings with the same words count as one, and an encoding without a character for one of the
// bytes is left out.
func (w *wordsOf) likelyEncodings() []likelihood {
	var all []likelihood
	for _, e := range oneByteEncodings {
		l, ok := w.likelihoodOf(e)
		same := func(other likelihood) bool { return slices.Equal(l.texts, other.texts) }
		switch i := slices.IndexFunc(all, same); {
		case !ok:
		case i >= 0:
			all[i].against = min(all[i].against, l.against)
		default:
			all = append(all, l)
		}
	}
	slices.SortStableFunc(all, func(a, b likelihood) int {
		switch {
		case a.against < b.against:
			return -1
		case a.against > b.against:
			return 1
		}
		return 0
	})
	return all
}

// rarely is how much speaks against an encoding before its words are read.
func (w *wordsOf) rarely(e encoding) float64 {
	rare := map[encoding]float64{encodingWindows1252: 0, encodingISO8859_15: 0.5, encodingMacintosh: 2,
		encodingCP850: 2, encodingCP437: 2.5, encodingCP860: 2.5}[e]
	switch {
	case w.bare && e == encodingMacintosh:
		return 0
	case w.bare:
		return rare + 2
	}
	return rare
}

func (w *wordsOf) likelihoodOf(e encoding) (l likelihood, ok bool) {
	l.encoding, l.against = e, w.rarely(e)
	lowered, endings := 0.0, 0.0
	foreign := make([]float64, len(languages))
	for i, language := range languages {
		foreign[i] = language.rare
	}
	for _, each := range w.list {
		text, ok := e.decode(each.bytes)
		if !ok {
			return l, false
		}
		look := lookAt(text)
		l.texts = append(l.texts, string(text))
		l.against += look.against
		lowered += look.lowered
		if slices.ContainsFunc(usualEndings, func(end string) bool { return strings.HasSuffix(look.lower, end) }) {
			endings += 0.5
		}
		for i, language := range languages {
			other := func(r rune) bool { return !strings.ContainsRune(language.letters, r) }
			if strings.ContainsFunc(look.letters, other) {
				foreign[i]++
			}
		}
	}
	// A program that only capitalises ASCII letters does so in all words.
	l.against += min(lowered, 3) + slices.Min(foreign) - min(endings, 1.5)
	return l, true
}

// languages are those of merchants' books, with their letters beyond ASCII, and how much speaks against each before a
// word is read.
var languages = []struct {
	letters string
	rare    float64
}{
	{"áéíóúüñ", 0},             // Spanish
	{"áâãàçéêíóôõúü", 0.5},     // Portuguese
	{"àâæçéèêëîïôœùûüÿ", 0.5},  // French
	{"äöüß", 0.5},              // German
	{"àçèéíïòóúü", 1.5},        // Catalan
	{"àèéìíòóù", 1.5},          // Italian
	{"åäöæøéü", 2},             // of northern Europe
	{"áéíóöőúüűšžčďěňřťůý", 3}, // of eastern Europe, as far as one-byte encodings have them
}

// usualEndings are the endings of very many words.
var usualEndings = []string{"ón", "ía", "ías", "ño", "ña", "ão", "ões"}

// wordLook describes a word's characters beyond ASCII.
type wordLook struct {
	against float64
	lowered float64 // the same for small letters in a word of capitals
	letters string  // in lower case
	lower   string  // the word in lower case
}

// lookAt finds signs inside a word and letters whose case differs from the letters around.
func lookAt(text []rune) (look wordLook) {
	look.lower = strings.ToLower(string(text))
	capitals := 0
	for _, r := range text {
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	at := func(i int) rune {
		if i < 0 || i >= len(text) {
			return 0
		}
		return text[i]
	}
	for i, r := range text {
		before, behind := at(i-1), at(i+1)
		switch {
		case r < 0x80:
		case !isLetter(r):
			look.against += signAgainst(before, r, behind)
		case !unicode.Is(unicode.Latin, r), strings.ContainsRune("ıƒﬁﬂ", r):
			look.against += 4
		default:
			look.letters += string(unicode.ToLower(r))
			inCapitals := capitals > 1 && !unicode.IsLower(before) && !unicode.IsLower(behind)
			switch {
			case unicode.IsUpper(r) && isLetter(before) && (unicode.IsLower(before) || unicode.IsLower(behind)):
				look.against += 4
			case unicode.IsUpper(r) || r == 'ß' || !inCapitals:
			case strings.ContainsRune("áéíóúüñãõç", r):
				look.lowered += 0.5
			default:
				look.against += 4
			}
		}
	}
	look.against = min(look.against, 6)
	return look
}

// isLetter reports whether a character is a letter of words, without the ordinal signs.
func isLetter(r rune) bool { return unicode.IsLetter(r) && r != 'ª' && r != 'º' }

// signAgainst is how much speaks against a sign between two characters; 0 is the beginning or the end of the word.
func signAgainst(before, r, behind rune) float64 {
	inside := isLetter(before) && isLetter(behind)
	number := unicode.IsDigit(before) || unicode.IsDigit(behind)
	switch {
	case r == '‘' && isLetter(before) && !isLetter(behind):
		return 3 // it begins a quotation
	case strings.ContainsRune("\u00a0\u00ad’‘´", r):
		return 0.5
	case inside:
		if strings.ContainsRune("·®™", r) {
			return 2
		}
		return 4
	case strings.ContainsRune("“«‹¿¡", r) && !isLetter(before),
		strings.ContainsRune("”»›…®™©°ªº", r), strings.ContainsRune("€£½¼¾²³¹×±", r) && number,
		strings.ContainsRune("–—•·€£", r) && !isLetter(before) && !isLetter(behind):
		return 0
	case strings.ContainsRune("²³", r), strings.ContainsRune("„‚§–—·", r) && !isLetter(before):
		return 1
	}
	return 3
}

// inDoubt is the mistake for two encodings that are both likely, with a sample of each.
func (w *wordsOf) inDoubt(first, second likelihood) *pipeline.Mistake {
	var one, other []string
	line := 0
	for i, each := range w.list {
		if first.texts[i] == second.texts[i] || line != 0 && each.line != line || len(one) == sampleWords {
			continue
		}
		line = each.line
		one, other = append(one, first.texts[i]), append(other, second.texts[i])
	}
	return pipeline.Wrong("book.encoding_in_doubt", "first", first.encoding.name(), "second", second.encoding.name(),
		"sample", strings.Join(one, " "), "other", strings.Join(other, " ")).
		Try("book.name_encoding", "first", first.encoding.name(), "second", second.encoding.name(),
			"encodings", Encodings()).At(pipeline.Place{Line: line})
}

// sampleWords is how many words a person is shown.
const sampleWords = 5

// findEncoding finds the encoding of a text that is not UTF-8. In doubt it is the one that remembered returns, if
// that has a character for every byte.
func findEncoding(f *file, remembered func() string) (encoding, error) {
	w, err := collectWords(f.all())
	if err != nil {
		return 0, err
	}
	likely := w.likelyEncodings()
	fits := likely[0].against-w.rarely(likely[0].encoding) <= 1+strange*float64(len(w.list))
	if fits && (len(likely) == 1 || likely[1].against-likely[0].against >= unlikely) {
		return likely[0].encoding, nil
	}
	if remembered != nil {
		if e, ok := encodingNamed(remembered()); ok && e.chart() != nil {
			if _, ok := w.likelihoodOf(e); ok {
				return e, nil
			}
		}
	}
	if _, ok := w.likelihoodOf(encodingWindows1252); !ok && !fits {
		return encodingWindows1252, nil // with a damaged byte, which reading reports
	}
	return 0, w.inDoubt(likely[0], likely[1])
}
