package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/cmd/muster/internal/settle"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/ledger"
	"muster/pipeline/submit"
	"muster/pipeline/wording"
	"muster/reports"
	"muster/templates"
)

// mistakesShown is how many mistakes of a sheet are printed.
const mistakesShown = 50

// settleFlags are the flags of `muster settle`.
type settleFlags struct {
	book     bookFlags // how to read the books of runs again
	bookPath string
	target   targetFlags
	ledger   ledgerFlag
	sheet    string // of the file with the entries
	run      string
	by       string
	anyID    bool
	correct  bool
	dryRun   bool
}

func (p *program) settleCommand() *cobra.Command {
	var f settleFlags
	c := &cobra.Command{
		Use:         "settle " + p.sentence("command.settle_args"),
		Short:       p.sentence("command.settle_short"),
		Long:        p.sentence("command.settle_long"),
		Annotations: withExitCodes(p.sentence("command.settle_exit")),
		Example:     p.sentence("command.settle_example"),
		Args:        arguments(1),
		RunE:        func(_ *cobra.Command, args []string) error { return p.settle(context.Background(), f, args[0]) },
	}
	f.target.register(p, c)
	fl := c.Flags()
	fl.Lookup("env").Usage = p.sentence("cmd_flags.env_of_run")
	fl.StringVar(&f.book.provider, "provider", "", p.sentence("cmd_flags.provider_of_run"))
	f.ledger.register(p, c, p.sentence("cmd_flags.ledger"))
	f.ledger.registerFailover(p, c)
	fl.StringVar(&f.run, "run", "", p.sentence("cmd_flags.run"))
	fl.StringVar(&f.by, "by", "", p.sentence("cmd_flags.by"))
	fl.StringVar(&f.sheet, "sheet", "", p.sentence("cmd_flags.sheet_of_entries"))
	fl.StringVar(&f.bookPath, "book", "", p.sentence("cmd_flags.book_of_accept"))
	fl.StringArrayVar(&f.book.mappings, "mapping", nil, p.sentence("cmd_flags.mapping_of_accept"))
	f.book.registerReading(p, c)
	fl.BoolVar(&f.anyID, "any-id", false, p.sentence("cmd_flags.any_id"))
	fl.BoolVar(&f.correct, "correct", false, p.sentence("cmd_flags.correct"))
	fl.BoolVar(&f.dryRun, "dry-run", false, p.sentence("cmd_flags.settle_dry_run"))
	return c
}

