package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/templates"
)

// configured makes a command also take its flags from the environment, before anything reads them.
func (p *program) configured(c *cobra.Command) {
	check := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		if err := settings.Take(c, p.getenv); err != nil {
			return err
		}
		p.warnOfUnknown(c)
		if err := p.onlyForServers(c); err != nil {
			return err
		}
		if printsConfig(c) {
			return nil
		}
		if err := p.refuseAlone(c); err != nil || check == nil {
			return err
		}
		return check(c, args)
	}
	for _, sub := range c.Commands() {
		p.configured(sub)
	}
}

// warnOfUnknown warns about variables whose names look like muster's and that it does not read. Only commands that
// work for a provider know the names of its secrets.
func (p *program) warnOfUnknown(c *cobra.Command) {
	provider := c.Flags().Lookup("provider")
	if provider == nil {
		return
	}
	set, err := templates.Embedded()
	if err != nil {
		return // the command itself reports a missing definition
	}
	given := p.environ()
	names := slices.DeleteFunc(set.Names(), func(name string) bool { // reading one takes some milliseconds
		prefix := pipeline.SecretVariable(name, "")
		return !slices.ContainsFunc(given, func(pair string) bool { return strings.HasPrefix(pair, prefix) })
	})
	var secrets []string
	for _, name := range append(names, provider.Value.String()) {
		if d, err := set.Find(name); err == nil {
			secrets = append(secrets, settings.SecretVariables(d.Provider())...)
		}
	}
	for _, warning := range settings.Unknown(c.Root(), secrets, given) {
		p.say("run.warning", "text", warning)
	}
}

// nameVariables adds to a mistake in a call the names of the variables that may have caused it, which never is the
// one for the language.
func (p *program) nameVariables(c *cobra.Command, err error) {
	var wrong *pipeline.Mistake
	if !errors.As(err, &wrong) {
		return
	}
	language := settings.Variable(settings.LanguageFlag)
	names := slices.DeleteFunc(settings.Of(c), func(name string) bool { return name == language })
	if len(names) > 0 {
		p.sayMore("run.from_environment", "variables", names)
	}
}
