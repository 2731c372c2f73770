package suggest

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// A list of values, such as tags[], is fed by one column for each value, or by a single column that contains them
// all, with a separator between them.

// listOf is the list whose values a place holds; "" if it holds none.
func (p *place) listOf() string {
	list, is := strings.CutSuffix(p.path, "[]")
	if !is {
		return ""
	}
	return list
}

// lists returns the lists that a header names, in the singular or the plural, with or without the number of a value.
func (d *draft) lists(c *column) []candidate {
	words := splitWords(c.Name)
	entry := 0
	if n := len(words); n > 1 {
		if number, is := smallNumber(words[n-1]); is && number > 0 {
			words, entry = words[:n-1], number
		}
	}
	var all []candidate
	for i := range d.places {
		pl := &d.places[i]
		list := pl.listOf()
		if list == "" || !d.has(pl) || len(pl.levels) != 1 {
			continue
		}
		title := d.provider.Fields[pl.field].Title.In("en")
		if !names(words, list[strings.LastIndexByte(list, '.')+1:]) && !names(words, title) {
			continue
		}
		if entry == 0 {
			if x, ok := d.inOneCell(c, pl, list); ok {
				all = append(all, x)
				continue
			}
		}
		all = append(all, d.candidate(c, pl, pl.at(0, max(entry-1, 0)), scoreWhole, byName))
	}
	return all
}

// names reports whether words are the name of a list, in the singular or the plural.
func names(words []string, list string) bool {
	said, name := strings.Join(words, ""), strings.Join(splitWords(list), "")
	if said == "" || name == "" {
		return false
	}
	if strings.TrimSuffix(said, "y")+"ies" == name {
		return true
	}
	return slices.ContainsFunc([]string{"", "s", "es"}, func(plural string) bool {
		return said+plural == name || said == name+plural
	})
}

// inOneCell is the candidate of a column whose cells have several values; false if they do not seem to, and the
// definition does not say so.
func (d *draft) inOneCell(c *column, pl *place, list string) (candidate, bool) {
	separator := d.provider.Fields[pl.field].List.Split
	split := ""
	if separator == "" {
		if separator = d.separator(c, pl.field); separator == "" {
			return candidate{}, false
		}
		split = "split(" + quoteArgument(separator) + ")"
	}
	parts := *c
	parts.values, parts.counts, parts.filled = nil, nil, 0
	for i, cell := range c.values {
		for value := range strings.SplitSeq(cell, separator) {
			if value = pipeline.TrimBlank(value); value != "" {
				parts.values, parts.counts = append(parts.values, value), append(parts.counts, c.counts[i])
				parts.filled += c.counts[i]
			}
		}
	}
	x := candidate{column: &parts, place: pl, path: list, by: byName, strong: true, score: scoreWhole,
		fit: d.convertFor(&parts, pl, nil)}
	if x.fit.table != nil { // a person has to write it for values, not for cells
		x.fit = fit{good: x.fit.good}
	}
	x.fit.convert = strings.Trim(split+" | "+x.fit.convert, " |")
	d.judge(&x)
	return x, true
}

// separator is the text between the values of a column's cells, if more values are good when the cells are split than
// when they are not; "" if there is none.
func (d *draft) separator(c *column, field int) string {
	good := func(text string) bool { return d.rules.Accepts(field, text) }
	for _, separator := range []string{";", "|", ","} {
		several := c.share(func(cell string) bool {
			parts := strings.Split(cell, separator)
			return len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool {
				p = pipeline.TrimBlank(p)
				return p != "" && !good(p)
			})
		})
		if several >= fewSeveral &&
			(separator != "," || c.share(good) < 1-fewSeveral || len(d.provider.Fields[field].Enum) > 0) {
			return separator
		}
	}
	return ""
}

// fewSeveral is the share of cells with several values above which a column is treated as having lists in its cells.
const fewSeveral = 0.2
