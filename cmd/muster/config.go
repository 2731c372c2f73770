package main

import (
	"github.com/spf13/cobra"
)

// variableOf is the environment variable that a flag's value came from; ""
// where it is the command line's or the default.
func variableOf(c *cobra.Command, flag string) string {
	f := c.Flags().Lookup(flag)
	if f == nil || len(f.Annotations[fromVariable]) == 0 {
		return ""
	}
	return f.Annotations[fromVariable][0]
}

// fromVariable is the annotation of a flag that the environment has set.
const fromVariable = "muster-variable"
