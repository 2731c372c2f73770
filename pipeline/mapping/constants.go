package mapping

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// Untaken is the first value of the sheet that its field does not take, whatever
// else a row holds: an *[Error] with its line, nil where there is none. Without
// it every row of the book would be invalid, and none of them at fault. A field
// that the provider does not have is for [Compile] to tell.
func (s *Sheet) Untaken(p *pipeline.Provider, rules Rules) error {
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
