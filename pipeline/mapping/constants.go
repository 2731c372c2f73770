package mapping

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// CheckConstants returns an *[Error] with the line of the first value that its
// field never accepts, whatever else a row holds; nil where there is none. Such a
// value makes every row of the book invalid, and none of them is at fault. Fields
// that the provider does not have are left to [Compile].
func (s *Sheet) CheckConstants(p *pipeline.Provider, rules Rules) error {
	for _, l := range s.lines {
		field := fieldOf(p, l.Field)
		if l.Value == "" || field < 0 || rules.Accepts(field, l.Value) {
			continue
		}
		if f := p.Fields[field]; len(f.Shapes) > 1 && len(f.Enum) == 0 {
			continue // its rules are those of one shape, and the row may be of another
		}
		e := &Error{Path: s.path, Sheet: s.sheet, Line: l.Number, Err: fmt.Errorf("the field %s does not take the value that is to be sent for all rows", l.Field)}
		if help := p.Fields[field].Help; help != "" {
			e.Err = fmt.Errorf("%w: it must be %s", e.Err, help)
		}
		if e.Hint = "mend the value"; strings.Trim(l.Value, "0123456789.,E+") == "" {
			e.Hint += "; a spreadsheet program drops a plus sign and zeros in front, unless the cell is formatted as text first"
		}
		return e
	}
	return nil
}
