package suggest

import (
	"slices"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// confidence is how sure a candidate is.
func (x *candidate) confidence() Confidence { return lower(x.most, x.unbounded()) }

// unbounded is the confidence that follows from the header and from how many values fit.
func (x *candidate) unbounded() Confidence {
	share := x.fit.share(x.column)
	switch {
	case x.exact() && (x.column.filled == 0 || share >= enough):
		return High
	case x.fit.asks() && x.strong:
		return Medium
	case x.column.filled > 0 && share < 0.5:
		return Low
	case x.strong && share >= enough && len(x.doubts) == 0:
		return High
	case x.strong, len(x.doubts) == 0:
		return Medium
	}
	return Low
}

// exact reports whether the header is the field's name, apart from deductions for its values.
func (x *candidate) exact() bool { return x.score >= scoreAlike-100 }

// reasons say why the confidence is what it is; rows is how many were read.
func (x *candidate) reasons(rows int) []*pipeline.Message {
	c := x.column
	all := []*pipeline.Message{x.by.message()}
	switch {
	case c.filled == 0 && rows > 0:
		all = append(all, pipeline.Say("suggest.column_empty"))
	case c.filled == 0, x.fit.ask != nil, x.fit.open > 0 && x.fit.good == 0:
	case x.fit.good == 0:
		all = append(all, pipeline.Say("suggest.no_value_fits"))
	case x.fit.good == c.filled:
		all = append(all, pipeline.Say("suggest.every_value_fits"))
	default:
		all = append(all, pipeline.Say("suggest.some_values_fit", "fitting", x.fit.good, "count", c.filled))
	}
	if x.fit.good < c.filled && x.fit.fault != nil && !x.fit.asks() {
		all = append(all, pipeline.Say("suggest.first_misfit", "problem", x.fit.fault))
	}
	if x.fit.why != nil && x.fit.convert != "" {
		all = append(all, x.fit.why)
	}
	return append(all, x.doubts...)
}

// shownSamples returns three values of a column, enough to recognize it without showing personal data: of secret
// values the last four characters, of others the first few. Words of a list and countries are not personal and are
// shown whole; other values in the same column are not.
func (s *suggester) shownSamples(c *column, pl *place) []string {
	f := s.provider.Fields[pl.field]
	hidden := f.Secret || pl.label.concept == aDocument || c.label.concept == aDocument ||
		c.share(hyphenSSN.MatchString) > 0
	open := func(string) bool { return false }
	switch {
	case len(f.Enum) > 0:
		listed := s.listed(pl.field, c)
		open = func(v string) bool { return listed[mapping.Bare(v)] != "" || isUSState(v) }
	case pl.label.concept == aCountry, pl.label.concept == aCitizenship, pl.label.concept == anIssueLand:
		open = isCountry
	}
	var out []string
	for _, v := range c.values {
		shown := shortened(v)
		switch {
		case hidden:
			shown = pipeline.LastFour(v)
		case open(v):
			shown = clean(v)
		}
		if !slices.Contains(out, shown) {
			out = append(out, shown)
		}
		if len(out) == 3 {
			break
		}
	}
	return out
}

// shortened returns a third of a value, four characters at most.
func shortened(v string) string {
	r := []rune(clean(v))
	n := min(4, (len(r)+2)/3)
	return string(r[:n]) + "…"
}
