package mapping

import (
	"strings"

	"muster/pipeline"
)

// Rules reports whether a provider's schema accepts a text, which is not empty, in the field at that index of
// Provider.Fields.
type Rules interface {
	Accepts(field int, text string) bool
}

// CheckConstants returns a *pipeline.Mistake with the line of the first value that its field never accepts, whatever
// else a row contains; nil if there is none. Such a value would make every row of the book invalid although no row is
// at fault. Fields that the provider does not have are left to [Compile].
func (s *Sheet) CheckConstants(p *pipeline.Provider, rules Rules) error {
	for _, l := range s.lines {
		field := FieldIndex(p, l.Field)
		if l.Value == "" || field < 0 || rules.Accepts(field, l.Value) {
			continue
		}
		if f := p.Fields[field]; len(f.Shapes) > 1 && len(f.Enum) == 0 {
			continue // it has rules for one shape only, and the row may have another shape
		}
		m := pipeline.Wrong("mapping.constant_refused", "field", l.Field)
		if help := p.Fields[field].Help; len(help) > 0 {
			m = pipeline.Wrong("mapping.constant_must_be", "field", l.Field,
				"rule", pipeline.Rule{Field: p.Fields[field].Path, Text: help})
		}
		m.Place = s.at(l.Number)
		if strings.Trim(l.Value, "0123456789.,E+") == "" {
			return m.Try("mapping.correct_number")
		}
		return m.Try("mapping.correct_value")
	}
	return nil
}