func (p *program) settle(ctx context.Context, f settleFlags, path string) (err error) {
	if f.by, err = settle.Person(cmp.Or(f.by, person())); err != nil {
		return err
	}
	password, err := settings.Password("--password-file", f.book.passwordFile)
	if err != nil {
		return err
	}
	sheets, err := enrol.ReadVerdicts(ctx, path, book.Options{Sheet: f.sheet, Password: password}, everyLanguage())
	if err != nil {
		return err
	}
	l, err := p.settleLedger(ctx, f, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	def, n, run, err := f.namespace(ctx, l, sheets)
	if err != nil {
		return err
	}
	if !f.dryRun {
		// No other muster may send meanwhile.
		if err := l.Hold(ctx, n, ledger.HoldOptions{}); err != nil {
			return err
		}
	}
	space, err := l.Space(ctx, n, def.Provider())
	if err != nil {
		return err
	}
	directory, end := p.directory(def.Provider(), n, space, f.target)
	defer end()
	result, err := settle.Settle(ctx, settle.Job{Space: space, Namespace: n, Provider: def.Provider(), Run: run,
		By: f.by, At: p.now(), DryRun: f.dryRun, AnyID: f.anyID, Correct: f.correct, Directory: directory,
		Words: p.words, OneBook: f.bookPath != "",
		Note: func(m *pipeline.Message) { fmt.Fprintln(p.stderr, p.words.Message(m)) },
		Open: func(ctx context.Context, run pipeline.Run) (*enrol.Book, error) {
			return f.book.openAgain(ctx, def, l, run, f.bookPath)
		}}, sheets)
	if err != nil {
		return err
	}
	if wrong := result.Mistakes; len(wrong) > 0 {
		for _, m := range wrong[:min(len(wrong), mistakesShown)] {
			fmt.Fprintln(p.stderr, p.words.Error(m))
		}
		if more := len(wrong) - mistakesShown; more > 0 {
			p.say("cmd_settle.more_mistakes", "count", more)
		}
		return pipeline.Wrong("cmd_settle.mistakes", "count", len(wrong)).Try("cmd_settle.fix_entries").
			At(pipeline.Place{File: path})
	}
	return p.printSettled(result.Settled, f.dryRun)
}

// namespace says whose customers are meant: the namespace that the flags name, else that of the run of --run, else
// that of the first run that a sheet names. run is the full ID of --run; "" without it.
func (f settleFlags) namespace(ctx context.Context, l *ledger.Ledger,
	sheets []*reports.VerdictSheet) (_ *templates.Definition, n pipeline.Namespace, run string, err error) {
	first, err := settle.FirstRun(ctx, l, f.run, sheets)
	if err != nil {
		return nil, n, "", err
	}
	if f.run != "" {
		run = first.ID
	}
	def, n, err := f.target.namespaceOf(f.book.provider, first)
	if err == nil {
		err = knownNamespace(ctx, l, n)
	}
	return def, n, run, err
}

// everyLanguage are the words of all languages in which a workbook may be filled in.
func everyLanguage() (all []reports.Words) {
	for _, tag := range wording.Languages() {
		all = append(all, wordsIn(tag))
	}
	return all
}

// settleLedger opens the existing ledger; a dry run takes no lock.
func (p *program) settleLedger(ctx context.Context, f settleFlags, path string) (*ledger.Ledger, error) {
	if f.dryRun {
		return p.readLedger(ctx, f.ledger)
	}
	return p.writeLedger(ctx, f.ledger, "muster", "settle", path)
}

// printSettled prints what was settled, one line each.
func (p *program) printSettled(list []settle.Settled, dryRun bool) error {
	settled, already := 0, 0
	var b strings.Builder
	for _, s := range list {
		var customer []string
		if s.Row != "" {
			customer = append(customer, p.sentence("cmd_settle.row", "row", s.Row))
		}
		if s.Key != "" {
			customer = append(customer, s.Key)
		}
		if s.Customer.Already {
			already++
		} else {
			settled++
		}
		if s.Customer.Already {
			fmt.Fprintln(&b, p.sentence("cmd_settle.line_before", "customer", customer, "entry", entryText(s), "before",
				beforeText(s.Customer.Before)))
			continue
		}
		fmt.Fprintln(&b, p.sentence("cmd_settle.line", "customer", customer, "entry", entryText(s)))
	}
	switch {
	case len(list) == 0:
		fmt.Fprintln(&b, p.sentence("cmd_settle.nothing"))
	case settled == 0:
		fmt.Fprintln(&b, p.sentence("cmd_settle.all_settled", "count", already))
	case dryRun:
		fmt.Fprintln(&b, p.sentence("cmd_settle.would_settle", "count", settled, "already", already))
	default:
		fmt.Fprintln(&b, p.sentence("cmd_settle.settled", "count", settled, "already", already))
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

// directory is the provider of a namespace, for checking IDs where the last run's requests went, or where the flags
// say; the caller calls end when done.
func (p *program) directory(provider *pipeline.Provider, n pipeline.Namespace, space *ledger.Space,
	f targetFlags) (_ settle.Directory, end func()) {
	byID := provider.LookUpByID()
	switch {
	case byID == nil:
		return settle.Directory{Why: pipeline.Say("cmd_settle.no_look_up_by_id")}, func() {}
	case n.Rehearsal():
		return settle.Directory{Why: pipeline.Say("cmd_settle.rehearsal_over")}, func() {}
	}
	var client *submit.Client
	return settle.Directory{Ask: func(ctx context.Context, id string) (_ []pipeline.Found, err error) {
			if client == nil {
				if client, err = p.lookUpClient(ctx, provider, n, space, f); err != nil {
					return nil, err
				}
			}
			return client.LookUp(ctx, byID, id)
		}}, func() {
			if client != nil {
				client.Close()
			}
		}
}

// lookUpClient is a client for look-ups in a namespace that is not a rehearsal.
func (p *program) lookUpClient(ctx context.Context, provider *pipeline.Provider, n pipeline.Namespace,
	space *ledger.Space, f targetFlags) (*submit.Client, error) {
	last, known, err := space.LastRun(ctx)
	if err != nil {
		return nil, err
	}
	options := f.options()
	if known && options.BaseURL == "" {
		options.BaseURL, options.AllowHTTP = last.BaseURL, true // as for the run
	}
	if _, declared := provider.Environment(n.Env); declared {
		options.Env = n.Env
	}
	t, err := provider.Target(options)
	if err != nil {
		return nil, err
	}
	secrets, err := settings.Secrets(provider, p.getenv)
	if err == nil {
		err = provider.CheckSecrets(secrets)
	}
	if err == nil {
		err = provider.CheckSecretsIn(t.Namespace.Env, secrets)
	}
	if err != nil {
		return nil, err
	}
	certificate, err := p.connection(provider, secrets)
	if err != nil {
		return nil, err
	}
	return submit.New(submit.Options{Provider: provider, BaseURL: t.BaseURL, AuthURL: t.AuthURL, Secrets: secrets,
		Concurrency: 1, Rate: t.Limit.Rate, UserAgent: "muster/" + version(), Certificate: certificate, Now: p.now})
}

// entryText says what became of an entry's customer.
func entryText(s settle.Settled) *pipeline.Message {
	text := customerText(s)
	if s.Customer.Corrected {
		return pipeline.Say("cmd_settle.corrected", "entry", text)
	}
	return text
}

// beforeText says who settled a customer before, or which run got its answer.
func beforeText(b ledger.Before) *pipeline.Message {
	if b.By == "" {
		return pipeline.Say("cmd_settle.by_run", "run", b.Run, "at", pipeline.Moment(b.At))
	}
	return pipeline.Say("cmd_settle.by_person", "person", b.By, "at", pipeline.Moment(b.At))
}

// customerText says the present state of an entry's customer.
func customerText(s settle.Settled) *pipeline.Message {
	c := &s.Customer
	switch {
	case c.State == pipeline.Pending && c.Already:
		return pipeline.Say("cmd_settle.already_absent")
	case c.State == pipeline.Pending:
		return pipeline.Say("cmd_settle.absent")
	case s.Kind == ledger.VerdictAccept && c.Already:
		return pipeline.Say("cmd_settle.already_accepted", "id", c.CustomerID)
	case s.Kind == ledger.VerdictAccept:
		return pipeline.Say("cmd_settle.accepted", "id", c.CustomerID)
	case c.Already:
		return pipeline.Say("cmd_settle.already_id", "state", c.State, "id", c.CustomerID)
	case s.Checked == ledger.CheckedNot:
		return pipeline.Say("cmd_settle.id_unchecked", "state", c.State, "id", c.CustomerID)
	}
	return pipeline.Say("cmd_settle.id", "state", c.State, "id", c.CustomerID)
}
