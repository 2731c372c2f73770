package suggest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// column is what the sample has of one column of a book.
type column struct {
	*pipeline.Column
	label label
	// values are the different ones, in the order in which they come, and how
	// often each stands there; empty cells are not counted.
	values []string
	counts []int
	filled int
	// checked says that the values are NITs whose check digits are in another column and all correct.
	checked bool
}

func newColumn(c *pipeline.Column, rows [][]string) *column {
	col := &column{Column: c, label: readLabel(c.Name)}
	col.take(rows)
	return col
}

// take takes the values of rows, and forgets others.
func (c *column) take(rows [][]string) {
	c.values, c.counts, c.filled = nil, nil, 0
	at := map[string]int{}
	for _, row := range rows {
		v := row[c.Index]
		if v == "" {
			continue
		}
		c.filled++
		i, known := at[v]
		if !known {
			i = len(c.values)
			at[v] = i
			c.values, c.counts = append(c.values, v), append(c.counts, 0)
		}
		c.counts[i]++
	}
}

// share is the share of the filled cells for which ok is true; 0 if none is filled.
func (c *column) share(ok func(string) bool) float64 {
	if c.filled == 0 {
		return 0
	}
	return float64(c.count(ok)) / float64(c.filled)
}

// count is the number of filled cells for which ok is true.
func (c *column) count(ok func(string) bool) int {
	n := 0
	for i, v := range c.values {
		if ok(v) {
			n += c.counts[i]
		}
	}
	return n
}

// withoutDecimals is the column with its whole numbers written as such, and how
// many cells an export gave decimals.
func (c *column) withoutDecimals() (*column, int) {
	all, n := *c, 0
	all.values = make([]string, len(c.values))
	for i, v := range c.values {
		out, wrong := toWhole()(v)
		switch {
		case wrong != nil:
			out = v
		case out != v:
			n += c.counts[i]
		}
		all.values[i] = out
	}
	return &all, n
}

// fit says how well the values of a column suit a field after a conversion.
type fit struct {
	convert string
	good    int // cells that the field takes
	changed bool
	table   []entry           // of a conversion by a table; nil for none
	open    int               // lines of it that a person has to fill
	ask     *pipeline.Message // what a person has to add; nil for nothing
	why     *pipeline.Message // what the conversion follows from; nil where nothing is said
	doubt   *pipeline.Message // what a person should check; nil for nothing
	fault   *pipeline.Message // why the first value that does not fit does not
}

// asks reports whether a person has to add something.
func (f fit) asks() bool { return f.ask != nil || f.open > 0 }

const enough = 0.95 // the share of good values that proves a column

func (f fit) share(c *column) float64 {
	if c.filled == 0 {
		return 0
	}
	return float64(f.good) / float64(c.filled)
}

// try converts a column by a chain and counts the results that the field accepts; also is one more condition, nil for
// none.
func (s *suggester) try(c *column, field int, text string, also func(string) bool) fit {
	f := fit{convert: text}
	convert, err := mapping.Converter(text)
	if err != nil {
		panic(err) // the chains are ours
	}
	problemOf := mapping.ValueProblem(&s.provider.Fields[field])
	for i, v := range c.values {
		out, wrong := convert(v)
		fault := wrong
		if wrong == nil {
			wrong = problemOf(out)
		}
		switch {
		case wrong != nil:
			// A placeholder is not reported as a fault: the needs of the field are reported anyway.
			if fault == nil && wrong.Code != "cells.placeholder" {
				fault = wrong
			}
			if f.fault == nil {
				f.fault = fault
			}
		case out != "" && s.rules.Accepts(field, out) && (also == nil || also(out)):
			f.good += c.counts[i]
		}
		f.changed = f.changed || wrong == nil && out != v
	}
	return f
}

// convertFor finds the conversion after which a column suits a field best. If several are equally good, no conversion
// is preferred, except one that makes a value what it ought to be (a country's code, a number without its country
// code): that one is used even if the field would accept the cell unchanged.
func (s *suggester) convertFor(c *column, pl *place, also func(string) bool) fit {
	field := s.provider.Fields[pl.field]
	if whole, n := c.withoutDecimals(); n > 0 && field.Kind != "number" {
		best := s.convertFor(whole, pl, also)
		best.convert = strings.TrimSuffix("whole | "+best.convert, " | ")
		if best.changed = true; best.why == nil {
			best.why = pipeline.Say("cells.decimals_removed", "count", n)
		}
		return best
	}
	plain := s.try(c, pl.field, "", also)
	if field.Format == "date" || pl.label.concept == aBirthDate || pl.label.concept == anExpiryDate {
		return s.dates(c, pl, plain)
	}
	switch field.Kind {
	case "number", "integer":
		return s.numbers(c, pl, plain)
	case "boolean":
		return s.yesNo(c, pl, plain)
	}
	best := plain
	better := func(text string, canonical bool, why *pipeline.Message) {
		f := s.try(c, pl.field, text, also)
		f.why = why
		if f.good > best.good ||
			canonical && f.changed && f.good*10 >= best.good*9 && f.good > 0 && best.convert == "" {
			best = f
		}
	}
	padded := func(text string, short int) {
		if better(text, false, nil); best.convert == text {
			best.doubt = pipeline.Say("suggest.zeros_lost", "count", short)
		} else if best.convert == "" {
			best.doubt = pipeline.Say("suggest.zeros_to_restore", "count", short, "convert", text)
		}
	}
	switch pl.label.concept {
	case aNIT:
		better("nit", true, pipeline.Say("suggest.nits_verified"))
		if best.convert == "nit" && best.good < c.filled {
			best.why = pipeline.Say("suggest.nits_checked")
		}
	case anEIN:
		better("ein", false, nil)
		s.padded(c, 9, padded)
	case aDocument:
		if c.label.document == "ssn" || pl.label.document == "ssn" {
			better("ssn", false, nil)
			s.padded(c, 9, padded)
		}
	case aPostalCode:
		s.padded(c, 5, padded)
	case aCategoryCode:
		s.padded(c, 4, padded)
	case aCountry, aCitizenship, anIssueLand:
		better("country-a2", true, nil)
		better("country-a3", true, nil)
	case aState:
		if len(field.Enum) > 0 {
			better("us-state", true, nil)
		}
	case aDiallingCode:
		better("digits", false, nil)
	case aReference, anID:
		if plain.good < c.filled {
			better("reference", false, nil)
			if best.convert == "reference" {
				best.doubt = pipeline.Say("suggest.reference_made")
			}
		}
	case aPhone:
		return s.phones(c, pl, best)
	}
	if len(field.Enum) > 0 && best.good < c.filled {
		better("upper", false, nil)
		better("lower", false, nil)
		if t := s.byTable(c, pl); t.good > best.good ||
			t.open > 0 && t.good == best.good && (pl.label.concept != aState || best.share(c) < enough) {
			best = t
		}
	}
	if best.good < c.filled {
		better("collapse", false, pipeline.Say("suggest.collapsed"))
	}
	return best
}

