package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/manpage"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/templates"
)

// ownVariables are the variables of no flag, with what they are for.
func ownVariables() map[string]*pipeline.Message {
	return map[string]*pipeline.Message{
		settings.LedgerKeyVariable:         pipeline.Say("cmd_topics.variable_ledger_key"),
		settings.ClientCertificateVariable: pipeline.Say("cmd_topics.variable_client_cert"),
		settings.ClientKeyVariable:         pipeline.Say("cmd_topics.variable_client_key"),
		settings.NotifyVariable:            pipeline.Say("cmd_topics.variable_notify_url"),
	}
}

// variables are all variables of muster but for secrets, by their names: what each is for, or
// the commands that have its flag.
func (p *program) variables(root *cobra.Command) (list []manpage.Item) {
	does := map[string]string{}
	for name, what := range ownVariables() {
		does[name] = p.words.Message(what)
	}
	for name, commands := range p.flagVariables(root) {
		does[name] = strings.Join(slices.Compact(commands), ", ")
	}
	for _, name := range slices.Sorted(maps.Keys(does)) {
		list = append(list, manpage.Item{Name: name, Does: does[name]})
	}
	return list
}

// flagVariables are the variables of flags, each with the commands that have its flag.
func (p *program) flagVariables(root *cobra.Command) map[string][]string {
	commands := map[string][]string{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if settings.Takes(c, f.Name) && c.Name() != "help" {
				name := settings.Variable(f.Name)
				command, below := strings.CutPrefix(c.CommandPath(), root.Name()+" ")
				if !below {
					command = p.sentence("cmd_topics.all_commands")
				}
				commands[name] = append(commands[name], command)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return commands
}

// secretVariables are those of the secrets of the providers that come with muster.
func (p *program) secretVariables() (list []manpage.Item, err error) {
	set, err := templates.Embedded()
	if err != nil {
		return nil, err
	}
	said := map[string]bool{} // an overlay has the secrets of its base
	for _, name := range set.Names() {
		d, err := set.Find(name)
		if err != nil {
			return nil, err
		}
		for i, v := range settings.SecretVariables(d.Provider()) {
			if i%2 == 0 && !said[v] {
				said[v] = true
				list = append(list, manpage.Item{Name: v, Does: d.Provider().Auth.Secrets[i/2].Help.In(p.lang.Tag)})
			}
		}
	}
	return list, nil
}

func (p *program) environmentTopic(root *cobra.Command) string {
	var b strings.Builder
	list := func(items []manpage.Item, column int) {
		for _, v := range items {
			does := strings.TrimLeft(wrapped(v.Does, strings.Repeat(" ", column)), " ")
			fmt.Fprintf(&b, "  %-*s%s", column-len("  "), v.Name, does)
		}
	}
	fmt.Fprintf(&b, "%s\n%s\n", p.sentence("cmd_topics.environment"), p.sentence("cmd_topics.variables_heading"))
	list(p.variables(root), 31)
	fmt.Fprintf(&b, "\n%s\n", p.sentence("cmd_topics.secrets_heading"))
	secrets, err := p.secretVariables()
	if err != nil {
		return b.String() + p.words.Error(err) + "\n"
	}
	list(secrets, 37)
	b.WriteString("  " + p.sentence("cmd_topics.own_secrets") + "\n")
	b.WriteString("\n" + p.sentence("cmd_topics.network") + "\n" + p.sentence("cmd_topics.terminal"))
	return b.String()
}
