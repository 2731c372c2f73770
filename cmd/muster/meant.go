package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/pipeline"
)

// meantCommand is the command that a person probably meant by a name below c; "" when there is none. A correct name
// in the wrong place is searched for in the whole program.
func meantCommand(c *cobra.Command, name string) string {
	var below []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			below = append(below, sub.Name())
		}
	}
	if meant := pipeline.Meant(name, below); meant != "" {
		return "`" + c.CommandPath() + " " + meant + "`"
	}
	if elsewhere := commandNamed(c.Root(), name); elsewhere != nil {
		return "`" + elsewhere.CommandPath() + "`"
	}
	return ""
}

// commandNamed is the first command with that name below c; nil when there is none.
func commandNamed(c *cobra.Command, name string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() == name {
			return sub
		}
		if found := commandNamed(sub, name); found != nil {
			return found
		}
	}
	return nil
}

// meantPage is the page of help that a person probably meant by words of which only those up to the command at are
// known, and not left; "" when there is none.
func meantPage(at *cobra.Command, left []string) string {
	if at == nil || len(left) == 0 {
		return ""
	}
	var names []string
	for _, sub := range at.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			names = append(names, sub.Name())
		}
	}
	meant := pipeline.Meant(strings.Join(left, "-"), names) // `muster help exit codes`
	if meant == "" {
		meant = pipeline.Meant(left[0], names)
	}
	if meant == "" {
		return ""
	}
	root := at.Root().Name()
	return "`" + root + " help" + strings.TrimPrefix(at.CommandPath(), root) + " " + meant + "`"
}

// unknownFlag is the mistake for a flag that c does not have, with the flag that was probably meant, or the commands
// that have it. name and letters are what pflag found: for -provider the letter p, in the letters "provider".
func unknownFlag(c *cobra.Command, name, letters string) *pipeline.Mistake {
	wrong := pipeline.Wrong("cmd_usage.flag_unknown", "flag", spelled(name, letters))
	word := name
	if letters != "" {
		word, _, _ = strings.Cut(letters, "=")
	}
	if len(word) > 1 {
		if meant := pipeline.Meant(word, flagsOf(c)); meant != "" {
			return wrong.Suggest("--" + meant)
		}
		if have := commandsWith(c.Root(), word); len(have) > 0 {
			return wrong.Try("cmd_usage.flag_elsewhere", "command", c.CommandPath(), "commands", have)
		}
	}
	return wrong.Try("cmd_usage.list_flags", "command", c.CommandPath())
}

// flagsOf are the long names of a command's flags.
func flagsOf(c *cobra.Command) (names []string) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// commandsWith lists the commands below c that have the flag, as they are called.
func commandsWith(c *cobra.Command, flag string) (calls []string) {
	for _, sub := range c.Commands() {
		if slices.Contains(flagsOf(sub), flag) {
			calls = append(calls, "`"+sub.CommandPath()+"`")
		}
		calls = append(calls, commandsWith(sub, flag)...)
	}
	return calls
}
