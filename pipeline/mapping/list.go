package mapping

import (
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// A field may be a list of values, such as tags[]. A book has one column for each value, tags[0] and tags[1], or one
// column for all of them. In the second case a line's field is the name of the list, tags, and split(sep) in its
// chain names the separator. If the definition declares the separator, a column with the list's name needs no line.

const splitName = "split"

// unlimitedInCell is how many values of a list one cell may have if the definition does not limit the list;
// mostInCell is used if the definition allows more.
const (
	unlimitedInCell = 20
	mostInCell      = 100
)

// listIndex is the place in Provider.Fields of the values of the list with that path;
// -1 where there is none.
func listIndex(p *pipeline.Provider, path string) int {
	if strings.HasSuffix(path, "]") {
		return -1
	}
	return FieldIndex(p, path+"[0]")
}

// nth selects one value of a list: the n-th, counted from 1, of most.
type nth struct{ n, most int }

// step gives the value of a cell, "" where it has fewer. Values are trimmed, and those
// that are empty do not count.
func (v nth) step(sep string) step {
	return func(s string) (string, *pipeline.Message) {
		found, count := "", 0
		for more := true; more; {
			var head string
			if head, s, more = strings.Cut(s, sep); pipeline.TrimBlank(head) == "" {
				continue
			}
			if count++; count == v.n {
				found = pipeline.TrimBlank(head)
				more = more && v.n == v.most
			}
		}
		if v.n == v.most && count > v.most {
			return "", pipeline.Say("mapping.too_many_values", "count", count, "most", v.most)
		}
		return found, nil
	}
}

// isList reports whether a line of the sheet fills a list from one cell.
func (c *compiler) isList(l pipeline.MappingLine) bool {
	calls, _ := parseChain(l.Convert)
	return l.Value == "" && listIndex(c.provider, l.Field) >= 0 &&
		!slices.ContainsFunc(calls, func(c call) bool { return c.name == groupByName })
}

// list creates the slots of a list that one cell fills.
func (c *compiler) list(l pipeline.MappingLine) *pipeline.Mistake {
	if at, before := c.mapped[l.Field+"[0]"]; before {
		return pipeline.Wrong("mapping.field_twice", "field", l.Field,
			"place", c.sheet.line(c.sources[at].parts[0].line)).Try("mapping.keep_one")
	}
	column, wrong := c.column(l)
	if wrong != nil {
		return wrong
	}
	first := len(c.slots)
	if wrong := c.values(l.Field, column, l.Convert, c.sheet.tables, l.Number); wrong != nil {
		return inConvert(wrong)
	}
	for i := first; i < len(c.slots); i++ {
		if at, before := c.mapped[c.slots[i].Path]; before {
			return pipeline.Wrong("mapping.field_twice", "field", c.slots[i].Path,
				"place", c.sheet.line(c.sources[at].parts[0].line)).Try("mapping.keep_one")
		}
		c.mapped[c.slots[i].Path] = i
	}
	return nil
}

// listHeader creates the slots for a column named like a list whose separator the definition declares; it does
// nothing for any other column.
func (c *compiler) listHeader(column *pipeline.Column) *pipeline.Mistake {
	field := listIndex(c.provider, column.Name)
	if field < 0 || c.provider.Fields[field].List.Split == "" {
		return nil
	}
	for path := range c.mapped {
		if strings.HasPrefix(path, column.Name+"[") {
			return nil // the sheet names the columns of its values
		}
	}
	text := ""
	if c.fromTemplate() {
		text = c.provider.Fields[field].Typed
	}
	c.used[column.Index] = true
	return c.values(column.Name, column, text, &tables{}, 0)
}

// values creates a slot for each value that a cell may have.
func (c *compiler) values(path string, column *pipeline.Column, text string, t *tables, line int) *pipeline.Mistake {
	field := listIndex(c.provider, path)
	f := &c.provider.Fields[field]
	calls, wrong := parseChain(text)
	if wrong != nil {
		return wrong
	}
	if !slices.ContainsFunc(calls, call.splitsList) {
		if f.List.Split == "" {
			return pipeline.Wrong("mapping.list_not_split", "field", path).
				Try("mapping.split_list", "example", path+"[0]")
		}
		calls = append([]call{{name: splitName, args: []string{f.List.Split}}}, calls...)
		text = strings.TrimSuffix(splitName+"("+quoted(f.List.Split)+") | "+text, " | ")
	}
	most := min(f.List.Most, mostInCell)
	if most == 0 {
		most = unlimitedInCell
	}
	for n := range most {
		converts, wrong := compileCalls(calls, t, &nth{n + 1, most})
		if wrong == nil && converts.combine != nil {
			wrong = pipeline.Wrong("mapping.typed_of_one_cell", "convert", text)
		}
		if wrong != nil {
			return wrong
		}
		if len(f.Enum) > 0 && !f.Secret {
			converts = converts.listing()
		}
		item := path + "[" + strconv.Itoa(n) + "]"
		c.slots = append(c.slots, pipeline.Slot{Path: item, Field: field, Column: column, Rule: converts.takes})
		c.sources = append(c.sources, &source{path: item, secret: f.Secret,
			parts: []part{{column: column, chain: converts, text: text, line: line}},
			rule:  pipeline.Rule{Field: f.Path, Text: f.Help}})
	}
	return nil
}

// splitsList says that a conversion gives all the values of a cell.
func (c call) splitsList() bool { return c.name == splitName && len(c.args) == 1 && c.args[0] != "" }

// quoted returns an argument as it is written in a chain.
func quoted(arg string) string {
	if strings.TrimSpace(arg) == arg && !strings.ContainsAny(arg, `,()|'"`) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", "''") + "'"
}
