package suggest

import (
	"slices"
	"strings"
	"unicode"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// judge limits the confidence of a candidate by its values, whatever its header is.
func (d *draft) judge(x *candidate) {
	c, f := x.column, d.provider.Fields[x.place.field]
	atMost := func(most Confidence, doubt *pipeline.Message) {
		x.most = lower(x.most, most)
		if doubt != nil {
			x.doubts = append(x.doubts, doubt)
		}
	}
	if x.fit.open > 0 {
		atMost(Medium, nil) // the line contains a question for the user
	}
	rows := len(d.sample.Rows)
	switch {
	case rows == 0:
		return
	case c.filled == 0:
		atMost(Medium, nil) // the reasons mention it
		return
	}
	if f.Required && len(x.place.levels) == 0 && d.ofAllShapes(f) && c.filled*2 < rows {
		atMost(Medium, pipeline.Say("suggest.mostly_empty", "empty", rows-c.filled, "count", rows))
	}
	if d.identifies(x.place) {
		different := d.different(x)
		most := Medium
		if different*4 <= c.filled {
			most = Low
		}
		if n := c.filled - different; n > 0 {
			atMost(most, pipeline.Say("suggest.values_repeat", "count", n))
		}
	}
	if isText(x.place.label.concept) && len(f.Enum) == 0 {
		if share := c.share(isWords); share < enough {
			most := Medium
			if share < 0.5 {
				most = Low
			}
			atMost(most, pipeline.Say("suggest.no_words", "count", c.filled-c.count(isWords)))
		}
	}
}

// different counts the values of a candidate that the provider treats as different: after conversion, and normalised
// like its key.
func (d *draft) different(x *candidate) int {
	convert, err := mapping.Converter(x.fit.convert)
	if err != nil {
		panic(err) // the chains are ours
	}
	path := d.provider.Fields[x.place.field].Path
	var normalise []pipeline.Normaliser
	if i := slices.IndexFunc(d.provider.Keys, func(k pipeline.Key) bool { return k.Field == path }); i >= 0 {
		normalise = d.provider.Keys[i].Normalise
	}
	met := map[string]bool{}
	for _, v := range x.column.values {
		if out, wrong := convert(v); wrong == nil {
			v = out
		}
		met[pipeline.Normalise(normalise, v)] = true
	}
	return len(met)
}

// belied reports whether the values, or words that the lexicon does not know, rule a candidate out.
func (d *draft) belied(x *candidate, score int) bool {
	c, pl := x.column, x.place
	businesses, _ := c.names()
	switch l := c.label; {
	case pl.label.concept == aState &&
		c.share(func(v string) bool { return lexicon().statuses[mapping.Bare(v)] }) > 0.5:
		return true // an estado that is not a place
	case c.filled > 0 && x.fit.good == 0 && !x.fit.asks() &&
		(score < scoreWhole || l.concept == aTaxID):
		return true
	case c.filled > 0 && float64(x.fit.good) < 0.5*float64(c.filled) && !x.fit.asks() &&
		len(d.provider.Fields[pl.field].Enum) > 0:
		return true
	case !l.whole && (l.concept == aReference || l.concept == anID || l.concept == aName && !businesses):
		return true // the ID, the code or the name of something else
	case !l.whole && x.most == Low:
		return true
	case l.landline && !l.mobile && wantsMobile(pl):
		return true
	}
	return false
}

// wantsMobile reports whether a field is for the number of a mobile.
func wantsMobile(pl *place) bool {
	for w := range lexicon().mobile {
		if pl.words[w] {
			return true
		}
	}
	return false
}

// ofAllShapes reports whether rows of every shape have the field.
func (d *draft) ofAllShapes(f pipeline.Field) bool {
	return len(f.Shapes) == 0 || len(f.Shapes) == max(len(d.provider.Shapes), 1)
}

// identifies reports whether a field's values are each of one customer only.
func (d *draft) identifies(pl *place) bool {
	switch pl.label.concept {
	case aNIT, anEIN, aTaxID, aDocument, aReference:
		return !pl.person()
	}
	path := d.provider.Fields[pl.field].Path
	return slices.ContainsFunc(d.provider.Keys, func(k pipeline.Key) bool { return k.Field == path })
}

// isText reports whether the values of a concept are written in letters.
func isText(c concept) bool {
	switch c {
	case aBusinessName, aTradeName, aFullName, aName, aFirstName, aLastName, aStreet, aCity, aState, aCountry:
		return true
	}
	return false
}

// isWords reports whether a value can be a name or an address: it has a letter,
// and is neither a date nor an e-mail address.
func isWords(v string) bool {
	return strings.ContainsFunc(v, unicode.IsLetter) && !isDateLike(v) && !mailLike.MatchString(v)
}

// lower returns the lower of two confidences; "" means no limit.
func lower(a, b Confidence) Confidence {
	sureness := []Confidence{Low, Medium, High, ""}
	return sureness[min(slices.Index(sureness, a), slices.Index(sureness, b))]
}

// names says what the legal forms at the end of a column's values show: certainly names of businesses, hardly names
// of businesses, or neither.
func (c *column) names() (ofBusinesses, hardly bool) {
	share := c.share(hasLegalForm)
	return share >= 0.1 && len(c.values) > 1, share == 0 && len(c.values) >= 5
}

// hasLegalForm reports whether a name ends as those of businesses do: S.A.S.,
// Ltda., LLC.
func hasLegalForm(name string) bool {
	words := splitWords(name)
	if len(words) < 2 {
		return false
	}
	last := words[len(words)-1]
	// S. A. S. may be written with spaces.
	apart := ""
	for i := len(words) - 1; i > 0 && len(words[i]) == 1; i-- {
		apart = words[i] + apart
	}
	return lexicon().legalForms[last] || lexicon().legalForms[apart]
}
