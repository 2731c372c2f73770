package wording

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"muster/pipeline"
)

// source is a Go file of the program, other than a test.
type source struct {
	path string // from the root, with slashes
	file *ast.File
	set  *token.FileSet
}

func (s *source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// program reads all files of the program.
func program(t *testing.T) []*source {
	t.Helper()
	const root = "../.."
	// For those who work on muster.
	forOurselves := []string{root + "/.ci", root + "/cmd/bench", root + "/cmd/muster/internal/postgrestest"}
	var all []*source
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains(forOurselves, filepath.ToSlash(path)) {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		all = append(all, &source{filepath.ToSlash(name), file, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// made is a message that the program makes.
type made struct {
	at    string
	names []string // of its arguments, sorted
}

// maker is a function that takes the code of a message and its arguments, as
// pipeline.Say does: the last but one of its parameters is the code.
type maker struct {
	folder string // of its package, where no other may call it; "" for an exported one
	code   int    // which parameter
}

// messagesOf finds the messages that the program makes, by code.
func messagesOf(t *testing.T, files []*source) map[string]made {
	t.Helper()
	makers := makersOf(files)
	said := map[string]made{}
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			m, ok := makerOf(makers, s, call)
			if !ok || call.Ellipsis.IsValid() {
				return true // the code was given elsewhere
			}
			code, names := arguments(call.Args[m.code:])
			before, again := said[code]
			switch {
			case code == "" || slices.Contains(names, ""):
				t.Errorf("%s: the code and the names of the arguments have to be literals", s.at(call))
				return true
			case again && !slices.Equal(before.names, names):
				t.Errorf("%s: %s has the arguments %q, and %q at %s", s.at(call), code, names, before.names, before.at)
			}
			said[code] = made{s.at(call), names}
			return true
		})
	}
	return said
}

// makersOf finds the functions that make messages, by name.
func makersOf(files []*source) map[string][]maker {
	all := map[string][]maker{}
	for _, s := range files {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			code, takes := takesMessage(f.Type)
			if !takes {
				continue
			}
			m := maker{code: code}
			if !f.Name.IsExported() {
				m.folder = filepath.Dir(s.path)
			}
			all[f.Name.Name] = append(all[f.Name.Name], m)
		}
	}
	return all
}

// takesMessage says whether the last parameters are a code and ...any, and which
// the code is.
func takesMessage(f *ast.FuncType) (code int, takes bool) {
	var types []ast.Expr
	for _, p := range f.Params.List {
		for range max(1, len(p.Names)) {
			types = append(types, p.Type)
		}
	}
	n := len(types)
	if n < 2 {
		return 0, false
	}
	if rest, ok := types[n-1].(*ast.Ellipsis); !ok || name(rest.Elt) != "any" {
		return 0, false
	}
	return n - 2, name(types[n-2]) == "MessageCode"
}

// makerOf returns the maker that is called.
func makerOf(makers map[string][]maker, s *source, call *ast.CallExpr) (maker, bool) {
	for _, m := range makers[name(call.Fun)] {
		if (m.folder == "" || m.folder == filepath.Dir(s.path)) && len(call.Args) > m.code {
			return m, true
		}
	}
	return maker{}, false
}

// name returns the name of a function, a method or a type, without its package.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// arguments reads a code, and the names and values after it; anything but a literal is "".
func arguments(args []ast.Expr) (code string, names []string) {
	names = []string{}
	for i, arg := range args {
		text := literal(arg)
		switch {
		case i == 0:
			code = text
		case i%2 == 1:
			names = append(names, text)
		}
	}
	if len(args)%2 == 0 {
		names = append(names, "") // a name without a value
	}
	slices.Sort(names)
	return code, names
}

func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.SelectorExpr, *ast.Ident:
		if name(e) == "AsWritten" {
			return string(pipeline.AsWritten)
		}
	}
	return ""
}
