package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
)

// noArguments refuses arguments.
func noArguments(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case c.HasSubCommands():
		wrong := pipeline.Wrong("cmd_usage.unknown_command", "name", args[0])
		if meant := meantCommand(c, args[0]); meant != "" {
			return wrong.Suggest(meant)
		}
		return wrong.Try("cmd_usage.list_commands", "command", c.CommandPath())
	}
	return pipeline.Wrong("cmd_usage.no_arguments", "command", c.CommandPath(), "argument", args[0]).
		Try("cmd_usage.call", "call", callsOf(c)[0])
}

// arguments asks for exactly n arguments.
func arguments(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return pipeline.Wrong("cmd_usage.arguments", "command", c.CommandPath(), "count", n, "given", len(args)).
			Try("cmd_usage.call", "call", callsOf(c)[0])
	}
}

// atMost refuses more than n arguments.
func atMost(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return pipeline.Wrong("cmd_usage.arguments_at_most", "command", c.CommandPath(), "count", n,
			"given", len(args)).
			Try("cmd_usage.call", "call", callsOf(c)[0])
	}
}

// flagMistake words an error in a flag of the command line.
func flagMistake(c *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		lacking *pflag.ValueRequiredError
		refused *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
		wrong   *pipeline.Mistake
	)
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames())
	case errors.As(err, &lacking):
		wrong = pipeline.Wrong("cmd_usage.flag_without_value", "flag",
			spelled(lacking.GetSpecifiedName(), lacking.GetSpecifiedShortnames()))
	case errors.As(err, &refused):
		f := refused.GetFlag()
		wrong = pipeline.Wrong("cmd_usage.flag_value", "flag", "--"+f.Name,
			"reason", settings.ValueRefused(f, refused.GetValue(), errors.Unwrap(refused)))
	case errors.As(err, &syntax):
		wrong = pipeline.Wrong("cmd_usage.flag_syntax", "flag", syntax.GetSpecifiedFlag())
	default:
		wrong = pipeline.Wrong("cmd_usage.flags", "reason", err)
	}
	return wrong.Try("cmd_usage.list_flags", "command", c.CommandPath())
}

// spelled is a flag as it is on the command line; short are the letters among which it is, "" for a long name.
func spelled(name, short string) string {
	if short != "" {
		return "-" + name
	}
	return "--" + name
}
