// Package wording turns messages into sentences in a language.
//
// The sentences of a language are in its file, en.yaml and so on, each under the code of its message. To add a
// language, add its file; nothing else has to be changed.
//
// A sentence has gaps for the arguments of its message, as in "has {{.count}} characters", and nothing else between
// braces. If it has plural forms, the argument count chooses among them, whether or not it is also in a gap; their
// names (one, few, many, other) are those of the Unicode CLDR, and other is used for a form that is left out. All forms
// have the same arguments.
//
// A sentence never names the place of its problem: [Wording.Placed] and [Wording.Error] write it in front.
package wording

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"

	"muster/pipeline"
)

// Default is the language of what programs read, and of people whose language is not known.
const Default = "en"

//go:embed *.yaml
var catalogues embed.FS

// Wording has the sentences of one language. It may be used by several at once.
type Wording struct {
	lang      string
	catalogue *catalogue
	problems  problemTexts
	zone      *time.Location // of times; nil is UTC
	grouped   bool           // what is counted has its thousands in groups
}

// For returns the wording of a language by its tag, such as "en". It returns an error for a language without a file.
func For(lang string) (*Wording, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", lang, err)
	}
	c, err := open(tag)
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", lang, err)
	}
	return &Wording{lang: tag.String(), catalogue: c}, nil
}

// In returns the wording in the same language, with times in that zone.
func (w *Wording) In(zone *time.Location) *Wording {
	return &Wording{lang: w.lang, catalogue: w.catalogue, zone: zone, grouped: w.grouped}
}

// Grouped returns the wording in the same language for a terminal: counts have their thousands in groups. Texts that
// are kept or searched have plain digits.
func (w *Wording) Grouped() *Wording {
	return &Wording{lang: w.lang, catalogue: w.catalogue, zone: w.zone, grouped: true}
}

// Languages are the tags of the languages that have sentences, sorted.
func Languages() []string {
	entries, err := catalogues.ReadDir(".")
	if err != nil {
		return nil // it is part of the program
	}
	var tags []string
	for _, e := range entries {
		tags = append(tags, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return tags
}

// Preferred returns the language of a locale such as es_CO.UTF-8 if it has sentences, else [Default].
func Preferred(locale string) string {
	tag, _, _ := strings.Cut(locale, ".")
	tag, _, _ = strings.Cut(tag, "@")
	tag = strings.ReplaceAll(tag, "_", "-")
	for tag != "" {
		if i := slices.IndexFunc(Languages(), func(l string) bool { return strings.EqualFold(l, tag) }); i >= 0 {
			return Languages()[i]
		}
		tag = tag[:max(0, strings.LastIndex(tag, "-"))]
	}
	return Default
}

// Message words a message. If the catalogue does not have it, because a newer version wrote it, the result is its code
// and arguments.
func (w *Wording) Message(m *pipeline.Message) string {
	if m == nil {
		return ""
	}
	of, err := w.catalogue.sentence(string(m.Code), m.Arg("count"))
	if err != nil {
		return m.String()
	}
	text, err := of.fill(w, m)
	if err != nil {
		return m.String()
	}
	return text
}

// Say words the message with a code and arguments, given as to [pipeline.Say].
func (w *Wording) Say(code pipeline.MessageCode, pairs ...any) string {
	return w.Message(pipeline.Say(code, pairs...))
}

// Front says how much of a problem's place is written in front of its sentence.
type Front int

const (
	// Cell is for a sentence next to its column: the cell is named if the cell itself is wrong, and not its value.
	Cell Front = iota
	// Column is for running text: the column, or the field if there is none, followed by what Cell writes.
	Column
	// Row is for a list: row, column and cell.
	Row
)

// Placed words a problem with its place in front.
func (w *Wording) Placed(p pipeline.Problem, front Front) string {
	text, cell := w.problems.of(w, p.Message), p.Cell()
	ofCell := p.Code.OfCell() && cell != ""
	switch {
	case p.Constant:
		text = w.Message(pipeline.Say("at_constant", "sentence", text))
	case ofCell:
		text = cell + " " + text
	}
	name := strings.Join(strings.Fields(p.Name()), " ") // on one line, whatever the header has
	switch front {
	case Column:
		if name != "" {
			text = name + " " + text
		}
	case Row:
		if !ofCell {
			if cell != "" {
				text = "(" + cell + ") " + text
			}
			if name != "" {
				text = name + " " + text
			}
		}
		text = w.Message(pipeline.Say("in_row", "row", p.Row, "sentence", text))
	}
	return text
}

// problemTexts caches the sentences of problems: of a million problems many share a message, and each is worded for
// several places.
type problemTexts struct {
	mu    sync.Mutex
	known map[*pipeline.Message]string
}

// mostTexts limits the cache.
const mostTexts = 1 << 12

func (t *problemTexts) of(w *Wording, m *pipeline.Message) string {
	t.mu.Lock()
	text, ok := t.known[m]
	t.mu.Unlock()
	if ok {
		return text
	}
	text = w.Message(m)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= mostTexts {
		t.known = map[*pipeline.Message]string{}
	}
	t.known[m] = text
	return text
}
