// Package wording puts problems into sentences, in one language.
//
// The sentences are in a file for each language, EN.yaml and so on, by the
// code of the message. A sentence has gaps for the arguments of its message,
// as in "has {{.count}} characters", and nothing else between braces. Where
// there are plural forms, the argument count chooses among them; their names
// (one, few, many, other) are those of the Unicode CLDR. The same arguments
// are in all forms.
//
// A sentence never names the place of its problem: [Wording.Placed] writes it
// in front.
package wording

import (
	"embed"
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"muster/pipeline"
)

//go:embed *.yaml
var catalogues embed.FS

// Wording has the sentences of one language. It may be used by several at once.
type Wording struct{ catalogue *i18n.Localizer }

// For gives the wording of a language by its BCP 47 tag, such as "en". The
// error is of a language that there is none for.
func For(lang string) (*Wording, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", lang, err)
	}
	// A bundle of one language, which needs no matching for each sentence.
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	if _, err := bundle.LoadMessageFileFS(catalogues, tag.String()+".yaml"); err != nil {
		return nil, fmt.Errorf("sentences in %s: %w", tag, err)
	}
	return &Wording{i18n.NewLocalizer(bundle)}, nil
}

// Message words a message. One that the catalogue does not have, as that of a
// newer version, comes as its code and arguments.
func (w *Wording) Message(m *pipeline.Message) string {
	if m == nil {
		return ""
	}
	config := i18n.LocalizeConfig{MessageID: string(m.Code), TemplateData: gaps{w, m}, TemplateParser: sentences{}}
	if n, ok := m.Arg("count").(int); ok {
		config.PluralCount = n
	}
	text, err := w.catalogue.Localize(&config)
	if err != nil {
		return m.String()
	}
	return text
}

// Front says how much of its place is written in front of a sentence.
type Front int

const (
	// Cell is for where the column is told beside the sentence: the cell is
	// named where it is itself at fault, and not its value.
	Cell Front = iota
	// Column is for running text: the column, or the field without one, and then
	// as Cell has it.
	Column
	// Row is for a list: row, column and cell.
	Row
)

// Placed words a problem with its place in front.
func (w *Wording) Placed(p pipeline.Problem, front Front) string {
	text, cell := w.Message(p.Message), p.Cell()
	ofCell := p.Code.OfCell() && cell != ""
	switch {
	case p.Constant:
		text = w.Message(pipeline.Say("at_constant", "sentence", text))
	case ofCell:
		text = cell + " " + text
	}
	name := p.Name()
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
			text = strings.Join(strings.Fields(name), " ") + " " + text // on one line, whatever the header has
		}
		text = w.Message(pipeline.Say("in_row", "row", p.Row, "sentence", text))
	}
	return text
}
