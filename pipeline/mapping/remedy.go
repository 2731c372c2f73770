package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"muster/pipeline"
)

// If cells break the rule of their field, a conversion may fix them. To find it, conversions are tried on the cells
// and their results are checked against the field. Nothing is converted by this; whoever owns the mapping decides.

const (
	// triedByAll is how many cells of a kind all candidates are tried on. Only the
	// best of them are tried on more.
	triedByAll = 200
	// mostTried is the largest number of cells that are tried.
	mostTried = 20_000
)

// Remedy is the conversion that fixes the most cells with one kind of problem.
type Remedy struct {
	Convert string // as written in a mapping sheet, including the conversions already there
	Fixes   int    // cells that the field would then accept
	Tried   int    // cells that were tried; Fixes counts some of these
}

// Trial searches for the remedy of one kind of problem: the cells of one field that break one rule. It is used by one
// goroutine at a time.
type Trial struct {
	field      int // in the provider's Fields
	rules      Rules
	problem    func(string) *pipeline.Message
	present    func(string) (string, *pipeline.Message) // the conversions already there
	candidates []candidate
	tried      int
}

// candidate is a chain that may be the remedy.
type candidate struct {
	convert string
	// reading distinguishes a candidate from others that read the same cells differently, when a cell alone does not
	// show which is right; "" if there is only one way.
	reading string
	steps   []func(string) (string, *pipeline.Message)
	fixes   int
}

// Trial starts a trial for problems of a field with that code; nil if no conversion could help, because the value is
// missing, the field is made from several cells, or the spreadsheet program has lost the value.
func (m *Mapping) Trial(rules Rules, path string, code pipeline.ProblemCode) *Trial {
	switch code {
	case pipeline.ProblemRequired, pipeline.ProblemBlank, pipeline.ProblemShape, pipeline.ProblemItems,
		pipeline.ProblemPlaceholder, pipeline.ProblemHalfRow, pipeline.ProblemDiffers, pipeline.ProblemZerosLost,
		pipeline.ProblemProvider:
		return nil
	}
	if code.OfCell() {
		return nil
	}
	slot := m.slotOf(path)
	if slot < 0 || m.slots[slot].Column == nil {
		return nil
	}
	now := part{}
	if s := m.sources[slot]; s != nil {
		if s.combine != nil || len(s.parts) > 1 {
			return nil
		}
		now = s.parts[0]
	}
	f := &m.fields[m.slots[slot].Field]
	t := &Trial{field: m.slots[slot].Field, rules: rules, problem: ValueProblem(f),
		present: now.chain.convert}
	remedies := remediesFor(f, m.keys, code)
	if code == pipeline.ProblemSpoilt {
		remedies = []remedy{{chain: "collapse"}} // it fixes line breaks; nothing restores lost letters
	}
	for _, r := range remedies {
		t.add(r, now)
	}
	if len(t.candidates) == 0 {
		return nil
	}
	return t
}

// slotOf is the slot of a field's path, in whichever line; -1 for none.
func (m *Mapping) slotOf(path string) int {
	path = m.inFirstLine(path)
	return slices.IndexFunc(m.slots, func(s pipeline.Slot) bool { return s.Path == path })
}

// add makes candidates from a chain by putting it after and before the conversions already there. It never replaces
// those: the good cells may need them.
func (t *Trial) add(r remedy, now part) {
	convert, err := Converter(r.chain)
	if err != nil {
		return // the sample of a field is not what it seemed
	}
	type step = func(string) (string, *pipeline.Message)
	one := candidate{convert: r.chain, reading: r.reading, steps: []step{convert}}
	present := step(now.chain.convert)
	switch {
	case now.text == "" || strings.HasSuffix(r.chain, "| "+now.text):
		t.candidates = append(t.candidates, one)
	case strings.Contains(now.text, name(r.chain)):
		// A conversion already there fixes how the cell is read.
	default:
		behind, before := one, one
		behind.convert, behind.steps = now.text+" | "+r.chain, []step{present, convert}
		before.convert, before.steps = r.chain+" | "+now.text, []step{convert, present}
		t.candidates = append(t.candidates, behind, before)
	}
}

