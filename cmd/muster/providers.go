package main

import (
	"cmp"
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
	return pipeline.Wrong("cmd_providers.one_needed", "count", len(args)).
		Try("cmd_providers.name_one_of", "names", set.Names())
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
		fmt.Fprintf(&b, "  - %s\n", n.In(p.lang.Tag))
	}
	section := func(heading string) { fmt.Fprintf(&b, "\n%s\n", heading) }
	section(p.sentence("cmd_providers.environments_heading"))
	fmt.Fprintf(&b, "  %-11s %s\n", pipeline.EnvLocal, p.sentence("cmd_providers.local_environment"))
	for _, e := range d.Environments {
		where := e.BaseURL
		if where == "" {
			where = p.sentence("cmd_providers.no_base_url")
		}
		fmt.Fprintf(&b, "  %-11s %s\n", e.Name,
			p.sentence("cmd_providers.environment", "where", where, "limit", e.Limit.Message()))
	}
	section(p.sentence("cmd_providers.secrets_heading"))
	for _, s := range d.Auth.Secrets {
		fmt.Fprintf(&b, "  %-34s %s\n", pipeline.SecretVariable(d.Name, s.Name), s.Help.In(p.lang.Tag))
	}
	section(p.sentence("cmd_providers.keys_heading"))
	for _, k := range d.Keys {
		fmt.Fprintf(&b, "  %-11s %s\n", k.Label.In(p.lang.Tag), cmp.Or(k.Field, k.Path))
	}
	section(p.sentence("cmd_providers.fields_heading"))
	for _, f := range d.Fields {
		mark := " "
		if f.Required {
			mark = "*"
		}
		fmt.Fprintf(&b, " %s %s\n", mark, p.fieldText(f))
	}
	_, err = fmt.Fprint(p.stdout, b.String())
	return err
}

// fieldText says what a field is and what it takes.
func (p *program) fieldText(f pipeline.Field) string {
	field := f.Path
	if len(f.Shapes) == 1 {
		field = p.sentence("cmd_providers.field_of_shape", "path", f.Path, "shape", f.Shapes[0])
	}
	switch {
	case f.Only != "":
		return p.sentence("cmd_providers.field_fixed", "field", field, "value", f.Only)
	case len(f.Enum) > 0:
		// All of them, however many.
		return p.sentence("cmd_providers.field_values", "field", field, "values", strings.Join(f.Enum, ", "))
	case len(f.Help) > 0:
		return p.sentence("cmd_providers.field_help", "field", field, "help", f.Help)
	}
	return field
}
