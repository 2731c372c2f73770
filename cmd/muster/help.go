package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/terminal"
)

// exitTable is the annotation of a command that has its exit codes for the page of help.
const exitTable = "exit codes"

func withExitCodes(table string) map[string]string { return map[string]string{exitTable: table} }

// sends is the annotation of a command that sends requests, which goes on when nobody reads its output any more.
const sends = "sends"

func sending(table string) map[string]string {
	return map[string]string{exitTable: table, sends: "yes"}
}

// helpInWords words the pages of help of a command, and of those below it, from the catalogue.
func (p *program) helpInWords(c *cobra.Command) {
	c.SetUsageFunc(p.usage)
	p.helpFlag(c)
}

// helpFlag gives a command, and those below it, the flag --help, which cobra would word itself.
func (p *program) helpFlag(c *cobra.Command) {
	c.Flags().BoolP("help", "h", false, p.sentence("cmd_flags.help"))
	_ = c.Flags().SetAnnotation("help", cobra.FlagSetByCobraAnnotation, []string{"true"}) // the flag exists
	for _, sub := range c.Commands() {
		p.helpFlag(sub)
	}
}

// usage writes the part of a command's page of help after its description.
func (p *program) usage(c *cobra.Command) error {
	var sections []string
	add := func(heading, text string) {
		if text = strings.TrimRight(text, "\n"); text != "" {
			sections = append(sections, heading+"\n"+text)
		}
	}
	add(p.sentence("command.usage_heading"), p.usageLines(c))
	add(p.sentence("command.commands_heading"), commandsText(c, func(sub *cobra.Command) bool {
		return sub.IsAvailableCommand() || sub.Name() == "help"
	}))
	add(p.sentence("command.examples_heading"), indented(c.Example))
	own, global := flagSections(c), inherited(c)
	for _, s := range own {
		add(p.words.Message(s.heading), flagsText(s.flags, flagColumn(own...)))
	}
	add(p.words.Message(global.heading), flagsText(global.flags, flagColumn(global)))
	add(p.sentence("command.exit_heading"), indented(c.Annotations[exitTable]))
	topics := commandsText(c, (*cobra.Command).IsAdditionalHelpTopicCommand)
	add(p.sentence("command.topics_heading"), topics)
	var more []string
	if c.HasAvailableSubCommands() {
		more = append(more, p.sentence("command.more", "command", c.CommandPath()))
	}
	if topics != "" {
		more = append(more, p.sentence("command.more_topics", "command", c.CommandPath()))
	}
	if c == c.Root() {
		more = append(more, p.sentence("command.more_environment"))
	}
	if len(more) > 0 {
		sections = append(sections, strings.Join(more, "\n"))
	}
	page := terminal.Wrap(strings.Join(sections, "\n\n"), p.stdoutWidth())
	_, err := fmt.Fprintln(c.OutOrStderr(), page)
	return err
}

// usageLines are the ways to call a command, one a line.
func (p *program) usageLines(c *cobra.Command) string {
	var b strings.Builder
	if c.Runnable() {
		for _, line := range callsOf(c) {
			fmt.Fprintf(&b, "  %s %s\n", line, p.sentence("command.flags_in_usage"))
		}
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s %s\n", c.CommandPath(), p.sentence("command.subcommand_in_usage"))
	}
	return b.String()
}

// callsOf are the ways to call a command, without optional flags: each line of its Use after the name.
func callsOf(c *cobra.Command) []string {
	var calls []string
	for args := range strings.Lines(strings.TrimPrefix(c.Use, c.Name())) {
		calls = append(calls, c.CommandPath()+" "+strings.TrimSpace(args))
	}
	if calls == nil {
		return []string{c.CommandPath()}
	}
	return calls
}

// commandsText lists the commands below c for which wanted is true.
func commandsText(c *cobra.Command, wanted func(*cobra.Command) bool) string {
	return aligned(func(row func(name, does string)) {
		for _, sub := range c.Commands() {
			if wanted(sub) {
				row("  "+sub.Name(), sub.Short)
			}
		}
	})
}

// flagNames is a flag as it is written, with its value, and its description.
func flagNames(f *pflag.Flag) (name, does string) {
	name = "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	value, does := pflag.UnquoteUsage(f)
	if value != "" && f.NoOptDefVal != "" {
		return name + "[=" + value + "]", does // after a space the value would be another argument
	}
	return strings.TrimRight(name+" "+value, " "), does
}

// indented indents all lines by two spaces.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// aligned formats a table of two columns.
func aligned(fill func(row func(name, does string))) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fill(func(name, does string) { fmt.Fprintf(table, "%s\t%s\n", name, does) })
	_ = table.Flush() // writing to memory does not fail
	return b.String()
}
