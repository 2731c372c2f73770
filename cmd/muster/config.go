package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/pipeline"
	"muster/templates"
)

// What counts: a flag of the command line, then the environment variable of
// the flag's name (MUSTER_RATE for --rate), then the definition, then the
// default. Secrets are never flags; they have variables of their own.

// variablePrefix begins every variable that muster reads.
const variablePrefix = "MUSTER_"

// fromVariable is the annotation of a flag that the environment has set: the
// variable's name. outweighed is that of a variable that does not count,
// because the command line says otherwise: its reason.
const (
	fromVariable = "muster-variable"
	outweighed   = "muster-outweighed"
)

// variable is the environment variable of a flag.
func variable(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// sayOnce are flags that say what to do this once. In the environment, where
// they would stay, they do not count: --new-ledger there would begin a ledger
// for which every merchant is new whenever the old one is missing.
func sayOnce(flag string) bool {
	return slices.Contains([]string{"help", "print-config", "new-ledger", "key", "run", "dry-run", "no-descriptions"}, flag)
}

// commandLineOnly are flags of a command for which the environment's settings
// are not meant: those that a run of the ledger answers unless the command line
// does, filters that would hide what they are not asked to hide, and the
// consent to remove something.
func commandLineOnly(c *cobra.Command, flag string) bool {
	switch c.Name() {
	case "runs":
		return flag != "ledger" && flag != "json"
	case "forget":
		return flag != "ledger"
	case "report":
		return slices.Contains([]string{"provider", "mapping", "book", "header-row", "encoding"}, flag)
	case "settle":
		return slices.Contains([]string{"provider", "env", "base-url", "account", "mapping", "book", "sheet", "header-row", "encoding"}, flag)
	}
	return false
}

// variableOf is the environment variable that a flag's value came from; ""
// where it is the command line's or the default.
func variableOf(c *cobra.Command, flag string) string {
	if f := c.Flags().Lookup(flag); f != nil && len(f.Annotations[fromVariable]) > 0 {
		return f.Annotations[fromVariable][0]
	}
	return ""
}

// configured makes a command take its flags from the environment too, before
// anything looks at them.
func (p *program) configured(c *cobra.Command) {
	check := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		if err := p.takeEnvironment(c); err != nil {
			return err
		}
		p.warnOfUnknown(c)
		if check == nil || printsConfig(c) {
			return nil
		}
		return check(c, args)
	}
	for _, sub := range c.Commands() {
		p.configured(sub)
	}
}

// takeEnvironment sets the flags that the command line leaves out.
func (p *program) takeEnvironment(c *cobra.Command) error {
	var mistakes []error
	given := func(flag string) bool {
		f := c.Flags().Lookup(flag)
		return f != nil && f.Changed && variableOf(c, flag) == ""
	}
	// Where requests go is one setting of two flags: a production host in the
	// environment must not receive what --env sandbox says, nor the other way.
	whereGiven := given("env") || given("base-url")
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := variable(f.Name)
		value := pipeline.Trim(p.getenv(name))
		// The ledger's variable has a rule of its own (findLedger).
		if value == "" || f.Changed || sayOnce(f.Name) || commandLineOnly(c, f.Name) || f.Name == "ledger" {
			return
		}
		if whereGiven && (f.Name == "env" || f.Name == "base-url") {
			annotate(f, outweighed, name+" does not count: the command line says where requests go")
			return
		}
		if err := setFlag(f, value); err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s: %w", name, err))
			return
		}
		f.Changed = true
		annotate(f, fromVariable, name)
	})
	if len(mistakes) > 0 {
		return pipeline.Mistakef("%w", errors.Join(mistakes...)).Try("`muster help environment` says what each variable takes")
	}
	return nil
}

func annotate(f *pflag.Flag, key, value string) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[key] = []string{value}
}

