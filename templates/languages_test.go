package templates_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// textsOf are all texts of a definition for people, by name.
func textsOf(p *pipeline.Provider) map[string]pipeline.Localized {
	all := map[string]pipeline.Localized{"settle.advice": p.Settle.Advice}
	for _, n := range p.Notes {
		all["note "+n.In("en")] = n
	}
	for _, s := range p.Auth.Secrets {
		all["secret "+s.Name] = s.Help
	}
	for _, k := range p.Keys {
		all["key "+k.Name] = k.Label
	}
	for _, a := range p.Answers {
		if len(a.Hint) > 0 {
			all["hint "+a.Hint.In("en")] = a.Hint
		}
	}
	for _, f := range p.Fields {
		all["title of "+f.Path] = f.Title
		all["help of "+f.Path] = f.Help
	}
	return all
}

// Every text of the definitions that come with muster is in both languages. One in capitals only, as NIT, may be
// equal in both.
func TestDefinitionsSpeakBothLanguages(t *testing.T) {
	for _, d := range append(embeddedDefinitions(t), exampleDefinitions(t)...) {
		p := d.Provider()
		texts := textsOf(p)
		if len(texts) < 20 {
			t.Fatalf("%s has %d texts", p.Name, len(texts))
		}
		for what, text := range texts {
			english, spanish := text.In("en"), text["es"]
			if spanish == "" && english == strings.ToUpper(english) {
				spanish = english
			}
			switch {
			case english == "" || spanish == "":
				t.Errorf("%s: %s: English %q, Spanish %q", p.Name, what, english, spanish)
			case english == spanish && english != strings.ToUpper(english):
				t.Errorf("%s: %s is not translated: %q", p.Name, what, english)
			case strings.TrimSpace(english) != english || strings.TrimSpace(spanish) != spanish:
				t.Errorf("%s: %s has white space around it: %q, %q", p.Name, what, english, spanish)
			}
		}
	}
}

// A translation has the numbers and the examples of its original: limits are the same in every language.
func TestTranslationsHaveTheSameLimits(t *testing.T) {
	for _, d := range append(embeddedDefinitions(t), exampleDefinitions(t)...) {
		for what, text := range textsOf(d.Provider()) {
			if diff := cmp.Diff(exact(text.In("en")), exact(text.In("es"))); diff != "" {
				t.Errorf("%s: %s (-English +Spanish):\n%s", d.Provider().Name, what, diff)
			}
		}
	}
}

var exactPart = regexp.MustCompile(`\S*@[\w.-]*\w|[<>]|\+?\d[\d-]*|\w+_\w+`)

// exact are the parts of a text that translations keep: numbers, addresses, signs that are part of a value.
func exact(text string) map[string]int {
	all := map[string]int{}
	for _, part := range exactPart.FindAllString(text, -1) {
		all[part]++
	}
	return all
}

// A user's definition may have its texts in one language or in several.
func TestTextsOfADefinition(t *testing.T) {
	d := mustWithSchema(t, `{"type": "object", "additionalProperties": false, "required": ["id", "name"], "properties": {
		"id": {"$ref": "#/$defs/text", "title": "Number", "description": "the number"},
		"name": {"$ref": "#/$defs/text", "x-title": {"es": "Nombre"}, "x-description": {"es": "el nombre", "pt": "o nome"}},
		"town": {"$ref": "#/$defs/text"}},
		"$defs": {"text": {"type": "string", "title": "Text", "x-title": {"es": "Texto"}}}}`,
		edit{yamlFile, "{name: id, field: id}", "{name: id, label: Number, field: id}"},
		edit{yamlFile, "notes:\n", "notes:\n  - the same everywhere\n  - {es: solo en español}\n"})
	got := map[string]pipeline.Localized{}
	for _, f := range d.Provider().Fields {
		got[f.Path], got[f.Path+" help"] = f.Title, f.Help
	}
	got["label"] = d.Provider().Keys[0].Label
	got["note 1"], got["note 2"] = d.Provider().Notes[0], d.Provider().Notes[1]
	want := map[string]pipeline.Localized{
		// A title beside a reference does not get the translations of the title that it replaces.
		"id": {"": "Number"}, "id help": {"": "the number"},
		"name": {"": "Text", "es": "Nombre"}, "name help": {"es": "el nombre", "pt": "o nome"},
		"town": {"": "Text", "es": "Texto"}, "town help": nil,
		"label": {"": "Number"}, "note 1": {"": "the same everywhere"}, "note 2": {"es": "solo en español"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
