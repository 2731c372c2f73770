package suggest

import (
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// fedGroup reports whether a column feeds something in the innermost entry
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

// constants fills what the columns themselves say: the type of a document, a
// phone or an address, the shape.
func (d *draft) constants() {
	give := func(path string, pl *place, value string, sure Confidence, reason string) {
		d.fixed = append(d.fixed, Line{Field: path, Value: value, Confidence: sure, Reason: reason,
			Choices: d.provider.Fields[pl.field].Enum})
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
				at := slices.IndexFunc(f.Enum, func(e string) bool { return documentKind(e) == kind })
				if kind != "" && at >= 0 {
					give(path, pl, f.Enum[at], High, fmt.Sprintf("by the column %q", clean(sibling.column.Name)))
				}
			case aPhoneType:
				l := sibling.column.label
				for _, e := range f.Enum {
					kinds := append([]string{mapping.Bare(e)}, lexicon().values[mapping.Bare(e)]...)
					is := func(words map[string]bool) bool {
						return slices.ContainsFunc(kinds, func(k string) bool { return words[k] })
					}
					if l.mobile && is(lexicon().mobile) || l.landline && is(lexicon().landline) {
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
		if f := d.provider.Fields[x.place.field]; inShape(f, d.shape) && len(f.Shapes) > 0 &&
			len(f.Shapes) < len(d.provider.Shapes) {
			return true
		}
	}
	return false
}

// first calls the first entry of a group the primary one, and the next
// secondary, where the field lists such words.
func (d *draft) first(path string, pl *place, f pipeline.Field, give func(string, *place, string, Confidence, string),
	said bool) {
	if said || slices.ContainsFunc(d.fixed, func(l Line) bool { return l.Field == path }) {
		return
	}
	found := indexes.FindAllStringSubmatch(path, -1)
	if len(found) == 0 {
		return
	}
	want, position := "primary", "first"
	if found[len(found)-1][1] != "0" {
		want, position = "secondary", "next"
	}
	for _, e := range f.Enum {
		if mapping.Bare(e) == want {
			give(path, pl, e, Low, "no column says so; it is the "+position+" of its kind")
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
				give(path, pl, code, Medium, fmt.Sprintf("%q has states and %q postal codes of the United States",
					clean(state.Name), clean(postal.Name)))
				break
			}
		}
	}
}
