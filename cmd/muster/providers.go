package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/templates"
)

func (p *program) providersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "providers",
		Short: p.sentence("command.providers_short"),
		Long:  p.sentence("command.providers_long"),
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return p.listProviders() },
	}
	c.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: p.sentence("command.providers_list_short"),
			Args:  noArguments,
			RunE:  func(*cobra.Command, []string) error { return p.listProviders() },
		},
		&cobra.Command{
			Use:   "show " + p.sentence("command.providers_show_args"),
			Short: p.sentence("command.providers_show_short"),
			Args:  oneProvider,
			RunE:  func(_ *cobra.Command, args []string) error { return p.showProvider(args[0]) },
		},
		p.exportProviderCommand(), p.testProviderCommand(),
	)
	return c
}

// oneProvider asks for the name of one.
func oneProvider(_ *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	set, err := templates.Embedded()
	if err != nil {
		return err
	}
	return pipeline.Mistakef("one provider is to be named, and there are %d", len(args)).
		Try("name one of " + pipeline.List(set.Names()) + ", or the folder of a definition")
}

func (p *program) listProviders() error {
	set, err := templates.Embedded()
	if err != nil {
		return err
	}
	for _, name := range set.Names() {
		d, _ := set.Get(name)
		if _, err := fmt.Fprintf(p.stdout, "%-10s  %s\n", name, d.Provider().Title); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) showProvider(name string) error {
	def, err := definition(name)
	if err != nil {
		return err
	}
	d := def.Provider()
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n%s\n", d.Title, d.Name, d.Docs)
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "  - %s\n", n.In("en"))
	}
	b.WriteString("\nEnvironments\n  local       the built-in stand-in (a rehearsal)\n")
	for _, e := range d.Environments {
		where := e.BaseURL
		if where == "" {
			where = "not published: name it with --base-url"
		}
		fmt.Fprintf(&b, "  %-11s %s; %s\n", e.Name, where, p.words.Message(e.Limit.Message()))
	}
	b.WriteString("\nSecrets (environment variables; the same with _FILE names a file)\n")
	for _, s := range d.Auth.Secrets {
		fmt.Fprintf(&b, "  %-34s %s\n", pipeline.SecretVariable(d.Name, s.Name), s.Help.In("en"))
	}
	b.WriteString("\nA customer is known again by\n")
	for _, k := range d.Keys {
		at := k.Field
		if at == "" {
			at = k.Path
		}
		fmt.Fprintf(&b, "  %-11s %s\n", k.Label.In("en"), at)
	}
	fmt.Fprintf(&b, "\nFields (* needed, [] a number from 0)\n")
	for _, f := range d.Fields {
		mark := " "
		if f.Required {
			mark = "*"
		}
		fmt.Fprintf(&b, " %s %s\n", mark, fieldText(f))
	}
	_, err = fmt.Fprint(p.stdout, b.String())
	return err
}

// fieldText says what a field is and what it takes.
func fieldText(f pipeline.Field) string {
	text := f.Path
	if len(f.Shapes) == 1 {
		text += " (" + f.Shapes[0] + " only)"
	}
	switch {
	case f.Only != "":
		return text + ": always " + f.Only + ", filled in by itself"
	case len(f.Enum) > 0:
		return text + ": one of " + strings.Join(f.Enum, ", ")
	case len(f.Help) > 0:
		return text + ": " + f.Help.In("en")
	}
	return text
}
