package suggest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"muster/pipeline/mapping"
)

// label is the meaning of the words of a header, or of a field's title and path.
type label struct {
	concept concept // "" where they name none
	// whole says that every word was recognized.
	whole    bool
	document string // kind of document, bare; "" where none is named
	person   string // owner, signer ...; "" where it is not a person of a business
	personNo int    // from 1; 0 where none is said
	zeroth   bool   // the person's number is 0: they are counted from there
	business bool   // the business's own, by its words
	group    string // billing, mailing ...: which address
	groupNo  int    // "address 2", "phone 2"; 0 where none is said
	mobile   bool
	landline bool
	order    string // DMY, MDY or YMD where the header says how its dates are written
	mixed    bool   // several concepts in one column
	byValues bool   // known from the values, not from the words
	party    bool   // the only word is one for the kind of customers in the book
}

// splitWords parts a name into its words, bare: at what is neither letter nor
// digit, between letters and digits, and at the capitals of names written
// together (firstName, NITEmpresa).
func splitWords(name string) []string {
	var b strings.Builder
	in := []rune(name)
	for i, r := range in {
		if r == '.' && (wordLength(in[:i], -1) > 2 || wordLength(in[i+1:], 1) > 2) {
			b.WriteByte(' ') // address.city; but E.I.N. is one word
			continue
		}
		if i > 0 {
			p := in[i-1]
			next := i+1 < len(in) && unicode.IsLower(in[i+1])
			switch {
			case unicode.IsLower(p) && unicode.IsUpper(r),
				unicode.IsUpper(p) && unicode.IsUpper(r) && next && i+2 < len(in) &&
					unicode.IsLower(in[min(i+2, len(in)-1)]),
				unicode.IsLetter(p) && unicode.IsDigit(r) && !(p == 'A' || p == 'a'),
				unicode.IsDigit(p) && unicode.IsLetter(r) && !ordinalTail(in[i:]):
				b.WriteByte(' ')
			}
		}
		b.WriteRune(r)
	}
	return strings.Fields(mapping.Bare(b.String()))
}

