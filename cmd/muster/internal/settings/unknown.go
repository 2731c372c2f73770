package settings

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/pipeline"
)

// variables are those of all flags of all commands; false for those that are ignored in the environment.
func variables(root *cobra.Command) map[string]bool {
	all := map[string]bool{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { all[Variable(f.Name)] = !sayOnce(f.Name) })
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return all
}

// SecretVariables are those of a provider's secrets, each followed by its _FILE.
func SecretVariables(p *pipeline.Provider) []string {
	var names []string
	for _, s := range p.Auth.Secrets {
		name := pipeline.SecretVariable(p.Root().Name, s.Name)
		names = append(names, name, name+"_FILE")
	}
	return names
}

// Unknown warns about variables that look like muster's and that it does not read: a misspelt variable such as
// MUSTER_ENVIRONMENT would quietly turn an import into a rehearsal. environ is the environment as os.Environ gives
// it; secrets are the variables of the known secrets. The warnings are in the order of the names.
func Unknown(root *cobra.Command, secrets, environ []string) []*pipeline.Message {
	known := variables(root)
	for _, v := range []string{ClientCertificateVariable, ClientKeyVariable, LedgerKeyVariable, NotifyVariable,
		NotifyVariable + "_FILE"} {
		known[v] = true
	}
	for _, v := range secrets {
		known[v] = true
	}
	var names []string
	for _, entry := range environ {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, prefix) && value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var warnings []*pipeline.Message
	for _, name := range names {
		switch counts, ok := known[name]; {
		case ok && !counts:
			warnings = append(warnings, pipeline.Say("settings.command_line_only", "variable", name))
		case !ok:
			warnings = append(warnings, unknown(name, known))
		}
	}
	return warnings
}

// unknown suggests the variable that differs least from name, if only by little.
func unknown(name string, known map[string]bool) *pipeline.Message {
	best, least := "", 4
	for k, counts := range known {
		d := pipeline.Distance(name, k)
		if strings.HasPrefix(name, k) && len(k) > len(prefix)+2 {
			d = min(d, 3) // MUSTER_ENVIRONMENT
		}
		if counts && (d < least || d == least && best != "" && k < best) {
			best, least = k, d
		}
	}
	if best == "" {
		return pipeline.Say("settings.unknown", "variable", name)
	}
	return pipeline.Say("settings.unknown_meant", "variable", name, "meant", best)
}
