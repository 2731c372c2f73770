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

// setting is one value that is in force, and where it comes from.
type setting struct {
	name  string
	value string // "" where there is none
	from  string // flag, environment, definition or default
	// variable is the environment's, where it is from there.
	variable string
	note     string
}

// printableConfig gives the commands that have a place to send to the flag
// --print-config: it says what is in force and does nothing else.
func (p *program) printableConfig(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() != "import" && c.Name() != "check" {
			continue
		}
		c.Flags().Bool(printConfigFlag, false,
			"say which settings are in force and where each comes from, and do nothing else")
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
			all = append(all, p.inForce(c, flag, t))
		}
	})
	// Where requests go comes first.
	first := []string{"provider", "env", "base-url", "account", "ledger", "rate", "concurrency"}
	slices.SortStableFunc(all, func(a, b setting) int { return rank(first, a.name) - rank(first, b.name) })
	all = append(all, p.secretSettings(def, secrets)...)
	return p.tellConfig(all, flagText(c, "json") == "true")
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

// inForce says what a flag comes to.
func (p *program) inForce(c *cobra.Command, f *pflag.Flag, t pipeline.Target) setting {
	s := setting{name: f.Name, value: f.Value.String(), from: "default", note: p.words.Message(settings.Overruled(f))}
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
	case langFlag:
		if s.from == "default" {
			s.value = p.lang.tag
			if s.variable = p.lang.variable; s.variable != "" {
				s.from = "environment"
			}
		}
	case "env":
		switch {
		case t.Namespace.Rehearsal():
			s.value, s.note = pipeline.EnvLocal, join(s.note,
				"a rehearsal with the built-in stand-in: nothing leaves this machine")
		case s.value == "":
			s.value, s.note = t.Namespace.Env, join(s.note, "by the base URL")
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
			s.note = "none is named, and an import without a terminal would refuse to go on"
		case path == "" && p.getenv(name) != "":
			s.note = "a throw-away one: " + name + " does not count in a rehearsal"
		case path == "":
			s.note = "a throw-away one"
		case p.getenv(name) != "":
			s.value, s.from, s.variable = path, "environment", name
		default:
			s.value = path
		}
	}
	return s
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// secretSettings say of each secret whether it is set, and never what it is.
func (p *program) secretSettings(def *templates.Definition, secrets map[string]string) []setting {
	var all []setting
	for _, secret := range def.Provider().Auth.Secrets {
		name := pipeline.SecretVariable(def.Provider().Name, secret.Name)
		s := setting{name: name, value: "missing"}
		if secrets[secret.Name] != "" {
			s.value, s.from, s.variable = "set", "environment", name
			if p.getenv(name) == "" {
				s.variable = name + "_FILE"
			}
		}
		all = append(all, s)
	}
	return all
}

func (p *program) tellConfig(all []setting, asJSON bool) error {
	var b strings.Builder
	for _, s := range all {
		if asJSON {
			p.print(jsonlines.Setting{Name: s.name, Value: s.value, From: s.from, Variable: s.variable, Note: s.note})
			continue
		}
		from := s.from
		switch {
		case s.from == "flag":
			from = "flag --" + s.name
		case s.variable != "":
			from += " " + s.variable
		}
		if s.note != "" {
			from = strings.TrimPrefix(from+" ("+s.note+")", " ")
		}
		value := s.value
		if value == "" {
			value = "-"
		}
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("%-29s %-24s %s", s.name, value, from), " "))
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
