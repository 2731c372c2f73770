package suggest

import (
	"fmt"
	"slices"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// confidence is how sure a candidate is, and why in words.
func (x *candidate) confidence(rows int, word func(*pipeline.Message) string) (Confidence, string) {
	c := x.column
	exact := x.score >= scoreAlike-100
	share := x.fit.share(c)
	reason, link := x.reason, ", and "
	switch {
	case x.reason == byValuesReason:
		link = ", but "
	case !exact:
		reason += " says so"
	}
	switch {
	case c.filled == 0 && rows > 0:
		reason += ", but the column is empty in the rows that were read"
	case c.filled == 0, x.fit.ask != "":
	case x.fit.good == 0:
		reason += ", but no value fits"
	case x.fit.good == c.filled:
		reason += link + "every value fits"
	default:
		reason += fmt.Sprintf("%s%d of %d values fit", link, x.fit.good, c.filled)
	}
	if x.fit.good < c.filled && x.fit.fault != nil && x.fit.ask == "" {
		reason += " (the first that does not: it " + word(x.fit.fault) + ")"
	}
	if x.fit.why != "" && x.fit.convert != "" {
		reason += "; " + x.fit.why
	}
	for _, s := range x.doubts {
		reason += "; " + s
	}
	switch {
	case exact && (c.filled == 0 || share >= enough):
		return High, reason
	case x.fit.ask != "" && x.strong:
		return Medium, reason
	case c.filled > 0 && share < 0.5:
		return Low, reason
	case x.strong && share >= enough && len(x.doubts) == 0:
		return High, reason
	case x.strong, len(x.doubts) == 0:
		return Medium, reason
	}
	return Low, reason
}

// shownSamples are three values of a column, so that a person knows it again
// and nobody's data stand there: secret ones show their last four characters,
// others their first few. The words of a list and countries are nobody's, and
// stand there whole; what is neither, in such a column too, does not.
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

// shortened leaves a third of a value, four characters at most.
func shortened(v string) string {
	r := []rune(clean(v))
	n := min(4, (len(r)+2)/3)
	return string(r[:n]) + "…"
}
