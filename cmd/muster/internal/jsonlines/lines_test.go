package jsonlines

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// members are those of a type of line: the ones that every line has, and the
// ones that are left out where there is nothing to say.
type members struct{ always, sometimes []string }

func (m *members) sort() {
	slices.Sort(m.always)
	slices.Sort(m.sometimes)
}

// readmeLines reads the README's list.
func readmeLines(t *testing.T) map[string]members {
	t.Helper()
	raw, err := os.ReadFile("../../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(raw), "### JSON lines, for scripts")
	section, _, ends := strings.Cut(section, "\n##")
	if !found || !ends {
		t.Fatal("the README has no section on JSON lines")
	}
	lines := map[string]members{}
	name := regexp.MustCompile("`([a-z_-]+)`")
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		always, sometimes, _ := strings.Cut(cells[3], "[")
		always = regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(always, "")
		m := members{always: []string{"type"}}
		for _, found := range name.FindAllStringSubmatch(always, -1) {
			m.always = append(m.always, found[1])
		}
		for _, found := range name.FindAllStringSubmatch(sometimes, -1) {
			m.sometimes = append(m.sometimes, found[1])
		}
		m.sort()
		for _, kind := range name.FindAllStringSubmatch(cells[1], -1) {
			lines[kind[1]] = m
		}
	}
	return lines
}

// sourceLines reads the structs of lines.go. Each is documented with all of
// its members, which stand in the order of their names. kinds are the types of
// the lines.
func sourceLines(t *testing.T) (structs map[string]members, kinds map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "lines.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	structs, kinds = map[string]members{}, map[string]string{}
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
	return structs, kinds
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

// TestReadme holds the README's reference and the lines of an import to one
// another, member by member.
func TestReadme(t *testing.T) {
	readme := readmeLines(t)
	structs, kinds := sourceLines(t)
	if len(readme) != 13 || len(kinds) < 15 {
		t.Errorf("%d lines are looked for in the README, %d in the source", len(readme), len(kinds))
	}
	for kind, want := range readme {
		found := false
		for name, k := range kinds {
			found = found || k == kind && reflect.DeepEqual(structs[name], want)
		}
		if !found {
			t.Errorf("no struct for lines of the type %s has the members of the README: %v", kind, want)
		}
	}
	// What an observer prints is the lines of an import.
	for _, kind := range printedBy(t, "observer.go") {
		if _, there := readme[kinds[kind]]; !there {
			t.Errorf("the README has no line %s", kind)
		}
	}
}

// printedBy names the lines that a file makes.
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