// setFlag gives a flag what a variable holds. A flag that may be given several
// times takes a line for each: commas stand in names of columns and of files.
func setFlag(f *pflag.Flag, value string) error {
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
		return fmt.Errorf("%q is neither true nor false: write true, false, 1 or 0", value)
	}
	err := f.Value.Set(value)
	switch kind := f.Value.Type(); {
	case err == nil:
		return checkSetting(f.Name, value)
	case kind == "int", kind == "uint64":
		return fmt.Errorf("%q is no whole number", value)
	case kind == "duration":
		return fmt.Errorf("%q is no duration, such as 200ms or 5s", value)
	}
	return err
}

// checkSetting looks at once at values that are read later, so that the
// variable is named.
func checkSetting(flag, value string) (err error) {
	switch flag {
	case "rate":
		_, err = pipeline.ParseRate(value)
	case "max-rejected":
		_, err = parseMaxRejected(value)
	}
	return err
}

// shownFunc is a flag that a function reads, as pflag's Func is, and that
// remembers how it was spelt, so that it can be shown.
func shownFunc(c *cobra.Command, name, usage string, read func(string) error) {
	c.Flags().Var(&shownValue{read: read}, name, usage)
}

type shownValue struct {
	read func(string) error
	text string
}

// Set reads a value; one that cannot be read is not kept.
func (v *shownValue) Set(text string) error {
	err := v.read(text)
	if err == nil {
		v.text = text
	}
	return err
}

func (v *shownValue) String() string { return v.text }

// Type is the word for the value in a command's help.
func (v *shownValue) Type() string { return "value" }

// settings are the variables of all flags of all commands; false for those
// that do not count in the environment.
func settings(root *cobra.Command) map[string]bool {
	all := map[string]bool{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { all[variable(f.Name)] = !sayOnce(f.Name) })
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return all
}

// secretVariables are those of a definition, each with its _FILE.
func secretVariables(d *templates.Definition) []string {
	var names []string
	for _, s := range d.Provider().Auth.Secrets {
		name := pipeline.SecretVariable(d.Provider().Name, s.Name)
		names = append(names, name, name+"_FILE")
	}
	return names
}

// warnOfUnknown tells of variables that look like muster's and are nobody's:
// a MUSTER_ENVIRONMENT that is not read would quietly make a rehearsal of an
// import. Only commands that work for a provider know its secrets.
func (p *program) warnOfUnknown(c *cobra.Command) {
	provider := c.Flags().Lookup("provider")
	if provider == nil {
		return
	}
	known := settings(c.Root())
	set, err := templates.Embedded()
	if err != nil {
		return // told by whoever needs a definition
	}
	for _, name := range set.Names() {
		if d, ok := set.Get(name); ok {
			for _, v := range secretVariables(d) {
				known[v] = true
			}
		}
	}
	if d, err := set.Find(provider.Value.String()); err == nil {
		for _, v := range secretVariables(d) {
			known[v] = true
		}
	}
	var names []string
	for _, entry := range p.environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, variablePrefix) && value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		counts, ok := known[name]
		switch {
		case ok && !counts:
			p.say("warning: %s does not count: say it on the command line, each time that it is meant", name)
		case !ok:
			p.say("warning: %s is set, and nothing in muster is called so%s", name, meant(name, known))
		}
	}
}

// meant is a hint at the variable that differs least from name, if by little.
func meant(name string, known map[string]bool) string {
	best, least := "", 4
	for k, counts := range known {
		d := distance(name, k)
		if strings.HasPrefix(name, k) && len(k) > len(variablePrefix)+2 {
			d = min(d, 3) // MUSTER_ENVIRONMENT
		}
		if counts && (d < least || d == least && best != "" && k < best) {
			best, least = k, d
		}
	}
	if best == "" {
		return " (`muster help environment`)"
	}
	return "; did you mean " + best + "?"
}

// distance is Levenshtein's: how many letters to add, drop or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// tellSettings names the variables behind a mistake in how muster was called,
// which may be one of theirs.
func (p *program) tellSettings(c *cobra.Command, err error) {
	var wrong *pipeline.Mistake
	if !errors.As(err, &wrong) {
		return
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if v := variableOf(c, f.Name); v != "" {
			names = append(names, v)
		}
	})
	if len(names) > 0 {
		p.say("  from the environment: %s (`--print-config` shows what is in force)", list(names))
	}
}
