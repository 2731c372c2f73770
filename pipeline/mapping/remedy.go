package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"muster/pipeline"
)

// Where cells break the rule of their field, a conversion may put them right. Which
// one does is found out by trying: what it makes of a cell is held against the field.
// Nothing is converted so; whoever owns the mapping decides.

const (
	// triedByAll is how many cells of a kind all candidates are tried on. Only the
	// best of them are tried on more.
	triedByAll = 200
	// mostTried bounds the cells that are tried.
	mostTried = 20_000
)

// Remedy is the conversion that puts the most cells of a kind of problem right.
type Remedy struct {
	Convert string // as a mapping sheet has it, with the conversions that are there already
	Fixes   int    // cells that the field would take
	Tried   int    // cells that were tried, of which Fixes is a count
}

// Trial looks for the remedy of one kind of problem: of the cells of one field that
// break one rule. It is used by one goroutine at a time.
type Trial struct {
	field      int // in the provider's Fields
	rules      Rules
	unfit      func(string) *pipeline.Message
	candidates []candidate
	tried      int
}

// candidate is a chain that may be the remedy.
type candidate struct {
	convert string
	// reading is what tells it from others that read the same cells in another way,
	// where a cell alone does not show which is right; "" where there is one way.
	reading string
	steps   []func(string) (string, *pipeline.Message)
	fixes   int
}

// Trial begins one for problems of a field with that code; nil where no conversion
// could help: the value is missing, the field is made of several cells, or the
// spreadsheet program has lost the value.
func (m *Mapping) Trial(rules Rules, path string, code pipeline.ProblemCode) *Trial {
	switch code {
	case pipeline.ProblemRequired, pipeline.ProblemBlank, pipeline.ProblemShape, pipeline.ProblemItems,
		pipeline.ProblemPlaceholder, pipeline.ProblemHalfRow, pipeline.ProblemDiffers,
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
	t := &Trial{field: m.slots[slot].Field, rules: rules, unfit: Unfit(f)}
	remedies := remediesFor(f, code)
	if code == pipeline.ProblemSpoilt {
		remedies = []remedy{{chain: "collapse"}} // line breaks; nothing brings lost letters back
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

// add makes candidates of a chain: behind the conversions that are there, and before
// them. Nothing takes their place: the cells that are good may need them.
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
		// It reads the cell in one way already.
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
	for i := range t.candidates {
		if t.fixed(t.candidates[i].steps, cell) {
			t.candidates[i].fixes++
		}
	}
	if t.tried == triedByAll {
		best := t.most()
		t.candidates = slices.DeleteFunc(t.candidates, func(c candidate) bool { return c.fixes < max(best, 1) })
	}
}

// fixed says that the field takes what steps make of a cell.
func (t *Trial) fixed(steps []func(string) (string, *pipeline.Message), cell string) bool {
	value := cell
	for _, step := range steps {
		var wrong *pipeline.Message
		if value, wrong = step(value); wrong != nil || value == "" {
			return false
		}
	}
	return t.unfit(value) == nil && t.rules.Accepts(t.field, value)
}

func (t *Trial) most() (most int) {
	for _, c := range t.candidates {
		most = max(most, c.fixes)
	}
	return most
}

// Remedy is the best; false where none helps, or where two that read a cell in
// different ways help alike.
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

// remediesFor are the chains that fit a field's rule, the more particular first: of
// those that help alike the first is named.
func remediesFor(f *pipeline.Field, code pipeline.ProblemCode) (all []remedy) {
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
		all = textRemedies(f, code)
	}
	return all
}

// textRemedies are those of numbers that are texts, and of other texts.
func textRemedies(f *pipeline.Field, code pipeline.ProblemCode) (all []remedy) {
	var chains []string
	digits := exactDigits.FindStringSubmatch(f.Pattern)
	switch {
	case digits != nil && digits[1] == "9" && f.Secret:
		chains = []string{"ssn", "whole", "digits", "left-pad(9,0)"}
	case digits != nil && digits[1] == "9":
		chains = []string{"ein", "nit", "whole", "digits", "left-pad(9,0)"}
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
	// What is of a form, such as a reference, is another when it is cut.
	if code == pipeline.ProblemTooLong && f.MaxLength > 3 && !strings.HasPrefix(f.Pattern, "^[") && !f.Secret {
		chains = append(chains, "truncate("+strconv.Itoa(f.MaxLength)+")")
	}
	for _, c := range chains {
		all = append(all, remedy{chain: c})
	}
	return all
}

// dateRemedies read a date in the orders and with the signs that there are. Whether
// 4/8/1969 is in April or August the cell does not show.
func dateRemedies() (all []remedy) {
	forms := []remedy{{"D/M/YYYY", "DMY"}, {"M/D/YYYY", "MDY"}, {"YYYY/M/D", "YMD"}}
	for _, sign := range []string{"/", "-", "."} {
		for _, f := range forms {
			all = append(all, remedy{"date(" + strings.ReplaceAll(f.chain, "/", sign) + ")", f.reading})
		}
	}
	return append(all, remedy{"date(YYYYMMDD)", "YMD"}, remedy{"date(DDMMYYYY)", "DMY"}, remedy{"date(MMDDYYYY)", "MDY"})
}

// phoneRegion is the country of the phone number that a field has as its example; ""
// of a field that takes no phone numbers with their country code.
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
