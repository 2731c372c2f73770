package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
)

// dependent is a flag that says nothing without one of some others.
type dependent struct {
	command, flag string
	needs         []string
}

func dependents() []dependent {
	all := []dependent{
		{"import", "done-when", []string{"done-dir"}},
		{"import", "log-format", []string{"log"}},
		{"import", "log-level", []string{"log"}},
		{"open", "by", []string{"dismiss"}},
	}
	for _, flag := range []string{"notify-when", "notify-format", "notify-names"} {
		all = append(all, dependent{"import", flag, []string{"notify-command"}})
	}
	return all
}

// refuseAlone refuses flags of the command line that would be ignored, as another one is
// missing or says otherwise. One of the environment, which is for many commands, is.
func (p *program) refuseAlone(c *cobra.Command) error {
	given := func(name string) bool { f := c.Flags().Lookup(name); return f != nil && f.Changed }
	typed := func(name string) bool { return given(name) && settings.VariableOf(c, name) == "" }
	for _, d := range dependents() {
		needs := d.needs
		if c.Name() != d.command || !typed(d.flag) || slices.ContainsFunc(needs, given) {
			continue
		}
		if strings.HasPrefix(d.flag, "notify-") {
			url := settings.NotifyVariable
			if p.getenv(url) != "" || p.getenv(url+"_FILE") != "" {
				continue
			}
			return pipeline.Wrong("cmd_usage.notify_alone", "flag", "--"+d.flag).
				Try("cmd_usage.add_recipient", "variable", url)
		}
		return pipeline.Wrong("cmd_usage.flag_alone", "flag", "--"+d.flag, "other", "--"+needs[0]).
			Try("cmd_usage.add_or_leave_out", "flag", "--"+d.flag, "other", "--"+needs[0])
	}
	if c.Name() == "import" && rehearses(c) {
		for _, flag := range []string{"try-now", "wait", "new-ledger"} {
			// With --ledger a rehearsal keeps its customers, and another muster may have the ledger.
			if typed(flag) && (flag == "try-now" || flagText(c, "ledger") == "") {
				return pipeline.Wrong("cmd_usage.flag_in_rehearsal", "flag", "--"+flag).
					Try("cmd_usage.leave_out_or_env", "flag", "--"+flag)
			}
		}
	}
	switch {
	case c.Name() == "import" && typed("quiet") && typed("rows") && !given("dry-run"):
		return pipeline.Wrong("cmd_usage.quiet_and_rows")
	case typed("delimiter") && !slices.ContainsFunc(reportsOf(c), isCSV):
		return pipeline.Wrong("cmd_report.nothing_to_delimit").Try("cmd_report.add_csv")
	case c.Name() == "open" && typed("dismiss") && typed("output"):
		return pipeline.Wrong("cmd_usage.dismiss_and_output").Try("cmd_usage.one_by_one")
	}
	return nil
}

// rehearses reports whether the flags ask for a rehearsal against the built-in stand-in.
func rehearses(c *cobra.Command) bool {
	env := flagText(c, "env")
	return (env == "" || env == pipeline.EnvLocal) && flagText(c, "base-url") == ""
}

// reportsOf are the reports that a command's flags name.
func reportsOf(c *cobra.Command) (paths []string) {
	for _, name := range []string{"report", "output"} {
		if f := c.Flags().Lookup(name); f != nil {
			if many, ok := f.Value.(pflag.SliceValue); ok {
				paths = append(paths, many.GetSlice()...)
			}
		}
	}
	return paths
}

func isCSV(path string) bool { return strings.EqualFold(filepath.Ext(path), ".csv") }