// wordLength counts the letters and digits at one end of text: its last where
// direction is -1.
func wordLength(text []rune, direction int) int {
	n := 0
	for n < len(text) {
		r := text[n]
		if direction < 0 {
			r = text[len(text)-1-n]
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		n++
	}
	return n
}

// ordinalTail reports whether a digit is followed by what makes an ordinal of
// it: 2nd.
func ordinalTail(rest []rune) bool {
	if len(rest) < 2 || len(rest) > 2 && unicode.IsLetter(rest[2]) {
		return false
	}
	switch strings.ToLower(string(rest[:2])) {
	case "st", "nd", "rd", "th":
		return true
	}
	return false
}

// span is a run of words found in the lexicon.
type span struct {
	from, to int // words, to excluded
	word     word
}

// itemNumber is the number of a box in a form, before what the box is for: "42.
// Correo electrónico" is no second address.
var itemNumber = regexp.MustCompile(`^\s*\d{1,3}[.)]\s+`)

// readLabel interprets the words of a name.
func readLabel(name string) label {
	name = itemNumber.ReplaceAllString(name, "")
	// In a header of two rows the lower one says what the column has: "Comercio / #" is not the name of a business.
	if i := strings.LastIndex(name, " / "); i >= 0 && len(splitWords(name[i+len(" / "):])) == 0 {
		return label{}
	}
	// The indexes of a path count from 0, people from 1.
	name = indexes.ReplaceAllStringFunc(name, func(s string) string {
		n, err := strconv.Atoi(s[1 : len(s)-1])
		if err != nil {
			return s
		}
		return " " + strconv.Itoa(n+1) + " "
	})
	words := splitWords(name)
	spans := findSpans(words)
	var l label
	l.order = orderOf(words)
	taken := make([]bool, len(words))
	for _, s := range spans {
		for i := s.from; i < s.to; i++ {
			taken[i] = true
		}
	}
	main, party := -1, false
	for i, s := range spans {
		switch s.word.kind {
		case isPerson:
			if l.person == "" || s.word.means != "representative" {
				l.person = s.word.means
			}
			l.personNo, l.zeroth = numberNextTo(words, taken, s)
		case isBusiness:
			l.business = true
		case isParty:
			party = true
		case isAddress:
			l.group = s.word.means
		case isDocument:
			l.document = s.word.means
			if main < 0 || weight(s.word) > weight(spans[main].word) {
				main = i
			}
		case isConcept:
			switch {
			case s.word.means == string(somethingElse):
				return label{concept: somethingElse, whole: true}
			case main < 0, weight(s.word) > weight(spans[main].word):
				main = i
			case weight(s.word) == heaviest && weight(spans[main].word) == heaviest:
				l.mixed = l.mixed || spans[main].word.means != s.word.means
			}
		}
	}
	l.settle(words, spans, main, taken)
	l.whole = true
	for i, w := range words {
		_, isNumber := smallNumber(w)
		if !taken[i] && !lexicon().fillers[w] && !isNumber && lexicon().ordinals[w] == 0 {
			l.whole = false
		}
	}
	if main < 0 && l.person == "" && (l.business || party) {
		l.concept = l.ofThose(words)
	}
	return l
}

// ofThose is the content of a column whose header has only a word for the kind of customers in the book: their names
// or, if the header numbers them, their references. If it also has other words (parent company, years in business),
// its content is unknown.
func (l *label) ofThose(words []string) concept {
	switch {
	case !l.whole:
		return ""
	case slices.ContainsFunc(words, func(w string) bool { return lexicon().numberings[w] }):
		return aReference
	case l.business:
		return aBusinessName
	}
	l.party = true
	return aName
}

// settle finds the concept among the spans of a label.
func (l *label) settle(words []string, spans []span, main int, taken []bool) {
	for _, w := range words {
		l.mobile = l.mobile || lexicon().mobile[w]
		l.landline = l.landline || lexicon().landline[w]
	}
	switch {
	case main >= 0 && spans[main].word.kind == isDocument:
		l.concept = aDocument
	case main >= 0:
		l.concept = concept(spans[main].word.means)
	case l.person != "":
		l.concept = aFullName
	}
	for i, s := range spans {
		if i == main || s.word.kind != isConcept && s.word.kind != isDocument {
			continue
		}
		// "Address 2 city": which address; "passport country": of the document.
		if n, _ := numberNextTo(words, taken, s); n > 0 && n != l.personNo {
			l.groupNo = n
		}
		if concept(s.word.means) == aSecondLine {
			l.groupNo = 2
		}
		if s.word.kind == isDocument || concept(s.word.means) == aDocument {
			switch l.concept {
			case aCountry:
				l.concept = anIssueLand
			case aState:
				l.concept = anIssueRegion
			}
		}
	}
	if main >= 0 {
		if n, _ := numberNextTo(words, taken, spans[main]); n > 0 && n != l.personNo {
			l.groupNo = n
		}
	}
	if l.groupNo == 0 && l.group != "" {
		for i, s := range spans {
			if s.word.kind == isAddress && i != main {
				if n, _ := numberNextTo(words, taken, s); n > 0 {
					l.groupNo = n
				}
			}
		}
	}
}

// heaviest is the weight of a concept that no other word makes a part of.
const heaviest = 9

// weight ranks the concepts of one header: the heaviest is the content of its column, and the lighter ones only say
// what that belongs to, as in the city of an address or the country of a document.
func weight(w word) int {
	if w.kind == isDocument {
		return 1
	}
	switch concept(w.means) {
	case aStreet, aSecondLine:
		return 0
	case aPhone, aDocument, anID:
		return 1
	case anEmail, aName:
		return 2
	case aCountry:
		return 3
	}
	return heaviest
}

// findSpans covers the words with the longest names that the lexicon has, from
// the longest on.
func findSpans(words []string) []span {
	var found []span
	free := make([]bool, len(words))
	for i := range free {
		free[i] = true
	}
	for size := min(len(words), 7); size > 0; size-- {
		for from := 0; from+size <= len(words); from++ {
			joined := strings.Join(words[from:from+size], "")
			w, ok := lexicon().names[joined]
			if !ok || len(joined) <= 3 && size > 1 && size != w.runs {
				continue
			}
			all := true
			for i := from; i < from+size; i++ {
				all = all && free[i]
			}
			if !all {
				continue
			}
			for i := from; i < from+size; i++ {
				free[i] = false
			}
			found = append(found, span{from, from + size, w})
		}
	}
	return found
}

// numberNextTo is the number behind a span, or the number or ordinal before
// it, that no name took; 0 for none.
func numberNextTo(words []string, taken []bool, s span) (n int, zero bool) {
	if s.to < len(words) && !taken[s.to] {
		if n, ok := smallNumber(words[s.to]); ok {
			return n, n == 0
		}
	}
	if s.from > 0 && !taken[s.from-1] {
		w := words[s.from-1]
		if n, ok := smallNumber(w); ok {
			return n, n == 0
		}
		return lexicon().ordinals[w], false
	}
	return 0, false
}

// smallNumber reads a number that can count persons or addresses.
func smallNumber(w string) (int, bool) {
	if len(w) > 2 || !allDigits(w) || w == "" {
		return 0, false
	}
	n, err := strconv.Atoi(w)
	return n, err == nil
}

// orderOf finds a date's form in a header: Nacimiento (DD/MM/AAAA).
func orderOf(words []string) string {
	var order string
	for _, w := range words {
		order += lexicon().dates[w]
	}
	switch order {
	case "DMY", "MDY", "YMD":
		return order
	}
	return ""
}
