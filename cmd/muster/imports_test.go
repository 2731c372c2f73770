package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The packages of this repository, for the import test. Any package that is not named here is around pipeline: it
// imports pipeline and the leaves, and nothing else of ours.
const (
	core = "muster/pipeline"
	cmd  = "muster/cmd/"
)

// leaves are the packages under pipeline that all may import, for what two packages around it must do alike. They
// import at most pipeline.
var leaves = []string{
	"muster/pipeline/files",
	"muster/pipeline/offcrypto",
	"muster/pipeline/sheetxml",
	"muster/pipeline/signature",
}

// moduleHomes says which packages may import a module, or a package of it. A module without an entry may not be
// imported; an entry that is not used must be removed. An entry that ends in ... is every package below.
var moduleHomes = map[string][]string{
	"github.com/gocarina/gocsv": {"muster/pipeline/book", "muster/pipeline/mapping/suggest",
		"muster/reports", "muster/templates"},
	"github.com/jackc/pgx/v5": {"muster/cmd/bench", "muster/cmd/muster/internal/postgrestest",
		"muster/pipeline/ledger"},
	"github.com/nicksnyder/go-i18n":         {"muster/pipeline/wording"},
	"github.com/nyaruka/phonenumbers":       {"muster/pipeline/mapping", "muster/pipeline/mapping/suggest"},
	"github.com/prometheus":                 {"muster/cmd/muster/internal/observe"},
	"github.com/richardlehane/mscfb":        {"muster/pipeline/book"},
	"github.com/santhosh-tekuri/jsonschema": {"muster/templates"},
	"github.com/spf13/cobra": {"muster/cmd/muster", "muster/cmd/muster/internal/inuse",
		"muster/cmd/muster/internal/settings"},
	"github.com/spf13/pflag": {"muster/cmd/muster", "muster/cmd/muster/internal/inuse",
		"muster/cmd/muster/internal/settings"},
	"github.com/theory/jsonpath": {"muster/pipeline/submit", "muster/templates"},
	"github.com/xuri/excelize": {"muster/cmd/bench", "muster/pipeline/mapping/suggest", "muster/reports",
		"muster/templates"},
	"go.yaml.in/yaml": {"muster/cmd/muster/internal/newdefinition", "muster/pipeline/mapping", "muster/pipeline/mapping/suggest",
		"muster/pipeline/wording", "muster/templates"},
	"golang.org/x/sync": {"muster/cmd/bench", "muster/pipeline/importer"},
	"golang.org/x/sys":  {"muster/cmd/muster/internal/terminal"},
	"golang.org/x/term": {"muster/cmd/muster", "muster/cmd/muster/internal/terminal",
		"muster/pipeline/book"},
	"golang.org/x/text/encoding": {"muster/cmd/muster/internal/settings", "muster/pipeline/book",
		"muster/pipeline/mapping"},
	"golang.org/x/text/language":  {"muster/pipeline/mapping", "muster/pipeline/wording", "muster/templates"},
	"golang.org/x/text/transform": {"muster/cmd/muster/internal/settings", "muster/pipeline/book"},
	"golang.org/x/text/unicode/norm": {"muster/cmd/muster/internal/enrol", "muster/pipeline", "muster/pipeline/mapping",
		"muster/pipeline/submit"},
	"golang.org/x/time":  {"muster/pipeline/submit"},
	"modernc.org/sqlite": {"muster/pipeline/ledger"},
}

// testHomes is the same for modules that only tests import, in addition to moduleHomes.
var testHomes = map[string][]string{
	"github.com/google/go-cmp":        {"muster/..."},
	"github.com/nyaruka/phonenumbers": {"muster/templates"}, // to compare lengths with its data
	"github.com/prometheus":           {"muster/cmd/muster"},
	"github.com/rogpeppe":             {"muster/cmd/muster"},
	"github.com/xuri/excelize":        {"muster/cmd/...", "muster/pipeline/book"},
	"golang.org/x/sys":                {"muster/cmd/muster"},
	"golang.org/x/text/encoding":      {"muster/cmd/..."},
	"pgregory.net/rapid":              {"muster/..."},
}

