package wording

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// exempt are files that may have sentences, with the reason.
var exempt = map[string]string{
	"cmd/muster/internal/observe/metrics.go": "the help of metrics is English, for programs",
	"pipeline/mapping/country.go":            "names of countries, as cells have them",
	"pipeline/mapping/suggest/words.go":      "names of concepts, as words.yaml has them",
	"pipeline/mapping/usstate.go":            "names of states, as cells have them",
	"pipeline/wording/sentence.go":           "a catalogue that is wrong has no sentence for it",
	"pipeline/wording/wording.go":            "as sentence.go",
}

// exemptText are texts that are no sentences for people, with the reason: the
// beginning of the text, by file.
var exemptText = map[string]map[string]string{
	"cmd/muster/exit.go":                       {"exit code %d": "an error that is never shown"},
	"cmd/muster/internal/enrol/connection.go":  {"%s (PID %d, %s)": "a command and where it runs"},
	"cmd/muster/internal/observe/log.go":       {"not in the ledger": "the log is English, for programs"},
	"pipeline/sheetxml/scanner.go":             {"has a document type declaration": "whoever meets the error words it"},
	"cmd/muster/internal/jsonlines/printer.go": {`{"type":"error"`: "it is JSON"},
	"pipeline/ledger/keyfile.go":               {"muster ledger ": "a label of a key's derivation"},
	"pipeline/json.go":                         {"more than one JSON value": "whoever meets the error words it"},
	"templates/yamltext.go":                    {`^line (\d+): `: "what the YAML library says"},
	"pipeline/mapping/conversions.go": {"EJEMPLO ": "a cell of an example", "Ana Mar": "a cell of an example",
		"ANA MAR": "a cell of an example", "JOE'S CAF": "a cell of an example", "Joe's Caf": "a cell of an example"},
}

// No sentence is written outside the catalogues: none of the program's literals
// has three words one after the other. testdata/unconverted has, by package, the
// files that still do; a file that has none any more is deleted from its list.
func TestNoSentenceInGo(t *testing.T) {
	unconverted := listed(t)
	there := map[string]bool{}
	for _, s := range program(t) {
		found := sentencesIn(s)
		there[s.path] = true
		switch listed := slices.Contains(unconverted, s.path); {
		case listed && len(found) == 0:
			t.Errorf("%s has no sentence any more: delete it from testdata/unconverted", s.path)
		case !listed:
			for _, f := range found {
				t.Errorf("%s: a sentence outside the catalogues: %s", f.at, f.text)
			}
		}
	}
	for _, path := range unconverted {
		if !there[path] {
			t.Errorf("%s of testdata/unconverted is not there", path)
		}
	}
}

// listed are the files that are still to be converted.
func listed(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/unconverted/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Fields(string(data))...)
	}
	return all
}

type found struct{ at, text string }

// sentencesIn are the literals of a file that are sentences.
func sentencesIn(s *source) (all []found) {
	if exempt[s.path] != "" {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field: // a field's tag
			if f, ok := n.(*ast.Field); !ok || f.Tag != nil {
				return false
			}
		case *ast.CallExpr:
			if name(n.Fun) == "panic" {
				return false
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if err == nil && n.Kind == token.STRING && isSentence(text) && !exempted(s.path, text) {
				all = append(all, found{s.at(n), n.Value})
			}
		}
		return true
	})
	return all
}

func exempted(path, text string) bool {
	for begins := range exemptText[path] {
		if strings.HasPrefix(text, begins) {
			return true
		}
	}
	return false
}

var (
	verbs = regexp.MustCompile(`%[-+# 0]*[0-9*]*(\.[0-9]+)?[a-zA-Z]`)
	words = regexp.MustCompile(`(^|[\s("'` + "`" + `])\pL[\pL'’-]*[,;:.!?]?\s+\pL[\pL'’-]*[,;:.!?]?\s+\pL[\pL'’-]*($|[\s,;:.!?)"'` + "`" + `])`)
	word  = regexp.MustCompile(`\pL`)
	sql   = regexp.MustCompile(`^[\s()\d+]*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|WITH|BEGIN|COMMIT|ROLLBACK|ATTACH|VACUUM|FROM|WHERE|AND|ORDER|GROUP|JOIN|LEFT JOIN|ON CONFLICT|VALUES|SET|UNION|LIMIT|IN)\b`)
)

// isSentence says whether a text has three words one after the other, not all of
// them of [fmt], and is not SQL.
func isSentence(text string) bool {
	return !sql.MatchString(text) && words.MatchString(verbs.ReplaceAllString(text, "x")) &&
		word.MatchString(verbs.ReplaceAllString(text, ""))
}

func TestIsSentence(t *testing.T) {
	for text, want := range map[string]bool{
		"the book has no column %q":    true,
		"close the ledger: %w":         true,
		"%d of %d done":                true,
		"%-9s %7d  %s\n":               false,
		"to send":                      false,
		"--report %s: %w":              false,
		"SELECT a FROM b":              false,
		"2006-01-02 15:04:05 UTC":      false,
		"application/json":             false,
		"try `muster report RUN -o F`": true,
		"no lo sé":                     true,
	} {
		if got := isSentence(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
