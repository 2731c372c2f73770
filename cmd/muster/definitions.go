package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/topics"
	"muster/pipeline"
	"muster/templates"
)

// definitionKeys explains every key of provider.yaml.
func (p *program) definitionKeys() topics.Part {
	heading := p.sentence("cmd_topics.definition_keys")
	keys, err := templates.Reference()
	if err != nil { // the file is embedded, and tested
		return topics.Part{Heading: heading, Text: p.words.Error(err) + "\n"}
	}
	var b strings.Builder
	for _, k := range keys {
		name := k.At
		if k.Must {
			name += " *"
		}
		fmt.Fprintf(&b, "  %-30s %s\n", name, p.words.Message(kindOf(&k)))
		b.WriteString(wrapped(p.words.Message(k.Help.Message()), "      "))
		if len(k.Values) > 0 {
			b.WriteString(wrapped(p.sentence("cmd_topics.definition_values", "values", k.Values), "      "))
		}
		if k.Example != "" {
			b.WriteString(wrapped(p.sentence("cmd_topics.definition_example", "example", k.Example), "      "))
		}
	}
	b.WriteString("\n" + p.sentence("cmd_topics.definitions_after"))
	return topics.Part{Heading: heading, Text: b.String()}
}

// recipesTopic shows which keys to write for what a provider's documents say.
func (p *program) recipesTopic(*cobra.Command) string {
	recipes, err := templates.Recipes()
	if err != nil { // the files are embedded, and tested
		return p.words.Error(err) + "\n"
	}
	var b strings.Builder
	b.WriteString(p.sentence("cmd_topics.recipes"))
	for _, r := range recipes {
		b.WriteString("\n" + wrapped(p.words.Message(r.Says.Message()), "  "))
		if r.Schema != "" {
			b.WriteString("      " + p.sentence("cmd_topics.recipe_in_schema") + "\n")
		}
		for line := range strings.Lines(r.Write + r.Schema) {
			b.WriteString("      " + line)
		}
	}
	return b.String()
}

// kindOf says which kind of value a key takes.
func kindOf(k *templates.ReferenceKey) *pipeline.Message {
	switch k.Kind {
	case templates.KindTexts:
		return pipeline.Say("cmd_topics.kind_texts")
	case templates.KindPeople:
		return pipeline.Say("cmd_topics.kind_people")
	case templates.KindPairs:
		return pipeline.Say("cmd_topics.kind_pairs")
	case templates.KindLists:
		return pipeline.Say("cmd_topics.kind_lists")
	case templates.KindPart, templates.KindParts:
		list := k.Kind == templates.KindParts
		switch {
		case k.Part != "" && list:
			return pipeline.Say("cmd_topics.kind_list_of", "part", k.Part)
		case k.Part != "":
			return pipeline.Say("cmd_topics.kind_part", "part", k.Part)
		case list:
			return pipeline.Say("cmd_topics.kind_parts")
		}
		return pipeline.Say("cmd_topics.kind_keys")
	}
	return pipeline.Say("cmd_topics.kind_text")
}

// schemaCommand is `muster providers schema`.
func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   p.sentence("command.providers_schema_short"),
		Long:    p.sentence("command.providers_schema_long"),
		Example: p.sentence("command.providers_schema_example"),
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			schema, err := templates.EditorSchema(p.lang.Tag)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s\n", schema)
			return err
		},
	}
}
