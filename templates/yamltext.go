package templates

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"muster/pipeline"
)

const yamlFile = "provider.yaml"

// text is a scalar of provider.yaml as it is spelled (NO and 012 included),
// with its line.
type text struct {
	s    string
	line int
}

func (t *text) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a single text is wanted here", n.Line)
	}
	t.s, t.line = n.Value, n.Line
	return nil
}

// texts is a list of scalars, or a single one.
type texts []text

func (l *texts) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		*l = texts{{n.Value, n.Line}}
		return nil
	case yaml.MappingNode:
		return fmt.Errorf("line %d: a text or a list of texts is wanted here", n.Line)
	}
	var items []text
	if err := n.Decode(&items); err != nil {
		return err
	}
	*l = items
	return nil
}

// words is a text for people: one for every language, or one for each, by its
// tag.
type words pipeline.Localized

func (w *words) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Value != "" {
			*w = words{"": n.Value}
		}
		return nil
	case yaml.SequenceNode:
		return fmt.Errorf("line %d: a text, or a text for each language, is wanted here", n.Line)
	}
	var by pairs
	if err := n.Decode(&by); err != nil {
		return err
	}
	*w = words{}
	for i, p := range by {
		if _, err := language.Parse(p.Name); err != nil {
			return fmt.Errorf("line %d: %q is no language; write en or es", n.Content[2*i].Line, p.Name)
		}
		if _, twice := (*w)[p.Name]; twice {
			return fmt.Errorf("line %d: %q stands there twice", n.Content[2*i].Line, p.Name)
		}
		(*w)[p.Name] = p.Value
	}
	return nil
}

// pairs is an object of texts, in its order.
type pairs []pipeline.Pair

func (p *pairs) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: names and values are wanted here", n.Line)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i+1].Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: a single text is wanted here", n.Content[i+1].Line)
		}
		*p = append(*p, pipeline.Pair{Name: n.Content[i].Value, Value: n.Content[i+1].Value})
	}
	return nil
}

// The YAML library names Go types and its own wording in its errors; people
// who write a definition know neither.
var (
	unknownKey = regexp.MustCompile(`line (\d+): field (.+) not found in type \S+`)
	wrongKind  = regexp.MustCompile(`(?s)line (\d+): cannot unmarshal .* into (\S+)`)
	lineOf     = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)
	indentTab  = regexp.MustCompile(`(?m)^[ ]*\t[ \t]*[^ \t\r\n]`)
)

// yamlError is err with its file and line apart; data is the file.
func yamlError(err error, data []byte) error {
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		if m := unknownKey.FindStringSubmatch(typed.Errors[0]); m != nil {
			line, _ := strconv.Atoi(m[1])
			return faultIn(yamlFile, line, fmt.Errorf("%q is not a key that is known here", m[2]))
		}
		if m := wrongKind.FindStringSubmatch(typed.Errors[0]); m != nil {
			line, _ := strconv.Atoi(m[1])
			wanted := "keys, each with its value, are wanted here"
			if strings.HasPrefix(m[2], "[]") {
				wanted = "a list is wanted here"
			}
			return faultIn(yamlFile, line, errors.New(wanted))
		}
		err = errors.New(typed.Errors[0])
	} else if tab := indentTab.FindIndex(data); tab != nil {
		line := 1 + bytes.Count(data[:tab[0]], []byte{'\n'})
		return faultIn(yamlFile, line, errors.New("the line is indented by a tab, and YAML takes spaces only"))
	}
	line, msg := 0, err.Error()
	if m := lineOf.FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = strings.TrimPrefix(msg, m[0])
	}
	return faultIn(yamlFile, line, errors.New(strings.TrimPrefix(msg, "yaml: ")))
}

// reader collects the first mistake while texts are turned into what they
// mean, so that each conversion stays one line.
type reader struct{ err error }

func (r *reader) fail(line int, format string, args ...any) {
	if r.err == nil {
		r.err = faultIn(yamlFile, line, fmt.Errorf(format, args...))
	}
}

// must is t's text, which has to be there.
func (r *reader) must(t text, line int, what string) string {
	if t.s == "" {
		r.fail(line, "%s is missing", what)
	}
	return t.s
}

func (r *reader) pointer(t text) pipeline.Pointer {
	p := pipeline.Pointer(t.s)
	if !p.Valid() {
		r.fail(t.line, "%q is no JSON Pointer: it begins with / or is empty", t.s)
	}
	return p
}

func (r *reader) pointers(l texts) []pipeline.Pointer {
	var out []pipeline.Pointer
	for _, t := range l {
		out = append(out, r.pointer(t))
	}
	return out
}

func (r *reader) duration(t text) time.Duration {
	if t.s == "" {
		return 0
	}
	d, err := time.ParseDuration(t.s)
	if err != nil || d < 0 {
		r.fail(t.line, "%q is no duration, such as 35s or 23h", t.s)
	}
	return d
}

func (r *reader) number(t text, what string) int {
	n, err := strconv.Atoi(t.s)
	if t.s != "" && (err != nil || n < 0) {
		r.fail(t.line, "%s is %q; a whole number is wanted", what, t.s)
	}
	return n
}

func (r *reader) truth(t text) bool {
	switch t.s {
	case "", "false":
		return false
	case "true":
		return true
	}
	r.fail(t.line, "%q is neither true nor false", t.s)
	return false
}

// statuses reads 201, 4xx and 500-503.
func (r *reader) statuses(l texts) []pipeline.Statuses {
	var out []pipeline.Statuses
	for _, t := range l {
		from, to, isRange := strings.Cut(t.s, "-")
		if !isRange {
			to = from
		}
		if strings.HasSuffix(t.s, "xx") && !isRange {
			from, to = strings.Replace(t.s, "xx", "00", 1), strings.Replace(t.s, "xx", "99", 1)
		}
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || a < 100 || b > 599 || a > b {
			r.fail(t.line, "%q is no HTTP status: 201, 4xx or 500-503 are", t.s)
		}
		out = append(out, pipeline.Statuses{From: a, To: b})
	}
	return out
}

func (r *reader) normalisers(l texts) []pipeline.Normaliser {
	var out []pipeline.Normaliser
	for _, t := range l {
		n := pipeline.Normaliser(t.s)
		known := false
		for _, k := range pipeline.Normalisers() {
			known = known || k == n
		}
		if !known {
			r.fail(t.line, "%q is no way to normalise; there are %v", t.s, pipeline.Normalisers())
		}
		out = append(out, n)
	}
	return out
}
