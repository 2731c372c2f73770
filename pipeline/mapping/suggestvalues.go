package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"muster/pipeline"
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
	// checked says that they are NITs whose check digits, all right, stand in
	// another column.
	checked bool
}

func newColumn(c *pipeline.Column, rows [][]string) *column {
	col := &column{Column: c, label: readLabel(c.Name)}
	col.count(rows)
	return col
}

// count takes the values of rows, and forgets others.
func (c *column) count(rows [][]string) {
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

// share is which part of the filled cells ok holds for; 0 where none is filled.
func (c *column) share(ok func(string) bool) float64 {
	if c.filled == 0 {
		return 0
	}
	n := 0
	for i, v := range c.values {
		if ok(v) {
			n += c.counts[i]
		}
	}
	return float64(n) / float64(c.filled)
}

// fit is how the values of a column fare in a field through a conversion.
type fit struct {
	convert string
	good    int // cells that the field takes
	changed bool
	table   []tableLine // of a conversion by a table; nil for none
	ask     string      // what a person has to add; "" for nothing
	why     string      // what the conversion follows from, for people
	doubt   string      // what a person should see to
	fault   string      // why the first value that does not fit does not
}

const enough = 0.95 // the share of good values that proves a column

func (f fit) share(c *column) float64 {
	if c.filled == 0 {
		return 0
	}
	return float64(f.good) / float64(c.filled)
}

// try runs a column through a chain and asks whether the field takes what
// comes out; also is one more condition, nil for none.
func (s *suggester) try(c *column, field int, text string, also func(string) bool) fit {
	f := fit{convert: text}
	chain, wrong := compileChain(text, &tables{})
	if wrong != nil {
		panic("mapping: " + wrong.says) // the chains are ours
	}
	for i, v := range c.values {
		out, err := chain.convert(v)
		if err == nil && chain.combine != nil {
			out = chain.combine([]string{out})
		}
		switch {
		case err != nil:
			if f.fault == "" {
				f.fault = err.Error()
			}
		case out != "" && s.rules.Accepts(field, out) && (also == nil || also(out)):
			f.good += c.counts[i]
		}
		f.changed = f.changed || err == nil && out != v
	}
	return f
}

// convertFor finds the conversion under which a column serves a field best. Of
// those that serve alike, none is best, but where one makes a value what it
// ought to be (a country's code, a number without its country code) it stands
// although the field would take the cell as it is.
func (s *suggester) convertFor(c *column, pl *place, also func(string) bool) fit {
	field := s.provider.Fields[pl.field]
	plain := s.try(c, pl.field, "", also)
	if field.Format == "date" || pl.label.concept == aBirthDate || pl.label.concept == anExpiryDate {
		return s.dates(c, pl, plain)
	}
	best := plain
	better := func(text string, canonical bool, why string) {
		f := s.try(c, pl.field, text, also)
		f.why = why
		if f.good > best.good || canonical && f.changed && f.good*10 >= best.good*9 && f.good > 0 && best.convert == "" {
			best = f
		}
	}
	doubtful := func(text, doubt string) {
		if better(text, false, ""); best.convert == text {
			best.doubt = doubt
		} else if best.convert == "" {
			best.doubt = doubt + ": `" + text + "` would put them back"
		}
	}
	switch pl.label.concept {
	case aNIT:
		better("nit", true, "dots and check digits go, each check digit proven by DIAN's rule")
	case anEIN:
		better("ein", false, "")
		s.padded(c, 9, doubtful)
	case aDocument:
		if c.label.document == "ssn" || pl.label.document == "ssn" {
			better("ssn", false, "")
			s.padded(c, 9, doubtful)
		}
	case aPostalCode:
		s.padded(c, 5, doubtful)
	case aCountry, aCitizenship, anIssueLand:
		better("country-a2", true, "")
		better("country-a3", true, "")
	case aState:
		if len(field.Enum) > 0 {
			better("us-state", true, "")
		}
	case aDiallingCode:
		better("digits", false, "")
	case aReference, anID:
		if plain.good < c.filled {
			better("reference", false, "")
			if best.convert == "reference" {
				best.doubt = "the provider does not take the value as it stands, so a reference is made of it that stays the same in every run"
			}
		}
	case aPhone:
		return s.phones(c, pl, best)
	}
	if len(field.Enum) > 0 && best.good < c.filled {
		better("upper", false, "")
		better("lower", false, "")
		if t := s.byTable(c, pl.field); t.good > best.good {
			best = t
		}
	}
	if best.good < c.filled {
		better("collapse", false, "")
	}
	return best
}

// padded offers to put zeros back that a spreadsheet program has eaten: some
// numbers are whole, the others shorter, none is longer.
func (s *suggester) padded(c *column, width int, offer func(text, doubt string)) {
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
		offer(fmt.Sprintf("left-pad(%d,0)", width), fmt.Sprintf("%d shorter numbers have most likely lost zeros in front", short))
	}
}

