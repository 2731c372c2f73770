package templates

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"muster/pipeline"
)

// Columns are the fields for which a book can have a column: one for each field with more than one legal value, in
// the schema's order, each group once.
func (d *Definition) Columns() []string {
	var columns []string
	for _, f := range d.provider.Fields {
		if f.Only == "" {
			columns = append(columns, strings.ReplaceAll(f.Path, "[]", "[0]"))
		}
	}
	return columns
}

// BlankOptions say what a blank book has. The zero value means every shape, with one entry of each group, or as many
// as the schema requires.
type BlankOptions struct {
	Shape string // one of Provider.Shapes; "" is all of them
	// Repeat is how many entries of a group there are columns for, by the
	// group's path: customer.addresses, businessRepresentatives.addresses.
	Repeat map[string]int
}

// Blank is a book for people to fill in: for each shape of the provider a sheet of columns. Its first column is
// [pipeline.OriginColumn], which is empty except in the example row.
type Blank struct {
	Sheets []BlankSheet
	def    *Definition
}

// BlankSheet is the columns of one shape.
type BlankSheet struct {
	Name    string // a legal sheet name, different from the others; "" where there is one shape only
	Shape   string // "" where there is one shape only
	Columns []BlankColumn
}

// BlankColumn is one column to fill in. Its header is Path.
type BlankColumn struct {
	Path string // businessRepresentatives[0].addresses[0].city
	// The label for people is made of these, in the language of the book.
	groups []groupTitle
	title  pipeline.Localized
	number int // of a value of a list, from 1; 0 when one column has all values
	// Field is as in this shape; values are those that it takes in any shape.
	Field  pipeline.Field
	values []string
	Need   Need
	// Entry is the outermost entry of a group that the column belongs to, such
	// as businessRepresentatives[0]; "" outside groups.
	Entry string
	// Example is the value in the example row; "" in entries that it leaves out.
	Example string
}

// Need is whether a cell must be filled.
type Need int

const (
	Optional      Need = iota
	NeededInEntry      // once another cell of its group is filled
	Needed
)

// maxRepeat bounds the entries of one group, maxBlankColumns the columns of a sheet: nobody fills in more, and a
// sheet has 16,384.
const (
	maxRepeat       = 100
	maxBlankColumns = 4096
)

// Blank makes a blank book. Impossible options are a [pipeline.Mistake].
func (d *Definition) Blank(o BlankOptions) (*Blank, error) {
	shapes := d.body.shapes
	if o.Shape != "" {
		i := slices.IndexFunc(shapes, func(s shape) bool { return s.name == o.Shape })
		if i < 0 {
			wrong := pipeline.Wrong("template.no_shape", "provider", d.provider.Name, "shape", o.Shape)
			if len(d.provider.ShapeAt) == 0 {
				return nil, wrong.Try("template.try_no_shape")
			}
			return nil, wrong.Try("template.try_shapes", "values", d.provider.Shapes)
		}
		shapes = shapes[i : i+1]
	}
	repeat, err := d.repeats(o.Repeat, shapes)
	if err != nil {
		return nil, err
	}
	b := &Blank{def: d}
	names := sheetNames{}
	for _, s := range shapes {
		w := blankWalk{repeat: repeat, shapeAt: d.shapeColumns()}
		w.walk(s.root, "", blankPlace{need: Needed, example: true})
		if w.tooMany() {
			return nil, pipeline.Wrong("template.too_many_columns", "most", maxBlankColumns).Try("template.try_fewer")
		}
		for i := range w.columns {
			w.columns[i].values = d.field(w.columns[i].Path).Enum
		}
		sheet := BlankSheet{Shape: s.name, Columns: w.columns}
		if s.name != "" {
			sheet.Name = names.legal(s.name)
		}
		b.Sheets = append(b.Sheets, sheet)
	}
	return b, nil
}

