package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"muster/pipeline"
)

// Converted values are inspected before the schema sees them, for text that was damaged on its way into the book,
// placeholders, and invisible characters. Nearly all values are plain letters and digits and need only one look at
// their bytes.

// inspection is what is known about one slot: its field, and what feeds it.
type inspection struct {
	slot   *pipeline.Slot
	field  *pipeline.Field
	kind   *kind
	source *source // nil if the cell is used unchanged
	day    *day    // nil if the value is not judged by today
	// undated: no value is a date.
	undated bool
	// country is the slot with the country of a postal code, -1 for none.
	country int
	// usual is the last value that was inspected without a finding: in many columns the same values recur.
	usual string
}

// inspections are those of slots, as [Mapping.SlotsFor] gives them.
func (m *Mapping) inspections(slots []pipeline.Slot, today time.Time) []inspection {
	all := make([]inspection, len(slots))
	for i := range slots {
		f := &m.fields[slots[i].Field]
		all[i] = inspection{slot: &slots[i], field: f, kind: kindOf(f.Path), day: dayOf(f.Day, today),
			undated: isUndated(f), country: countryOf(slots, i)}
		if i < len(m.slots) {
			all[i].source = m.sources[i]
		} else {
			all[i].source = m.grouping.own[(i-len(m.slots))%len(m.grouping.own)].source
		}
	}
	return all
}

// intended reports whether the mapping itself produces a value or declares it correct: it comes from a lookup table, or
// as-is names it or its cell.
func (in *inspection) intended(c *chain, cell, value string) bool {
	return c.table != nil && cell != value || slices.Contains(c.asIs, cell) || slices.Contains(c.asIs, value)
}

// plainByte marks the bytes that occur in no damaged text.
var plainByte = func() (plain [256]bool) {
	for b := ' '; b < 0x7f; b++ {
		plain[b] = !strings.ContainsRune(`&?\%<{=`, b)
	}
	return plain
}()

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if !plainByte[s[i]] {
			return false
		}
	}
	return true
}

// isLatin reports whether a text consists of plain bytes and of letters of Latin-1 and Latin Extended-A that do not
// follow one another directly. Nearly all names are like that, and no damaged text is, because damage leaves two such
// characters in a row.
func isLatin(s string) bool {
	some, before := false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case plainByte[c]:
			before = false
		case before || c < 0xc3 || c > 0xc5 || i+1 == len(s):
			return false
		default:
			i++
			if s[i]&0xc0 != 0x80 || c == 0xc3 && (s[i] == 0x97 || s[i] == 0xb7) { // × and ÷
				return false
			}
			some, before = true, true
		}
	}
	return some
}

// fine reports whether there is nothing to report about a value or a cell.
func (in *inspection) fine(s string) bool {
	if s == in.usual { // "" at first
		return true
	}
	if s == "" || s[0] == '\'' || s[0] == '"' || s[0] == '[' || s[0] == '_' || !isPlain(s) || in.kind.unlettered(s) ||
		in.undated && isDateAlone(s) {
		return s == ""
	}
	if in.kind.Mailbox || in.kind.Digits && repeatsDigit(s) {
		return !in.placeholder(s) && !in.madeUp(s)
	}
	if !in.kind.mayBeNothing(s) && !in.kind.beginsAsTrial(s) {
		return true
	}
	if in.placeholder(s) || in.madeUp(s) {
		return false
	}
	in.usual = s
	return true
}

func (in *inspection) placeholder(s string) bool {
	return in.kind.placeholder(s) && !lists(in.field, s)
}

// exported reports whether a text is a whole number to which an export has added decimals.
func (in *inspection) exported(s string) bool {
	n := len(s)
	if n < 3 || s[n-1] != '0' || s[n-2] != '.' && s[n-2] != '0' || in.field.Kind != "string" {
		return false
	}
	_, d := cutDecimals(s)
	return d == zeroDecimals
}

// emptied reports whether the value of one cell is treated as empty.
func (in *inspection) emptied(row pipeline.Row, value string) bool {
	var c chain
	if s := in.source; s != nil && s.combine != nil {
		return false
	} else if s != nil {
		c = s.parts[0].chain
	}
	return !in.field.Required && in.placeholder(value) && !in.intended(&c, row.Cells[in.slot.Column.Index], value)
}

// inspector inspects the values of one row.
type inspector struct {
	row pipeline.Row
	// unconverted are the mapping's problems, found those of this look, placed as
	// the schema's.
	unconverted, found []pipeline.Problem
	*Checker
	width int // columns of one line of the book; 0 where a row has one line
}

