package mapping

import (
	"fmt"
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
		m := pipeline.Mistakef("the field %s does not take the value that is to be sent for all rows", l.Field).
			At(s.at(l.Number))
		if help := p.Fields[field].Help.In("en"); help != "" {
			m.Err = fmt.Errorf("%w: it must be %s", m.Err, help)
		}
		hint := "mend the value"
		if strings.Trim(l.Value, "0123456789.,E+") == "" {
			hint += "; a spreadsheet program drops a plus sign and zeros in front, unless the cell is formatted " +
				"as text first"
		}
		return m.Try(hint)
	}
	return nil
}
