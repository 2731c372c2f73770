package templates

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/pipeline"
)

const schemaFile = "body.schema.json"

// body is a compiled body schema: the reference validator of each shape, and the tree of a body's possible parts.
type body struct {
	written *jsonNode // the schema as it is written
	shapes  []shape
	fields  []pipeline.Field // of all shapes, in the schema's order
	fixed   []pipeline.Fixed // of all shapes
	nothing *jsonNode        // the first place with null or an empty value in it; nil for none
}

// shape is one form that a body can take. A schema without alternatives has
// one shape, named "".
type shape struct {
	name    string
	values  [][]string // of each field that tells shapes apart
	schema  *jsonschema.Schema
	written *jsonNode // the schema as it is written
	root    *part
}

// part is one place in a body: an object, an array of groups, or a leaf.
type part struct {
	name     string
	path     string // with [] for indexes; "" for the root
	required bool   // by the object that it is in
	title    pipeline.Localized
	least    int       // entries that the schema requires of an array
	most     int       // entries that the schema allows in an array; 0 is no limit
	fixed    *jsonNode // fixed value of an object, an array or null; nil when cells fill it
	at       *jsonNode // its schema
	empty    bool      // an array or an object that is sent empty when nothing fills it
	examples []string  // of an array of values: one example list
	members  []*part
	item     *part // of an array
	leaf     *pipeline.Field
}

// member finds a direct member of an object.
func (p *part) member(name string) *part {
	for _, m := range p.members {
		if m.name == name {
			return m
		}
	}
	return nil
}

// withShapes are the keywords that may be beside the shapes' oneOf in an object.
var withShapes = []string{"$schema", "$id", "$defs", "$comment", "title", "description", "examples",
	localTitle, localDescription, typedThrough, "oneOf"}

// loadBody compiles a schema. shapeAt are the fields whose values decide the shape, none when the definition names
// none.
func loadBody(root *jsonNode, shapeAt []string) (*body, error) {
	wrong := checkKeywords(schemaFile, root, root)
	w := schemaWalker{root: root}
	if root.member == nil {
		return nil, w.fail(root, "definition.not_an_object")
	}
	root.dropReadOnly(root)
	if question, open := strings.CutPrefix(root.at("$comment").text(), Unanswered); open {
		return nil, pipeline.Wrong("definition.unanswered", "question", question).Try("definition.answer_here").
			At(pipeline.Place{File: schemaFile, Line: root.at("$comment").line})
	}
	b := &body{written: root}
	branches, err := w.branches(shapeAt)
	if err != nil && len(wrong) == 0 { // it may follow from a wrong keyword
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noReferences{})
	compiler.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) {
		re, err := compileECMA(s)
		if err != nil {
			return nil, err
		}
		return ecmaRegexp{re, s}, nil
	})
	compiler.AssertFormat()
	for _, f := range formats() {
		compiler.RegisterFormat(f)
	}
	const url = "muster:body"
	if err := compiler.AddResource(url, root.plain()); err != nil {
		return nil, faultIn(schemaFile, 0, "definition.schema", "reason", err.Error())
	}
	var all []*jsonschema.Schema
	for _, branch := range branches {
		compiled, err := compiler.Compile(url + "#" + branch)
		wrong = addNew(wrong, schemaFaults(root, err, len(wrong) > 0)) // shapes may have the same
		all = append(all, compiled)
	}
	if len(wrong) > 0 { // what is said of the parts may follow from these
		return nil, oneOrAll(wrong)
	}
	for i, branch := range branches {
		written := root.find(pipeline.Pointer(branch))
		tree, err := w.part("", "", written, true, true)
		if err != nil {
			wrong = addNew(wrong, mistakesIn(err))
			continue
		}
		s := shape{schema: all[i], written: written, root: tree}
		if err := w.tellApart(&s, shapeAt, b.shapes); err != nil {
			wrong = append(wrong, mistakesIn(err)...)
			continue
		}
		b.shapes = append(b.shapes, s)
		b.addFields(s)
		b.collect(s.root)
	}
	if len(wrong) > 0 {
		return nil, oneOrAll(wrong)
	}
	return b, nil
}

// branches are the pointers to the schemas of the shapes: the root where there is one shape.
func (w schemaWalker) branches(shapeAt []string) ([]string, error) {
	root := []string{""}
	alternatives := w.root.at("oneOf")
	switch {
	case alternatives == nil && len(shapeAt) > 0:
		return root, w.fail(w.root, "definition.shape_without_one_of")
	case alternatives == nil:
		return root, nil
	case len(shapeAt) == 0:
		return root, w.fail(alternatives, "definition.shape_needed")
	case len(alternatives.items) == 0:
		return root, w.fail(alternatives, "definition.one_of_list")
	}
	for _, k := range w.root.keys {
		// Only the alternatives themselves are checked.
		if !slices.Contains(withShapes, k) && !isAnnotation(k) {
			return root, w.fail(w.root.at(k), "definition.keyword_with_one_of", "keyword", k)
		}
	}
	var all []string
	for i := range alternatives.items {
		all = append(all, fmt.Sprintf("/oneOf/%d", i))
	}
	return all, nil
}

// addFields adds the shape's leaves to the list of all, and merges those that another shape has too.
func (b *body) addFields(s shape) {
	for _, leaf := range leaves(s.root) {
		i := slices.IndexFunc(b.fields, func(f pipeline.Field) bool { return f.Path == leaf.Path })
		if i < 0 {
			f := *leaf
			f.Enum = slices.Clone(f.Enum)
			if s.name != "" {
				f.Shapes = []string{s.name}
			}
			b.fields = append(b.fields, f)
			continue
		}
		f := &b.fields[i]
		f.Shapes = append(f.Shapes, s.name)
		f.Required = f.Required && leaf.Required
		for _, v := range leaf.Enum {
			if !slices.Contains(f.Enum, v) {
				f.Enum = append(f.Enum, v)
			}
		}
		if f.Only != leaf.Only {
			f.Only = ""
		}
	}
}

func leaves(p *part) []*pipeline.Field {
	if p.leaf != nil {
		return []*pipeline.Field{p.leaf}
	}
	if p.item != nil {
		return leaves(p.item)
	}
	var out []*pipeline.Field
	for _, m := range p.members {
		out = append(out, leaves(m)...)
	}
	return out
}

func findLeaf(p *part, path string) *pipeline.Field {
	for _, l := range leaves(p) {
		if l.Path == path {
			return l
		}
	}
	return nil
}

// schemaWalker converts a schema to the tree of its parts.
type schemaWalker struct {
	root  *jsonNode
	above []*jsonNode // targets of the $refs on the way here
}

func (w schemaWalker) fail(n *jsonNode, code pipeline.MessageCode, pairs ...any) error {
	return faultIn(schemaFile, n.line, code, pairs...)
}

// resolve follows $ref, and records the targets; other keywords in the same object override those of the target.
func (w *schemaWalker) resolve(n *jsonNode) (*jsonNode, error) {
	for depth := 0; n.at("$ref") != nil; depth++ {
		ref := n.at("$ref").text()
		target := w.root.find(pipeline.Pointer(strings.TrimPrefix(ref, "#")))
		if !strings.HasPrefix(ref, "#") || target == nil {
			return nil, w.fail(n, "definition.ref_nowhere", "ref", ref)
		}
		if depth > 20 {
			return nil, w.fail(n, "definition.ref_itself", "ref", ref)
		}
		if depth == 0 && slices.Contains(w.above, target) {
			return nil, w.fail(n, "definition.ref_back", "ref", ref)
		}
		w.above = append(slices.Clip(w.above), target)
		merged := &jsonNode{line: n.line, member: map[string]*jsonNode{}}
		for _, from := range []*jsonNode{target, n} {
			for _, k := range from.keys {
				if from == n && k == "$ref" || from == target && n.at(translates[k]) != nil {
					continue // its own text comes with its own translations, or none
				}
				if merged.member[k] == nil {
					merged.keys = append(merged.keys, k)
				}
				merged.member[k] = from.member[k]
			}
		}
		n = merged
	}
	return n, nil
}

// part walks one schema. required says that its object requires it, chain that all objects above do too.
func (w schemaWalker) part(name, path string, n *jsonNode, required, chain bool) (*part, error) {
	n, err := w.resolve(n)
	if err != nil {
		return nil, err
	}
	kinds := slices.DeleteFunc(n.at("type").strings(), func(k string) bool { return k == "null" })
	value := n.at("const")
	if len(kinds) == 0 && value != nil {
		kinds = []string{value.kindOf()}
	}
	called := any(strconv.Quote(path))
	if path == "" {
		called = pipeline.Say("definition.the_body")
	}
	if len(kinds) != 1 {
		return nil, w.fail(n, "definition.one_type", "part", called)
	}
	p := &part{name: name, path: path, required: required, title: n.localized("title", localTitle), at: n,
		empty: n.at(emptied) != nil}
	if p.empty && kinds[0] != "object" && kinds[0] != "array" {
		return nil, w.fail(n.at(emptied), "definition.empty_part", "keyword", emptied)
	}
	if value.isWhole() && path != "" {
		if kinds[0] != value.kindOf() {
			return nil, w.fail(value, "definition.const_type", "part", called, "type", kinds[0])
		}
		p.fixed = value
		return p, nil
	}
	switch kinds[0] {
	case "object":
		if err := w.members(p, n, called, chain); err != nil {
			return nil, err
		}
	case "array":
		if n.at("items") == nil {
			return nil, w.fail(n, "definition.no_items", "part", called)
		}
		item, err := w.part("", path+"[]", n.at("items"), true, chain)
		if err != nil {
			return nil, err
		}
		if item.item != nil {
			return nil, w.fail(n, "definition.array_of_arrays", "part", called)
		}
		if item.leaf != nil {
			ofList(item.leaf, n)
		} else if n.at(splitAt) != nil {
			return nil, w.fail(n.at(splitAt), "definition.split_no_list", "keyword", splitAt)
		}
		if e := n.at("examples"); e != nil && len(e.items) > 0 && e.items[0].list {
			p.examples = e.items[0].spelled()
		}
		p.item, p.least, p.most = item, n.at("minItems").number(), n.at("maxItems").number()
	case "string", "integer", "number", "boolean":
		p.leaf = leafField(path, kinds[0], n)
		p.leaf.Required = chain
	default:
		return nil, w.fail(n, "definition.leaf_type", "part", called, "type", kinds[0])
	}
	return p, nil
}