// name is that of a chain's last conversion.
func name(chain string) string {
	last := chain[strings.LastIndexByte(chain, '|')+1:]
	name, _, _ := strings.Cut(strings.TrimSpace(last), "(")
	return name
}

// Take tries the candidates on a cell that breaks the rule.
func (t *Trial) Take(cell string) {
	if cell == "" || t.tried >= mostTried {
		return
	}
	t.tried++
	broken, _ := t.present(cell)
	kept := t.candidates[:0]
	for _, c := range t.candidates {
		value, ok := t.fixed(c.steps, cell, broken)
		if ok && inventsZeros(cell, value) {
			continue // it would make a customer of whatever number is in the column
		}
		if ok {
			c.fixes++
		}
		kept = append(kept, c)
	}
	t.candidates = kept
	if t.tried == triedByAll {
		best := t.most()
		t.candidates = slices.DeleteFunc(t.candidates, func(c candidate) bool { return c.fixes < max(best, 1) })
	}
}

// fixed converts a cell by steps, and reports whether the field accepts the value. broken is the value that was found
// wrong, perhaps by what other cells of its column have: as long as a conversion leaves it as it is, it stays wrong.
func (t *Trial) fixed(steps []func(string) (string, *pipeline.Message), cell, broken string) (value string, ok bool) {
	value = cell
	for _, step := range steps {
		var wrong *pipeline.Message
		if value, wrong = step(value); wrong != nil || value == "" {
			return "", false
		}
	}
	return value, value != broken && t.problem(value) == nil && t.rules.Accepts(t.field, value)
}

// mostZerosLost is how many zeros in front a spreadsheet program can be taken to have removed from a number; of a
// short one not more than half of its digits.
const mostZerosLost = 3

// inventsZeros reports whether a value has more zeros in front than its cell may have lost: 300 is a count, or a
// number that was cut off, and not the NIT 000000300.
func inventsZeros(cell, value string) bool {
	front := func(s string) int { return len(s) - len(strings.TrimLeft(s, "0")) }
	digits := strings.TrimLeftFunc(cell, func(r rune) bool { return !unicode.IsDigit(r) })
	return front(value)-front(digits) > min(mostZerosLost, len(value)/2)
}

func (t *Trial) most() (most int) {
	for _, c := range t.candidates {
		most = max(most, c.fixes)
	}
	return most
}

// Remedy returns the best candidate; false if none helps, or if two that read a cell differently help equally.
func (t *Trial) Remedy() (Remedy, bool) {
	most := t.most()
	if most == 0 {
		return Remedy{}, false
	}
	best := slices.IndexFunc(t.candidates, func(c candidate) bool { return c.fixes == most })
	c := t.candidates[best]
	for _, other := range t.candidates {
		if other.fixes == most && other.reading != c.reading {
			return Remedy{}, false
		}
	}
	return Remedy{Convert: c.convert, Fixes: c.fixes, Tried: t.tried}, true
}

// remedy is a chain to be tried; reading is as candidate has it.
type remedy struct{ chain, reading string }

// exactDigits finds how many digits a pattern asks for.
var exactDigits = regexp.MustCompile(`^\^?(?:\\d|\[0-9\])\{(\d+)\}\$?$`)

// onlyDigits finds patterns of digits, however many.
var onlyDigits = regexp.MustCompile(`^\^(?:\\d|\[0-9\])[+*{]`)

// remediesFor returns the chains that fit a field's rule, the most specific first: of those that help equally the
// first is named.
func remediesFor(f *pipeline.Field, keys []pipeline.Key, code pipeline.ProblemCode) (all []remedy) {
	plain := func(chains ...string) {
		for _, c := range chains {
			all = append(all, remedy{chain: c})
		}
	}
	switch {
	case f.Kind == "boolean":
		plain("yes-no")
	case f.Kind == "number" || f.Kind == "integer":
		plain("whole")
		for _, sample := range []string{"1.234,56", "1,234.56", "1 234,56"} {
			all = append(all, remedy{"number(" + sample + ")", sample[len(sample)-3 : len(sample)-2]})
		}
	case f.Format == "date":
		all = append(all, dateRemedies()...)
	case f.Format == "email":
		plain("split(;,1)", "split(',',1)", "split(/,1)", "split(' ',1)")
	case phoneRegion(f) != "":
		phone := "phone(" + phoneRegion(f) + ")"
		plain(phone, "split(/,1) | "+phone, "split(;,1) | "+phone, "split(',',1) | "+phone, "split(-,1) | "+phone,
			"whole | "+phone)
	case len(f.Enum) > 0:
		plain("upper", "lower", "title", "collapse")
		if slices.Contains(f.Enum, "NY") {
			plain("us-state")
		}
		plain("country-a2", "country-a3")
	case f.Format == "country-a2":
		plain("country-a2")
	default:
		all = textRemedies(f, keys, code)
	}
	return all
}

