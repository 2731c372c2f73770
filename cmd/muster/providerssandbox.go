package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/cmd/muster/internal/terminal"
	"muster/cmd/muster/internal/tryout"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/templates"
)

// sandboxLedger is the name of the ledger of trials in a definition's folder.
const sandboxLedger = "sandbox.db"

// longestTrialWait bounds how long a trial waits when the provider asks for a pause, because a person waits too.
const longestTrialWait = 5 * time.Minute

// tryFlags are the flags of `muster providers test` for a test with the provider.
type tryFlags struct {
	env, baseURL, account string
	ledger                ledgerFlag
	set                   []string
	yes                   bool
}

func (f *tryFlags) register(p *program, c *cobra.Command) {
	c.Flags().StringVar(&f.env, "env", "", p.sentence("cmd_flags.env_of_test"))
	c.Flags().StringVar(&f.baseURL, "base-url", "", p.sentence("cmd_flags.base_url_of_test"))
	c.Flags().StringVar(&f.account, "account", "", p.sentence("cmd_flags.account"))
	c.Flags().StringArrayVar(&f.set, "set", nil, p.sentence("cmd_flags.set"))
	c.Flags().BoolVar(&f.yes, "yes", false, p.sentence("cmd_flags.yes_of_test"))
}

// real reports whether one of the flags asks for a test with the provider.
func (f *tryFlags) real() bool {
	return f.env != "" || f.baseURL != "" || f.account != "" || len(f.set) > 0 || f.yes
}

// again is the command that repeats this trial.
func (f *tryFlags) again(name string) []string {
	command := []string{"muster", "providers", "test", name, "--env", f.env}
	for _, flag := range [][2]string{{"--base-url", f.baseURL}, {"--account", f.account}, {"--ledger", f.ledger.name}} {
		if flag[1] != "" {
			command = append(command, flag[:]...)
		}
	}
	if f.ledger.allowPlain {
		command = append(command, "--allow-plain")
	}
	return command
}

// tryProvider sends one made-up customer to the sandbox.
func (p *program) tryProvider(name string, f *tryFlags) error {
	def, err := definition(name)
	if err != nil {
		return err
	}
	target, err := tryout.Target(def.Provider(),
		pipeline.TargetOptions{Env: f.env, BaseURL: f.baseURL, Account: f.account})
	if err != nil {
		return err
	}
	if !p.terminal && !f.yes {
		return pipeline.Wrong("run.nobody_to_ask").Try("tryout.add_yes")
	}
	job, err := p.tryJob(def, target, name, f)
	if err != nil {
		return err
	}
	set, err := tryout.Values(f.set)
	if err != nil {
		return err
	}
	stops := p.interrupts()
	defer stops.Release()
	job.Stop = stops.First().Done()
	job.Observer = enrol.Observers{stops, trialNarrator{&narrator{program: p, output: outputFlags{quiet: true}}},
		terminal.NewWaits(p.sayMessage, p.now)}
	sample, err := tryout.NewSample(stops.Second(), def, folderOf(name), set, p.random)
	if err != nil {
		return err
	}
	try := &tryout.Try{Job: job, Sample: sample, Out: p.stdout}
	for i, line := range try.Plan() {
		if i == 0 {
			p.sayMessage(line)
		} else {
			fmt.Fprintln(p.stderr, "  "+p.words.Message(line))
		}
	}
	if !f.yes {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		defer context.AfterFunc(stops.First(), cancel)()
		answer, err := p.person().Ask(ctx, p.sentence("tryout.question")+" "+p.sentence("run.ask_yes_no")+" ")
		if err != nil || !p.isYes(answer) {
			p.say("tryout.nothing_sent")
			return exitError(exitInterrupted)
		}
	}
	done, err := try.Run(stops.Second())
	if err != nil {
		return err
	}
	return p.trialEnded(name, f, job.Ledger.Path, done)
}

// trialNarrator prints what a quiet run prints, without the rows of earlier trials.
type trialNarrator struct{ *narrator }

// See prints the sentences for an event.
func (n trialNarrator) See(e enrol.Event) {
	if _, open := e.(enrol.OpenCounted); !open {
		n.narrator.See(e)
	}
}

// tryJob is the job of sending the one customer.
func (p *program) tryJob(def *templates.Definition, target pipeline.Target, name string, f *tryFlags) (
	j enrol.Job, err error) {
	j = p.job(def, target)
	if j.Secrets, err = settings.Secrets(def.Provider(), p.getenv); err != nil {
		return j, err
	}
	if err = def.Provider().CheckSecrets(j.Secrets); err != nil {
		return j, err
	}
	if err = def.Provider().CheckSecretsIn(target.Namespace.Env, j.Secrets); err != nil {
		return j, err
	}
	if j.Certificate, err = p.connection(def.Provider(), j.Secrets); err != nil {
		return j, err
	}
	j.Ledger.Path, j.Ledger.Begin, j.Ledger.Options = f.ledger.name, true, p.ledgerOptions(f.ledger)
	if folder := folderOf(name); f.ledger.name == "" && folder != "" {
		j.Ledger.Path = filepath.Join(folder, sandboxLedger)
	} else if f.ledger.name == "" {
		return j, pipeline.Wrong("tryout.no_ledger").Try("cmd_ledger.name_it")
	}
	j.Ledger.Holder = pipeline.ShellCommand(f.again(name)...)
	j.Limits = enrol.Limits{Rows: 1, TryNow: true, MaxWait: longestTrialWait, OutagePauses: p.outagePauses}
	return j, nil
}

// trialEnded prints how the trial ended, and returns its exit code.
func (p *program) trialEnded(name string, f *tryFlags, ledger string, done *tryout.Result) error {
	end, o := done.Ending, &done.Outcome
	switch {
	case o.State == "":
	case o.CustomerID != "":
		fmt.Fprintln(p.stdout, p.sentence("tryout.customer", "state", o.State, "id", o.CustomerID))
	case o.Message == nil:
		fmt.Fprintln(p.stdout, p.sentence("tryout.state", "state", o.State))
	default:
		fmt.Fprintln(p.stdout, p.sentence("tryout.state_because", "state", o.State, "message", o.Message))
	}
	for _, problem := range o.Problems {
		fmt.Fprintln(p.stdout, "  "+p.words.Placed(problem, wording.Column))
	}
	if end.Unsettled > 0 && done.Asks {
		p.say("tryout.settle_again", "count", end.Unsettled, "command", pipeline.ShellCommand(f.again(name)...))
	} else if end.Unsettled > 0 {
		p.say("tryout.settle_by_hand", "count", end.Unsettled, "ledger", ledger, "command",
			pipeline.ShellCommand("muster", "settle", "FILE", "--run", end.Run.ID, "--ledger", ledger, "--provider", name))
	}
	if end.Halt != nil {
		return end.Halt
	}
	if code := endingCode(end); code != exitOK {
		return exitError(code)
	}
	if done.Contradicted > 0 {
		return pipeline.Wrong("tryout.contradictions", "count", done.Contradicted).Try("tryout.correct").
			At(pipeline.Place{Kind: "definition", File: name})
	}
	return nil
}

// folderOf is the folder of a definition; "" for one that comes with muster.
func folderOf(name string) string {
	if set, err := templates.Embedded(); err == nil && set.Has(name) {
		return ""
	}
	return name
}
