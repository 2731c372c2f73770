package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// started are the persons, and the entries of groups, that columns feed, and
// the first of each.
func (d *draft) started(pl *place) []string {
	paths := map[string]bool{pl.at(0, 0): true}
	levels := make([]string, 0, len(pl.levels))
	for _, l := range pl.levels {
		levels = append(levels, l.prefix)
	}
	for _, x := range d.taken {
		n, m := -1, -1
		indexes := index.FindAllStringSubmatch(x.path, -1)
		for i, l := range x.place.levels {
			v, err := strconv.Atoi(indexes[i][1])
			if err != nil || !slices.Contains(levels, l.prefix) {
				continue
			}
			if l.persons {
				n = v
			} else {
				m = v
			}
		}
		if n >= 0 || m >= 0 {
			paths[pl.at(max(n, 0), max(m, 0))] = true
		}
	}
	if d.onlyLater(pl) {
		delete(paths, pl.at(0, 0))
	}
	out := make([]string, 0, len(paths))
	for p := range paths {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// onlyLater reports whether columns feed later persons or entries of the
// field's group and none the first.
func (d *draft) onlyLater(pl *place) bool {
	if len(pl.levels) == 0 {
		return false
	}
	prefix := strings.ReplaceAll(pl.levels[0].prefix, "[]", "[0]")
	later := false
	for path, x := range d.taken {
		if strings.HasPrefix(path, prefix) {
			return false
		}
		later = later || len(x.place.levels) > 0 && x.place.levels[0].prefix == pl.levels[0].prefix
	}
	return later
}

// fedGroup reports whether a column feeds something in the innermost entry
// that holds path.
func (d *draft) fedGroup(path string) (candidate, bool) {
	prefix := path[:strings.LastIndex(path, ".")+1]
	var best candidate
	for p, x := range d.taken {
		if prefix != "" && strings.HasPrefix(p, prefix) && !strings.Contains(p[len(prefix):], ".") && (best.column == nil || x.column.Index < best.column.Index) {
			best = x
		}
	}
	return best, best.column != nil
}

// constants fills what the columns themselves say: the type of a document, a
// phone or an address, the shape.
func (d *draft) constants() {
	give := func(path string, pl *place, value string, sure Confidence, reason string) {
		d.fixed = append(d.fixed, SuggestedLine{Field: path, Value: value, Confidence: sure, Reason: reason, Choices: d.provider.Fields[pl.field].Enum})
	}
	for i := range d.places {
		pl := &d.places[i]
		f := d.provider.Fields[pl.field]
		if !d.has(pl) {
			continue
		}
		if f.Path == d.provider.ShapeAt {
			if _, fed := d.taken[f.Path]; !fed && d.ownsColumns() {
				give(f.Path, pl, d.shape, Medium, "the columns are those of this type")
			}
			continue
		}
		if len(f.Enum) == 0 {
			if pl.label.concept == aCountry {
				d.unitedStates(pl, give)
			}
			continue
		}
		for _, path := range d.started(pl) {
			sibling, there := d.fedGroup(path)
			if _, fed := d.taken[path]; fed || !there {
				continue
			}
			switch pl.label.concept {
			case aDocumentType:
				kind := sibling.column.label.document
				if at := slices.IndexFunc(f.Enum, func(e string) bool { return documentKind(e) == kind }); kind != "" && at >= 0 {
					give(path, pl, f.Enum[at], High, fmt.Sprintf("by the column %q", clean(sibling.column.Name)))
				}
			case aPhoneType:
				l := sibling.column.label
				for _, e := range f.Enum {
					kinds := append([]string{e}, valueWords[bare(e)]...)
					is := func(words []string) bool {
						return slices.ContainsFunc(kinds, func(k string) bool {
							return slices.ContainsFunc(words, func(w string) bool { return bare(w) == bare(k) })
						})
					}
					if l.mobile && is(mobileWords) || l.landline && is(landlineWords) {
						give(path, pl, e, Medium, fmt.Sprintf("by the column %q", clean(sibling.column.Name)))
						break
					}
				}
				d.first(path, pl, f, give, l.mobile || l.landline)
			case anAddressType:
				d.first(path, pl, f, give, false)
			}
		}
	}
}

// ownsColumns reports whether a column feeds what not all shapes have.
func (d *draft) ownsColumns() bool {
	for _, x := range d.taken {
		if f := d.provider.Fields[x.place.field]; inShape(f, d.shape) && len(f.Shapes) > 0 && len(f.Shapes) < len(d.provider.Shapes) {
			return true
		}
	}
	return false
}

// first calls the first entry of a group the primary one, and the next
// secondary, where the field lists such words.
func (d *draft) first(path string, pl *place, f pipeline.Field, give func(string, *place, string, Confidence, string), said bool) {
	if said || slices.ContainsFunc(d.fixed, func(l SuggestedLine) bool { return l.Field == path }) {
		return
	}
	indexes := index.FindAllStringSubmatch(path, -1)
	if len(indexes) == 0 {
		return
	}
	want := "primary"
	if indexes[len(indexes)-1][1] != "0" {
		want = "secondary"
	}
	for _, e := range f.Enum {
		if bare(e) == want {
			give(path, pl, e, Low, "no column says so; it is the "+map[string]string{"primary": "first", "secondary": "next"}[want]+" of its kind")
		}
	}
}

// unitedStates fills the country of an address whose state and postal code are
// those of the United States.
func (d *draft) unitedStates(pl *place, give func(string, *place, string, Confidence, string)) {
	for _, path := range d.started(pl) {
		if _, fed := d.taken[path]; fed {
			continue
		}
		holder := path[:strings.LastIndex(path, ".")+1]
		var state, postal *column
		for p, x := range d.taken {
			if !strings.HasPrefix(p, holder) || strings.Contains(p[len(holder):], ".") {
				continue
			}
			switch x.place.label.concept {
			case aState:
				state = x.column
			case aPostalCode:
				postal = x.column
			}
		}
		if state == nil || postal == nil || state.share(isUSState) < enough || postal.share(zip.MatchString) < enough {
			continue
		}
		for _, code := range []string{"US", "USA"} {
			if d.rules.Accepts(pl.field, code) {
				give(path, pl, code, Medium, fmt.Sprintf("%q has states and %q postal codes of the United States", clean(state.Name), clean(postal.Name)))
				break
			}
		}
	}
}

// lack finds the fields that are needed and that nothing feeds.
func (d *draft) lack() {
	for i := range d.places {
		pl := &d.places[i]
		f := d.provider.Fields[pl.field]
		// The number of a document is nothing without its type.
		typed := pl.label.concept == aDocumentType && len(f.Enum) > 0
		if !d.has(pl) || !f.Required && !typed {
			continue
		}
		for _, path := range d.started(pl) {
			_, fed := d.taken[path]
			_, sibling := d.fedGroup(path)
			if fed || slices.ContainsFunc(d.fixed, func(l SuggestedLine) bool { return l.Field == path }) || typed && !sibling {
				continue
			}
			var asks []string
			l := SuggestedLine{Field: path, Confidence: Missing, Choices: f.Enum, Reason: "name a column, or write one value for all rows", Needs: f.Help}
			if slices.ContainsFunc(d.provider.Keys, func(k pipeline.Key) bool { return k.Field == f.Path }) {
				l.Reason = "name a column"
				asks = append(asks, "it tells customers apart, so that one value for all rows cannot serve")
			}
			if tied := d.tied[path]; tied != nil {
				asks = append(asks, "the book has "+quotedNames(tied)+", which serve alike: choose one")
			} else if near := d.nearby(pl, path); near != "" {
				asks = append(asks, near)
			}
			l.Ask = strings.Join(asks, "; ")
			d.missing = append(d.missing, l)
		}
	}
}

// nearby is what in the book a person may make the field of.
func (d *draft) nearby(pl *place, path string) string {
	whose := func(c *column) bool {
		n, known := d.persons[personKey(c.label)]
		if c.label.person == "" {
			return !pl.person() || len(d.persons) == 0
		}
		return pl.person() && known && strings.HasPrefix(path, strings.Replace(pl.outermost(), "[]", "["+strconv.Itoa(n)+"]", 1))
	}
	for _, c := range d.columns {
		if d.used[c.Index] || !whose(c) {
			continue
		}
		full := c.label.concept == aFullName || c.label.concept == aName
		switch {
		case pl.label.concept == aFirstName && full:
			return fmt.Sprintf("%q holds whole names: `first-word` takes the first word of them, which is right where people have one first name", clean(c.Name))
		case pl.label.concept == aLastName && full:
			return fmt.Sprintf("%q holds whole names: `rest` takes all but the first word, which is right where people have one first name", clean(c.Name))
		}
	}
	switch {
	case pl.label.concept == aBirthDate:
		// Which date a column of dates holds only its header can say.
		var dates []*column
		for _, c := range d.columns {
			if !d.used[c.Index] && c.label.concept == "" && c.share(isDateLike) >= enough {
				dates = append(dates, c)
			}
		}
		if len(dates) > 0 {
			return quotedNames(dates) + " has dates, and nothing says of what"
		}
	case pl.label.concept == aReference && !pl.person():
		if c := d.telling(); c != nil {
			return fmt.Sprintf("a column that tells customers apart makes one with `reference` under convert, such as %q", clean(c.Name))
		}
	}
	return ""
}

// telling is a column that tells customers apart: that of a key, else of an
// e-mail address.
func (d *draft) telling() *column {
	for _, k := range d.provider.Keys {
		if x, fed := d.taken[k.Field]; fed {
			return x.column
		}
	}
	for _, x := range d.sorted() {
		if x.place.label.concept == anEmail && !x.place.person() {
			return x.column
		}
	}
	return nil
}

// sorted are the candidates that were taken, in the order of their paths.
func (d *draft) sorted() []candidate {
	var all []candidate
	for _, path := range slices.Sorted(maps.Keys(d.taken)) {
		all = append(all, d.taken[path])
	}
	return all
}

// outermost is the path up to the outermost array.
func (p *place) outermost() string {
	if len(p.levels) == 0 {
		return p.path
	}
	return p.levels[0].prefix
}

func quotedNames(columns []*column) string {
	var names []string
	for _, c := range columns {
		names = append(names, fmt.Sprintf("%q", clean(c.Name)))
	}
	return strings.Join(names, " and ")
}

// suggestion is the draft as a sheet.
func (d *draft) suggestion() *Suggestion {
	out := &Suggestion{Shape: d.shape}
	for _, x := range d.taken {
		if !inShape(d.provider.Fields[x.place.field], d.shape) {
			out.Shape = "" // the headers name fields of several shapes
		}
	}
	var lines []SuggestedLine
	for _, x := range d.taken {
		f := d.provider.Fields[x.place.field]
		sure, reason := x.confidence(len(d.sample.Rows))
		l := SuggestedLine{Field: x.path, Column: d.columnName(x.column), Convert: x.fit.convert, Confidence: sure, Reason: reason, Ask: x.fit.ask,
			Samples: d.shownSamples(x.column, x.place), Choices: f.Enum}
		if x.fit.good < x.column.filled && x.fit.ask == "" && x.fit.fault == "" {
			l.Needs = f.Help
		}
		if x.fit.table != nil {
			l.Convert = "map(" + quoteArgument(out.table(x, f, d.tableName)) + ")"
		}
		lines = append(lines, l)
	}
	for _, l := range d.fixed {
		if l.Field == d.provider.ShapeAt && d.rival != "" {
			l.Confidence, l.Reason = Low, "the columns serve rows of type "+d.rival+" nearly as well"
		}
		lines = append(lines, l)
	}
	order := func(a, b SuggestedLine) int { return d.inSchema(a.Field, b.Field) }
	slices.SortFunc(lines, order)
	slices.SortFunc(d.missing, order)
	slices.SortFunc(out.Tables, func(a, b Table) int { return strings.Compare(a.Slug, b.Slug) })
	out.Lines = append(slices.Clone(d.missing), lines...)
	for _, c := range d.columns {
		if d.used[c.Index] {
			continue
		}
		u := Unused{Column: *c.Column}
		for path, tied := range d.tied {
			if slices.Contains(tied, c) {
				u.Why = "serves " + path + " as well as another column does"
			}
		}
		if c.label.mixed {
			u.Why = "seems to hold several things in one cell"
		}
		out.Unused = append(out.Unused, u)
	}
	return out
}

// table puts the values of a column into the table of its field, or into one of
// its own where that says something else of one of them, and gives its name.
func (s *Suggestion) table(x candidate, f pipeline.Field, named func(slug string) string) string {
	slug := strings.Join(splitWords(f.Path[strings.LastIndexAny(f.Path, ".]")+1:]), "-")
	for _, name := range []string{slug, slug + "-" + strconv.Itoa(x.column.Index+1)} {
		i := slices.IndexFunc(s.Tables, func(t Table) bool { return t.Slug == name })
		if i < 0 {
			s.Tables = append(s.Tables, Table{Slug: name, Named: named(name)})
			i = len(s.Tables) - 1
		}
		if t := &s.Tables[i]; t.add(x.fit.table) {
			t.Columns = append(t.Columns, clean(x.column.Name))
			return t.Named
		}
	}
	return "" // a column's own table contradicts nothing
}

// add adds lines, or nothing where one of them contradicts the table.
func (t *Table) add(lines []tableLine) bool {
	for _, l := range lines {
		if i := slices.Index(t.From, l.From); i >= 0 && t.To[i] != l.To {
			return false
		}
	}
	for _, l := range lines {
		if !slices.Contains(t.From, l.From) {
			t.From, t.To = append(t.From, l.From), append(t.To, l.To)
		}
	}
	return true
}

// inSchema compares paths in the order of the schema; what belongs to one entry
// of a group stays together.
func (d *draft) inSchema(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	prefix := ""
	for i := range min(len(as), len(bs)) {
		if as[i] == bs[i] {
			prefix = join(prefix, pipeline.PathPattern(as[i]))
			continue
		}
		pa, pb := join(prefix, pipeline.PathPattern(as[i])), join(prefix, pipeline.PathPattern(bs[i]))
		if pa != pb {
			return d.firstUnder(pa) - d.firstUnder(pb)
		}
		return cmp.Or(len(as[i])-len(bs[i]), strings.Compare(as[i], bs[i])) // indexes, without leading zeros
	}
	return len(as) - len(bs)
}

// firstUnder is the place in the schema of the first field that is prefix or
// below it.
func (d *draft) firstUnder(prefix string) int {
	return slices.IndexFunc(d.provider.Fields, func(f pipeline.Field) bool { return f.Path == prefix || strings.HasPrefix(f.Path, prefix+".") })
}

// quoteArgument writes an argument of a conversion so that it is read as it
// stands.
func quoteArgument(arg string) string {
	if strings.ContainsAny(arg, ",()|'\" ") {
		return "'" + strings.ReplaceAll(arg, "'", "''") + "'"
	}
	return arg
}
