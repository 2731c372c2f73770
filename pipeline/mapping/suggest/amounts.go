package suggest

import (
	"strings"

	"muster/pipeline"
)

// pointSample and commaSample are the spellings of numbers in which point and comma have opposite meanings; other
// spellings are tried if neither reads all values.
const (
	pointSample = "number(1,234.56)"
	commaSample = "number(1.234,56)"
)

var otherSamples = []string{"number(1 234,56)", "number(1 234.56)", "number(1'234.56)"}

// numbers finds the one spelling of numbers that the values prove. A mark before three digits may separate groups or
// decimals: if no value shows which, or the values contradict each other, the user is asked.
func (s *suggester) numbers(c *column, pl *place, plain fit) fit {
	is := s.readings(c, pl.field)
	switch {
	case is.point && (is.comma || is.pointOrGroup), is.comma && is.commaOrGroup:
		return fit{ask: pipeline.Say("suggest.two_spellings", "first", commaSample, "second", pointSample)}
	case !is.point && !is.comma && (is.pointOrGroup || is.commaOrGroup):
		return fit{ask: pipeline.Say("suggest.choose_number", "first", commaSample, "second", pointSample)}
	}
	best := plain
	for _, sample := range append([]string{pointSample, commaSample}, otherSamples...) {
		if f := s.try(c, pl.field, sample, nil); f.good > best.good {
			best = f
		}
	}
	if best.convert != "" {
		best.why = pipeline.Say("suggest.numbers_by_marks")
	}
	return best
}

// readings say what the values of a column show.
type readings struct {
	point, comma bool // one has decimals behind it, and is no number in the other spelling
	// One is a number in both spellings, and not the same.
	pointOrGroup, commaOrGroup bool
}

func (s *suggester) readings(c *column, field int) (is readings) {
	for _, v := range c.values {
		point, wrong := toPoint()(v)
		byPoint := wrong == nil && s.rules.Accepts(field, point)
		comma, wrong := toComma()(v)
		byComma := wrong == nil && s.rules.Accepts(field, comma)
		switch {
		case byPoint && !byComma:
			is.point = true
		case byComma && !byPoint:
			is.comma = true
		case byPoint && point != comma && strings.Contains(v, "."):
			is.pointOrGroup = true
		case byPoint && point != comma:
			is.commaOrGroup = true
		}
	}
	return is
}

// toPoint and toComma read three decimals too.
var (
	toPoint = converter("number(1,234.567)")
	toComma = converter("number(1.234,567)")
)

// yesNo turns words for yes and no into booleans.
func (s *suggester) yesNo(c *column, pl *place, plain fit) fit {
	if f := s.try(c, pl.field, "yes-no", nil); f.good > plain.good {
		return f
	}
	return plain
}