// inspect inspects the values of a row's slots and returns their problems, besides those of conversion. A placeholder
// in a field that may be empty becomes empty, whether or not it could be converted.
func (c *Checker) inspect(p *slotPlan, row pipeline.Row, unconverted []pipeline.Problem) []pipeline.Problem {
	if row.Number <= c.seen.row || c.seen.row == 0 {
		c.seen = seen{first: row.Number} // another pass
	}
	c.seen.row = row.Number
	look := inspector{row: row, unconverted: unconverted, Checker: c}
	if g := c.mapping.grouping; g != nil {
		look.width = g.width
	}
	for i := range p.inspections {
		in := &p.inspections[i]
		if in.slot.Column == nil || p.values[i] == "" {
			continue
		}
		switch s := in.source; {
		case s != nil && s.combine != nil:
			p.values[i] = look.combined(in, p.values[i])
		case !in.fine(p.values[i]):
			var c chain
			if s != nil {
				c = s.parts[0].chain
			}
			p.values[i] = look.value(in, &c, in.slot.Column, p.values[i], in.field.Required)
		case in.exported(p.values[i]) && !look.failed(in, in.slot.Column):
			look.seen.exported.add(look.number(in.slot.Column), in.slot.Column)
		}
		if in.day != nil {
			look.date(in, p.values[i])
		}
		if in.country >= 0 {
			look.postal(in, p.values[i], p.values[in.country])
		}
	}
	c.mapping.place(row, look.found)
	return append(look.unconverted, look.found...)
}

// combined inspects each of the cells that make up one value, as converted. Some of several cells may be
// placeholders, but not of those that make up a reference, which would then be a different one.
func (l *inspector) combined(in *inspection, value string) string {
	parts := in.source.parts
	offset := in.slot.Column.Index - parts[0].column.Index
	cell := func(p *part) string { return l.row.Cells[offset+p.column.Index] }
	if !slices.ContainsFunc(parts, func(p part) bool { return !in.fine(cell(&p)) }) {
		return value
	}
	values, left := make([]string, len(parts)), false
	for i := range parts {
		p := &parts[i]
		var wrong *pipeline.Message
		if values[i], wrong = p.chain.convert(p.cell(l.row, offset)); wrong != nil {
			values[i] = cell(p)
		}
		left = left || values[i] != "" && (!in.placeholder(values[i]) || in.intended(&p.chain, cell(p), values[i]))
	}
	needed := in.field.Required && !left || parts[0].chain.refers
	for i := range parts {
		p := &parts[i]
		at := pipeline.Column{Index: offset + p.column.Index, Name: p.column.Name}
		trimmed := pipeline.Trim(values[i])
		if v := l.value(in, &p.chain, &at, trimmed, needed); v != trimmed {
			values[i] = v
		}
	}
	if strings.Join(values, "") == "" {
		return ""
	}
	return in.source.combine(values)
}

// value inspects the result of a chain for the cell in a column, and returns it, or "" for a placeholder in a field
// that needs no value.
func (l *inspector) value(in *inspection, c *chain, column *pipeline.Column, value string, needed bool) string {
	cell := l.row.Cells[column.Index]
	if value == "" || in.intended(c, cell, value) {
		return value
	}
	problem := l.problem(in, column, pipeline.ProblemPlaceholder)
	switch nothing := in.placeholder(value); {
	case nothing && !needed:
		l.seen.emptied.add(l.number(column), column)
		l.unconverted = slices.DeleteFunc(l.unconverted, ofCell(in, column))
		return ""
	case nothing:
		problem.Message = pipeline.Say("cells.placeholder")
		l.unconverted = slices.DeleteFunc(l.unconverted, ofCell(in, column))
	case l.failed(in, column):
		return value
	case isLatin(value):
		l.accents.add(l.lineColumn(column), l.row.Number)
		l.mention(in, column, value)
		return value
	case in.kind.nameless(value) && (in.source == nil || in.source.combine == nil):
		problem.Message = pipeline.Say("cells.nameless")
	default:
		problem.Code, problem.Message = pipeline.ProblemSpoilt, l.spoilt(in, column, value)
	}
	if problem.Message != nil {
		l.found = append(l.found, problem)
		return value
	}
	l.mention(in, column, value)
	if strings.ContainsFunc(value, isUnseen) {
		l.seen.invisible.add(l.number(column), column)
	}
	if twoAlphabets(value) {
		l.seen.mixed.add(l.number(column), column)
	}
	return value
}

// mention counts a value that is sent and may not be meant.
func (l *inspector) mention(in *inspection, column *pipeline.Column, value string) {
	switch {
	case isQuoted(value):
		l.seen.quoted.add(l.number(column), column)
	case value[0] == '=':
		l.seen.formula.add(l.number(column), column)
	case in.kind.unlettered(value):
		l.seen.unlettered.add(l.number(column), column)
	case in.madeUp(value):
		l.seen.madeUp.add(l.number(column), column)
	}
}

