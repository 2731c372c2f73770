package jsonlines

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/cmd/muster/topics"
	"muster/pipeline/wording"
)

// members are the members of a type of line: those that every line has, and those that are left out when empty.
type members struct{ always, sometimes []string }

func (m *members) sort() {
	slices.Sort(m.always)
	slices.Sort(m.sometimes)
}

// documentedLines reads the list of `muster help json`: under the name of each type its description, then, after a
// hyphen, its members.
func documentedLines(t *testing.T, language string) map[string]members {
	t.Helper()
	lines := map[string]members{}
	kind, listed := "", ""
	name := regexp.MustCompile("`([a-z_-]+)`")
	end := func() {
		if kind == "" {
			return
		}
		always, sometimes, _ := strings.Cut(listed, "[")
		m := members{always: []string{"type"}}
		for _, found := range name.FindAllStringSubmatch(always, -1) {
			m.always = append(m.always, found[1])
		}
		for _, found := range name.FindAllStringSubmatch(sometimes, -1) {
			m.sometimes = append(m.sometimes, found[1])
		}
		m.sort()
		lines[kind] = m
		kind, listed = "", ""
	}
	for line := range strings.Lines(topics.Source("json", language, "") + "\n") {
		switch member, begins := strings.CutPrefix(line, "      - "); {
		case strings.HasPrefix(line, "  `"):
			end()
			kind = name.FindStringSubmatch(line)[1]
		case !strings.HasPrefix(line, "      "):
			end()
		case begins || listed != "":
			listed += member
		}
	}
	return lines
}

// sourceLines reads the structs of lines. Each member must have a comment, and be in alphabetical order. kinds are
// the types of the lines.
func sourceLines(t *testing.T) (structs map[string]members, kinds map[string]string) {
	t.Helper()
	structs, kinds = map[string]members{}, map[string]string{}
	for _, path := range []string{"lines.go", "open.go"} {
		addLines(t, path, structs, kinds)
	}
	return structs, kinds
}

func addLines(t *testing.T, path string, structs map[string]members, kinds map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			if spec, ok := n.Specs[0].(*ast.TypeSpec); ok {
				if fields, ok := spec.Type.(*ast.StructType); ok {
					if n.Doc.Text() == "" {
						t.Errorf("%s is not documented", spec.Name)
					}
					structs[spec.Name.Name] = membersOf(t, spec.Name.Name, fields)
				}
			}
		case *ast.FuncDecl:
			if n.Name.Name == "typed" {
				text := n.Body.List[0].(*ast.AssignStmt).Rhs[0].(*ast.BasicLit).Value
				kinds[n.Recv.List[0].Type.(*ast.Ident).Name] = strings.Trim(text, `"`)
			}
		}
		return true
	})
}

// lookLines are the lines of `muster look`: the members are those of a struct there, whose type is in a comment.
func lookLines(t *testing.T) map[string]members {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../look/json.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]members{}
	ast.Inspect(file, func(n ast.Node) bool {
		fields, ok := n.(*ast.StructType)
		if !ok {
			return true
		}
		var m members
		kind := ""
		for _, f := range fields.Fields.List {
			member := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json")
			m.always = append(m.always, member)
			if member == "type" {
				kind = strings.TrimSpace(f.Comment.Text())
			}
		}
		m.sort()
		if kind != "" {
			lines[kind] = m
		}
		return false
	})
	return lines
}

func membersOf(t *testing.T, name string, s *ast.StructType) (m members) {
	t.Helper()
	var order []string
	for _, f := range s.Fields.List {
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json")
		member, option, _ := strings.Cut(tag, ",")
		if f.Comment.Text() == "" {
			t.Errorf("%s: %s is not documented", name, member)
		}
		order = append(order, member)
		if option == "omitempty" {
			m.sometimes = append(m.sometimes, member)
		} else {
			m.always = append(m.always, member)
		}
	}
	if !slices.IsSorted(order) {
		t.Errorf("%s: its members are not in the order of their names: %s", name, order)
	}
	m.sort()
	return m
}

// TestLinesAreDocumented compares `muster help json` with the lines of an import, member by member, in every
// language.
func TestLinesAreDocumented(t *testing.T) {
	structs, kinds := sourceLines(t)
	look := lookLines(t)
	for _, language := range wording.Languages() {
		documented := documentedLines(t, language)
		if len(documented) != 22 || len(kinds) < 15 {
			t.Errorf("%s: %d lines are documented, %d are in the source", language, len(documented), len(kinds))
		}
		for kind, want := range documented {
			found := reflect.DeepEqual(look[kind], want)
			for name, k := range kinds {
				found = found || k == kind && reflect.DeepEqual(structs[name], want)
			}
			if !found {
				t.Errorf("%s: no struct for lines of the type %s has the members of the page: %v", language, kind, want)
			}
		}
		// The lines of an import are those that the observer prints.
		for _, kind := range printedBy(t, "observer.go") {
			if _, there := documented[kinds[kind]]; !there {
				t.Errorf("%s: there is no line %s", language, kind)
			}
		}
	}
}

// printedBy names the lines that a file prints.
func printedBy(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, kinds := sourceLines(t)
	made := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.CompositeLit); ok {
			if name, ok := literal.Type.(*ast.Ident); ok && kinds[name.Name] != "" {
				made[name.Name] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(made))
}
