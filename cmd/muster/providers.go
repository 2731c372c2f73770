package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/pipeline/ledger"
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
	var ledgerOfShow ledgerFlag
	show := &cobra.Command{
		Use:   "show " + p.sentence("command.providers_show_args"),
		Short: p.sentence("command.providers_show_short"),
		Args:  oneProvider,
		RunE: func(_ *cobra.Command, args []string) error {
			return p.showProvider(context.Background(), args[0], ledgerOfShow)
		},
	}
	ledgerOfShow.register(p, show, p.sentence("cmd_flags.ledger_of_use"))
	c.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: p.sentence("command.providers_list_short"),
			Args:  noArguments,
			RunE:  func(*cobra.Command, []string) error { return p.listProviders() },
		},
		show, p.newProviderCommand(), p.exportProviderCommand(), p.testProviderCommand(), p.schemaCommand(),
	)
	return c
}

// oneProvider asks for one name of a provider.
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
	names, width := append(set.Names(), set.Examples()...), 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		d, err := set.Find(name)
		if err != nil {
			return err
		}
		title := d.Provider().Title
		if d.Provider().Example {
			title = p.sentence("cmd_providers.example_title", "title", title)
		}
		if _, err := fmt.Fprintf(p.stdout, "%-*s  %s\n", width, name, title); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) showProvider(ctx context.Context, name string, of ledgerFlag) error {
	def, err := definition(name)
	if err != nil {
		return err
	}
	d := def.Provider()
	var b strings.Builder
	use, _, err := p.useOf(ctx, d, of)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "%s (%s)\n%s\n%s\n", d.Title, d.Name, d.Docs, p.words.Message(use))
	if d.Example {
		fmt.Fprintln(&b, p.sentence("cmd_providers.example"))
	}
	if d.Base != nil {
		b.WriteString(p.sentence("cmd_providers.laid_over", "base", d.Base.Name, "root", d.Root().Name) + "\n")
	}
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
		if e.AuthURL != "" {
			where = p.sentence("cmd_providers.auth_url", "where", where, "auth", e.AuthURL)
		}
		fmt.Fprintf(&b, "  %-11s %s\n", e.Name,
			p.sentence("cmd_providers.environment", "where", where, "limit", e.Limit.Message()))
	}
	section(p.sentence("cmd_providers.secrets_heading"))
	for _, s := range d.Auth.Secrets {
		fmt.Fprintf(&b, "  %-34s %s\n", pipeline.SecretVariable(d.Root().Name, s.Name), s.Help.In(p.lang.Tag))
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

// useOf says whether a run has used a definition against its provider, as far as the ledger knows; without a ledger,
// none has.
func (p *program) useOf(ctx context.Context, d *pipeline.Provider, of ledgerFlag) (text *pipeline.Message,
	tried bool, err error) {
	path := p.ledgerToRead(of.name)
	o := p.ledgerOptions(of)
	o.ReadOnly = true
	l, err := ledger.Open(ctx, path, o)
	switch {
	case errors.Is(err, ledger.ErrNone) && of.name != "":
		return nil, false, noLedger(path)
	case errors.Is(err, ledger.ErrNone):
		return pipeline.Say("cmd_providers.untried"), false, nil
	case err != nil && of.name == "":
		return pipeline.Say("cmd_providers.use_unknown", "reason", err), false, nil
	case err != nil:
		return nil, false, err
	}
	runs, err := l.Runs(ctx)
	if err = errors.Join(err, l.Close()); err != nil {
		return nil, false, err
	}
	last, tried := pipeline.Tried(runs, d.Digest)
	if !tried {
		return pipeline.Say("cmd_providers.untried_in", "path", ledger.Shown(path)), false, nil
	}
	return pipeline.Say("cmd_providers.used", "run", last.ID, "namespace", last.Namespace.String(), "path", ledger.Shown(path)), true,
		nil
}

// fieldText describes a field and what it takes.
func (p *program) fieldText(f pipeline.Field) string {
	field := f.Path
	if len(f.Shapes) == 1 {
		field = p.sentence("cmd_providers.field_of_shape", "path", f.Path, "shape", f.Shapes[0])
	}
	switch {
	case f.Only != "":
		return p.sentence("cmd_providers.field_fixed", "field", field, "value", f.Only)
	case len(f.Enum) > 0:
		// All values, however many.
		return p.sentence("cmd_providers.field_values", "field", field, "values", strings.Join(f.Enum, ", "))
	case len(f.Help) > 0:
		return p.sentence("cmd_providers.field_help", "field", field, "help", f.Help)
	}
	return field
}
