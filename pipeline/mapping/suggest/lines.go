package suggest

import (
	"cmp"
	"slices"
	"strings"

	"muster/pipeline"
)

// suggestion is the draft as a sheet.
func (d *draft) suggestion() *Suggestion {
	out := &Suggestion{Shape: d.shape}
	for _, x := range d.taken {
		if !inShape(d.provider.Fields[x.place.field], d.shape) {
			out.Shape = "" // the headers name fields of several shapes
		}
	}
	var lines []Line
	for _, x := range d.taken {
		f := d.provider.Fields[x.place.field]
		l := Line{Field: x.path, Column: d.columnName(x.column), Convert: x.fit.convert, Confidence: x.confidence(),
			Reasons: x.reasons(len(d.sample.Rows)), Samples: d.shownSamples(x.column, x.place), Choices: f.Enum}
		switch {
		case x.fit.ask != nil:
			l.Ask = []*pipeline.Message{x.fit.ask}
		case x.fit.good < x.column.filled && x.fit.fault == nil:
			l.Needs = pipeline.Rule{Field: f.Path, Text: f.Help}
		}
		if x.fit.table != nil {
			table := out.table(x, f, d.tableName)
			l.Convert = "map(" + quoteArgument(table) + ")"
			if ask := x.askToFill(table, f); ask != nil {
				l.Ask, l.Needs = []*pipeline.Message{ask}, pipeline.Rule{}
			}
		}
		lines = append(lines, l)
	}
	for _, l := range d.fixed {
		if slices.Contains(d.provider.ShapeAt, l.Field) && d.rival != "" {
			l.Confidence, l.Reasons = Low, []*pipeline.Message{pipeline.Say("suggest.other_type", "type", d.rival)}
		}
		lines = append(lines, l)
	}
	order := func(a, b Line) int { return d.inSchema(a.Field, b.Field) }
	slices.SortFunc(lines, order)
	slices.SortFunc(d.missing, order)
	slices.SortFunc(out.Tables, func(a, b Table) int { return strings.Compare(a.Slug, b.Slug) })
	out.Lines = append(slices.Clone(d.missing), lines...)
	if c := d.long(); c != nil {
		out.Notes = append(out.Notes, pipeline.Say("suggest.long_book", "column", clean(c.Name)))
	}
	for _, c := range d.columns {
		if d.used[c.Index] {
			continue
		}
		u := Unused{Column: *c.Column}
		u.Column.Name = d.columnName(c)
		for path, tied := range d.tied {
			if slices.Contains(tied, c) {
				u.Why = pipeline.Say("suggest.serves_as_well", "field", path)
			}
		}
		if c.label.mixed {
			u.Why = pipeline.Say("suggest.several_things")
		}
		out.Unused = append(out.Unused, u)
	}
	return out
}

// long is the column of a key that many rows share with the row above them,
// where a business has people; nil where there is none. Such a book may have a
// row for each person.
func (d *draft) long() *column {
	if !slices.ContainsFunc(d.places, func(pl place) bool {
		return d.has(&pl) && slices.ContainsFunc(pl.levels, func(l level) bool { return l.persons })
	}) {
		return nil
	}
	for _, k := range d.provider.Keys {
		x, fed := d.taken[k.Field]
		if !fed {
			continue
		}
		same := 0
		for i := 1; i < len(d.sample.Rows); i++ {
			if v := d.sample.Rows[i][x.column.Index]; v != "" && v == d.sample.Rows[i-1][x.column.Index] {
				same++
			}
		}
		if same > 0 && same*10 >= len(d.sample.Rows) {
			return x.column
		}
	}
	return nil
}

// inSchema compares paths in the order of the schema; what belongs to one entry
// of a group stays together.
func (d *draft) inSchema(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	prefix := ""
	for i := range min(len(as), len(bs)) {
		if as[i] == bs[i] {
			prefix = join(prefix, pipeline.PathPattern(as[i]))
			continue
		}
		pa, pb := join(prefix, pipeline.PathPattern(as[i])), join(prefix, pipeline.PathPattern(bs[i]))
		if pa != pb {
			return d.firstUnder(pa) - d.firstUnder(pb)
		}
		return cmp.Or(len(as[i])-len(bs[i]), strings.Compare(as[i], bs[i])) // indexes, without leading zeros
	}
	return len(as) - len(bs)
}

// firstUnder is the place in the schema of the first field that is prefix or
// below it.
func (d *draft) firstUnder(prefix string) int {
	return slices.IndexFunc(d.provider.Fields, func(f pipeline.Field) bool {
		return f.Path == prefix || f.Path == prefix+"[]" || strings.HasPrefix(f.Path, prefix+".")
	})
}

// quoteArgument writes an argument of a conversion so that it is read as it
// stands.
func quoteArgument(arg string) string {
	if strings.ContainsAny(arg, ",()|'\" ") {
		return "'" + strings.ReplaceAll(arg, "'", "''") + "'"
	}
	return arg
}
