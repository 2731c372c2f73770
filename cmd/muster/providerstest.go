package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/trial"
	"muster/pipeline"
	"muster/templates"
)

func (p *program) testProviderCommand() *cobra.Command {
	var f tryFlags
	c := &cobra.Command{
		Use:         "test " + p.sentence("command.providers_test_args"),
		Short:       p.sentence("command.providers_test_short"),
		Long:        p.sentence("command.providers_test_long"),
		Annotations: sending(p.sentence("command.providers_test_exit")),
		Example:     p.sentence("command.providers_test_example"),
		Args:        oneProvider,
		RunE: func(_ *cobra.Command, args []string) error {
			if f.real() {
				return p.tryProvider(args[0], &f)
			}
			return p.testProvider(args[0], f.ledger)
		},
	}
	f.ledger.register(p, c, p.sentence("cmd_flags.ledger_of_test"))
	f.register(p, c)
	return c
}

func (p *program) testProvider(name string, of ledgerFlag) (err error) {
	def, err := definition(name)
	if err != nil {
		return err
	}
	dir := name
	if set, err := templates.Embedded(); err != nil {
		return err
	} else if set.Has(name) {
		folder, err := os.MkdirTemp("", "muster-providers-test-")
		if err != nil {
			return pipeline.Fail("cmd_providers.no_temporary_folder", "cause", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		dir = filepath.Join(folder, name)
		if _, err := exportDefinition(def, dir, false); err != nil {
			return err
		}
	}
	if trials := filepath.Join(name, sandboxLedger); of.name == "" && dir == name && p.getenv("MUSTER_LEDGER") == "" {
		if _, err := os.Stat(trials); err == nil {
			of.name = trials
		}
	}
	use, tried, err := p.useOf(context.Background(), def.Provider(), of)
	if err != nil {
		return err
	}
	target, err := def.Provider().Target(pipeline.TargetOptions{Env: pipeline.EnvLocal})
	if err != nil {
		return err
	}
	t := &trial.Trial{Definition: def, Folder: dir, Job: p.job(def, target), Out: p.stdout, ExitCode: endingCode,
		Hint: hintOf}
	switch err := t.Run(); {
	case errors.Is(err, trial.ErrInterrupted):
		return exitError(exitInterrupted)
	case err != nil:
		return err
	}
	t.Print(trial.Missing, pipeline.Say("cmd_providers.by_construction"))
	for _, field := range pipeline.KeyLike(def.Provider().Fields) {
		t.Print(trial.Missing, pipeline.Say("cmd_providers.key_field", "field", field,
			"pointer", "/"+strings.ReplaceAll(field, ".", "/")))
	}
	used := trial.Missing
	if tried {
		used = trial.Passed
	}
	t.Print(used, use)
	if n := t.Failed(); n > 0 {
		return pipeline.Wrong("cmd_providers.tests_failed", "count", n).Try("cmd_providers.fix_and_test").
			At(pipeline.Place{Kind: "definition", File: name})
	}
	return nil
}

// hintOf is what to do about an error; nil where nothing is known.
func hintOf(err error) *pipeline.Message {
	_, hint := explain(err)
	return hint
}
