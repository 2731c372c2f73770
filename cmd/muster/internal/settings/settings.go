// Package settings gives flags their values from the environment.
//
// The order is: a flag on the command line, then the environment variable with the flag's name (MUSTER_RATE for
// --rate), then the definition, then the default. Secrets are never flags; they have variables of their own.
package settings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// prefix begins every variable that muster reads.
const prefix = "MUSTER_"

// LedgerKeyVariable names the key file of a ledger on a server.
const LedgerKeyVariable = "MUSTER_LEDGER_KEY_FILE"

// fromVariable is the annotation of a flag that the environment has set, with the variable's name. overruled is that
// of a flag whose variable is ignored because of the command line, with the variable's name.
const (
	fromVariable = "muster-variable"
	overruled    = "muster-overruled"
)

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Takes reports whether a flag of a command may be set by the environment.
func Takes(c *cobra.Command, flag string) bool { return !sayOnce(flag) && !commandLineOnly(c, flag) }

// sayOnce are flags for a single call, which are ignored in the environment, where they would stay: --new-ledger
// there would create a ledger in which every merchant is new whenever the old one is missing.
func sayOnce(flag string) bool {
	return slices.Contains([]string{"help", "print-config", "new-ledger", "yes-after-failover", "try-now", "key", "run", "book", "dry-run",
		"no-descriptions", "man", "version"}, flag)
}

// commandLineOnly are flags of a command for which the environment is ignored: those that a run of the ledger answers
// unless the command line does, filters that would hide rows unasked, and the consent to remove something.
func commandLineOnly(c *cobra.Command, flag string) bool {
	switch c.Name() {
	case "runs":
		return flag != "ledger" && flag != "allow-plain" && flag != "json"
	case "forget", "test": // the environment's settings for imports send nothing in a test of a definition
		return flag != "ledger" && flag != "allow-plain"
	case "new":
		return true
	case "report":
		return slices.Contains([]string{"provider", "mapping", "book", "header-row", "encoding"}, flag)
	case "settle":
		return slices.Contains([]string{"provider", "env", "base-url", "account", "mapping", "book", "sheet",
			"header-row", "encoding"}, flag)
	}
	return false
}

// VariableOf is the environment variable that a flag's value came from; "" for a value from the command line and for
// the default.
func VariableOf(c *cobra.Command, flag string) string {
	if f := c.Flags().Lookup(flag); f != nil && len(f.Annotations[fromVariable]) > 0 {
		return f.Annotations[fromVariable][0]
	}
	return ""
}

// Of lists the variables that a command's flags were set by.
func Of(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if v := VariableOf(c, f.Name); v != "" {
			names = append(names, v)
		}
	})
	return names
}

// Overruled says why the environment's value of a flag is ignored; nil when it has none, or it is used.
func Overruled(f *pflag.Flag) *pipeline.Message {
	if variable := f.Annotations[overruled]; len(variable) > 0 {
		return pipeline.Say("settings.overruled", "variable", variable[0])
	}
	return nil
}

// Take sets the flags of a command that the command line does not set, except --ledger, whose variable has a rule of
// its own. Invalid values are a [pipeline.Mistake] that names every such variable.
func Take(c *cobra.Command, getenv func(string) string) error {
	var mistakes []error
	given := func(flag string) bool {
		f := c.Flags().Lookup(flag)
		return f != nil && f.Changed && VariableOf(c, flag) == ""
	}
	// The target is one setting with two flags: a production host in the environment must not receive what --env
	// sandbox sends, nor the other way round.
	whereGiven := given("env") || given("base-url")
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := Variable(f.Name)
		value := pipeline.Trim(getenv(name))
		if value == "" || f.Changed || !Takes(c, f.Name) || f.Name == "ledger" {
			return
		}
		if whereGiven && (f.Name == "env" || f.Name == "base-url") {
			annotate(f, overruled, name)
			return
		}
		if err := set(f, value); err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s: %w", name, err))
			return
		}
		f.Changed = true
		annotate(f, fromVariable, name)
	})
	if len(mistakes) > 0 {
		return pipeline.MistakeOf(errors.Join(mistakes...)).Try("settings.help_environment")
	}
	return nil
}

func annotate(f *pflag.Flag, key, value string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[key] = []string{value}
}

// set gives a flag the value of a variable. A flag that may be repeated takes one value per line, because names of
// columns and of files may contain commas.
func set(f *pflag.Flag, value string) error {
	if many, ok := f.Value.(pflag.SliceValue); ok {
		var lines []string
		for line := range strings.Lines(value) {
			if line = pipeline.Trim(line); line != "" {
				lines = append(lines, line)
			}
		}
		return many.Replace(lines)
	}
	if f.Value.Type() == "bool" {
		switch strings.ToLower(value) {
		case "true", "1":
			return f.Value.Set("true")
		case "false", "0":
			return f.Value.Set("false")
		}
		return ValueRefused(f, value, nil)
	}
	if err := f.Value.Set(value); err != nil {
		return ValueRefused(f, value, err)
	}
	return checkSetting(f.Name, value)
}

// ValueRefused is the sentence why a flag does not take a value; err is the flag's own error.
func ValueRefused(f *pflag.Flag, value string, err error) error {
	var worded pipeline.Worded
	switch kind := f.Value.Type(); {
	case errors.As(err, &worded):
	case kind == "bool":
		return pipeline.Fail("settings.not_boolean", "value", value)
	case kind == "int", kind == "uint64":
		return pipeline.Fail("settings.not_number", "value", value)
	case kind == "duration":
		return pipeline.Fail("settings.not_duration", "value", value)
	}
	return err
}

// checkSetting checks values early that are otherwise read later, so that the variable can be named.
func checkSetting(flag, value string) (err error) {
	switch flag {
	case "rate":
		_, err = pipeline.ParseRate(value)
	case "max-rejected":
		_, err = ParseMaxRejected(value)
	}
	return err
}

// ParseMaxRejected reads 10, 5% or none; anything else is a [pipeline.Mistake].
func ParseMaxRejected(s string) (importer.MaxRejected, error) {
	if s == "none" || s == "" {
		return importer.MaxRejected{}, nil
	}
	if percent, ok := strings.CutSuffix(s, "%"); ok {
		if v, err := strconv.ParseFloat(percent, 64); err == nil && v > 0 && v < 100 {
			return importer.MaxRejected{Percent: v}, nil
		}
	} else if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return importer.MaxRejected{Rows: n}, nil
	}
	return importer.MaxRejected{}, pipeline.Wrong("settings.max_rejected", "value", s)
}

// Func defines a flag that a function reads, as pflag's Func does, and keeps its text so that it can be shown.
func Func(c *cobra.Command, name, usage string, read func(string) error) {
	c.Flags().Var(&textFlag{read: read}, name, usage)
}

// PersistentFunc is [Func] for a command and all commands below it.
func PersistentFunc(c *cobra.Command, name, usage string, read func(string) error) {
	c.PersistentFlags().Var(&textFlag{read: read}, name, usage)
}

type textFlag struct {
	read func(string) error
	text string
}

// Set reads a value; an invalid one is not kept.
func (v *textFlag) Set(text string) error {
	err := v.read(text)
	if err == nil {
		v.text = text
	}
	return err
}

func (v *textFlag) String() string { return v.text }

// Type is the word for the value on a page of help.
func (v *textFlag) Type() string { return "value" }
