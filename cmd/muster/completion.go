package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/wording"
	"muster/templates"
)

// completions tells the shell which names a flag or an argument may take. What
// cannot be found out suggests nothing: there is nobody to tell.
func (p *program) completions(root *cobra.Command) {
	flags := map[string]cobra.CompletionFunc{
		"provider": suggestProviders,
		"env":      suggestEnvironments,
		"run":      p.suggestRuns,
		"rate": cobra.FixedCompletions([]cobra.Completion{"none", "5/s", "100/m"},
			cobra.ShellCompDirectiveNoFileComp),
		"max-rejected": cobra.FixedCompletions([]cobra.Completion{"none", "10", "5%"},
			cobra.ShellCompDirectiveNoFileComp),
		"encoding": cobra.FixedCompletions(book.Encodings(), cobra.ShellCompDirectiveNoFileComp),
		langFlag:   cobra.FixedCompletions(wording.Languages(), cobra.ShellCompDirectiveNoFileComp),
		"dir":      suggestFolders,
		"done-dir": suggestFolders,
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for name, f := range flags {
			if c.Flags().Lookup(name) == nil {
				continue
			}
			if _, taken := c.GetFlagCompletionFunc(name); taken {
				continue
			}
			if err := c.RegisterFlagCompletionFunc(name, f); err != nil {
				panic(err) // the flag is there, and has none yet
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			shells := c.Commands()
			c.Short = "Print what lets a shell complete muster's commands and names"
			c.RunE = func(c *cobra.Command, _ []string) error {
				var names []string
				for _, sub := range shells {
					names = append(names, sub.Name())
				}
				return pipeline.Mistakef("name a shell: %s", pipeline.List(names)).
					Try("such as: source <(muster completion bash)")
			}
		case "show", "report":
			c.ValidArgsFunction = p.suggestRuns
		case "providers":
			for _, sub := range c.Commands() {
				if sub.Name() != "list" {
					sub.ValidArgsFunction = suggestProviders
				}
			}
		}
	}
}

func suggestFolders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// suggestProviders are the definitions that come with muster; folders too, for
// those of the user's own.
func suggestProviders(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	set, err := templates.Embedded()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []cobra.Completion
	for _, name := range set.Names() {
		if d, ok := set.Get(name); ok {
			all = append(all, cobra.CompletionWithDesc(name, d.Provider().Title))
		}
	}
	return all, cobra.ShellCompDirectiveDefault
}

// suggestEnvironments are those of the provider that is named already, else of
// all that come with muster.
func suggestEnvironments(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	all := []cobra.Completion{cobra.CompletionWithDesc(pipeline.EnvLocal, "a rehearsal; nothing leaves this machine")}
	set, err := templates.Embedded()
	if err != nil {
		return all, cobra.ShellCompDirectiveNoFileComp
	}
	providers := set.Names()
	if name := flagText(c, "provider"); name != "" {
		providers = []string{name}
	}
	for _, name := range providers {
		d, err := set.Find(name)
		if err != nil {
			continue
		}
		for _, e := range d.Provider().Environments {
			if !slices.Contains(all, e.Name) {
				all = append(all, e.Name)
			}
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// suggestRuns are the runs of the ledger, the newest first.
func (p *program) suggestRuns(c *cobra.Command, args []string, begun string) (
	all []cobra.Completion, _ cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	if c.Name() != "settle" && len(args) > 0 {
		return nil, none
	}
	ctx := context.Background()
	l, err := p.readLedger(ctx, flagText(c, "ledger"))
	if err != nil {
		return nil, none
	}
	defer l.Close() // it was only read
	runs, err := l.Runs(ctx)
	if err != nil {
		return nil, none
	}
	for _, r := range slices.Backward(runs) {
		if strings.HasPrefix(r.ID, begun) {
			all = append(all, cobra.CompletionWithDesc(r.ID, r.Book+"  "+r.Counts.String()))
		}
	}
	return all, none | cobra.ShellCompDirectiveKeepOrder
}
