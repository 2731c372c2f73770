package submit

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// respelling finds the values of a row in spellings that cannot be listed: digits with anything between them, words
// without accents, in capitals or with other signs between them, the local part of an e-mail address, parts of a
// name.
type respelling struct {
	words  map[string]string // part to placeholder
	pairs  map[[2]string]string
	whole  []sequence
	digits map[string]string // each fewestDigits in succession of a value
	short  map[string]string // shorter numbers, found only when they are alone
	lost   []lossy           // words with letters that a provider may have lost
	runs   []string          // long texts, of which nothing may be left
}

var isoDay = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)$`)

// sequence is the parts of a value.
type sequence struct {
	parts   []string
	label   string
	address bool // its signs may be written as words
}

// signWords are the words for the signs of an address: maria (at) example (dot) org.
var signWords = []string{"A", "AT", "ARROBA", "DOT", "PUNTO"}

func newRespelling(entries []pipeline.Entry) *respelling {
	f := &respelling{words: map[string]string{}, pairs: map[[2]string]string{}, digits: map[string]string{},
		short: map[string]string{}}
	for _, e := range entries {
		if value := pipeline.Trim(e.Value); value != "" && !e.Filled {
			f.add(value, "{"+e.Path+"}")
		}
	}
	return f
}

func (f *respelling) add(value, label string) {
	parts := partsOf(plainOf(value))
	f.addNumbers(parts, label)
	if day := isoDay.FindStringSubmatch(value); day != nil { // also as day, month and year, or month, day and year
		for _, spelled := range []string{day[3] + day[2] + day[1], day[2] + day[3] + day[1]} {
			f.addNumbers(partsOf(plainOf(spelled)), label)
		}
	}
	f.addSequence(parts, label)
	if run := joined(parts); len([]rune(run)) >= longRun {
		f.runs = append(f.runs, run)
	}
	local, _, isAddress := strings.Cut(value, "@")
	if isAddress {
		if len(parts) > 1 {
			f.whole = append(f.whole, sequence{parts: textsOf(parts), label: label, address: true})
		}
		parts = partsOf(plainOf(local))
		f.addSequence(parts, label)
		if run := joined(parts); len([]rune(run)) >= longRun {
			f.runs = append(f.runs, run)
		}
	}
	// The parts of an address's local part.
	f.addLost(local, label)
	for i, p := range parts {
		if long(p) {
			put(f.words, p.text, label)
		}
		if i > 0 && telling(parts[i-1], p) {
			pair := [2]string{parts[i-1].text, p.text}
			if _, there := f.pairs[pair]; !there {
				f.pairs[pair] = label
			}
		}
	}
}

func plainOf(s string) []atom {
	var view []atom
	for i, r := range []rune(s) {
		view = append(view, atom{r, i, i + 1})
	}
	return plainAtoms(view)
}

func put(m map[string]string, key, label string) {
	if _, there := m[key]; !there {
		m[key] = label
	}
}

// long reports whether a part alone identifies a person.
func long(p part) bool {
	return !p.number() && len([]rune(p.text)) >= shortPart && !ordinary()[p.text]
}

// telling reports whether two neighbouring parts do.
func telling(a, b part) bool {
	unusual := func(p part) bool { return !p.number() && len([]rune(p.text)) > 2 && !ordinary()[p.text] }
	return (unusual(a) || unusual(b)) && len([]rune(a.text))+len([]rune(b.text)) > shortPart
}

func (f *respelling) addNumbers(parts []part, label string) {
	for _, run := range digitRuns(parts) {
		number := joined(run)
		switch {
		case len(number) >= fewestDigits:
			for i := 0; i+fewestDigits <= len(number); i++ {
				put(f.digits, number[i:i+fewestDigits], label)
			}
		case len(number) >= shortPart:
			put(f.short, number, label)
		}
	}
}

// addSequence adds a value with any signs between its parts. A single part is found by its letters, if there are
// enough of them.
func (f *respelling) addSequence(parts []part, label string) {
	all := sequence{parts: textsOf(parts), label: label}
	letters := 0
	for _, p := range parts {
		letters += len([]rune(p.text))
	}
	switch {
	case len(parts) > 1 && letters >= shortPart:
		f.whole = append(f.whole, all)
		if together := partsOf(plainOf(joined(parts))); len(together) == 1 && long(together[0]) {
			put(f.words, together[0].text, label)
		}
		f.addGlued(parts, label)
	case len(parts) == 1 && letters == shortPart-1 && !parts[0].number() && !ordinary()[parts[0].text]:
		put(f.words, parts[0].text, label)
	}
}

// addGlued adds neighbouring parts joined, for a text that leaves out the spaces of a value and keeps its other
// signs.
func (f *respelling) addGlued(parts []part, label string) {
	const most = 6 // neighbouring parts
	for i, p := range parts {
		together := p.text
		for _, next := range parts[i+1 : min(i+most, len(parts))] {
			if p.number() || next.number() {
				break
			}
			if together += next.text; utf8.RuneCountInString(together) >= longRun && !ordinary()[together] {
				put(f.words, together, label)
			}
		}
	}
}

// cover calls mark for each place where the text has a value, with its placeholder.
func (f *respelling) cover(text []rune, mark func(from, to int, label string)) {
	for _, atoms := range read(text) {
		parts := partsOf(atoms)
		place := func(first, last part, label string) {
			mark(atoms[first.from].from, atoms[last.to-1].to, label)
		}
		for i, p := range parts {
			for _, s := range f.whole {
				if last, ok := s.at(parts[i:]); ok {
					place(p, last, s.label)
				}
			}
			if i > 0 && p.from-parts[i-1].to <= mostBetween {
				if label, there := f.pairs[[2]string{parts[i-1].text, p.text}]; there {
					place(parts[i-1], p, label)
				}
			}
			if label, there := f.words[p.text]; there {
				place(p, p, label)
			}
		}
		f.coverNumbers(atoms, parts, mark)
	}
	f.coverLost(text, mark)
}

func textsOf(parts []part) (texts []string) {
	for _, p := range parts {
		texts = append(texts, p.text)
	}
	return texts
}

// at reports whether parts begin with the sequence, and returns the last part of it.
func (s *sequence) at(parts []part) (last part, ok bool) {
	if len(parts) < len(s.parts) {
		return part{}, false
	}
	at := 0
	for i, text := range s.parts {
		for i > 0 && s.address && at < len(parts) && parts[at].text != text && slices.Contains(signWords, parts[at].text) &&
			parts[at].from-parts[at-1].to <= mostBetween {
			at++
		}
		if at == len(parts) || parts[at].text != text || i > 0 && parts[at].from-parts[at-1].to > mostBetween {
			return part{}, false
		}
		at++
	}
	return parts[at-1], true
}

// coverNumbers covers the digits of a value, whatever is between them, and the few digits that are then left of the
// number.
func (f *respelling) coverNumbers(atoms []atom, parts []part, mark func(from, to int, label string)) {
	for _, run := range digitRuns(parts) {
		number := joined(run)
		if label, there := f.short[number]; there {
			mark(atoms[run[0].from].from, atoms[run[len(run)-1].to-1].to, label)
			continue
		}
		var at []int // index of the atom of each digit
		for _, p := range run {
			for i := p.from; i < p.to; i++ {
				at = append(at, i)
			}
		}
		for i := 0; i+fewestDigits <= len(number); i++ {
			label, there := f.digits[number[i:i+fewestDigits]]
			if !there {
				continue
			}
			// Another value may begin where this one ends, or inside it: the digits that they share are the end of
			// one and the beginning of the other.
			first, last := i, i+fewestDigits-1
			for next := i + 1; next <= last && next+fewestDigits <= len(number); next++ {
				if _, there := f.digits[number[next:next+fewestDigits]]; there {
					i, last = next, next+fewestDigits-1
				}
			}
			if first < shortPart {
				first = 0
			}
			if len(number)-1-last < shortPart {
				last = len(number) - 1
			}
			mark(atoms[at[first]].from, atoms[at[last]].to, label)
		}
	}
}

// remains reports that a text to keep still has a value: in letters and digits that are separated in ways that nobody
// listed.
func (f *respelling) remains(kept []rune) bool {
	for _, atoms := range read(kept) {
		var run, digits strings.Builder
		for _, a := range atoms {
			switch {
			case a.r == cutOut:
				run.WriteRune(cutOut)
				digits.WriteRune(cutOut)
			case a.digit():
				run.WriteRune(a.r)
				digits.WriteRune(a.r)
			case a.letter():
				run.WriteRune(a.r)
			}
		}
		whole, number := run.String(), digits.String()
		if slices.ContainsFunc(f.runs, func(value string) bool { return strings.Contains(whole, value) }) {
			return true
		}
		for i := 0; i+fewestDigits <= len(number); i++ {
			if _, there := f.digits[number[i:i+fewestDigits]]; there {
				return true
			}
		}
	}
	return false
}

// cutOut replaces a value while the rest of the text is checked.
const cutOut = '\ufffc'

// mayHave reports whether a text may have a value of the entries in another spelling. Most states and codes are
// ordinary words, which are not searched any further.
func mayHave(text []rune, entries []pipeline.Entry) bool {
	return !isOrdinaryText(text) || slices.ContainsFunc(entries, func(e pipeline.Entry) bool {
		return !e.Filled && strings.ContainsAny(e.Value, " -_.,/") && isOrdinaryText([]rune(e.Value))
	})
}

// isOrdinaryText reports whether a text is ordinary ASCII words, without a number that identifies anyone.
func isOrdinaryText(text []rune) bool {
	const mostShort = 3 // with more, it may be a word whose letters are separated
	digits, short, from := 0, 0, 0
	for i := range len(text) + 1 {
		if i < len(text) {
			r := text[i]
			if r >= '0' && r <= '9' {
				digits++
			}
			if r >= utf8.RuneSelf || digits >= shortPart {
				return false
			}
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				continue
			}
		}
		switch word := text[from:i]; {
		case len(word) == 0:
		case len(word) < shortPart-1:
			if short++; short > mostShort || i < len(text) && standsForLost(text[i]) ||
				from > 0 && standsForLost(text[from-1]) {
				return false
			}
		case !ordinary()[strings.ToUpper(string(word))]:
			return false
		}
		from = i + 1
	}
	return true
}
