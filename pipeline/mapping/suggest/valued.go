package suggest

import (
	"slices"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// byValues are the candidates of columns whose headers say nothing, for fields
// that are needed and that nothing fills: only where one column alone and one
// field alone have such values.
func (d *draft) byValues() []candidate {
	var all []candidate
	for i := range d.places {
		pl := &d.places[i]
		path := pl.at(0, 0)
		if _, fed := d.taken[path]; fed || !d.has(pl) || !d.provider.Fields[pl.field].Required || d.tied[path] != nil {
			continue
		}
		is, telling := d.kindOf(pl)
		if is == nil || d.rivals(pl) {
			continue
		}
		var found []*column
		for _, c := range d.columns {
			if !d.used[c.Index] && c.label.concept == "" && c.filled > 0 && is(c) {
				found = append(found, c)
			}
		}
		if len(found) != 1 {
			continue
		}
		x := d.candidate(found[0], pl, path, scoreValues, byValuesAlone)
		if x.fit.good == 0 && !x.fit.asks() {
			continue
		}
		if !telling {
			x.doubts = append(x.doubts, pipeline.Say("suggest.looks_alike"))
		}
		all = append(all, x)
	}
	return all
}

// rivals reports whether another field that is needed and not fed would take
// the same values.
func (d *draft) rivals(pl *place) bool {
	for i := range d.places {
		other := &d.places[i]
		if other == pl || !d.has(other) || !d.provider.Fields[other.field].Required {
			continue
		}
		if _, fed := d.taken[other.at(0, 0)]; fed {
			continue
		}
		alike := other.label.concept == pl.label.concept
		if pl.label.concept == "" {
			alike = slices.Equal(d.provider.Fields[pl.field].Enum, d.provider.Fields[other.field].Enum)
		}
		if alike && other.person() == pl.person() {
			return true
		}
	}
	return false
}

// kindOf is the test of values that a field's are known by; telling says that
// hardly anything else passes it.
func (d *draft) kindOf(pl *place) (is func(*column) bool, telling bool) {
	each := func(ok func(string) bool) func(*column) bool {
		return func(c *column) bool { return c.share(ok) >= enough }
	}
	switch pl.label.concept {
	case anEmail:
		return each(mailLike.MatchString), true
	case aPhone:
		return each(isPlusPhone), true
	case aNIT:
		return provenNIT, true
	case anEIN:
		return each(hyphenEIN.MatchString), true
	case aPostalCode:
		return each(zip.MatchString), false
	case aCountry:
		return each(isCountry), false
	case aState:
		return each(isUSState), false
	}
	if len(d.provider.Fields[pl.field].Enum) > 1 {
		listed := d.listed(pl.field, nil)
		return each(func(v string) bool { return listed[mapping.Bare(v)] != "" }), false
	}
	return nil, false
}
