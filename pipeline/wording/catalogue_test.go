package wording

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// Every message that the program makes has a sentence in every language, whose
// gaps are the arguments that it is given; and no sentence is of no message.
func TestCatalogues(t *testing.T) {
	said := messagesOf(t, "../..")
	if len(said) < 60 {
		t.Fatalf("only %d messages were found in the program", len(said))
	}
	for _, file := range languages(t) {
		t.Run(file, func(t *testing.T) {
			sentences := sentencesOf(t, file)
			for code, names := range said {
				of, there := sentences[code]
				if !there {
					t.Errorf("%s has no sentence", code)
				}
				for form, text := range forms(of) {
					if diff := cmp.Diff(names, gapsOf(t, code, text)); there && diff != "" {
						t.Errorf("%s, %s: the arguments are not those of the sentence (-message +sentence):\n%s", code, form, diff)
					}
				}
			}
			for code := range sentences {
				if _, used := said[code]; !used {
					t.Errorf("%s is a sentence of no message", code)
				}
			}
		})
	}
}

// Every plural form that a language has is there.
func TestPluralForms(t *testing.T) {
	for _, file := range languages(t) {
		w, err := For(strings.TrimSuffix(file, ".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for code, of := range sentencesOf(t, file) {
			names := gapsOf(t, code, of.Other)
			for _, n := range []int{0, 1, 2, 3, 7, 11, 21, 100, 1_000_000} {
				m := &pipeline.Message{Code: pipeline.MessageCode(code)}
				for _, name := range names {
					m.Args = append(m.Args, pipeline.Arg{Name: name, Value: n})
				}
				config := i18n.LocalizeConfig{MessageID: code, TemplateData: gaps{w, m}, TemplateParser: sentences{}}
				if slices.Contains(names, "count") {
					config.PluralCount = n
				}
				if text, err := w.catalogue.Localize(&config); err != nil || text == "" {
					t.Errorf("%s: %s of %d: %q, %v", file, code, n, text, err)
				}
			}
		}
	}
}

// messagesOf finds the calls of pipeline.Say in the program below a folder: the
// names of the arguments by code, sorted.
func messagesOf(t *testing.T, root string) map[string][]string {
	t.Helper()
	said := map[string][]string{}
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isSay(call.Fun) {
				return true
			}
			code, names := sayArguments(call)
			before, again := said[code]
			switch {
			case code == "" || slices.Contains(names, ""):
				t.Errorf("%s: the code and the names of the arguments have to be literals", files.Position(call.Pos()))
			case again && !slices.Equal(before, names):
				t.Errorf("%s: %s has the arguments %q, and elsewhere %q", files.Position(call.Pos()), code, names, before)
			}
			said[code] = names
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func isSay(fun ast.Expr) bool {
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Say" {
		return false
	}
	x, ok := selector.X.(*ast.Ident)
	return ok && x.Name == "pipeline"
}

// sayArguments reads one call; what is no literal is "".
func sayArguments(call *ast.CallExpr) (code string, names []string) {
	names = []string{}
	for i, arg := range call.Args {
		text := literal(arg)
		switch {
		case i == 0:
			code = text
		case i%2 == 1:
			names = append(names, text)
		}
	}
	if len(call.Args)%2 == 0 {
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
	case *ast.SelectorExpr:
		if e.Sel.Name == "AsWritten" {
			return string(pipeline.AsWritten)
		}
	}
	return ""
}

func languages(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(catalogues, "*.yaml")
	if err != nil || !slices.Contains(files, "en.yaml") {
		t.Fatal(files, err)
	}
	return files
}

func sentencesOf(t *testing.T, file string) map[string]*i18n.Message {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := i18n.ParseMessageFileBytes(data, file, map[string]i18n.UnmarshalFunc{"yaml": yaml.Unmarshal})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*i18n.Message{}
	for _, m := range parsed.Messages {
		all[m.ID] = m
	}
	return all
}

func forms(m *i18n.Message) map[string]string {
	if m == nil {
		return nil
	}
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(form, text string) bool { return text == "" && form != "other" })
	return all
}

// gapsOf are the names of a sentence's gaps, each once, sorted.
func gapsOf(t *testing.T, code, text string) []string {
	t.Helper()
	read, err := sentences{}.Parse(text, "", "")
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	names := append([]string{}, read.(*sentence).names...)
	slices.Sort(names)
	return slices.Compact(names)
}
