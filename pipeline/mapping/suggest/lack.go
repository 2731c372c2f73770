package suggest

import (
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
		found := indexes.FindAllStringSubmatch(x.path, -1)
		for i, l := range x.place.levels[:min(len(found), len(x.place.levels))] {
			v, err := strconv.Atoi(found[i][1])
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

// lack finds the fields that are needed and that nothing fills.
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
			if list := pl.listOf(); list != "" && !fed {
				_, fed = d.taken[list]
			}
			_, sibling := d.fedGroup(path)
			if fed || slices.ContainsFunc(d.fixed, func(l Line) bool { return l.Field == path }) || typed && !sibling {
				continue
			}
			l := Line{Field: path, Confidence: Missing, Choices: f.Enum,
				Reasons: []*pipeline.Message{pipeline.Say("suggest.name_column_or_value")},
				Needs:   pipeline.Rule{Field: f.Path, Text: f.Help}}
			if slices.ContainsFunc(d.provider.Keys, func(k pipeline.Key) bool { return k.Field == f.Path }) {
				l.Reasons = []*pipeline.Message{pipeline.Say("suggest.name_column")}
				l.Ask = append(l.Ask, pipeline.Say("suggest.tells_apart"))
			}
			if tied := d.tied[path]; tied != nil {
				l.Ask = append(l.Ask, pipeline.Say("suggest.choose_column", "columns", d.quotedNames(tied)))
			} else if near := d.nearby(pl, path); near != nil {
				l.Ask = append(l.Ask, near)
			}
			d.missing = append(d.missing, l)
		}
	}
}

// nearby says what in the book a person may make the field of; nil where nothing
// is.
func (d *draft) nearby(pl *place, path string) *pipeline.Message {
	ofPerson := func(c *column) bool {
		n, known := d.persons[personKey(c.label)]
		if c.label.person == "" {
			return !pl.person() || len(d.persons) == 0
		}
		return pl.person() && known && strings.HasPrefix(path,
			strings.Replace(pl.outermost(), "[]", "["+strconv.Itoa(n)+"]", 1))
	}
	for _, c := range d.columns {
		if d.used[c.Index] || !ofPerson(c) {
			continue
		}
		full := c.label.concept == aFullName || c.label.concept == aName
		switch {
		case pl.label.concept == aFirstName && full:
			return pipeline.Say("suggest.first_word_of_names", "column", clean(c.Name))
		case pl.label.concept == aLastName && full:
			return pipeline.Say("suggest.rest_of_names", "column", clean(c.Name))
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
			return pipeline.Say("suggest.dates_of_what", "count", len(dates), "columns", d.quotedNames(dates))
		}
	case pl.label.concept == aReference && !pl.person():
		if c := d.telling(); c != nil {
			return pipeline.Say("suggest.make_reference", "column", clean(c.Name))
		}
	}
	return nil
}

// telling is a column that distinguishes customers: that of a key, else of an
// e-mail address, else one of tax or document numbers that feeds no field.
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
	for _, c := range d.columns {
		switch c.label.concept {
		case aNIT, anEIN, aTaxID, aDocument:
			if !d.used[c.Index] && c.label.person == "" && len(c.values)*10 >= c.filled*9 && c.filled > 0 {
				return c
			}
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

func (d *draft) quotedNames(columns []*column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, strconv.Quote(d.columnName(c)))
	}
	return names
}
