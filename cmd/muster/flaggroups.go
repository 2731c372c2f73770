package main

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/pipeline"
)

// flagGroup are flags that are listed together on a page of help, in this order; nil flags stand for all that no
// other group has.
type flagGroup struct {
	heading *pipeline.Message
	flags   []string
}

// flagGroups are the groups for the commands with the most flags: first what matters for most users.
func flagGroups() []flagGroup {
	return []flagGroup{
		{pipeline.Say("command.flags_heading"), []string{"provider", "mapping", "env", "ledger", "report"}},
		{pipeline.Say("command.book_flags"), []string{"sheet", "header-row", "no-header", "all-rows", "encoding",
			"quotes", "password-file", "run", "book"}},
		{pipeline.Say("command.target_flags"), []string{"base-url", "account", "allow-http", "new-ledger", "wait",
			"allow-plain", "yes-after-failover"}},
		{pipeline.Say("command.pace_flags"), []string{"dry-run", "yes", "pilot", "limit", "rate", "concurrency",
			"max-rejected", "max-wait", "try-now"}},
		{pipeline.Say("command.report_flags"), []string{"rows", "preview", "carry", "carry-raw", "annotated", "no-fix",
			"delimiter", "report-password-file", "quiet", "json"}},
		{pipeline.Say("command.nightly_flags"), []string{"dir", "done-dir", "done-when", "failed-dir", "log",
			"log-format", "log-level", "metrics", "notify-when", "notify-command", "notify-format", "notify-names"}},
		{pipeline.Say("command.other_flags"), nil},
	}
}

// flagSection is a group of flags that a command has.
type flagSection struct {
	heading *pipeline.Message
	flags   []*pflag.Flag
}

// flagSections are the flags of a command as its page of help lists them: in groups where there are many, else in one
// section by name.
func flagSections(c *cobra.Command) []flagSection {
	var all []*pflag.Flag
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			all = append(all, f)
		}
	})
	if c.Name() != "import" && c.Name() != "check" || c.Parent() != c.Root() {
		return []flagSection{{pipeline.Say("command.flags_heading"), all}}
	}
	var sections []flagSection
	for _, g := range flagGroups() {
		s := flagSection{heading: g.heading}
		for _, name := range g.flags {
			if i := slices.IndexFunc(all, func(f *pflag.Flag) bool { return f.Name == name }); i >= 0 {
				s.flags = append(s.flags, all[i])
				all = slices.Delete(all, i, i+1)
			}
		}
		if g.flags == nil {
			s.flags = all
		}
		if len(s.flags) > 0 {
			sections = append(sections, s)
		}
	}
	return sections
}

// flagsText lists flags with their descriptions, which begin in that column. The first word between backquotes in a
// description names the flag's value.
func flagsText(flags []*pflag.Flag, column int) string {
	var b strings.Builder
	for _, f := range flags {
		name, does := flagNames(f)
		b.WriteString(name + strings.Repeat(" ", max(0, column-utf8.RuneCountInString(name))) + does + "\n")
	}
	return b.String()
}

// flagColumn is the column in which descriptions begin, after the longest name.
func flagColumn(sections ...flagSection) (column int) {
	for _, s := range sections {
		for _, f := range s.flags {
			name, _ := flagNames(f)
			column = max(column, utf8.RuneCountInString(name)+len("   "))
		}
	}
	return column
}

// inherited are the flags that a command has from the commands above it.
func inherited(c *cobra.Command) flagSection {
	s := flagSection{heading: pipeline.Say("command.global_flags_heading")}
	c.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			s.flags = append(s.flags, f)
		}
	})
	return s
}