var datePieces = regexp.MustCompile(`^(\d{1,4})([/.\- ])(\d{1,2})([/.\- ])(\d{1,4})$`)

// dates finds the one form of date that the values prove. Where the day and
// the month could stand either way, the person is asked.
func (s *suggester) dates(c *column, pl *place, plain fit) fit {
	if plain.share(c) >= enough || c.filled == 0 {
		return plain
	}
	forms := map[string]string{} // order to form
	short, single := false, false
	for _, v := range c.values {
		m := datePieces.FindStringSubmatch(v)
		switch {
		case m == nil && len(v) == 8 && allDigits(v):
			forms["YMD"], forms["DMY"], forms["MDY"] = "YYYYMMDD", "DDMMYYYY", "MMDDYYYY"
		case m == nil || m[2] != m[4] || isISODate(v):
		case len(m[1]) == 4:
			forms["YMD"] = "YYYY" + m[2] + "MM" + m[2] + "DD"
			single = single || len(m[3]) == 1 || len(m[5]) == 1
		case len(m[5]) == 4:
			forms["DMY"], forms["MDY"] = "DD"+m[2]+"MM"+m[2]+"YYYY", "MM"+m[2]+"DD"+m[2]+"YYYY"
			single = single || len(m[1]) == 1 || len(m[3]) == 1
		case len(m[5]) == 2 && len(m[1]) <= 2:
			short = true
		}
	}
	var tried []fit
	var orders []string
	for _, order := range []string{"DMY", "MDY", "YMD"} {
		form := forms[order]
		if form == "" {
			continue
		}
		if single {
			form = strings.NewReplacer("DD", "D", "MM", "M").Replace(form)
		}
		if _, wrong := parseDateFormat(form); wrong != nil {
			continue
		}
		tried, orders = append(tried, s.try(c, pl.field, "date("+form+")", nil)), append(orders, order)
	}
	if len(tried) == 0 {
		plain.ask = "the values are no dates that a conversion reads: YYYY-MM-DD, or day, month and year as numbers, are needed"
		if short {
			plain.ask = "the years have two digits, and which century is meant would be a guess: complete them in the book"
		}
		return plain
	}
	best := slices.MaxFunc(tried, func(a, b fit) int { return a.good - b.good })
	var alike []int
	for i, f := range tried {
		if f.good == best.good {
			alike = append(alike, i)
		}
	}
	if c.label.order != "" {
		if i := slices.Index(orders, c.label.order); i >= 0 && slices.Contains(alike, i) {
			tried[i].why = "as its header says"
			return tried[i]
		}
	}
	if len(alike) == 1 && best.good > 0 {
		if best.share(c) < enough {
			best.ask = fmt.Sprintf("not all dates are of the form %s: see that day and month stand the same way in all of them", best.convert)
		}
		best.why = "days beyond the 12th show the order"
		return best
	}
	// Which one does not matter for how many are good, and none is written.
	best.ask = fmt.Sprintf("write %s or %s under convert: no day beyond the 12th shows which of the two it is", tried[alike[0]].convert, tried[alike[len(alike)-1]].convert)
	best.convert = ""
	return best
}

// phones converts by the country whose numbers stand without a country code,
// where something in the book says which that is.
func (s *suggester) phones(c *column, pl *place, plain fit) fit {
	best := plain
	region, why := s.region(c)
	if region != "" {
		for _, name := range []string{"phone", "phone-national"} {
			f := s.try(c, pl.field, name+"("+region+")", nil)
			if f.why = why; f.good > best.good || f.changed && f.good > 0 && f.good*10 >= best.good*9 && best.convert == "" {
				best = f
			}
		}
		return best
	}
	if c.filled > 0 && plain.share(c) < enough {
		name := "phone"
		if field := s.provider.Fields[pl.field]; field.Pattern != "" && !strings.Contains(field.Pattern, "+]") && !strings.Contains(field.Pattern, `\+`) {
			name = "phone-national"
		}
		best.ask = fmt.Sprintf("write %s(CC) under convert, CC being the two letters of the country whose numbers stand here without a country code (CO, US ...): nothing in the book says which", name)
	}
	return best
}

