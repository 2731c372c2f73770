package book

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"muster/pipeline"
)

// word is one of the text that has a byte beyond ASCII, as the file has it, and the
// line on which it stands first.
type word struct {
	bytes string
	line  int
}

// wordsOf are the distinct words beyond ASCII of a file; of very many the first.
type wordsOf struct {
	list []word
	seen map[string]bool
	bare bool // lines end with a carriage return alone
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

// decode gives a word's characters in an encoding; false where a byte of it has
// none.
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

// likelihood is how much speaks against an encoding: the less, the likelier.
type likelihood struct {
	encoding encoding
	against  float64
	texts    []string // the words
}

// oneByteEncodings are those of one byte a character, the likeliest first.
var oneByteEncodings = []encoding{encodingWindows1252, encodingISO8859_15, encodingMacintosh, encodingCP850, encodingCP437}

// unlikely is the least difference by which one text is preferred to another.
const unlikely = 2

// strange is how much speaks against a word, on average, in a text that is in none
// of the encodings.
const strange = 1.5

// likelyEncodings judges the encodings of one byte a character by the words that
// they make of the text: those that remain, the likeliest first. Encodings that
// make the same words are one, and an encoding without a character for one of the
// bytes is none.
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

// rarely is how much speaks against an encoding before its words are seen.
func (w *wordsOf) rarely(e encoding) float64 {
	rare := map[encoding]float64{encodingWindows1252: 0, encodingISO8859_15: 0.5, encodingMacintosh: 2,
		encodingCP850: 2, encodingCP437: 2.5}[e]
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
	// A program that makes capitals of ASCII alone does so with all words.
	l.against += min(lowered, 3) + slices.Min(foreign) - min(endings, 1.5)
	return l, true
}

// languages are those that merchants' books are written in, with their letters
// beyond ASCII, and how much speaks against each before a word is seen.
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
	{"åäöæøéü", 2},             // of the North
	{"áéíóöőúüűšžčďěňřťůý", 3}, // of the East, as far as one byte has them
}

// usualEndings are those of very many words.
var usualEndings = []string{"ón", "ía", "ías", "ño", "ña", "ão", "ões"}

// wordLook is what can be seen of a word's characters beyond ASCII.
type wordLook struct {
	against float64
	lowered float64 // the same of small letters that a capital word has kept
	letters string  // in lower case
	lower   string  // the word in lower case
}

// lookAt finds signs inside a word and letters whose case is not that of the
// letters around.
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

// isLetter knows the letters of words: the signs of ordinals are none.
func isLetter(r rune) bool { return unicode.IsLetter(r) && r != 'ª' && r != 'º' }

// signAgainst is how much speaks against a sign between two characters; 0 stands
// for the beginning and the end of the word.
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

// inDoubt words two encodings that are both likely, with a sample of each.
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

// findEncoding finds the encoding of a text that is not UTF-8. In doubt it is the
// one that remembered gives, if that has a character for every byte.
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
		return encodingWindows1252, nil // of which a byte is damaged: reading it says where
	}
	return 0, w.inDoubt(likely[0], likely[1])
}