// textRemedies are those of numbers that are texts, and of other texts.
func textRemedies(f *pipeline.Field, keys []pipeline.Key, code pipeline.ProblemCode) (all []remedy) {
	var chains []string
	digits := exactDigits.FindStringSubmatch(f.Pattern)
	switch {
	case digits != nil && digits[1] == "9":
		chains = append(numberIn(f, keys), "whole", "digits", "left-pad(9,0)")
	case digits != nil:
		chains = []string{"whole", "digits", "left-pad(" + digits[1] + ",0)", "digits | left-pad(" + digits[1] + ",0)"}
	case onlyDigits.MatchString(f.Pattern):
		chains = []string{"whole", "digits"}
	case strings.HasPrefix(f.Pattern, "^[") || f.MinLength == 2 && f.MaxLength == 2:
		chains = []string{"collapse", "upper", "lower", "country-a2", "country-a3", "us-state"}
	case f.MinLength == 3 && f.MaxLength == 3:
		chains = []string{"collapse", "upper", "country-a3"}
	default:
		chains = []string{"collapse"}
	}
	// A value of a fixed form, such as a reference, becomes a different one when it is cut.
	if code == pipeline.ProblemTooLong && f.MaxLength > 3 && !strings.HasPrefix(f.Pattern, "^[") && !f.Secret {
		chains = append(chains, "truncate("+strconv.Itoa(f.MaxLength)+")")
	}
	for _, c := range chains {
		all = append(all, remedy{chain: c})
	}
	return all
}

// numberIn returns the conversion for the number of nine digits that a field has, by what the definition types into it
// or calls it or its key; none where that does not say which number it is.
func numberIn(f *pipeline.Field, keys []pipeline.Key) []string {
	words := pathWords(f.Path[strings.LastIndexByte(f.Path, '.')+1:])
	called := func(names ...pipeline.Localized) {
		for _, name := range names {
			for _, text := range name {
				words = append(words, pathWords(strings.ToLower(text))...)
			}
		}
	}
	called(f.Title)
	for i := range keys {
		if k := &keys[i]; k.Field == f.Path {
			called(k.Label, pipeline.Localized{"": k.Name})
		}
	}
	for _, conversion := range []string{"nit", "ein", "ssn"} {
		if f.Typed == conversion || f.Typed == "" && slices.Contains(words, conversion) {
			return []string{conversion}
		}
	}
	if f.Secret {
		return []string{"ssn"}
	}
	return nil
}

// dateRemedies read a date in every usual order and with every usual separator. A cell alone does not show whether
// 4/8/1969 is in April or August.
func dateRemedies() (all []remedy) {
	forms := []remedy{{"D/M/YYYY", "DMY"}, {"M/D/YYYY", "MDY"}, {"YYYY/M/D", "YMD"}}
	for _, sign := range []string{"/", "-", "."} {
		for _, f := range forms {
			all = append(all, remedy{"date(" + strings.ReplaceAll(f.chain, "/", sign) + ")", f.reading})
		}
	}
	return append(all, remedy{"date(YYYYMMDD)", "YMD"}, remedy{"date(DDMMYYYY)", "DMY"}, remedy{"date(MMDDYYYY)", "MDY"})
}

// phoneRegion returns the country of the phone number that a field has as its example; "" for a field that takes no
// phone numbers with their country code.
func phoneRegion(f *pipeline.Field) string {
	if !strings.HasPrefix(f.Example, "+") {
		return ""
	}
	number, err := phonenumbers.Parse(f.Example, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(number)
}