// number is that of the line of the book that has a column.
func (l *inspector) number(column *pipeline.Column) int {
	if l.width == 0 || l.row.Rows == nil {
		return l.row.Number
	}
	return l.row.Rows[column.Index/l.width]
}

// lineColumn is the index that a column has in its line.
func (l *inspector) lineColumn(column *pipeline.Column) int {
	if l.width > 0 {
		return column.Index % l.width
	}
	return column.Index
}

// failed says that the cell of a column could not be converted for a slot.
func (l *inspector) failed(in *inspection, column *pipeline.Column) bool {
	return slices.ContainsFunc(l.unconverted, ofCell(in, column))
}

// ofCell finds the problems of a column with a slot.
func ofCell(in *inspection, column *pipeline.Column) func(pipeline.Problem) bool {
	return func(p pipeline.Problem) bool {
		return p.Field == in.slot.Path && p.Column != nil && column.Name == p.Column.Name
	}
}

// spoilt says what is wrong with a damaged text, judged by itself or by other cells of its column.
func (l *inspector) spoilt(in *inspection, column *pipeline.Column, value string) *pipeline.Message {
	at := l.lineColumn(column)
	if strings.ContainsFunc(value, isAccented) {
		l.accents.add(at, l.row.Number)
	}
	wrong := in.damage(value)
	if wrong != nil || !strings.Contains(value, "?") {
		return wrong
	}
	lost, accented := lostLetters(value), l.accents.above(at, l.row.Number)
	if l.apart && !accented && (lost || mayLackLetters(value)) {
		l.unsure = true
	}
	switch {
	case lost && accented:
		return pipeline.Say("cells.lost_letters")
	case lost, accented && mayLackLetters(value):
		l.seen.doubtful.add(l.number(column), column)
	}
	return nil
}

// date judges the value of a slot by today.
func (l *inspector) date(in *inspection, value string) {
	problem := l.problem(in, in.slot.Column, pipeline.ProblemDate)
	switch in.day.of(value) {
	case unborn:
		problem.Message = pipeline.Say("cells.birth_in_future")
	case tooOld:
		problem.Message = pipeline.Say("cells.birth_too_early", "years", in.day.years)
	case young:
		l.seen.young.add(l.number(in.slot.Column), in.slot.Column)
		l.seen.under = in.day.under
	case expired:
		l.seen.expired.add(l.number(in.slot.Column), in.slot.Column)
	}
	if problem.Message != nil {
		l.found = append(l.found, problem)
	}
}

// postal judges a postal code by its country.
func (l *inspector) postal(in *inspection, code, country string) {
	lost := zerosLost(code, country)
	if lost == nil || l.failed(in, in.slot.Column) {
		return
	}
	var c chain
	if in.source != nil && in.source.combine == nil {
		c = in.source.parts[0].chain
	}
	if in.intended(&c, l.row.Cells[in.slot.Column.Index], code) {
		return
	}
	problem := l.problem(in, in.slot.Column, pipeline.ProblemZerosLost)
	problem.Message = lost
	l.found = append(l.found, problem)
}

// problem is one with what a column has for a slot.
func (l *inspector) problem(in *inspection, column *pipeline.Column, code pipeline.ProblemCode) pipeline.Problem {
	return pipeline.Problem{Field: in.slot.Path, Row: l.row.Number, Column: column, Secret: in.field.Secret, Code: code}
}

// sayInvisible adds to the problems of cells that the cell has an invisible character. It changes problems in place.
func (m *Mapping) sayInvisible(row pipeline.Row, problems []pipeline.Problem) {
	for i := range problems {
		p := &problems[i]
		if p.Column == nil || p.Message == nil || p.Code == pipeline.ProblemSpoilt {
			continue
		}
		at := p.Column.Index
		if line := slices.Index(row.Rows, p.Row); line > 0 && m.grouping != nil {
			at += line * m.grouping.width
		}
		if at >= len(row.Cells) {
			continue
		}
		cell := row.Cells[at]
		if first := strings.IndexFunc(cell, isUnseen); first >= 0 {
			r, _ := utf8.DecodeRuneInString(cell[first:])
			p.Message = pipeline.Say("cells.with_invisible", "problem", p.Message,
				"number", utf8.RuneCountInString(cell[:first])+1, "character", codePoint(r))
		}
	}
}

// isUnseen reports whether a character cannot be seen: it is invisible, or looks like a space but is a letter or
// sign.
func isUnseen(r rune) bool { return pipeline.IsInvisible(r) || isBlankLetter(r) || r == '\u2800' }

// isBlankLetter reports whether a character is one of the Korean fillers, which are letters but show nothing.
func isBlankLetter(r rune) bool {
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0'
}

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }
