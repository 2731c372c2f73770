package main

import (
	"context"
	"errors"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/templates"
)

// job is the common part of every run of this program. It has made-up secrets.
func (p *program) job(def *templates.Definition, t pipeline.Target) enrol.Job {
	return enrol.Job{Definition: def, Target: enrol.Target{Target: t, Title: def.Provider().Title},
		Secrets: enrol.RehearsalSecrets(def.Provider()), Author: enrol.Author{Version: version(), Person: person(),
			Machine: machine()},
		Words: p.words, English: p.english, Zone: time.Local, Now: p.now, Random: p.random}
}

// open opens the book at path for a job, read and mapped as the flags say.
func (f *bookFlags) open(ctx context.Context, j *enrol.Job, path string) (*enrol.Book, error) {
	s, err := f.source(path)
	if err != nil {
		return nil, err
	}
	s.Fix = f.fix
	s.Remembers = func(mapping string) string { return j.RememberedEncoding(ctx, mapping) }
	return enrol.Open(ctx, j.Definition, s)
}

// openAgain opens the book of an earlier run of a ledger; path is where it is now, "" for the run's path.
func (f *bookFlags) openAgain(ctx context.Context, def *templates.Definition, l *ledger.Ledger, run pipeline.Run,
	path string) (*enrol.Book, error) {
	s, err := f.source(path)
	if err != nil {
		return nil, err
	}
	s.FindRun = l.RunByID
	return enrol.OpenAgain(ctx, def, run, s)
}

// definitionFor loads the definition for books: the one that --provider names, else that of the run of --run, else the
// one that results workbooks name. It fills in f.
func (p *program) definitionFor(ctx context.Context, f *bookFlags, lf ledgerFlag, books []string) (
	*templates.Definition, error) {
	if err := p.fixOf(ctx, f, lf, books); err != nil {
		return nil, err
	}
	if err := p.providerOfResults(ctx, f, books); err != nil {
		return nil, err
	}
	return definition(f.provider)
}

// fixOf finds the run of --run, whose sheet Fix the book is, and its provider where the user named none.
func (p *program) fixOf(ctx context.Context, f *bookFlags, lf ledgerFlag, books []string) (err error) {
	switch {
	case f.fixRun == "" && f.fixBook != "":
		return pipeline.Wrong("cmd_report.book_without_run").Try("cmd_report.name_run")
	case f.fixRun == "":
		return nil
	case len(books) != 1:
		return pipeline.Wrong("cmd_report.fix_of_several").Try("cmd_report.one_by_one")
	}
	l, err := p.readLedger(ctx, lf)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	run, err := l.Run(ctx, f.fixRun)
	var none *ledger.NoRunError
	if errors.As(err, &none) && len(none.Matches) == 0 {
		// A check or a rehearsal without a ledger leaves no run behind.
		return pipeline.Wrong("cmd_report.fix_run_unknown", "run", f.fixRun, "ledger", l.Path()).
			Try("cmd_report.save_as_workbook")
	}
	if err != nil {
		return err
	}
	if f.fix, err = enrol.NewFixOf(ctx, run, l.RunByID); err != nil {
		return err
	}
	f.fix.Book = f.fixBook
	if f.provider == "" {
		f.provider = run.DefinitionName()
	}
	return nil
}

// providerOfResults fills in the provider where the user named none and the books are results workbooks, which have
// it.
func (p *program) providerOfResults(ctx context.Context, f *bookFlags, books []string) error {
	if f.provider != "" || len(books) == 0 {
		return nil
	}
	for _, path := range books {
		if path == "-" {
			return nil // standard input can only be read once
		}
		s, err := f.source(path)
		if err != nil {
			return err
		}
		origin, err := s.Origin(ctx)
		if err != nil {
			return err
		}
		switch {
		case origin == nil:
			f.provider = ""
			return nil
		case f.provider != "" && f.provider != origin.Provider:
			return pipeline.Wrong("cmd_report.several_providers").Try("cmd_report.one_by_one")
		}
		f.provider = origin.Provider
	}
	if _, err := definition(f.provider); err != nil {
		return pipeline.Wrong("cmd_report.definition_unusable", "book", books[0], "provider", f.provider, "cause", err).
			Try("cmd_report.name_definition")
	}
	return nil
}

// flagsAgain are the flags that import the rows of a run in the same way as that run did. None is a secret.
type flagsAgain struct {
	namespace    pipeline.Namespace
	baseURL      string // "" in a rehearsal
	ledger       ledgerFlag
	rate         string
	concurrency  int
	maxRejected  string
	carry        []string
	carryRaw     bool
	delimiter    rune
	passwordFile string // of the reports, and for reading the workbook again
	yes          bool
}

func (r flagsAgain) flags(p *pipeline.Provider) []string {
	var flags []string
	add := func(name, value string) {
		if value != "" {
			flags = append(flags, name, value)
		}
	}
	n := r.namespace
	if !n.Rehearsal() {
		if n.Env != r.baseURL {
			add("--env", n.Env)
		}
		if e, ok := p.Environment(n.Env); !ok || e.BaseURL != r.baseURL {
			add("--base-url", r.baseURL)
		}
		if pipeline.PlainHTTP(r.baseURL) {
			flags = append(flags, "--allow-http")
		}
	}
	add("--account", n.Account)
	add("--ledger", r.ledger.name)
	if r.ledger.allowPlain {
		flags = append(flags, "--allow-plain")
	}
	add("--rate", r.rate)
	if r.concurrency > 0 {
		add("--concurrency", strconv.Itoa(r.concurrency))
	}
	if r.maxRejected != "none" {
		add("--max-rejected", r.maxRejected)
	}
	for _, c := range r.carry {
		add("--carry", c)
	}
	if r.carryRaw {
		flags = append(flags, "--carry-raw")
	}
	add("--delimiter", delimiterText(r.delimiter))
	if file := r.passwordFile; file != "" {
		flags = append(flags, "--password-file", file, "--report-password-file", file)
	}
	if r.yes {
		flags = append(flags, "--yes")
	}
	return flags
}

// person is the user name of whoever runs muster; "" where the system has none.
func person() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(u.Username), " ")
}

// machine is the host's name; "" where it has none.
func machine() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
