package suggest

import (
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// fedGroup reports whether a column fills something in the innermost entry
// that holds path.
func (d *draft) fedGroup(path string) (candidate, bool) {
	prefix := path[:strings.LastIndex(path, ".")+1]
	var best candidate
	for p, x := range d.taken {
		if prefix != "" && strings.HasPrefix(p, prefix) && !strings.Contains(p[len(prefix):], ".") &&
			(best.column == nil || x.column.Index < best.column.Index) {
			best = x
		}
	}
	return best, best.column != nil
}

// constants fills in values that follow from which columns there are: the type of a document, a phone or an address,
// and the shape.
func (d *draft) constants() {
	give := func(path string, pl *place, value string, sure Confidence, reason *pipeline.Message) {
		d.fixed = append(d.fixed, Line{Field: path, Value: value, Confidence: sure,
			Reasons: []*pipeline.Message{reason}, Choices: d.provider.Fields[pl.field].Enum})
	}
	for i := range d.places {
		pl := &d.places[i]
		f := d.provider.Fields[pl.field]
		if !d.has(pl) {
			continue
		}
		if at := slices.Index(d.provider.ShapeAt, f.Path); at >= 0 {
			_, fed := d.taken[f.Path]
			if value := d.shapeValue(at); value != "" && !fed && d.ownsColumns() {
				give(f.Path, pl, value, Medium, pipeline.Say("suggest.columns_of_type"))
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
				at := slices.IndexFunc(f.Enum, func(e string) bool { return documentKind(e) == kind })
				if kind != "" && at >= 0 {
					give(path, pl, f.Enum[at], High, byColumn(sibling.column))
				}
			case aPhoneType:
				l := sibling.column.label
				for _, e := range f.Enum {
					kinds := append([]string{mapping.Bare(e)}, lexicon().values[mapping.Bare(e)]...)
					is := func(words map[string]bool) bool {
						return slices.ContainsFunc(kinds, func(k string) bool { return words[k] })
					}
					if l.mobile && is(lexicon().mobile) || l.landline && is(lexicon().landline) {
						give(path, pl, e, Medium, byColumn(sibling.column))
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

// shapeValue is the value of a field of Provider.ShapeAt in the draft's shape; "" if several are possible.
func (d *draft) shapeValue(field int) string {
	shape := slices.Index(d.provider.Shapes, d.shape)
	if shape < 0 || len(d.provider.ShapeValues[shape][field]) != 1 {
		return ""
	}
	return d.provider.ShapeValues[shape][field][0]
}

// byColumn is the reason that a column shows it.
func byColumn(c *column) *pipeline.Message {
	return pipeline.Say("suggest.by_column", "column", clean(c.Name))
}

// constantGiver adds a line with a value for all rows.
type constantGiver func(path string, pl *place, value string, sure Confidence, reason *pipeline.Message)

// ownsColumns reports whether a column fills a field that not all shapes have.
func (d *draft) ownsColumns() bool {
	for _, x := range d.taken {
		if f := d.provider.Fields[x.place.field]; inShape(f, d.shape) && len(f.Shapes) > 0 &&
			len(f.Shapes) < len(d.provider.Shapes) {
			return true
		}
	}
	return false
}

// first fills in "primary" for the first entry of a group and "secondary" for the next, if the field lists such
// words.
func (d *draft) first(path string, pl *place, f pipeline.Field, give constantGiver, said bool) {
	if said || slices.ContainsFunc(d.fixed, func(l Line) bool { return l.Field == path }) {
		return
	}
	found := indexes.FindAllStringSubmatch(path, -1)
	if len(found) == 0 {
		return
	}
	want, reason := "primary", pipeline.Say("suggest.first_of_its_kind")
	if found[len(found)-1][1] != "0" {
		want, reason = "secondary", pipeline.Say("suggest.next_of_its_kind")
	}
	for _, e := range f.Enum {
		if mapping.Bare(e) == want {
			give(path, pl, e, Low, reason)
		}
	}
}

// unitedStates fills the country of an address whose state and postal code are
// those of the United States.
func (d *draft) unitedStates(pl *place, give constantGiver) {
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
				give(path, pl, code, Medium, pipeline.Say("suggest.united_states", "state", clean(state.Name),
					"postal_code", clean(postal.Name)))
				break
			}
		}
	}
}
