package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/ledger"
	"muster/reports"
)

// mistakesShown is how many mistakes of a settlement sheet are told.
const mistakesShown = 50

// settleFlags are what `muster settle` was told.
type settleFlags struct {
	book     bookFlags // how the books of runs are read again
	bookPath string
	target   targetFlags
	ledger   string
	sheet    string // of the settlement sheet
	run      string
	by       string
	dryRun   bool
}

func (p *program) settleCommand() *cobra.Command {
	var f settleFlags
	c := &cobra.Command{
		Use:   "settle FILE --ledger FILE",
		Short: "Take a person's word on rows whose outcome is unknown or disputed",
		Long: `settle reads a report of muster in which a person has filled verdicts, or any
sheet (CSV or XLSX) with a column row, or key, and a column settle:

  a customer ID  the provider has the customer, under this ID: an uncertain row
                 becomes created, an existing one gets its ID
  absent         the provider does not have it: an uncertain row becomes pending,
                 and the next import sends it anew
  accept         of a changed row: the customer's data at the provider are now
                 those of the row; needs the run's book

In an uncertain row, or an existing one without an ID, the ID may be filled
into customer_id instead. The sheet Uncertain of a results workbook has all that
is to settle, what other runs left open too, and its customer_id is there to be
filled with the ID or with absent. Rows without a verdict are left alone. The key is the
one that the report shows, unless it is masked. Provider, environment and
account are those of the run that is named, unless flags say otherwise. All is
settled or, with one mistake, nothing. What was said, by whom and when stays in
the ledger.

EXIT STATUS
  0   all is settled, or was already
  2   there are mistakes, and nothing was settled
  10  another muster holds the ledger`,
		Example: "  muster settle results.xlsx --ledger muster.db\n" +
			"  muster settle verdicts.csv --run 20261121-063015-4f2a --ledger muster.db --by \"Ana Ruiz\" --dry-run",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.settle(context.Background(), f, args[0]) },
	}
	f.target.register(c)
	fl := c.Flags()
	fl.Lookup("env").Usage = "local, sandbox or production (default: the run's)"
	fl.StringVar(&f.book.provider, "provider", "",
		"passport, juicyway, connectfi, or the folder of a definition of your own (default: the run's)")
	fl.StringVar(&f.ledger, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	fl.StringVar(&f.run, "run", "", "the run whose rows are meant (default: the one that the sheet names)")
	fl.StringVar(&f.by, "by", "", "who says so (default: the name of the system's user)")
	fl.StringVar(&f.sheet, "sheet", "", "sheet of FILE (default: Uncertain and Results, else the first visible one)")
	fl.StringVar(&f.bookPath, "book", "", "for accept: where the run's book is now (default: where it was)")
	fl.StringVar(&f.book.mapping, "mapping", "",
		"for accept: where the run's mapping sheet is now (default: where it was)")
	f.book.registerReading(c)
	fl.BoolVar(&f.dryRun, "dry-run", false, "say what would be settled, and settle nothing")
	return c
}

func (p *program) settle(ctx context.Context, f settleFlags, path string) (err error) {
	if f.by, err = sayer(f.by); err != nil {
		return err
	}
	sheets, err := f.readVerdicts(ctx, path)
	if err != nil {
		return err
	}
	l, err := p.settleLedger(ctx, f, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	s, err := p.newSettler(ctx, l, f, sheets)
	if err != nil {
		return err
	}
	for _, sheet := range sheets {
		for _, u := range sheet.Unread {
			s.mistake(sheet, u.Line, u.Column, "%s", u.Problem.Message)
		}
		for _, v := range sheet.Verdicts {
			if err := s.read(ctx, sheet, v); err != nil {
				return err
			}
		}
	}
	if err := s.fillAccepted(ctx); err != nil {
		return err
	}
	told, err := s.tell(ctx)
	if err != nil {
		return err
	}
	if len(s.mistakes) > 0 {
		for _, m := range s.mistakes[:min(len(s.mistakes), mistakesShown)] {
			p.say("%s", m)
		}
		if more := len(s.mistakes) - mistakesShown; more > 0 {
			p.say("... and %s", pipeline.Count(more, "more mistake"))
		}
		return pipeline.Mistakef("%s: %s, and nothing was settled", path, pipeline.Count(len(s.mistakes), "mistake")).
			Try("correct the sheet, or leave the verdicts of these rows empty, and settle again")
	}
	return s.print(told)
}

// verdictBook lets a book's other sheets be read for verdicts.
type verdictBook struct{ *book.Book }

func (b verdictBook) OpenSheet(name string) (reports.FilledSheet, error) {
	return b.OpenBeside(book.Options{Sheet: name})
}

// readVerdicts reads what a person filled in; of a workbook the sheet of
// --sheet, else those of a report, else the first visible one.
func (f settleFlags) readVerdicts(ctx context.Context, path string) ([]*reports.VerdictSheet, error) {
	password, err := settings.Password("--password-file", f.book.passwordFile)
	if err != nil {
		return nil, err
	}
	b, err := book.Open(path, book.Options{Sheet: f.sheet, Password: password})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return reports.ReadVerdicts(ctx, verdictBook{b}, f.sheet != "")
}

// sayer is who gives the word.
func sayer(name string) (string, error) {
	if name == "" {
		name = person()
	}
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return "", pipeline.Mistakef("the system has no name for this user, and --by names nobody").
			Try("name who says so, such as --by \"Ana Ruiz\"")
	}
	if utf8.RuneCountInString(name) > 100 || strings.ContainsFunc(name, unicode.IsControl) {
		return "", pipeline.Mistakef("--by: a name of at most 100 characters is wanted")
	}
	return name, nil
}

// settleLedger opens the ledger that is there; a dry run takes no lock.
func (p *program) settleLedger(ctx context.Context, f settleFlags, path string) (*ledger.Ledger, error) {
	if f.dryRun {
		return p.readLedger(ctx, f.ledger)
	}
	where := p.ledgerToRead(f.ledger)
	l, err := ledger.Open(ctx, where, ledger.Options{Now: p.now,
		Holder: fmt.Sprintf("muster settle %s, process %d on %s", path, os.Getpid(), machine())})
	if errors.Is(err, ledger.ErrNone) {
		return nil, noLedger(where)
	}
	return l, err
}
