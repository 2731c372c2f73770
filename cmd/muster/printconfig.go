package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/templates"
)

const printConfigFlag = "print-config"

// setting is one value that is in use, and where it comes from.
type setting struct {
	name  string
	value string // "" where there is none
	from  string // flag, environment, definition or default
	// variable is the environment's, where it is from there.
	variable string
	notes    []*pipeline.Message
	secret   bool // value is one of the two below
}

// What is shown in place of a secret.
const (
	secretSet     = "set"
	secretMissing = "missing"
)

// printableConfig gives the commands that have a place to send to the flag
// --print-config: it prints the settings in use and does nothing else.
func (p *program) printableConfig(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() != "import" && c.Name() != "check" {
			continue
		}
		c.Flags().Bool(printConfigFlag, false, p.sentence("cmd_flags.print_config"))
		run := c.RunE
		c.RunE = func(c *cobra.Command, args []string) error {
			if printsConfig(c) {
				return p.printConfig(c)
			}
			return run(c, args)
		}
	}
}

func printsConfig(c *cobra.Command) bool {
	f := c.Flags().Lookup(printConfigFlag)
	return f != nil && f.Value.String() == "true"
}

func (p *program) printConfig(c *cobra.Command) error {
	def, err := definition(flagText(c, "provider"))
	if err != nil {
		return err
	}
	f := targetFlags{env: flagText(c, "env"), baseURL: flagText(c, "base-url"), account: flagText(c, "account"),
		allowHTTP: flagText(c, "allow-http") == "true", rate: flagText(c, "rate")}
	if text := flagText(c, "concurrency"); text != "" {
		if f.concurrency, err = strconv.Atoi(text); err != nil {
			return err
		}
	}
	t, err := f.resolve(def.Provider())
	if err != nil {
		return err
	}
	// Asked for now, so that a secret that is given twice is an error.
	secrets, err := settings.Secrets(def.Provider(), p.getenv)
	if err != nil {
		return err
	}
	var all []setting
	c.Flags().VisitAll(func(flag *pflag.Flag) {
		if flag.Name != printConfigFlag && flag.Name != "help" {
			all = append(all, p.inUse(c, flag, t))
		}
	})
	// Where requests go comes first.
	first := []string{"provider", "env", "base-url", "account", "ledger", "rate", "concurrency"}
	slices.SortStableFunc(all, func(a, b setting) int { return rank(first, a.name) - rank(first, b.name) })
	all = append(all, p.secretSettings(def, secrets)...)
	if !t.Namespace.Rehearsal() {
		if _, err := p.connection(def.Provider(), secrets); err != nil {
			return err
		}
		all = append(all, p.networkSettings()...)
	}
	return p.printSettings(all, flagText(c, "json") == "true")
}

// rank orders names: those that come first, then the others as they are.
func rank(first []string, name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

func flagText(c *cobra.Command, name string) string {
	if f := c.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// inUse is the value that a flag has in the end.
func (p *program) inUse(c *cobra.Command, f *pflag.Flag, t pipeline.Target) setting {
	s := setting{name: f.Name, value: f.Value.String(), from: "default"}
	note := func(m *pipeline.Message) { s.notes = append(s.notes, m) }
	if m := settings.Overruled(f); m != nil {
		note(m)
	}
	if many, ok := f.Value.(pflag.SliceValue); ok {
		s.value = strings.Join(many.GetSlice(), ", ")
	}
	if v := settings.VariableOf(c, f.Name); v != "" {
		s.from, s.variable = "environment", v
	} else if f.Changed {
		s.from = "flag"
	}
	from := func(value, where string) {
		if s.from == "default" {
			s.value, s.from = value, where
		}
	}
	limits := "definition"
	if t.Namespace.Rehearsal() {
		limits = "default"
	}
	switch f.Name {
	case settings.LanguageFlag:
		if s.from == "default" {
			s.value = p.lang.Tag
			if s.variable = p.lang.Variable; s.variable != "" {
				s.from = "environment"
			}
		}
	case "env":
		switch {
		case t.Namespace.Rehearsal():
			s.value = pipeline.EnvLocal
			note(pipeline.Say("cmd_config.rehearsal"))
		case s.value == "":
			s.value = t.Namespace.Env
			note(pipeline.Say("cmd_config.env_of_base_url"))
		}
	case "base-url":
		from(t.BaseURL, "definition")
		if s.value == "" {
			s.from = "default"
		}
	case "rate":
		rate := "none"
		if t.Limit.Rate.N > 0 {
			rate = t.Limit.Rate.String()
		}
		from(rate, limits)
	case "concurrency":
		from(strconv.Itoa(t.Limit.Concurrency), limits)
	case "ledger":
		if s.from == "flag" {
			break
		}
		name := settings.Variable(f.Name)
		switch path, err := p.findLedger("", t.Namespace.Rehearsal()); {
		case err != nil:
			note(pipeline.Say("cmd_config.ledger_unnamed"))
		case path == "" && p.getenv(name) != "":
			note(pipeline.Say("cmd_config.ledger_temporary_despite", "variable", name))
		case path == "":
			note(pipeline.Say("cmd_config.ledger_temporary"))
		case p.getenv(name) != "":
			s.value, s.from, s.variable = path, "environment", name
		default:
			s.value = path
		}
	}
	return s
}

// secretSettings say of each secret whether it is set, and never what it is.
func (p *program) secretSettings(def *templates.Definition, secrets map[string]string) []setting {
	var all []setting
	for _, secret := range def.Provider().Auth.Secrets {
		name := pipeline.SecretVariable(def.Provider().Name, secret.Name)
		s := setting{name: name, value: secretMissing, secret: true}
		if secrets[secret.Name] != "" {
			s.value, s.from, s.variable = secretSet, "environment", name
			if p.getenv(name) == "" {
				s.variable = name + "_FILE"
			}
		}
		all = append(all, s)
	}
	return all
}

// networkSettings are the files that say how muster gets to the provider, where the
// environment names them.
func (p *program) networkSettings() (all []setting) {
	for _, name := range []string{settings.ClientCertificateVariable, settings.ClientKeyVariable,
		settings.AuthorityVariable} {
		if value := p.getenv(name); value != "" {
			all = append(all, setting{name: name, value: value, from: "environment", variable: name})
		}
	}
	return all
}

func (p *program) printSettings(all []setting, asJSON bool) error {
	var b strings.Builder
	for _, s := range all {
		if asJSON {
			p.print(jsonlines.Setting{Name: s.name, Value: s.value, From: s.from, Variable: s.variable,
				Note: p.english.Say("sentences", "all", s.notes)})
			continue
		}
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%-29s %-24s %s", s.name, p.valueText(s), p.fromText(s)), " "))
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

// valueText is the value of a setting for people.
func (p *program) valueText(s setting) string {
	switch {
	case s.secret && s.value == secretSet:
		return p.sentence("cmd_config.secret_set")
	case s.secret:
		return p.sentence("cmd_config.secret_missing")
	case s.value == "":
		return "-"
	}
	return s.value
}

// fromText says where a setting comes from, and what else there is to know.
func (p *program) fromText(s setting) string {
	var from string
	switch {
	case s.from == "flag":
		from = p.sentence("cmd_config.from_flag", "name", s.name)
	case s.variable != "":
		from = p.sentence("cmd_config.from_variable", "variable", s.variable)
	case s.from == "definition":
		from = p.sentence("cmd_config.from_definition")
	case s.from == "default":
		from = p.sentence("cmd_config.from_default")
	}
	if len(s.notes) == 0 {
		return from
	}
	return p.sentence("cmd_config.from_with_note", "from", from, "note", s.notes)
}