// padded offers to restore leading zeros that a spreadsheet program has removed: some numbers have the full length,
// the others are shorter, none is longer.
func (s *suggester) padded(c *column, width int, offer func(text string, short int)) {
	whole, short := 0, 0
	for i, v := range c.values {
		switch {
		case !allDigits(v) || len(v) > width || len(v) < width-2:
			return
		case len(v) == width:
			whole += c.counts[i]
		default:
			short += c.counts[i]
		}
	}
	if short > 0 && whole >= short {
		offer(fmt.Sprintf("left-pad(%d,0)", width), short)
	}
}

// listed maps everything that may be written for a value that a field lists, without case and accents, to that value.
func (s *suggester) listed(field int, c *column) map[string]string {
	all := map[string]string{}
	enum := s.provider.Fields[field].Enum
	for _, e := range enum {
		for _, other := range lexicon().values[mapping.Bare(e)] {
			all[other] = e
		}
	}
	// Where men are hombres, an M is a mujer.
	isH := func(v string) bool { return strings.EqualFold(v, "h") }
	if c != nil && all["hombre"] != "" && slices.ContainsFunc(c.values, isH) {
		man, woman := all["hombre"], all["mujer"]
		all["h"] = man
		for _, e := range enum {
			all[mapping.Bare(e)] = e
		}
		all["m"] = woman
		return all
	}
	for _, e := range enum {
		all[mapping.Bare(e)] = e
	}
	return all
}

var (
	hyphenEIN = regexp.MustCompile(`^\d{2}-\d{7}$`)
	hyphenSSN = regexp.MustCompile(`^\d{3}-\d{2}-\d{4}$`)
	zip       = regexp.MustCompile(`^\d{5}(-\d{4})?$`)
	isoDate   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	mailLike  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

// converter is a conversion that is compiled when it is first needed.
func converter(chain string) func() func(string) (string, *pipeline.Message) {
	return sync.OnceValue(func() func(string) (string, *pipeline.Message) {
		convert, err := mapping.Converter(chain)
		if err != nil {
			panic(err) // the chains are ours
		}
		return convert
	})
}

var (
	toNIT       = converter("nit")
	toUSState   = converter("us-state")
	toCountryA2 = converter("country-a2")
	toEIN       = converter("ein")
	toWhole     = converter("whole")
)

func isNIT(v string) bool        { _, wrong := toNIT()(v); return wrong == nil }
func isUSState(v string) bool    { _, wrong := toUSState()(v); return wrong == nil }
func isCountry(v string) bool    { _, wrong := toCountryA2()(v); return wrong == nil }
func isNineDigits(v string) bool { _, wrong := toEIN()(v); return wrong == nil }

// isCheckedNIT is a NIT with its check digit.
func isCheckedNIT(v string) bool { return isNIT(v) && len(digitsOf(v)) == 10 }

// provenNIT reports whether a column certainly holds NITs: they are written with a hyphen before the check digit, or
// there are too many for chance, by which one number of ten digits in eleven passes.
func provenNIT(c *column) bool {
	switch c.label.concept {
	case "", aNIT, aTaxID, aDocument:
	default:
		return false
	}
	if c.checked {
		return true
	}
	if c.share(isCheckedNIT) < enough {
		return false
	}
	return len(c.values) >= 5 || c.share(func(v string) bool { return strings.ContainsAny(v, hyphens) }) >= enough
}

// hyphens are all that look like one.
const hyphens = "-\u2010\u2011\u2012\u2013\u2014\u2212"

func digitsOf(v string) string { return pipeline.Normalise([]pipeline.Normaliser{pipeline.Digits}, v) }

func allDigits(v string) bool { return len(digitsOf(v)) == len(v) }

func isDateLike(v string) bool { return isoDate.MatchString(v) || datePieces.MatchString(v) }
