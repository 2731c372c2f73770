package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/notify"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
)

// notifyFlags say who gets a notice at the end of an import, and when.
type notifyFlags struct {
	command string
	when    string
	format  string
	names   bool
}

const (
	notifyNews   = "news"
	notifyAlways = "always"
)

func (f *notifyFlags) register(p *program, c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.command, "notify-command", "", p.sentence("cmd_flags.notify_command"))
	fl.StringVar(&f.when, "notify-when", notifyNews, p.sentence("cmd_flags.notify_when"))
	fl.StringVar(&f.format, "notify-format", string(notify.FormatJSON), p.sentence("cmd_flags.notify_format"))
	fl.BoolVar(&f.names, "notify-names", false, p.sentence("cmd_flags.notify_names"))
}

// recipient is where notices go: a program, a web address, or both.
type recipient struct {
	command []string
	address string // a secret
}

// recipient checks before anything else that the flags and the environment name a usable recipient.
func (f *notifyFlags) recipient(getenv func(string) string) (to recipient, err error) {
	if f.when != notifyNews && f.when != notifyAlways {
		return to, pipeline.Wrong("cmd_report.notify_when", "value", f.when)
	}
	if !slices.Contains(notify.Formats(), f.format) {
		return to, pipeline.Wrong("cmd_report.notify_format", "value", f.format, "formats", notify.Formats())
	}
	if f.command != "" {
		if to.command = notify.Arguments(f.command); !notify.Findable(to.command) {
			return to, pipeline.Wrong("cmd_report.notify_command", "command", f.command).Try("cmd_report.notify_program")
		}
	}
	if to.address, err = settings.Secret(settings.NotifyVariable, getenv); err != nil || to.address == "" {
		return to, err
	}
	if why := notify.CheckAddress(to.address); why != nil {
		return to, pipeline.Wrong("cmd_report.notify_address", "variable", settings.NotifyVariable, "reason", why)
	}
	return to, nil
}

// notified imports, and then sends the notice. A notice that is not delivered is only a warning.
func (p *program) notified(f *importFlags, run func(*notify.Collector) error) error {
	to, err := f.notify.recipient(p.getenv)
	if err != nil {
		return err
	}
	c := notify.NewCollector()
	err = run(c)
	if len(to.command) == 0 && to.address == "" {
		return err
	}
	code, through := howItEnded(err)
	notice := c.Notice(code, !through)
	if f.notify.when == notifyAlways || notice.News() {
		p.deliver(&f.notify, to, &notice)
	}
	return err
}

// deliver sends a notice.
func (p *program) deliver(f *notifyFlags, to recipient, n *notify.Notice) {
	text := notify.TextOf(n, p.words, f.names)
	document, err := notify.JSONOf(n, text, f.names)
	if err != nil {
		p.say("run.warning", "text", pipeline.Say("notify.not_told", "cause", err))
		return
	}
	ctx := context.Background()
	if len(to.command) > 0 {
		err := notify.Run(ctx, to.command, document, notify.WithoutSecrets(p.environ()), p.stderr)
		if err != nil {
			p.say("run.warning", "text", pipeline.Say("notify.command_failed", "command", to.command[0], "cause", err))
		}
	}
	if to.address == "" {
		return
	}
	body, err := notify.Body(notify.Format(f.format), text, document)
	if err == nil {
		err = notify.Post(ctx, to.address, body)
	}
	if err != nil {
		p.say("run.warning", "text", pipeline.Say("notify.not_posted", "variable", settings.NotifyVariable, "cause", err))
	}
}
