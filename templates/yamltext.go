package templates

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

const yamlFile = "provider.yaml"

// The document is decoded after [structure] has found no mistake in its form.

// text is a scalar of provider.yaml as it is spelt (including NO and 012), with its line.
type text struct {
	s    string
	line int
}

func (t *text) UnmarshalYAML(n *yaml.Node) error {
	t.s, t.line = n.Value, n.Line
	return nil
}

// texts is a list of scalars, or a single one.
type texts []text

func (l *texts) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = texts{{n.Value, n.Line}}
		return nil
	}
	var items []text
	if err := n.Decode(&items); err != nil {
		return err
	}
	*l = items
	return nil
}

// plain are the texts without their lines; nil for none, and for a single empty one.
func (l texts) plain() []string {
	var all []string
	for _, t := range l {
		if t.s != "" || len(l) > 1 {
			all = append(all, t.s)
		}
	}
	return all
}

// localText is a text for people: one for every language, or one for each, by tag.
type localText pipeline.Localized

func (l *localText) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		if n.Value != "" {
			*l = localText{"": n.Value}
		}
		return nil
	}
	var by pairs
	if err := n.Decode(&by); err != nil {
		return err
	}
	*l = localText{}
	for _, p := range by {
		(*l)[p.Name] = p.Value
	}
	return nil
}

// pairs is an object of texts, in its order.
type pairs []pair

// pair is a name and its text, with its line.
type pair struct {
	pipeline.Pair
	line int
}

// plain are the pairs without their lines.
func (p pairs) plain() []pipeline.Pair {
	var all []pipeline.Pair
	for _, each := range p {
		all = append(all, each.Pair)
	}
	return all
}

func (p *pairs) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		// An alias and a merged object must be resolved first.
		if n.Content[i+1].Kind != yaml.ScalarNode {
			return faultIn(yamlFile, n.Content[i+1].Line, "definition.want_text")
		}
		*p = append(*p, pair{pipeline.Pair{Name: n.Content[i].Value, Value: n.Content[i+1].Value}, n.Content[i+1].Line})
	}
	return nil
}

// decodeError is an error that remains possible in a document of the right form: in the targets of its aliases.
func decodeError(err error) error {
	if _, ours := errors.AsType[*pipeline.Mistake](err); ours {
		return err
	}
	return faultIn(yamlFile, 0, "definition.yaml", "cause", pipeline.Say("definition.yaml_loop"))
}

// notYAMLFile is why provider.yaml cannot be read.
func notYAMLFile(data []byte) error {
	m := YAMLMistake(data)
	m.Place.File = yamlFile
	return m
}

// reader collects the mistakes while texts are converted, so that each conversion stays one line.
type reader struct{ mistakes pipeline.Mistakes }

func (r *reader) fail(line int, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	m := pipeline.Wrong(code, pairs...).At(pipeline.Place{File: yamlFile, Line: line})
	r.mistakes = append(r.mistakes, m)
	return m
}

// failName is the mistake for a name that is not in names; the hint is the one that was probably meant, or all of
// them. The meant one is returned, so that no mistakes follow from the wrong name.
func (r *reader) failName(t text, names []string, code pipeline.MessageCode, pairs ...any) (meant string) {
	m := r.fail(t.line, code, pairs...)
	if meant = pipeline.Meant(t.s, names); meant != "" {
		m.Try("definition.try_name", "name", meant)
	} else if len(names) > 0 && len(names) <= mostNamed {
		m.Try("definition.try_one_of", "names", names)
	}
	return meant
}

// mostNamed is how many names a hint lists.
const mostNamed = 12

// must is t's text, which is required; key is its place in the file.
func (r *reader) must(t text, line int, key string) string {
	if t.s == "" {
		r.fail(line, "definition.missing", "key", key)
	}
	return t.s
}

func (r *reader) pointer(t text) pipeline.Pointer {
	p := pipeline.Pointer(t.s)
	if !p.Valid() {
		m := r.fail(t.line, "definition.pointer", "text", t.s)
		if meant := pointerMeant(t.s); meant != "" {
			m.Try("definition.try_name", "name", meant)
		}
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
		m := r.fail(t.line, "definition.duration", "text", t.s)
		if _, err := strconv.Atoi(t.s); err == nil {
			m.Try("definition.try_name", "name", t.s+"s")
		}
	}
	return d
}

func (r *reader) number(t text, key string) int {
	n, err := strconv.Atoi(t.s)
	if t.s != "" && (err != nil || n < 0) {
		r.fail(t.line, "definition.number", "key", key, "text", t.s)
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
	r.failName(t, []string{"true", "false"}, "definition.boolean", "text", t.s)
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
			m := r.fail(t.line, "definition.status", "text", t.s)
			if meant := statusForm.FindString(t.s); meant != "" {
				m.Try("definition.try_name", "name", strings.ToLower(meant))
			}
		}
		out = append(out, pipeline.Statuses{From: a, To: b})
	}
	return out
}

func (r *reader) normalisers(l texts) []pipeline.Normaliser {
	var out []pipeline.Normaliser
	for _, t := range l {
		n := pipeline.Normaliser(t.s)
		if all := pipeline.Normalisers(); !slices.Contains(all, n) {
			r.failName(t, spelled(all), "definition.normaliser", "text", t.s)
		}
		out = append(out, n)
	}
	return out
}

// spelled are words as a definition spells them.
func spelled[W ~string](words []W) []string {
	var all []string
	for _, w := range words {
		all = append(all, string(w))
	}
	return all
}
