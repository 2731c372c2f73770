package suggest

import (
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// candidate is one column that may feed one field.
type candidate struct {
	column *column
	place  *place
	path   string // indexes filled in
	score  int
	fit    fit
	by     evidence
	doubts []*pipeline.Message // lower the confidence
	strong bool                // the name alone says it
	most   Confidence          // what its values allow; "" for any
}

// evidence is the reason for matching a column with a field.
type evidence int

const (
	byExactName evidence = iota // the header is the field's name
	byAlikeName                 // but for case and separators
	byName                      // every word of the header was recognized
	byPartOfName
	byValuesAlone // the header says nothing
)

// message says so to people.
func (e evidence) message() *pipeline.Message {
	switch e {
	case byExactName:
		return pipeline.Say("suggest.by_exact_name")
	case byAlikeName:
		return pipeline.Say("suggest.by_alike_name")
	case byName:
		return pipeline.Say("suggest.by_name")
	case byPartOfName:
		return pipeline.Say("suggest.by_part_of_name")
	}
	return pipeline.Say("suggest.by_values")
}

// Scores say how good a match the name of a column is, and how much is deducted. They are only compared with one
// another.
const (
	scoreExact  = 1000 // the header is the field's name
	scoreAlike  = 900  // but for case and separators
	scoreWhole  = 80   // every word of the header was recognized
	scorePart   = 60
	scoreValues = 40 // the values alone
)

// draft is the suggestion for one shape while it is being built.
type draft struct {
	*suggester
	shape string
	score int
	// rival is another shape that the columns would fit nearly as well; "" for none.
	rival   string
	taken   map[string]candidate // by path
	used    map[int]bool         // columns
	tied    map[string][]*column // fields that several columns would fit equally well
	fixed   []Line               // constants
	missing []Line
	persons map[string]int // person to index
	entries map[string]int // entry of a group to index
}

func (s *suggester) draft(shape string) *draft {
	d := &draft{suggester: s, shape: shape, taken: map[string]candidate{}, used: map[int]bool{},
		tied: map[string][]*column{}}
	d.resolve()
	d.assign(d.byName())
	d.assign(d.byValues())
	d.constants()
	d.lack()
	for _, x := range d.taken {
		if len(x.doubts) == 0 && x.strong {
			d.score += 20
		} else {
			d.score += 8
		}
	}
	return d
}

// byName are the candidates that the headers give.
func (d *draft) byName() []candidate {
	var all []candidate
	for _, c := range d.columns {
		if field := mapping.FieldIndex(d.provider, c.Name); field >= 0 {
			all = append(all, d.candidate(c, &d.places[field], c.Name, scoreExact, byExactName))
			continue
		}
		if lists := d.lists(c); lists != nil {
			all = append(all, lists...)
			continue
		}
		if strings.Contains(c.Name, ".") || strings.Contains(c.Name, "_") || strings.Contains(c.Name, "[") {
			all = append(all, d.alike(c)...)
		}
		if c.label.concept == "" || c.label.concept == somethingElse || c.label.mixed {
			all = append(all, d.byOwnWords(c)...)
			continue
		}
		for i := range d.places {
			if x, ok := d.match(c, &d.places[i]); ok {
				all = append(all, x)
			}
		}
	}
	return all
}

// alike returns the fields whose names differ from a header only in case and in separators, such as
// Billing_Address.City.
func (d *draft) alike(c *column) []candidate {
	letters := func(s string) string {
		return strings.ReplaceAll(mapping.Bare(strings.NewReplacer("_", " ").Replace(s)), " ", "")
	}
	var all []candidate
	for i := range d.places {
		pl := &d.places[i]
		if !d.has(pl) {
			continue
		}
		for n := range 3 {
			for m := range 3 {
				path := pl.at(n, m)
				if letters(path) == letters(c.Name) || n+m == 0 && letters(pl.path) == letters(c.Name) {
					return append(all, d.candidate(c, pl, path, scoreAlike, byAlikeName))
				}
			}
		}
	}
	return all
}

// byOwnWords matches a column with a field that has the same words for something that the lexicon does not know.
func (d *draft) byOwnWords(c *column) []candidate {
	var all []candidate
	words := strings.Join(splitWords(c.Name), "")
	for i := range d.places {
		pl := &d.places[i]
		f := d.provider.Fields[pl.field]
		segments := strings.Split(f.Path, ".")
		if !d.has(pl) || pl.label.concept != "" || words == "" {
			continue
		}
		if words == strings.Join(splitWords(f.Title.In("en")), "") ||
			words == strings.Join(splitWords(segments[len(segments)-1]), "") {
			all = append(all, d.candidate(c, pl, pl.at(0, 0), scoreWhole, byName))
		}
	}
	return all
}

// has reports whether the draft's rows can have the field, with a choice.
func (d *draft) has(pl *place) bool {
	f := d.provider.Fields[pl.field]
	return inShape(f, d.shape) && f.Only == ""
}

// match scores a column whose concept is known against a field.
func (d *draft) match(c *column, pl *place) (candidate, bool) {
	if !d.has(pl) || pl.label.concept == "" {
		return candidate{}, false
	}
	l := c.label
	less, doubt, ok := d.means(c, pl)
	if !ok {
		return candidate{}, false
	}
	person := 0
	switch {
	case l.person != "" && !pl.person():
		return candidate{}, false
	case l.person != "":
		person = d.persons[personKey(l)]
		if !slices.ContainsFunc(pl.levels, func(v level) bool { return v.persons }) && person > 0 {
			return candidate{}, false
		}
	case pl.person():
		// A column that does not say whose it is belongs to the first representative, if nothing else of the customer
		// can be meant.
		if l.business || d.elsewhere(pl, l) || c.filled == 0 && len(d.sample.Rows) > 0 {
			return candidate{}, false
		}
		less, doubt = less+15, append(doubt, pipeline.Say("suggest.of_whom"))
	}
	entry := d.entry(l)
	if !pl.repeats() {
		switch {
		case l.group != "" && pl.words[l.group]:
			less -= 5
		case family(l.concept) == "phone":
			less += d.phoneDistance(l, pl)
		case entry > 0 && family(l.concept) != "document":
			return candidate{}, false
		}
		entry = 0
	}
	score, by := scoreWhole, byName
	switch {
	case l.byValues:
		score, by = scoreValues, byValuesAlone
	case !l.whole:
		score, by = scorePart, byPartOfName
	}
	if l.business && pl.label.business {
		score += 2
	}
	x := d.candidate(c, pl, pl.at(person, entry), score-less, by)
	x.doubts = append(doubt, x.doubts...)
	x.strong = l.whole && !l.byValues && less < 20
	if d.belied(&x, score-less) {
		return candidate{}, false
	}
	if _, telling := d.kindOf(pl); !l.whole && !l.byValues && !telling {
		x.most = Low
	}
	return x, true
}

// phoneDistance prefers a mobile for a field that is for one, and any other
// number for one that is not.
func (d *draft) phoneDistance(l label, pl *place) int {
	n := 0
	switch {
	case l.mobile && wantsMobile(pl):
		n = -5
	case l.mobile:
		n = 1
	case l.landline:
		n = 6
	}
	if l.groupNo > 1 {
		n += 10 * l.groupNo
	}
	return n
}

// elsewhere reports whether something of the customer itself, not of a person
// of the business, is what the column may mean.
func (d *draft) elsewhere(pl *place, l label) bool {
	for i := range d.places {
		other := &d.places[i]
		if other.person() || !d.has(other) {
			continue
		}
		if other.label.concept == pl.label.concept {
			return true
		}
	}
	// An address, a phone or the number of some document that names nobody is
	// nobody's.
	switch family(l.concept) {
	case "address", "phone":
		return true
	case "document":
		return l.document == ""
	}
	return false
}

// means reports whether a column's concept is the field's, or can stand for it
// with a doubt.
func (d *draft) means(c *column, pl *place) (less int, doubt []*pipeline.Message, ok bool) {
	l, want := c.label, pl.label.concept
	doubted := func(less int, m *pipeline.Message, ok bool) (int, []*pipeline.Message, bool) {
		return less, []*pipeline.Message{m}, ok
	}
	if l.concept == want {
		if l.concept == aDocument && pl.label.document != "" && l.document != "" && l.document != pl.label.document {
			return 0, nil, false
		}
		if l.concept == aDocument && pl.label.document != "" && l.document == "" {
			return doubted(15, pipeline.Say("suggest.document_by_values"), c.share(isNineDigits) >= enough)
		}
		return 0, nil, true
	}
	switch {
	case l.concept == aTaxID && want == aNIT:
		return 5, nil, c.filled == 0 || c.share(isNIT) >= 0.5
	case l.concept == aTaxID && want == anEIN:
		return 5, nil, c.filled == 0 || c.share(isNineDigits) >= 0.5
	case l.concept == aDocument && want == aNIT && l.document == "" && provenNIT(c):
		return 0, nil, true
	case l.concept == aDocument && want == aNIT && l.document == "":
		return doubted(10, pipeline.Say("suggest.which_number"), c.filled == 0 || c.share(isNIT) >= 0.5)
	case l.concept == anID && want == aReference:
		return 10, nil, true
	case l.concept == aTradeName && want == aBusinessName:
		return doubted(20, pipeline.Say("suggest.trade_name"), true)
	case l.concept == aName && want == d.nameMeans(l):
		which := pipeline.Say("suggest.which_name", "column", clean(c.Name))
		if want != aBusinessName {
			return doubted(10, which, true)
		}
		switch businesses, hardly := c.names(); {
		case businesses:
			return 5, nil, true
		case hardly:
			return doubted(25, which, true)
		}
		return doubted(10, which, true)
	}
	return 0, nil, false
}

// nameMeans is what "name" stands for in this book: the first name next to a
// last name, else a business's.
func (d *draft) nameMeans(l label) concept {
	if l.party {
		return aBusinessName
	}
	for _, c := range d.columns {
		if c.label.concept == aLastName && personKey(c.label) == personKey(l) {
			return aFirstName
		}
	}
	if l.person != "" {
		return aFullName
	}
	return aBusinessName
}

// candidate scores the values of a column in a field.
func (d *draft) candidate(c *column, pl *place, path string, score int, by evidence) candidate {
	x := candidate{column: c, place: pl, path: path, by: by, strong: score >= scoreWhole}
	key := fitKey{c.Index, pl.field}
	f, known := d.fits[key]
	if !known {
		f = d.convertFor(c, pl, d.documentRule(c, pl))
		d.fits[key] = f
	}
	x.fit = f
	if f.doubt != nil {
		x.doubts = append(x.doubts, f.doubt)
	}
	switch share := f.share(c); {
	case c.filled == 0:
		score -= 5
	case share >= enough:
		score += 10
	case f.asks():
	case share == 0:
		score -= 40
	case share < 0.5:
		score -= 20
	}
	x.score = score
	d.judge(&x)
	return x
}

// documentRule is what a number must be beyond its field's own rules: a Social
// Security number has nine digits.
func (d *draft) documentRule(c *column, pl *place) func(string) bool {
	if pl.label.concept == aDocument && c.label.document == "ssn" {
		return func(v string) bool { return len(v) == 9 && allDigits(v) }
	}
	return nil
}

// assign gives columns to fields, the most certain first; each column and each field is used once. If two columns fit
// a field equally well, it gets neither.
func (d *draft) assign(all []candidate) {
	slices.SortStableFunc(all, byScore)
	for i, x := range all {
		if _, fed := d.taken[x.path]; fed || d.used[x.column.Index] || d.tied[x.path] != nil {
			continue
		}
		var alike []*column
		for _, y := range all[i+1:] {
			if y.path == x.path && y.score == x.score && !d.used[y.column.Index] {
				alike = append(alike, y.column)
			}
		}
		if alike != nil && x.score < scoreAlike {
			d.tied[x.path] = append([]*column{x.column}, alike...)
			continue
		}
		for _, y := range all[i+1:] {
			if _, fed := d.taken[y.path]; y.column == x.column && y.path != x.path && y.score == x.score && !fed {
				x.doubts = append(slices.Clone(x.doubts), pipeline.Say("suggest.other_field", "field", y.path))
				break
			}
		}
		d.taken[x.path] = x
		d.used[x.column.Index] = true
	}
}