// repeats checks the requested numbers of entries, and returns them by the path of the array in the schema, with []
// for the indexes above it.
func (d *Definition) repeats(asked map[string]int, shapes []shape) (map[string]int, error) {
	groups := map[string][2]int{} // least and most, over the shapes
	var collect func(p *part)
	collect = func(p *part) {
		if p.item != nil {
			g, there := groups[p.path]
			if g[0] = max(g[0], p.least); !there || p.most > 0 && (g[1] == 0 || p.most < g[1]) {
				g[1] = p.most
			}
			groups[p.path] = g
			collect(p.item)
		}
		for _, m := range p.members {
			collect(m)
		}
	}
	for _, s := range shapes {
		collect(s.root)
	}
	spelled := func(path string) string { return strings.ReplaceAll(path, "[]", "") }
	repeat := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		n, found := asked[name], false
		for path, g := range groups {
			if spelled(path) != spelled(pipeline.PathPattern(name)) {
				continue
			}
			least, most := max(g[0], 1), cmp.Or(g[1], maxRepeat)
			if n < least || n > most {
				return nil, pipeline.Wrong("template.repeat_range", "entries", n, "group", name, "least", least,
					"most", most)
			}
			repeat[path], found = n, true
		}
		if found {
			continue
		}
		var there []string
		for path := range groups {
			there = append(there, spelled(path))
		}
		wrong := pipeline.Wrong("template.no_group", "group", name)
		if slices.Sort(there); len(there) == 0 {
			return nil, wrong.Try("template.try_no_groups", "provider", d.provider.Name)
		}
		return nil, wrong.Try("template.try_groups", "values", there)
	}
	return repeat, nil
}

// blankWalk walks a shape and collects its columns.
type blankWalk struct {
	repeat  map[string]int
	shapeAt []string // the fields that tell shapes apart and have a column
	columns []BlankColumn
	entries int
}

// tooMany stops the walk, because a schema may require any number of entries, even of entries without a column.
func (w *blankWalk) tooMany() bool {
	return len(w.columns) > maxBlankColumns || w.entries > maxBlankColumns
}

// blankPlace describes the place that the walk has reached.
type blankPlace struct {
	need    Need // of what is required here: Needed down a chain of required parts
	groups  []groupTitle
	entry   string
	example bool // the example row fills this entry
}

func (w *blankWalk) walk(p *part, path string, at blankPlace) {
	switch {
	case p.leaf != nil:
		w.leaf(p, path, at)
	case p.item != nil && p.item.leaf != nil:
		w.list(p, path, at)
	case p.item != nil:
		entries := max(w.repeat[p.path], p.least, 1)
		for i := 0; i < entries && !w.tooMany(); i++ {
			w.entries++
			entry := at
			entryPath := fmt.Sprintf("%s[%d]", path, i)
			label := groupTitle{title: titleOf(p.name, p.title, p.item.title)}
			if entries > 1 {
				label.number = i + 1
			}
			entry.groups = append(slices.Clip(at.groups), label)
			entry.entry = cmp.Or(at.entry, entryPath)
			if i >= max(p.least, 1) {
				entry.need, entry.example = NeededInEntry, false
			}
			w.walk(p.item, entryPath, entry)
		}
	default:
		if len(p.title) > 0 && path != "" {
			at.groups = append(slices.Clip(at.groups), groupTitle{title: p.title})
		}
		for _, m := range p.members {
			below := at
			if (!m.required || m.empty) && m.leaf == nil {
				below.need = NeededInEntry
			}
			w.walk(m, joinPath(path, m.name), below)
		}
	}
}

func (w *blankWalk) leaf(p *part, path string, at blankPlace) {
	if p.leaf.Only != "" && !slices.Contains(w.shapeAt, p.leaf.Path) {
		return // the definition fills it
	}
	c := BlankColumn{Path: path, groups: at.groups, title: titleOf(p.name, p.leaf.Title), Field: *p.leaf,
		Entry: at.entry}
	if p.required {
		c.Need = at.need
	}
	if at.example {
		c.Example = p.leaf.Example
	}
	w.columns = append(w.columns, c)
}

// titleOf is the first title that is not empty, else the name made readable.
func titleOf(name string, titles ...pipeline.Localized) pipeline.Localized {
	for _, t := range titles {
		if len(t) > 0 {
			return t
		}
	}
	return pipeline.Localized{"": humanised(name)}
}
