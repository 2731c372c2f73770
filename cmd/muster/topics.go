package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"muster/cmd/muster/topics"
	"muster/pipeline"
	"muster/pipeline/mapping"
	"muster/pipeline/wording"
	"muster/reports"
)

// topic is a page of help without a command. Its parts are made when it is asked for: from the program's own tables,
// from a file of the package topics, or both.
type topic struct {
	name, short string
	parts       func(root *cobra.Command) []topics.Part
}

func (t topic) text(root *cobra.Command) string { return topics.Page{Parts: t.parts(root)}.String() }

// allTopics are the generated topics, then the written ones.
func (p *program) allTopics() []topic {
	made := func(text func(root *cobra.Command) string) func(*cobra.Command) []topics.Part {
		return func(root *cobra.Command) []topics.Part { return []topics.Part{{Text: text(root)}} }
	}
	all := []topic{
		{"exit-codes", p.sentence("cmd_topics.exit_codes_short"), made(p.exitCodesTopic)},
		{"environment", p.sentence("cmd_topics.environment_short"), made(p.environmentTopic)},
		{"mapping", p.sentence("cmd_topics.mapping_short"), made(p.mappingTopic)},
		{"conversions", p.sentence("cmd_topics.conversions_short"), made(p.conversionsTopic)},
		{"recipes", p.sentence("cmd_topics.recipes_short"), made(p.recipesTopic)},
		{"states", p.sentence("cmd_topics.states_short"), made(p.statesTopic)},
		{"words", p.sentence("words.short"), made(p.wordsTopic)},
	}
	for _, name := range topics.Names(wording.Default) {
		page := topics.Parse(name, topics.Source(name, p.lang.Tag, wording.Default))
		parts := func(*cobra.Command) []topics.Part { return page.Parts }
		if name == "definitions" {
			parts = func(*cobra.Command) []topics.Part { return append(page.Parts, p.definitionKeys()) }
		}
		all = append(all, topic{name, page.Title, parts})
	}
	return all
}

func (p *program) topics() []*cobra.Command {
	var all []*cobra.Command
	for _, t := range p.allTopics() {
		c := &cobra.Command{Use: t.name, Short: t.short}
		c.SetHelpFunc(func(c *cobra.Command, _ []string) {
			_ = p.show(t.text(c.Root())) // as with cobra's own pages, nobody is left to tell
		})
		all = append(all, c)
	}
	return all
}

// helpCommand is `muster help [COMMAND | TOPIC]`.
func (p *program) helpCommand() *cobra.Command {
	var manual string
	help := &cobra.Command{
		Use:   "help " + p.sentence("command.help_args"),
		Short: p.sentence("command.help_short"),
		ValidArgsFunction: func(c *cobra.Command, args []string, begun string) (
			all []cobra.Completion, _ cobra.ShellCompDirective) {
			at, _, err := c.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			for _, sub := range at.Commands() {
				if (sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand()) &&
					strings.HasPrefix(sub.Name(), begun) {
					all = append(all, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if manual != "" {
				return p.writeManual(c.Root(), manual)
			}
			at, left, err := c.Root().Find(args)
			if err != nil || len(left) > 0 {
				var names []string
				for _, t := range p.allTopics() {
					names = append(names, t.name)
				}
				wrong := pipeline.Wrong("cmd_usage.unknown_topic", "name", strings.Join(args, " "))
				if meant := meantPage(at, left); meant != "" {
					return wrong.Suggest(meant)
				}
				return wrong.Try("cmd_usage.list_topics", "topics", names)
			}
			return at.Help()
		},
	}
	help.Flags().StringVar(&manual, "man", "", p.sentence("cmd_flags.man"))
	_ = help.MarkFlagDirname("man") // the flag exists
	return help
}

// wordsTopic is the glossary: the terms that muster always uses in one sense.
func (p *program) wordsTopic(*cobra.Command) string { return p.sentence("words.text") }

func (p *program) exitCodesTopic(*cobra.Command) string {
	var b strings.Builder
	b.WriteString(p.sentence("cmd_exit.topic") + "\n")
	for _, c := range exitCodes() {
		fmt.Fprintf(&b, "  %-4d %s\n       %s\n", c.code, p.words.Message(c.meaning),
			p.sentence("cmd_exit.todo", "what", c.todo))
	}
	return b.String()
}

func (p *program) mappingTopic(*cobra.Command) string {
	example := strings.TrimSuffix(p.sentence("cmd_topics.mapping_example"), "\n")
	return p.sentence("cmd_topics.mapping", "example", indented(example))
}

func (p *program) conversionsTopic(*cobra.Command) string {
	var b strings.Builder
	b.WriteString(p.sentence("cmd_topics.conversions"))
	for _, c := range mapping.Conversions() {
		fmt.Fprintf(&b, "\n  %s\n%s", c.Usage, wrapped(p.words.Message(c.Does), "      "))
		for _, e := range c.Examples {
			if e.Fails != nil {
				fmt.Fprintf(&b, "      %s\n", p.sentence("cmd_topics.conversion_fails", "chain", e.Chain,
					"cells", quotedAll(e.Cells), "reason", e.Fails))
				continue
			}
			fmt.Fprintf(&b, "      %s\n", p.sentence("cmd_topics.conversion_gives", "chain", e.Chain,
				"cells", quotedAll(e.Cells), "value", strconv.Quote(e.Gives)))
		}
	}
	return b.String()
}

func quotedAll(cells []string) []string {
	quoted := make([]string, len(cells))
	for i, c := range cells {
		quoted[i] = strconv.Quote(c)
	}
	return quoted
}

// statesTopic names each state as people read it, and as programs read it where that differs.
func (p *program) statesTopic(*cobra.Command) string {
	var b strings.Builder
	b.WriteString(p.sentence("cmd_topics.states") + "\n")
	for _, s := range pipeline.States() {
		name := p.words.State(s)
		if name != string(s) {
			name += " (" + string(s) + ")"
		}
		fmt.Fprintf(&b, "  %s\n%s", name, wrapped(p.words.Message(reports.Meaning(s)), "      "))
	}
	b.WriteString("\n" + p.sentence("cmd_topics.states_after"))
	return b.String()
}

// wrapped breaks a text into lines of at most 79 characters.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > 79 {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return b.String() + line + "\n"
}
