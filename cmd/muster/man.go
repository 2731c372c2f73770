package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/manpage"
	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"
)

// Sections of the manual.
const (
	manCommands = 1
	manTopics   = 7
)

// writeManual writes a page of the manual for each command and topic into a folder, in the language of messages. It
// replaces no file.
func (p *program) writeManual(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return pipeline.MistakeOf(err)
	}
	pages := p.manual(root)
	for _, t := range p.allTopics() {
		page := p.manPage(root.Name()+" "+t.name, manTopics, t.short)
		for _, part := range t.parts(root) {
			if part.Heading == "" {
				part.Heading = p.sentence("command.man_description")
			}
			page.Parts = append(page.Parts, manpage.Part{Heading: part.Heading, Text: part.Text})
		}
		pages = append(pages, page)
	}
	for _, page := range pages {
		path := filepath.Join(dir, page.File())
		if err := newfile.Write(path, func(w io.Writer) error { return page.Write(w) }); err != nil {
			return err
		}
		if err := os.Chmod(path, 0o644); err != nil { // everybody may read a manual
			return pipeline.MistakeOf(err)
		}
	}
	return nil
}

// manual makes the pages of a command and of those below it.
func (p *program) manual(c *cobra.Command) []manpage.Page {
	page := p.manPage(c.CommandPath(), manCommands, c.Short)
	var below []manpage.Item
	var pages []manpage.Page
	for _, sub := range c.Commands() {
		switch {
		case sub.IsAdditionalHelpTopicCommand():
			below = append(below, manpage.Item{Name: c.Name() + "-" + sub.Name() + "(7)", Does: sub.Short})
		case sub.IsAvailableCommand() || sub.Name() == "help":
			name := strings.ReplaceAll(sub.CommandPath(), " ", "-")
			below = append(below, manpage.Item{Name: name + "(1)", Does: sub.Short})
			pages = append(pages, p.manual(sub)...)
		}
	}
	page.Parts = []manpage.Part{
		{Heading: p.sentence("command.usage_heading"), Text: p.usageLines(c)},
		{Heading: p.sentence("command.man_description"), Text: c.Long},
		{Heading: p.sentence("command.examples_heading"), Text: indented(c.Example)},
	}
	for _, s := range append(flagSections(c), inherited(c)) {
		page.Parts = append(page.Parts, manpage.Part{Heading: p.words.Message(s.heading), Items: flagItems(s.flags)})
	}
	if c == c.Root() {
		page.Parts = append(page.Parts, manpage.Part{Heading: p.sentence("command.man_environment"),
			Text: p.sentence("command.more_environment"), Items: p.variables(c)})
	}
	page.Parts = append(page.Parts,
		manpage.Part{Heading: p.sentence("command.exit_heading"), Text: indented(c.Annotations[exitTable])},
		manpage.Part{Heading: p.sentence("command.man_see_also"), Items: below})
	return append([]manpage.Page{page}, pages...)
}

// manPage is a page without its parts.
func (p *program) manPage(path string, section int, short string) manpage.Page {
	b := thisBuild()
	day, _, _ := strings.Cut(b.time, "T")
	return manpage.Page{Name: strings.ReplaceAll(path, " ", "-"), Section: section, Short: short, Date: day,
		Source: p.sentence("cmd_version.version", "version", b.version), Naming: p.sentence("command.man_name")}
}

// flagItems are flags with their descriptions.
func flagItems(flags []*pflag.Flag) (items []manpage.Item) {
	for _, f := range flags {
		name, does := flagNames(f)
		items = append(items, manpage.Item{Name: strings.TrimSpace(name), Does: does})
	}
	return items
}
