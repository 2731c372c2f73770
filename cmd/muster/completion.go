package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/look"
	"muster/cmd/muster/internal/notify"
	"muster/cmd/muster/internal/observe"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
	"muster/templates"
)

// longestSuggestion bounds how long the shell waits for a ledger on a server.
const longestSuggestion = 2 * time.Second

// completions gives the shell the names that a flag or an argument may take. On any error it suggests nothing,
// because nobody would see a message.
func (p *program) completions(root *cobra.Command) {
	flags := map[string]cobra.CompletionFunc{
		"provider": suggestProviders,
		"env":      p.suggestEnvironments,
		"run":      p.suggestRuns,
		"dismiss":  p.suggestOpen,
		"rate": cobra.FixedCompletions([]cobra.Completion{"none", "5/s", "100/m"},
			cobra.ShellCompDirectiveNoFileComp),
		"max-rejected": cobra.FixedCompletions([]cobra.Completion{"none", "10", "5%"},
			cobra.ShellCompDirectiveNoFileComp),
		"quotes":              cobra.FixedCompletions(book.QuoteRules(), cobra.ShellCompDirectiveNoFileComp),
		"encoding":            cobra.FixedCompletions(book.Encodings(), cobra.ShellCompDirectiveNoFileComp),
		settings.LanguageFlag: cobra.FixedCompletions(wording.Languages(), cobra.ShellCompDirectiveNoFileComp),
		"mapping":             suggestMappings,
		"column":              suggestColumns,
		"carry":               suggestColumns,
		"sheet":               suggestSheets,
		"dir":                 suggestFolders,
		"done-dir":            suggestFolders,
		"failed-dir":          suggestFolders,
		"done-when": cobra.FixedCompletions([]cobra.Completion{doneClosed, doneImported},
			cobra.ShellCompDirectiveNoFileComp),
		"notify-when": cobra.FixedCompletions([]cobra.Completion{notifyNews, notifyAlways},
			cobra.ShellCompDirectiveNoFileComp),
		"notify-format": cobra.FixedCompletions(notify.Formats(), cobra.ShellCompDirectiveNoFileComp),
		"log-format":    cobra.FixedCompletions(observe.LogFormats(), cobra.ShellCompDirectiveNoFileComp),
		"log-level":     cobra.FixedCompletions(observe.LogLevels(), cobra.ShellCompDirectiveNoFileComp),
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for name, f := range flags {
			if c.Flag(name) == nil { // Flag also finds flags of all commands
				continue
			}
			if _, taken := c.GetFlagCompletionFunc(name); taken {
				continue
			}
			if err := c.RegisterFlagCompletionFunc(name, f); err != nil {
				panic(err) // the flag exists, and has no completion yet
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
			p.completionInWords(c)
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

// completionInWords words cobra's own command from the catalogue.
func (p *program) completionInWords(c *cobra.Command) {
	c.Short, c.Long = p.sentence("command.completion_short"), p.sentence("command.completion_long")
	c.Args = noArguments
	var shells []string
	for _, sub := range c.Commands() {
		shells = append(shells, sub.Name())
		sub.Short, sub.Args = p.sentence("command.completion_shell_short", "shell", sub.Name()), noArguments
		sub.Long = ""
		if f := sub.Flags().Lookup("no-descriptions"); f != nil {
			f.Usage = p.sentence("cmd_flags.no_descriptions")
		}
		switch sub.Name() {
		case "bash":
			sub.Long = p.sentence("command.completion_bash_long")
			sub.Example = p.sentence("command.completion_bash_example")
		case "zsh":
			sub.Long = p.sentence("command.completion_zsh_long")
			sub.Example = p.sentence("command.completion_zsh_example")
		case "fish":
			sub.Example = p.sentence("command.completion_fish_example")
		case "powershell":
			sub.Example = p.sentence("command.completion_powershell_example")
		}
	}
	c.RunE = func(*cobra.Command, []string) error {
		return pipeline.Wrong("cmd_usage.shell_missing").Try("cmd_usage.name_shell", "shells", shells)
	}
}

func suggestFolders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// suggestMappings suggests files that may be a mapping, and folders.
func suggestMappings(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"csv", "xlsx"}, cobra.ShellCompDirectiveFilterFileExt
}

// suggestColumns suggests the columns of the book on the command line.
func suggestColumns(c *cobra.Command, books []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	b, err := namedBook(c, books, flagText(c, "sheet"))
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer b.Close() // it was only read
	return pipeline.ColumnNames(b.Header()), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// suggestSheets suggests the sheets of the book on the command line; a CSV has none.
func suggestSheets(c *cobra.Command, books []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	b, err := namedBook(c, books, "")
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer b.Close() // it was only read
	return b.Sheets(), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// errNoBook: no book, or several, are named.
var errNoBook = errors.New("no book")

// namedBook opens the only book on the command line, read as the flags before it say.
func namedBook(c *cobra.Command, books []string, sheet string) (*book.Book, error) {
	if len(books) != 1 || books[0] == "-" { // standard input is left to the command itself
		return nil, errNoBook
	}
	o := book.Options{Sheet: sheet, Words: look.Names}
	o.Encoding, o.Quotes = flagText(c, "encoding"), flagText(c, "quotes")
	o.HeaderRow, _ = strconv.Atoi(flagText(c, "header-row"))
	if flagText(c, "no-header") == "true" {
		o.HeaderRow = pipeline.NoHeader
	}
	var err error
	if o.Password, err = settings.Password("--password-file", flagText(c, "password-file")); err != nil {
		return nil, err
	}
	return book.Open(books[0], o)
}

// suggestProviders suggests the definitions that come with muster, and folders for the user's own.
func suggestProviders(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	set, err := templates.Embedded()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []cobra.Completion
	for _, name := range append(set.Names(), set.Examples()...) {
		if d, err := set.Find(name); err == nil {
			all = append(all, cobra.CompletionWithDesc(name, d.Provider().Title))
		}
	}
	return all, cobra.ShellCompDirectiveDefault
}

// suggestEnvironments suggests those of the provider on the command line, else of all that come with muster.
func (p *program) suggestEnvironments(c *cobra.Command, _ []string, _ string) (
	all []cobra.Completion, _ cobra.ShellCompDirective) {
	all = []cobra.Completion{cobra.CompletionWithDesc(pipeline.EnvLocal, p.sentence("command.local_environment"))}
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

// ledgerNamed opens the ledger of the command line that is being completed, for reading.
func (p *program) ledgerNamed(ctx context.Context, c *cobra.Command) (*ledger.Ledger, error) {
	return p.readLedger(ctx, ledgerFlag{name: flagText(c, "ledger"), allowPlain: flagText(c, "allow-plain") == "true"})
}

// suggestRuns suggests the runs of the ledger, newest first.
func (p *program) suggestRuns(c *cobra.Command, args []string, begun string) (
	all []cobra.Completion, _ cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	if c.Name() != "settle" && len(args) > 0 {
		return nil, none
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestSuggestion)
	defer cancel()
	l, err := p.ledgerNamed(ctx, c)
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
			all = append(all, cobra.CompletionWithDesc(r.ID, r.Book+"  "+p.words.Counts(r.Counts)))
		}
	}
	return all, none | cobra.ShellCompDirectiveKeepOrder
}

// suggestOpen suggests the open rows of the ledger that can be dismissed.
func (p *program) suggestOpen(c *cobra.Command, _ []string, begun string) (
	all []cobra.Completion, _ cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	ctx, cancel := context.WithTimeout(context.Background(), longestSuggestion)
	defer cancel()
	l, err := p.ledgerNamed(ctx, c)
	if err != nil {
		return nil, none
	}
	defer l.Close() // it was only read
	rows, err := l.Open(ctx)
	if err != nil {
		return nil, none
	}
	for _, r := range rows {
		at := r.Run.ID + ":" + strconv.Itoa(r.Outcome.Row)
		if r.Outcome.State.NeedsFix() && strings.HasPrefix(at, begun) {
			all = append(all, cobra.CompletionWithDesc(at, r.Run.Book+"  "+
				p.sentence("report.state", "state", r.Outcome.State)))
		}
	}
	return all, none | cobra.ShellCompDirectiveKeepOrder
}
