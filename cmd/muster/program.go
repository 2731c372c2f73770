package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/runtext"
	"muster/cmd/muster/internal/settings"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/templates"
)

// program is what the commands share: streams, environment and clock, which tests replace.
//
// Results go to stdout, and nothing else does; progress, the plan, warnings and errors go to stderr. An error is one
// line that says what is wrong, and one that says what to do.
type program struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	// environ is the whole environment, as os.Environ gives it.
	environ func() []string
	now     func() time.Time
	random  func() float64
	// outagePauses replace those of [importer.Outage] in tests; else nil.
	outagePauses []time.Duration
	// pause waits, unless stop is closed first.
	pause func(d time.Duration, stop <-chan struct{})
	// terminal says that a person can be asked.
	terminal bool
	// screen is stderr when it is a terminal, else nil.
	screen *terminal.Screen
	// words is the wording in the user's language, which is known once run begins; english is for what programs read.
	words   *wording.Wording
	english *wording.Wording
	lang    settings.Language
}

func newProgram() *program {
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, environ: os.Environ,
		now: time.Now, random: rand.Float64, pause: pauseFor}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		p.terminal = term.IsTerminal(int(os.Stdin.Fd()))
		p.screen = terminal.NewScreen(os.Stderr, func() int { return terminal.Width(os.Stderr, os.Getenv("TERM")) })
		p.stderr = p.screen
	}
	return p
}

func (p *program) run(args []string) int {
	p.speak(settings.LanguageOf(args, p.getenv))
	root := p.commands()
	root.SetArgs(args)
	if c, _, err := root.Find(args); err == nil && c.Annotations[sends] != "" {
		defer terminal.OutliveReaders()()
	}
	c, err := root.ExecuteC()
	if err == nil {
		return exitOK
	}
	code := p.fail(err)
	p.nameVariables(c, err)
	return code
}

// speak sets the user's language.
func (p *program) speak(l settings.Language) {
	p.lang = l
	p.english = wordsIn(wording.Default)
	if p.words = p.english; l.Tag != wording.Default {
		p.words = wordsIn(l.Tag)
	}
}

// commands makes the command muster, with all commands below it.
func (p *program) commands() *cobra.Command {
	root := &cobra.Command{
		Use:           "muster",
		Short:         p.sentence("command.root_short"),
		Long:          p.sentence("command.root_long"),
		Example:       p.sentence("command.root_example"),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArguments,
	}
	var version bool
	root.Flags().BoolVar(&version, "version", false, p.sentence("cmd_flags.version"))
	root.RunE = func(c *cobra.Command, _ []string) error {
		if version {
			return p.printVersion()
		}
		return c.Help()
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(flagMistake)
	root.AddCommand(p.importCommand(), p.checkCommand(), p.lookCommand(), p.mapCommand(), p.templateCommand(),
		p.providersCommand(), p.standinCommand(), p.runsCommand(), p.showCommand(), p.reportCommand(), p.openCommand(), p.settleCommand(),
		p.forgetCommand(), p.ledgerCommand(), p.versionCommand())
	root.AddCommand(p.topics()...)
	root.SetHelpCommand(p.helpCommand())
	root.InitDefaultCompletionCmd()
	p.registerLanguage(root)
	p.completions(root)
	p.printableConfig(root)
	p.helpInWords(root)
	p.configured(root)
	return root
}

// person is the person at the terminal.
func (p *program) person() terminal.Person {
	return terminal.Person{In: p.stdin, Out: p.stderr, Screen: p.screen}
}

// fail prints an error and returns its exit code.
func (p *program) fail(err error) int {
	var printed exitError
	if errors.As(err, &printed) {
		return int(printed)
	}
	code, hint := explain(err)
	for _, line := range runtext.Failure(p.words, err, hint) {
		p.tell(line)
	}
	return code
}

// print writes one line of --json.
func (p *program) print(l jsonlines.Line) { jsonlines.NewPrinter(p.stdout).Print(l) }

// sentence words a message in the user's language.
func (p *program) sentence(code pipeline.MessageCode, pairs ...any) string {
	return p.words.Say(code, pairs...)
}

// say prints a sentence on stderr, on a line of its own.
func (p *program) say(code pipeline.MessageCode, pairs ...any) {
	p.tell(p.sentence(code, pairs...))
}

// sayMessage prints a message on stderr, on a line of its own.
func (p *program) sayMessage(m *pipeline.Message) { p.tell(p.words.Message(m)) }

// sayMore prints a sentence on stderr that belongs to the one before.
func (p *program) sayMore(code pipeline.MessageCode, pairs ...any) {
	p.tell("  " + p.sentence(code, pairs...))
}

// sayHint prints a hint on stderr, below an error.
func (p *program) sayHint(hint *pipeline.Message) {
	if hint != nil {
		p.tell(runtext.Hint(p.words, hint))
	}
}

// definition loads the definition that --provider names.
func definition(name string) (*templates.Definition, error) {
	set, err := templates.Embedded()
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, pipeline.Wrong("run.no_provider").Try("run.providers", "providers", set.Names())
	}
	return set.Find(name)
}

// pauseFor waits, unless stop is closed first.
func pauseFor(d time.Duration, stop <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-stop:
	}
}
