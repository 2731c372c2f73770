package wording

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// exempt are files that may have sentences, with the reason.
var exempt = map[string]string{
	".github/pictures/terminal.go":           "it draws pictures for the README, for whoever works on muster",
	"cmd/muster/internal/observe/metrics.go": "the help of metrics is English, for programs",
	"pipeline/mapping/country.go":            "names of countries, as cells have them",
	"pipeline/mapping/suggest/words.go":      "names of concepts, as words.yaml has them",
	"pipeline/mapping/usstate.go":            "names of states, as cells have them",
	"pipeline/wording/sentence.go":           "a catalogue that is wrong has no sentence for it",
	"pipeline/wording/wording.go":            "as sentence.go",
}

// exemptText are texts that are not sentences for people: for each file the beginnings of the texts, with the reason.
var exemptText = map[string]map[string]string{
	"cmd/muster/exit.go":                       {"exit code %d": "an error that is never shown"},
	"cmd/muster/internal/enrol/connection.go":  {"%s (PID %d, %s)": "a command and where it runs"},
	"cmd/muster/internal/observe/log.go":       {"not in the ledger": "the log is English, for programs"},
	"cmd/muster/internal/jsonlines/printer.go": {`{"type":"error"`: "it is JSON"},
	"pipeline/ledger/keyfile.go":               {"muster ledger ": "a label of a key's derivation"},
	"pipeline/json.go":                         {"more than one JSON value": "whoever meets the error words it"},
	"pipeline/mapping/conversions.go": {"EJEMPLO ": "a cell of an example", "Ana Mar": "a cell of an example",
		"ANA MAR": "a cell of an example", "JOE'S CAF": "a cell of an example", "Joe's Caf": "a cell of an example"},
}

// No sentence is written outside the catalogues: no literal of the program has three words in succession.
func TestNoSentenceInGo(t *testing.T) {
	there := map[string]bool{}
	for _, s := range program(t) {
		there[s.path] = true
		for _, f := range sentencesIn(s) {
			if begins, ok := exempted(s.path, f.text); ok {
				there[s.path+begins] = true
			} else {
				t.Errorf("%s: a sentence outside the catalogues: %q", f.at, f.text)
			}
		}
	}
	for path := range exempt {
		if !there[path] {
			t.Errorf("%s is exempt and not there", path)
		}
	}
	for path, texts := range exemptText {
		for begins := range texts {
			if !there[path+begins] {
				t.Errorf("%s has no text that begins with %q, which is exempt", path, begins)
			}
		}
	}
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
			if err == nil && n.Kind == token.STRING && isSentence(text) {
				all = append(all, found{s.at(n), text})
			}
		}
		return true
	})
	return all
}

// exempted returns the beginning for which a text is exempt.
func exempted(path, text string) (begins string, ok bool) {
	for begins := range exemptText[path] {
		if strings.HasPrefix(text, begins) {
			return begins, true
		}
	}
	return "", false
}

var (
	verbs = regexp.MustCompile(`%[-+# 0]*[0-9*]*(\.[0-9]+)?[a-zA-Z]`)
	words = regexp.MustCompile(`(^|[\s("'` + "`" + `])\pL[\pL'’-]*[,;:.!?]?\s+\pL[\pL'’-]*[,;:.!?]?\s+\pL[\pL'’-]*($|[\s,;:.!?)"'` + "`" + `])`)
	word  = regexp.MustCompile(`\pL`)
	sql   = regexp.MustCompile(`^[\s()\d+]*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|WITH|BEGIN|COMMIT|ROLLBACK|ATTACH|VACUUM|FROM|WHERE|AND|ORDER|GROUP|JOIN|LEFT JOIN|ON CONFLICT|VALUES|SET|UNION|LIMIT|IN|AS|CAST|CASE|EXISTS|NOT EXISTS|CROSS JOIN)\b`)
	types = regexp.MustCompile(`^(bigint|text|bytea|\s)+$`)
)

// isSentence reports whether a text has three words in succession, not all of them verbs of [fmt], and is neither SQL
// nor a list of its types.
func isSentence(text string) bool {
	return !sql.MatchString(text) && !types.MatchString(text) && words.MatchString(verbs.ReplaceAllString(text, "x")) &&
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
		") AS a (b, c) WHERE d IS e":   false,
		"bigint text bytea\n\ttext":    false,
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
