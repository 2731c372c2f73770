package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/openrows"
	"muster/cmd/muster/internal/settle"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/templates"
)

// openFlags are the flags of `muster open`.
type openFlags struct {
	ledger   ledgerFlag
	provider string // a name or a folder
	filter   openrows.Filter
	reading  bookFlags // how to read the books again
	report   reportFlags
	output   string
	dismiss  []string
	by       string
	json     bool
}

func (p *program) openCommand() *cobra.Command {
	var f openFlags
	c := &cobra.Command{
		Use:         "open",
		Short:       p.sentence("command.open_short"),
		Long:        p.sentence("command.open_long"),
		Annotations: withExitCodes(p.sentence("command.open_exit")),
		Example:     p.sentence("command.open_example"),
		Args:        noArguments,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case len(f.dismiss) > 0:
				return p.dismiss(context.Background(), f)
			case f.output != "" && !strings.EqualFold(filepath.Ext(f.output), ".xlsx"):
				return pipeline.Wrong("cmd_open.no_workbook", "file", f.output)
			case f.output != "":
				f.report.paths = []string{f.output}
			}
			if err := f.report.readPassword(true); err != nil {
				return err
			}
			return p.listOpen(context.Background(), f)
		},
	}
	fl := c.Flags()
	f.ledger.register(p, c, p.sentence("cmd_flags.ledger"))
	fl.StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.only_provider_open"))
	fl.StringVar(&f.filter.Env, "env", "", p.sentence("cmd_flags.only_env"))
	fl.StringVar(&f.filter.Account, "account", "", p.sentence("cmd_flags.only_account"))
	fl.StringVar(&f.filter.Book, "book", "", p.sentence("cmd_flags.only_book"))
	fl.StringVar(&f.reading.passwordFile, "password-file", "", p.sentence("cmd_flags.password_file"))
	fl.StringVarP(&f.output, "output", "o", "", p.sentence("cmd_flags.output_open"))
	fl.StringVar(&f.report.passwordFile, "report-password-file", "", p.sentence("cmd_flags.report_password_file"))
	fl.StringArrayVar(&f.dismiss, "dismiss", nil, p.sentence("cmd_flags.dismiss"))
	fl.StringVar(&f.by, "by", "", p.sentence("cmd_flags.by_dismissing"))
	fl.BoolVar(&f.json, "json", false, p.sentence("cmd_flags.json"))
	return c
}

// listOpen prints the open rows; the exit code is that of the most serious one.
func (p *program) listOpen(ctx context.Context, f openFlags) (err error) {
	if _, err := filepath.Match(f.filter.Book, ""); err != nil {
		return pipeline.Wrong("cmd_show.book_pattern", "pattern", f.filter.Book)
	}
	l, err := p.readLedger(ctx, f.ledger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	books, flying, err := p.openBooks(ctx, f, l)
	if err != nil {
		return err
	}
	counts := openrows.Counts(books)
	if f.output != "" && len(books) > 0 {
		if err := p.writeOpen(ctx, f, l, books); err != nil {
			return err
		}
	}
	switch {
	case f.json:
		for _, b := range books {
			for _, r := range b.Rows {
				p.print(openrows.Line(b, r, p.english))
			}
		}
		p.print(jsonlines.OpenRows{Books: len(books), Counts: jsonlines.CountsOf(counts),
			InFlight: openrows.Rows(flying), Ledger: l.Path(), Rows: counts.Total()})
	case len(books) == 0:
		_, err = fmt.Fprintln(p.stdout, openrows.InFlight(p.words, flying)+p.sentence("cmd_open.nothing"))
	default:
		look := p.stdoutLook(outputFlags{})
		err = p.show(openrows.Text(p.words, look, books) + "\n" + openrows.InFlight(p.words, flying) +
			look.Words(p.words).Say("cmd_open.total", "count", counts.Total(), "counts", counts) + "\n")
	}
	if code := openCode(counts); err == nil && code != exitOK {
		err = exitError(code)
	}
	return err
}

// openCode is the exit code of open rows.
func openCode(counts pipeline.Counts) int {
	switch {
	case counts[pipeline.Uncertain]+counts[pipeline.Existing] > 0:
		return exitLook
	case counts.Total() > 0:
		return exitFix
	}
	return exitOK
}

// openBooks are the books with open rows that the flags pick, with the keys of those
// that are at hand, and those with rows that runs settle which go on now.
func (p *program) openBooks(ctx context.Context, f openFlags, l *ledger.Ledger) (books []*openrows.Book,
	flying []openrows.Flight, err error) {
	live, err := l.Live(ctx) // first: a run that ends meanwhile has nothing in flight then
	if err != nil {
		return nil, nil, err
	}
	rows, err := l.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if f.provider != "" {
		def, err := definition(f.provider)
		if err != nil {
			return nil, nil, err
		}
		f.filter.Provider = def.Provider().Root().Name
	}
	rows, flying = openrows.Apart(rows, live, f.filter)
	books = openrows.Books(rows, f.filter)
	known := map[string]*templates.Definition{}
	for _, b := range books {
		name := cmp.Or(f.provider, b.Run.DefinitionName())
		def, there := known[name]
		if !there {
			// The user's own definition may be in a folder that is not named here.
			def, _ = definition(name)
			known[name] = def
		}
		if def == nil {
			continue
		}
		err = b.Find(ctx, def.Provider(), func(run pipeline.Run, path string) (*enrol.Book, error) {
			return f.reading.openAgain(ctx, def, l, run, path)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return books, flying, nil
}

// dismiss records that nothing is to be done about rows.
func (p *program) dismiss(ctx context.Context, f openFlags) (err error) {
	by, err := settle.Person(cmp.Or(f.by, person()))
	if err != nil {
		return err
	}
	l, err := p.writeLedger(ctx, f.ledger, "muster", "open", "--dismiss")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for _, what := range f.dismiss {
		id, text, _ := strings.Cut(what, ":")
		row, err := strconv.Atoi(text)
		if err != nil || row < 1 {
			return pipeline.Wrong("cmd_show.not_a_row", "text", what).Try("cmd_show.row_such_as")
		}
		run, err := l.Run(ctx, id)
		if err != nil {
			return err
		}
		dismissed, err := l.Dismiss(ctx, run.ID, row, by)
		if err != nil {
			return openrows.DismissMistake(err)
		}
		if f.json {
			p.print(jsonlines.Dismissed{At: jsonlines.Stamp(p.now()), By: by, Row: row, Run: run.ID,
				State: dismissed.Outcome.State})
			continue
		}
		_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_open.dismissed", "run", run.ID, "row", row,
			"state", dismissed.Outcome.State, "person", by))
		if err != nil {
			return err
		}
	}
	return nil
}
