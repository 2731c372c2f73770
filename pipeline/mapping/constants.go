package mapping

import (
	"strings"

	"muster/pipeline"
)

// Rules say whether a provider's schema takes a text, which is not empty, in
// the field at that place of Provider.Fields.
type Rules interface {
	Accepts(field int, text string) bool
}

// CheckConstants returns a *pipeline.Mistake with the line of the first value that its
// field never accepts, whatever else a row holds; nil where there is none. Such a
// value makes every row of the book invalid, and none of them is at fault. Fields
// that the provider does not have are left to [Compile].
func (s *Sheet) CheckConstants(p *pipeline.Provider, rules Rules) error {
	for _, l := range s.lines {
		field := FieldIndex(p, l.Field)
		if l.Value == "" || field < 0 || rules.Accepts(field, l.Value) {
			continue
		}
		if f := p.Fields[field]; len(f.Shapes) > 1 && len(f.Enum) == 0 {
			continue // its rules are those of one shape, and the row may be of another
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
