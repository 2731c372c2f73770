package mapping

import (
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// A long book has a row for each entry of a group, such as each representative of a company. A line of the mapping
// sheet whose field is the group and whose chain ends with group-by names the column by which rows belong together.
// The fields that each such row has for itself are written with an empty index, as in
// businessRepresentatives[].firstName. A field with an index, or with none, belongs to the customer and is the same
// in all of its rows.

const (
	groupByName = "group-by"
	ownIndex    = "[]"
)

// grouping says how the rows of a long book are joined into customers.
type grouping struct {
	path  string // of the group, with the indexes that hold it: businessRepresentatives
	width int    // columns of the header
	keys  []part // adjacent rows with equal values in these belong together
	own   []ownSlot
	// shared are the cells that feed fields outside the group, by column.
	shared []sharedCell
	// secret are the columns that feed secret fields.
	secret map[int]bool
}

// ownSlot is a field that each row of a customer fills for itself.
type ownSlot struct {
	before, after string // its path on both sides of the index
	field         int
	column        *pipeline.Column // nil for a constant
	constant      string
	rule          *pipeline.Message // as Slot.Rule
	source        *source           // nil if the cell or the constant is used unchanged
}

func (o *ownSlot) path(line int) string { return o.before + strconv.Itoa(line) + o.after }

// value is the field's text in a line.
func (o *ownSlot) value(line pipeline.Row, problems []pipeline.Problem) (string, []pipeline.Problem) {
	switch {
	case o.column == nil:
		return o.constant, problems
	case o.source == nil:
		return line.Cells[o.column.Index], problems
	}
	return o.source.value(line, problems)
}

// sharedCell is a column that fills a field outside the group.
type sharedCell struct {
	column *pipeline.Column
	chain  chain
	path   string
}

// compileGroupBy combines nothing: the values by which rows are grouped are compared column by column.
func compileGroupBy(args []string) (combine, *pipeline.Mistake) {
	if len(args) > 0 {
		return nil, pipeline.Wrong("mapping.takes_nothing")
	}
	return between(" "), nil
}

// groupBy handles a line that names a group; false if it names none.
func (c *compiler) groupBy(l pipeline.MappingLine) (bool, *pipeline.Mistake) {
	path := strings.TrimSuffix(l.Field, ownIndex)
	named := isGroup(c.provider, path)
	converts, unusable := compileChain(l.Convert, c.sheet.tables)
	switch {
	case unusable != nil && !named:
		return false, nil // it is reported as the mistake of a line with a field
	case unusable != nil:
		return false, inConvert(unusable)
	case !named && !converts.groups || l.Field != path && !converts.groups:
		return false, nil
	case !named:
		return false, pipeline.Wrong("mapping.not_a_group", "field", l.Field).Advise(groupsHint(c.provider))
	case !converts.groups:
		return false, pipeline.Wrong("mapping.group_is_no_field", "group", path).
			Try("mapping.name_field_of_group", "example", exampleOf(c.provider, path))
	case l.Value != "":
		return false, pipeline.Wrong("mapping.group_has_value").Try("mapping.empty_value")
	case l.Column == "":
		return false, pipeline.Wrong("mapping.group_without_column").Try("mapping.name_group_column")
	}
	column, wrong := c.column(l)
	if wrong != nil {
		return false, wrong
	}
	if c.grouping == nil {
		c.grouping = &grouping{path: path, width: len(c.header), secret: map[int]bool{}}
	}
	g := c.grouping
	if g.path != path {
		return false, pipeline.Wrong("mapping.second_group", "place", c.sheet.line(g.keys[0].line), "group", g.path).
			Try("mapping.keep_one")
	}
	for _, k := range g.keys {
		if k.column.Index == column.Index {
			return false, pipeline.Wrong("mapping.group_column_twice", "place", c.sheet.line(k.line)).
				Try("mapping.keep_one")
		}
	}
	g.keys = append(g.keys, part{column: column, chain: converts, text: l.Convert, line: l.Number})
	return true, nil
}

// isGroup reports whether a path, with its indexes, is one of the provider's groups.
func isGroup(p *pipeline.Provider, path string) bool {
	if path == "" || strings.Count(path, "[") != len(index.FindAllString(path, -1)) {
		return false
	}
	pattern := pipeline.PathPattern(path) + ownIndex
	return slices.ContainsFunc(p.Fields, func(f pipeline.Field) bool {
		return f.Path == pattern || strings.HasPrefix(f.Path, pattern+".")
	})
}

// groupsHint names the provider's groups that are not inside another.
func groupsHint(p *pipeline.Provider) *pipeline.Message {
	var groups []string
	for _, f := range p.Fields {
		if group, _, in := strings.Cut(f.Path, ownIndex); in && !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	}
	if len(groups) == 0 {
		return pipeline.Say("mapping.no_groups", "provider", p.Title)
	}
	return pipeline.Say("mapping.groups_are", "provider", p.Title, "groups", groups)
}

// exampleOf is the first field of a group, with a number for each index.
func exampleOf(p *pipeline.Provider, group string) string {
	pattern := pipeline.PathPattern(group) + ownIndex
	for _, f := range p.Fields {
		if rest, ok := strings.CutPrefix(f.Path, pattern); ok {
			return group + "[0]" + strings.ReplaceAll(rest, ownIndex, "[0]")
		}
	}
	return group + "[0]"
}

// misplaced says what is wrong with the index of a field, if anything.
func (c *compiler) misplaced(path string) *pipeline.Mistake {
	group, _, own := strings.Cut(path, ownIndex)
	numbered := strings.Replace(path, ownIndex, "[0]", 1)
	g := c.grouping
	switch {
	case own && g == nil:
		return pipeline.Wrong("mapping.index_empty", "field", path).
			Try("mapping.write_index_or_group", "example", numbered, "group", group)
	case own && group != g.path:
		return pipeline.Wrong("mapping.index_empty_elsewhere", "field", path, "group", g.path,
			"place", c.sheet.line(g.keys[0].line)).
			Try("mapping.write_index", "example", numbered)
	case !own && g != nil && strings.HasPrefix(path, g.path+"["):
		_, rest, _ := strings.Cut(path[len(g.path):], "]")
		return pipeline.Wrong("mapping.index_numbered", "field", path, "place", c.sheet.line(g.keys[0].line),
			"group", g.path).
			Try("mapping.write_without_index", "field", g.path+ownIndex+rest, "place", c.sheet.line(g.keys[0].line))
	}
	return nil
}

// group puts the fields that each row has for itself after the others.
func (c *compiler) group() error {
	// The slots from the sheet were already checked.
	for i := len(c.mapped); i < len(c.slots); i++ {
		if wrong := c.misplaced(c.slots[i].Path); wrong != nil {
			return wrong.At(pipeline.Place{Column: pipeline.ColumnLetters(c.slots[i].Column.Index)})
		}
	}
	g := c.grouping
	if g == nil {
		return nil
	}
	var slots []pipeline.Slot
	var sources []*source
	fed := false
	for i, s := range c.slots {
		before, after, own := strings.Cut(s.Path, ownIndex)
		if !own {
			slots, sources = append(slots, s), append(sources, c.sources[i])
			g.share(c.provider, s, c.sources[i])
			continue
		}
		g.own = append(g.own, ownSlot{before: before + "[", after: "]" + after, field: s.Field, column: s.Column,
			constant: s.Constant, rule: s.Rule, source: c.sources[i]})
		g.noteSecret(c.provider, s, c.sources[i])
		fed = fed || s.Column != nil
	}
	if !fed {
		return pipeline.Wrong("mapping.group_unfed", "group", g.path).
			Try("mapping.feed_group", "example", strings.Replace(exampleOf(c.provider, g.path), "[0]", ownIndex, 1)).
			At(c.sheet.at(g.keys[0].line))
	}
	for i := range g.own {
		o := &g.own[i]
		if o.source != nil {
			first := *o.source
			first.path = o.path(0)
			o.source = &first
		}
		slots, sources = append(slots, g.slot(o, 0)), append(sources, o.source)
	}
	c.slots, c.sources = slots, sources
	slices.SortStableFunc(g.shared, func(a, b sharedCell) int { return a.column.Index - b.column.Index })
	return nil
}

func (g *grouping) slot(o *ownSlot, line int) pipeline.Slot {
	s := pipeline.Slot{Path: o.path(line), Field: o.field, Constant: o.constant, Rule: o.rule}
	if o.column != nil {
		s.Column = &pipeline.Column{Index: line*g.width + o.column.Index, Name: o.column.Name}
	}
	return s
}

// share records the cells that feed a field outside the group.
func (g *grouping) share(p *pipeline.Provider, s pipeline.Slot, from *source) {
	g.noteSecret(p, s, from)
	switch {
	case s.Column == nil:
	case from == nil:
		g.shared = append(g.shared, sharedCell{column: s.Column, path: s.Path})
	default:
		for _, part := range from.parts {
			g.shared = append(g.shared, sharedCell{column: part.column, chain: part.chain, path: s.Path})
		}
	}
}

func (g *grouping) noteSecret(p *pipeline.Provider, s pipeline.Slot, from *source) {
	if !p.Fields[s.Field].Secret || s.Column == nil {
		return
	}
	g.secret[s.Column.Index] = true
	if from != nil {
		for _, part := range from.parts {
			g.secret[part.column.Index] = true
		}
	}
}

// Joins reports whether several rows of the book may be one customer, so that it must be read through
// [Mapping.Customers].
func (m *Mapping) Joins() bool { return m.grouping != nil }

// Grouping is the group of which each row has an entry, and the columns by
// which rows belong together; "" and nil where each row is a customer.
func (m *Mapping) Grouping() (group string, columns []pipeline.Column) {
	if m.grouping == nil {
		return "", nil
	}
	for _, k := range m.grouping.keys {
		columns = append(columns, *k.column)
	}
	return m.grouping.path, columns
}

// SlotsFor are the fields that a customer of so many lines fills: those of
// Slots first, then those that each further line has of its own. A Column's
// Index counts through the lines, as pipeline.Row has it. Where rows are not
// joined lines is 1.
func (m *Mapping) SlotsFor(lines int) []pipeline.Slot {
	g := m.grouping
	if g == nil || lines <= 1 {
		return m.slots
	}
	slots := slices.Grow(slices.Clone(m.slots), (lines-1)*len(g.own))
	for line := 1; line < lines; line++ {
		for i := range g.own {
			slots = append(slots, g.slot(&g.own[i], line))
		}
	}
	return slots
}

// mapLines fills values with what the lines behind the first have of their
// own; those of lines that the row does not have are empty.
func (g *grouping) mapLines(row pipeline.Row, values []string, problems []pipeline.Problem) []pipeline.Problem {
	lines := row.Lines()
	for line := 1; len(values) > 0; line++ {
		of := values[:len(g.own)]
		values = values[len(g.own):]
		if line >= lines {
			clear(of)
			continue
		}
		own := g.line(row, line)
		for i := range g.own {
			o := &g.own[i]
			found := len(problems)
			of[i], problems = o.value(own, problems)
			for j := found; j < len(problems); j++ {
				problems[j].Field, problems[j].Row = o.path(line), row.Rows[line]
			}
		}
	}
	return problems
}

// line has the cells of one line of a row, from 0.
func (g *grouping) line(row pipeline.Row, line int) pipeline.Row {
	own := pipeline.Row{Cells: row.Cells[line*g.width : (line+1)*g.width]}
	for column, cell := range row.Marked {
		if column/g.width != line {
			continue
		}
		if own.Marked == nil {
			own.Marked = map[int]string{}
		}
		own.Marked[column%g.width] = cell
	}
	return own
}

// place says of problems that were found by the slots of a row of several lines
// which line each is of. It changes them in place.
func (m *Mapping) place(row pipeline.Row, problems []pipeline.Problem) {
	g := m.grouping
	if g == nil || len(row.Rows) < 2 {
		return
	}
	for i := range problems {
		p := &problems[i]
		line := g.lineOf(p.Field)
		if p.Column != nil && p.Column.Index >= g.width {
			line = p.Column.Index / g.width
			p.Column = &pipeline.Column{Index: p.Column.Index % g.width, Name: p.Column.Name}
		}
		if line > 0 && line < len(row.Rows) {
			p.Row = row.Rows[line]
		}
	}
}

// lineOf is the line whose entry of the group a field is in; 0 for the first
// and for fields outside the group.
func (g *grouping) lineOf(field string) int {
	rest, in := strings.CutPrefix(field, g.path+"[")
	if !in {
		return 0
	}
	number, _, _ := strings.Cut(rest, "]")
	line, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return line
}
