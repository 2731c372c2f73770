package inuse

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// Setting is one value in use, and where it comes from.
type Setting struct {
	Name  string
	Value string // "" where there is none
	From  string // flag, environment, definition or default; "" for a missing secret
	// Variable is the environment variable that it comes from, if it does.
	Variable string
	Notes    []*pipeline.Message
	secret   bool // Value is one of the two below
}

// Shown instead of a secret.
const (
	secretSet     = "set"
	secretMissing = "missing"
)

// Sources are where settings come from.
type Sources struct {
	Command  *cobra.Command // its flags are read
	Target   pipeline.Target
	Language settings.Language
	Getenv   func(string) string
	// Ledger gives the ledger that is used when no flag names one; "" for a temporary one.
	Ledger func() (string, error)
}

// Flags are the final values of all flags except those in but; flags that say where requests go come first.
func (u Sources) Flags(but ...string) (all []Setting) {
	u.Command.Flags().VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(but, flag.Name) {
			all = append(all, u.flag(flag))
		}
	})
	first := []string{"provider", "env", "base-url", "account", "ledger", "rate", "concurrency"}
	slices.SortStableFunc(all, func(a, b Setting) int { return rank(first, a.Name) - rank(first, b.Name) })
	return all
}

// rank orders names: those in first, then all others.
func rank(first []string, name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

// flag is the final value of a flag.
func (u Sources) flag(f *pflag.Flag) Setting {
	s := Setting{Name: f.Name, Value: f.Value.String(), From: "default"}
	if m := settings.Overruled(f); m != nil {
		s.note(m)
	}
	if many, ok := f.Value.(pflag.SliceValue); ok {
		s.Value = strings.Join(many.GetSlice(), ", ")
	}
	if v := settings.VariableOf(u.Command, f.Name); v != "" {
		s.From, s.Variable = "environment", v
	} else if f.Changed {
		s.From = "flag"
	}
	limits := "definition"
	if u.Target.Namespace.Rehearsal() {
		limits = "default"
	}
	switch f.Name {
	case settings.LanguageFlag:
		if s.From == "default" {
			s.Value = u.Language.Tag
			if s.Variable = u.Language.Variable; s.Variable != "" {
				s.From = "environment"
			}
		}
	case "env":
		u.environment(&s)
	case "base-url":
		s.unless(u.Target.BaseURL, "definition")
		if s.Value == "" {
			s.From = "default"
		}
	case "rate":
		rate := "none"
		if u.Target.Limit.Rate.N > 0 {
			rate = u.Target.Limit.Rate.String()
		}
		s.unless(rate, limits)
	case "concurrency":
		s.unless(strconv.Itoa(u.Target.Limit.Concurrency), limits)
	case "ledger":
		if s.From != "flag" {
			u.ledgerOf(&s)
		}
		s.Value = ledger.Shown(s.Value)
	}
	return s
}

func (s *Setting) note(m *pipeline.Message) { s.Notes = append(s.Notes, m) }

// unless sets a value unless a flag or the environment did.
func (s *Setting) unless(value, from string) {
	if s.From == "default" {
		s.Value, s.From = value, from
	}
}

func (u Sources) environment(s *Setting) {
	switch {
	case u.Target.Namespace.Rehearsal():
		s.Value = pipeline.EnvLocal
		s.note(pipeline.Say("cmd_config.rehearsal"))
	case s.Value == "":
		s.Value = u.Target.Namespace.Env
		s.note(pipeline.Say("cmd_config.env_of_base_url"))
	}
}

// ledgerOf finds the ledger that is used without a flag.
func (u Sources) ledgerOf(s *Setting) {
	name := settings.Variable(s.Name)
	switch path, err := u.Ledger(); {
	case err != nil:
		s.note(pipeline.Say("cmd_config.ledger_unnamed"))
	case path == "" && u.Getenv(name) != "":
		s.note(pipeline.Say("cmd_config.ledger_temporary_despite", "variable", name))
	case path == "":
		s.note(pipeline.Say("cmd_config.ledger_temporary"))
	case u.Getenv(name) != "":
		s.Value, s.From, s.Variable = path, "environment", name
	default:
		s.Value = path
	}
}

// Secrets says for each secret whether it is set, never its value.
func (u Sources) Secrets(provider *pipeline.Provider, secrets map[string]string) (all []Setting) {
	for _, secret := range provider.Auth.Secrets {
		name := pipeline.SecretVariable(provider.Root().Name, secret.Name)
		s := Setting{Name: name, Value: secretMissing, secret: true}
		if secrets[secret.Name] != "" {
			s.Value, s.From, s.Variable = secretSet, "environment", name
			if u.Getenv(name) == "" {
				s.Variable = name + "_FILE"
			}
		}
		all = append(all, s)
	}
	return all
}

// LedgerKey is the key file that the environment names for the ledger in use, if that is on a server.
func (u Sources) LedgerKey(ledgerInUse string) (all []Setting) {
	if ledger.IsAddress(ledgerInUse) {
		name := settings.LedgerKeyVariable
		s := Setting{Name: name, Value: u.Getenv(name)}
		if s.Value != "" {
			s.From, s.Variable = "environment", name
		}
		all = append(all, s)
	}
	return all
}

// Network are the files for connecting to the provider that the environment names.
func (u Sources) Network() (all []Setting) {
	for _, name := range []string{settings.ClientCertificateVariable, settings.ClientKeyVariable,
		settings.AuthorityVariable} {
		if value := u.Getenv(name); value != "" {
			all = append(all, Setting{Name: name, Value: value, From: "environment", Variable: name})
		}
	}
	return all
}
