package suggest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// entry is one line of a lookup table: a value, the provider's word for it, "" if the user has to fill it in, and how
// many cells have the value.
type entry struct {
	from, to string
	count    int
}

// Limits of a table with values that the user has to fill in: a column that exceeds them hardly has the values of a
// list.
const (
	mostToFill    = 20 // different values
	longestToFill = 40 // characters of a value
	fewListed     = 12 // of a list that a person can choose from, without any guess
)

// byTable matches the values of a column with those that a field lists, ignoring case and accents, or through a
// synonym. If the header says that the column has such values, those without a match are left for the user to fill
// in.
func (s *suggester) byTable(c *column, pl *place) fit {
	f := fit{}
	if len(c.values) > 30 || s.provider.Fields[pl.field].Secret {
		return f
	}
	f.why = pipeline.Say("suggest.by_table")
	listed := s.listed(pl.field, c)
	var open []entry
	for i, v := range c.values {
		e := entry{v, listed[mapping.Bare(v)], c.counts[i]}
		if e.to == "" && pl.label.concept == aState {
			e.to = s.stateOf(v, pl.field)
		}
		if e.to == "" {
			open = append(open, e)
			continue
		}
		f.table = append(f.table, e)
		f.good += e.count
		f.changed = f.changed || v != e.to
	}
	if len(open) == 0 {
		return f
	}
	if !s.toFill(c, pl, f.good) {
		f.fault = pipeline.Say("not_in_the_table")
		return f
	}
	f.open = len(open)
	f.table = append(open, f.table...)
	return f
}

// stateOf is the value in a field's list for the name of a state; "" for none.
func (s *suggester) stateOf(v string, field int) string {
	code, wrong := toUSState()(v)
	if wrong != nil || !slices.Contains(s.provider.Fields[field].Enum, code) {
		return ""
	}
	return code
}

// toFill reports whether the user is to fill in what the values of a column mean in a field's list; good is how many
// cells are known. The values must be few and repeated, and none may look like data of one customer.
func (s *suggester) toFill(c *column, pl *place, good int) bool {
	said := c.label.whole && c.label.concept == pl.label.concept ||
		mapping.FieldIndex(s.provider, c.Name) == pl.field
	if !said || len(c.values) > mostToFill || slices.ContainsFunc(c.values, looksPersonal) {
		return false
	}
	if good*2 >= c.filled {
		return true
	}
	return len(s.provider.Fields[pl.field].Enum) <= fewListed && len(c.values)*2 <= c.filled
}

// looksPersonal reports whether a value may be data of one customer.
func looksPersonal(v string) bool {
	return strings.Contains(v, "@") || len(digitsOf(v)) >= 5 || utf8.RuneCountInString(v) > longestToFill ||
		isDateLike(v)
}

// table adds the values of a column to the table of its field, or to a table of its own if it contradicts that one,
// and returns the table's name.
func (s *Suggestion) table(x candidate, f pipeline.Field, named func(slug string) string) string {
	slug := strings.Join(splitWords(f.Path[strings.LastIndexAny(f.Path, ".]")+1:]), "-")
	for _, name := range []string{slug, slug + "-" + strconv.Itoa(x.column.Index+1)} {
		i := slices.IndexFunc(s.Tables, func(t Table) bool { return t.Slug == name })
		if i < 0 {
			s.Tables = append(s.Tables, Table{Slug: name, Named: named(name)})
			i = len(s.Tables) - 1
		}
		if t := &s.Tables[i]; t.add(x.fit.table) {
			t.Columns = append(t.Columns, clean(x.column.Name))
			return t.Named
		}
	}
	return "" // a column's own table contradicts nothing
}

// add adds lines, or nothing where one of them contradicts the table.
func (t *Table) add(lines []entry) bool {
	for _, l := range lines {
		if i := slices.Index(t.From, l.from); i >= 0 && t.To[i] != l.to {
			return false
		}
	}
	for _, l := range lines {
		i := slices.Index(t.From, l.from)
		if i < 0 {
			i = len(t.From)
			t.From, t.To, t.Counts = append(t.From, l.from), append(t.To, l.to), append(t.Counts, 0)
		}
		t.Counts[i] += l.count
	}
	return true
}

// note says how many of the rows that were read have this value of the table.
func (t Table) note(i int) *pipeline.Message {
	return pipeline.Say("suggest.rows_of_value", "count", t.Counts[i])
}

// askToFill says what the user has to add to a table; nil for nothing.
func (x *candidate) askToFill(table string, f pipeline.Field) *pipeline.Message {
	switch {
	case x.fit.open == 0:
		return nil
	case len(f.Enum) <= fewListed:
		return pipeline.Say("suggest.fill_table_from", "count", x.fit.open, "table", table, "choices", f.Enum)
	}
	return pipeline.Say("suggest.fill_table", "count", x.fit.open, "table", table)
}