// region is the country whose phone numbers a book writes without a country
// code, and what says so; "" where nothing does, or several could be.
func (s *suggester) region(phone *column) (region, why string) {
	countries := map[string]int{}
	var from string
	for _, c := range s.columns {
		if c.label.concept != aCountry || c.filled == 0 {
			continue
		}
		from = c.Name
		for i, v := range c.values {
			if a2, err := countryA2(v); err == nil {
				countries[a2] += c.counts[i]
			}
		}
	}
	if a2 := dominant(countries); a2 != "" {
		return a2, fmt.Sprintf("numbers of %s, which is the country in %q", a2, from)
	}
	if len(countries) > 0 {
		// Customers of several countries: a number without its code is nobody's.
		return "", ""
	}
	said := map[string]int{}
	for i, v := range phone.values {
		if n, err := phonenumbers.Parse(v, ""); err == nil && strings.HasPrefix(strings.TrimLeft(v, " ("), "+") {
			said[phonenumbers.GetRegionCodeForNumber(n)] += phone.counts[i]
		}
	}
	delete(said, "")
	if a2 := dominant(said); a2 != "" && a2 != "001" {
		return a2, "numbers of " + a2 + ", as those with a country code are"
	}
	for _, c := range s.columns {
		switch {
		case c.label.concept == aNIT && c.share(isNIT) >= 0.9, provenNIT(c):
			return "CO", fmt.Sprintf("numbers of CO, since %q has NITs", c.Name)
		case c.label.concept == anEIN && c.share(isNineDigits) >= 0.9, c.label.document == "ssn" && c.share(isNineDigits) >= 0.9:
			return "US", fmt.Sprintf("numbers of US, since %q has its tax numbers", c.Name)
		case c.label.concept == aState && len(c.values) > 1 && c.share(isUSState) >= enough:
			return "US", fmt.Sprintf("numbers of US, since %q has its states", c.Name)
		}
	}
	return "", ""
}

// dominant is the one that nearly all are; "" where there is none.
func dominant(counts map[string]int) string {
	total := 0
	for _, n := range counts {
		total += n
	}
	for what, n := range counts {
		if float64(n) >= enough*float64(total) {
			return what
		}
	}
	return ""
}

// byTable joins the values of a column with those that a field lists: the same
// but for case and accents, or another word for it.
func (s *suggester) byTable(c *column, field int) fit {
	f := fit{}
	if len(c.values) > 30 || s.provider.Fields[field].Secret {
		return f
	}
	f.why = "a table says what each value is called"
	listed := s.listed(field, c)
	for i, v := range c.values {
		if to, ok := listed[bare(v)]; ok {
			f.table = append(f.table, tableLine{From: v, To: to})
			f.good += c.counts[i]
			f.changed = f.changed || v != to
		} else {
			f.fault = "is not in the table"
		}
	}
	return f
}

// listed are the values that a field lists by all that may be written for
// them, bare.
func (s *suggester) listed(field int, c *column) map[string]string {
	all := map[string]string{}
	enum := s.provider.Fields[field].Enum
	for _, e := range enum {
		for _, other := range valueWords[bare(e)] {
			all[bare(other)] = e
		}
	}
	// Where men are hombres, an M is a mujer.
	if c != nil && all["hombre"] != "" && slices.ContainsFunc(c.values, func(v string) bool { return strings.EqualFold(v, "h") }) {
		man, woman := all["hombre"], all["mujer"]
		all["h"] = man
		for _, e := range enum {
			all[bare(e)] = e
		}
		all["m"] = woman
		return all
	}
	for _, e := range enum {
		all[bare(e)] = e
	}
	return all
}

var (
	hyphenEIN = regexp.MustCompile(`^\d{2}-\d{7}$`)
	hyphenSSN = regexp.MustCompile(`^\d{3}-\d{2}-\d{4}$`)
	zip       = regexp.MustCompile(`^\d{5}(-\d{4})?$`)
	mailLike  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

func isNIT(v string) bool        { _, err := nit(v); return err == nil }
func isUSState(v string) bool    { _, err := usState(v); return err == nil }
func isCountry(v string) bool    { _, err := countryA2(v); return err == nil }
func isNineDigits(v string) bool { _, err := nineDigits("")(v); return err == nil }

// isCheckedNIT is a NIT with its check digit.
func isCheckedNIT(v string) bool {
	out, err := nit(v)
	return err == nil && len(out) == 9 && len(digitsOf(v)) == 10
}

// provenNIT reports whether a column holds NITs for certain: written with a
// hyphen before the check digit, or so many that chance, which lets one number
// of ten digits in eleven pass, is no explanation.
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
	return len(c.values) >= 5 || c.share(func(v string) bool { return strings.Contains(withoutSpaces(v), "-") }) >= enough
}

func digitsOf(v string) string { return pipeline.Normalise([]pipeline.Normaliser{pipeline.Digits}, v) }

func isPlusPhone(v string) bool {
	if !strings.HasPrefix(v, "+") {
		return false
	}
	n, err := phonenumbers.Parse(v, "")
	return err == nil && phonenumbers.IsPossibleNumber(n)
}

func isDateLike(v string) bool { return isISODate(v) || datePieces.MatchString(v) }