// imports are the imports of one package's files, for any system.
type imports struct{ code, tests []string }

// listed are the packages of the repository with their imports.
func listed(t *testing.T) map[string]imports {
	t.Helper()
	packages := map[string]imports{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "muster/...")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			t.Fatalf("go list for %s: %v", system, err)
		}
		for dec := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct {
				ImportPath                         string
				Imports, TestImports, XTestImports []string
			}
			if err := dec.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			of := packages[p.ImportPath]
			of.code = append(of.code, p.Imports...)
			of.tests = append(append(of.tests, p.TestImports...), p.XTestImports...)
			packages[p.ImportPath] = of
		}
	}
	for path, of := range packages {
		slices.Sort(of.code)
		slices.Sort(of.tests)
		packages[path] = imports{slices.Compact(of.code), slices.Compact(of.tests)}
	}
	return packages
}

// TestImportDirections tests the star (pipeline/README.md, Shape), tests included: pipeline imports nothing of ours;
// the packages around it import it and not one another; cmd/... wires, and nobody else imports cmd.
func TestImportDirections(t *testing.T) {
	around := 0
	for path, of := range listed(t) {
		for _, imported := range append(of.code, of.tests...) {
			if strings.HasPrefix(imported, "muster/") && !mayWire(path, imported) {
				t.Errorf("%s imports %s: pipeline imports nothing of ours, those around it import it and the leaves, cmd wires",
					path, imported)
			}
		}
		if path != core && !strings.HasPrefix(path, cmd) {
			around++
		}
	}
	if around < 8 {
		t.Errorf("only %d packages around pipeline were looked at", around)
	}
}

// mayWire reports whether a package may import another one of ours.
func mayWire(path, imported string) bool {
	switch {
	case path == imported: // an external test
		return true
	case strings.HasPrefix(path, cmd):
		return true
	case path == core || strings.HasPrefix(imported, cmd):
		return false
	case slices.Contains(leaves, path):
		return imported == core
	case path == "muster/pipeline/mapping/suggest" && imported == "muster/pipeline/mapping":
		return true // it writes what mapping reads
	}
	return imported == core || slices.Contains(leaves, imported)
}

// TestModulesHaveHomes: which package uses which module is decided here, and not by whoever needs one next.
func TestModulesHaveHomes(t *testing.T) {
	used := map[string]bool{}
	for path, of := range listed(t) {
		for _, imported := range of.code {
			if isModule(imported) && !atHome(path, imported, moduleHomes, used) {
				t.Errorf("%s imports %s, which is not at home there (moduleHomes)", path, imported)
			}
		}
		for _, imported := range of.tests {
			if isModule(imported) && !atHome(path, imported, moduleHomes, nil) &&
				!atHome(path, imported, testHomes, used) {
				t.Errorf("a test of %s imports %s, which is not at home there (testHomes)", path, imported)
			}
		}
	}
	for _, table := range []map[string][]string{moduleHomes, testHomes} {
		for module, homes := range table {
			for _, home := range homes {
				if !used[module+" in "+home] {
					t.Errorf("%s no longer imports %s: take it out of its homes", home, module)
				}
			}
		}
	}
}

func isModule(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

// atHome reports whether a package may import one of a module, and notes the entries of the table that allow it.
func atHome(path, imported string, table map[string][]string, used map[string]bool) (may bool) {
	for module, homes := range table {
		if imported != module && !strings.HasPrefix(imported, module+"/") {
			continue
		}
		for _, home := range homes {
			below, tree := strings.CutSuffix(home, "...")
			if path == home || tree && strings.HasPrefix(path, below) {
				may = true
				if used != nil {
					used[module+" in "+home] = true
				}
			}
		}
	}
	return may
}