// members walks the properties of an object; its error has the mistakes of all of them. called is the object in
// messages.
func (w schemaWalker) members(p *part, n *jsonNode, called any, chain bool) error {
	properties := n.at("properties")
	if properties == nil || len(properties.keys) == 0 {
		return w.fail(n, "definition.no_properties", "part", called)
	}
	var wrong pipeline.Mistakes
	note := func(err error) { wrong = append(wrong, mistakesIn(err)...) }
	if extra := n.at("additionalProperties"); extra == nil || extra.value != false {
		note(w.fail(n, "definition.additional_properties", "part", called))
	}
	wanted := n.at("required").strings()
	for _, k := range wanted {
		if properties.at(k) == nil {
			m := pipeline.Wrong("definition.unknown_required", "name", k).
				At(pipeline.Place{File: schemaFile, Line: n.at("required").line})
			if meant := pipeline.Meant(k, properties.keys); meant != "" {
				m.Try("definition.try_name", "name", meant)
			}
			note(m)
		}
	}
	for _, k := range properties.keys {
		if k == "" || strings.ContainsAny(k, ".[]") {
			note(w.fail(properties.at(k), "definition.property_form", "name", k))
			continue
		}
		if strings.Trim(k, "0123456789") == "" {
			note(w.fail(properties.at(k), "definition.property_index", "name", k))
			continue
		}
		sub := strings.TrimPrefix(p.path+"."+k, ".")
		must := slices.Contains(wanted, k)
		m, err := w.part(k, sub, properties.at(k), must, chain && must)
		note(err)
		p.members = append(p.members, m)
	}
	return oneOrAll(wrong)
}

// ofList adds the rules of a list's schema to the field of its values.
func ofList(f *pipeline.Field, list *jsonNode) {
	f.Only = "" // the definition cannot know how many values there are
	f.List = pipeline.ListRule{Split: list.at(splitAt).text(), Most: list.at("maxItems").number()}
	if len(f.Title) == 0 {
		f.Title = list.localized("title", localTitle)
	}
	if len(f.Help) == 0 {
		f.Help = list.localized("description", localDescription)
	}
	if e := list.at("examples"); f.Example == "" && e != nil && len(e.items) > 0 && len(e.items[0].items) > 0 {
		f.Example, _ = e.items[0].items[0].spelling()
	}
}

// listed are the values of a list that a field of that kind can have.
func listed(kind string, values *jsonNode) []string {
	if kind == "string" || values == nil {
		return values.strings()
	}
	numbers := slices.DeleteFunc(slices.Clone(values.items), func(v *jsonNode) bool { return v.kindOf() == "string" })
	return (&jsonNode{items: numbers}).spelled()
}

func leafField(path, kind string, n *jsonNode) *pipeline.Field {
	f := &pipeline.Field{
		Path: path, Kind: kind,
		Enum:      listed(kind, n.at("enum")),
		MinLength: n.at("minLength").number(),
		MaxLength: n.at("maxLength").number(),
		Format:    n.at("format").text(),
		Pattern:   n.at("pattern").text(),
		Title:     n.localized("title", localTitle),
		Help:      n.localized("description", localDescription),
		Typed:     n.at(typedThrough).text(),
	}
	if c := n.at("const"); c != nil {
		f.Enum = listed(kind, &jsonNode{list: true, items: []*jsonNode{c}})
	}
	if len(f.Enum) == 1 {
		f.Only = f.Enum[0]
		f.Example = f.Only
	}
	if e := n.at("examples").spelled(); len(e) > 0 {
		f.Example = e[0]
	}
	return f
}

// noReferences refuses every reference to another file or to the network.
type noReferences struct{}

func (noReferences) Load(url string) (any, error) {
	return nil, pipeline.Fail("definition.ref_outside", "ref", url)
}

// ecmaRegexp shows the pattern as the schema spells it.
type ecmaRegexp struct {
	*regexp.Regexp
	source string
}

func (r ecmaRegexp) String() string { return r.source }
