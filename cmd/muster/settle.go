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

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/templates"
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
		Example: "  muster settle results.xlsx --ledger muster.db\n  muster settle verdicts.csv --run 20261121-063015-4f2a --ledger muster.db --by \"Ana Ruiz\" --dry-run",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return p.settle(context.Background(), f, args[0]) },
	}
	f.target.register(c)
	fl := c.Flags()
	fl.Lookup("env").Usage = "local, sandbox or production (default: the run's)"
	fl.StringVar(&f.book.provider, "provider", "", "passport, juicyway, connectfi, or the folder of a definition of your own (default: the run's)")
	fl.StringVar(&f.ledger, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	fl.StringVar(&f.run, "run", "", "the run whose rows are meant (default: the one that the sheet names)")
	fl.StringVar(&f.by, "by", "", "who says so (default: the name of the system's user)")
	fl.StringVar(&f.sheet, "sheet", "", "sheet of FILE (default: Uncertain and Results, else the first visible one)")
	fl.StringVar(&f.bookPath, "book", "", "for accept: where the run's book is now (default: where it was)")
	fl.StringVar(&f.book.mapping, "mapping", "", "for accept: where the run's mapping sheet is now (default: where it was)")
	f.book.registerReading(c)
	fl.BoolVar(&f.dryRun, "dry-run", false, "say what would be settled, and settle nothing")
	return c
}

func (p *program) settle(ctx context.Context, f settleFlags, path string) (err error) {
	if f.by, err = sayer(f.by); err != nil {
		return err
	}
	sheets, err := readSettlements(ctx, path, f.sheet, f.book.passwordFile)
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
		s.mistakes = append(s.mistakes, sheet.broken...)
		for _, line := range sheet.lines {
			if err := s.read(ctx, sheet, line); err != nil {
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
			p.say("... and %s", count(more, "more mistake"))
		}
		return pipeline.Mistakef("%s: %s, and nothing was settled", path, count(len(s.mistakes), "mistake")).Try("correct the sheet, or leave the verdicts of these rows empty, and settle again")
	}
	return s.print(told)
}

// sayer is who gives the word.
func sayer(name string) (string, error) {
	if name == "" {
		name = person()
	}
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return "", pipeline.Mistakef("the system has no name for this user, and --by names nobody").Try("name who says so, such as --by \"Ana Ruiz\"")
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
	l, err := ledger.Open(ctx, where, ledger.Options{Now: p.now, Holder: fmt.Sprintf("muster settle %s, process %d on %s", path, os.Getpid(), machine())})
	if errors.Is(err, ledger.ErrNone) {
		return nil, noLedger(where)
	}
	return l, err
}

// settler turns verdicts into words for one namespace of a ledger.
type settler struct {
	*program
	flags     settleFlags
	ledger    *ledger.Ledger
	space     *ledger.Space
	def       *templates.Definition
	namespace pipeline.Namespace
	named     string                  // the run of --run, in full
	runs      map[string]pipeline.Run // by ID; those without an ID are not there
	entries   []settleEntry
	mistakes  []settleMistake
}

// settleEntry is one verdict and where it stands.
type settleEntry struct {
	sheet *settlementSheet
	line  settlement
	from  string // the column of the verdict
	word  ledger.Word
}

func (p *program) newSettler(ctx context.Context, l *ledger.Ledger, f settleFlags, sheets []*settlementSheet) (*settler, error) {
	s := &settler{program: p, flags: f, ledger: l, runs: map[string]pipeline.Run{}}
	var first pipeline.Run
	if f.run != "" {
		run, err := l.Run(ctx, f.run)
		if err != nil {
			return nil, err
		}
		s.named, first = run.ID, run
	}
	for _, sheet := range sheets {
		for _, id := range []string{sheet.ownRun, sheet.firstRun} {
			if first.ID != "" || id == "" {
				continue
			}
			run, ok, err := s.run(ctx, id)
			if err != nil {
				return nil, err
			}
			if ok {
				first = run
			}
		}
	}
	var err error
	s.def, s.namespace, err = f.target.namespaceOf(f.book.provider, first)
	if err != nil {
		return nil, err
	}
	if err := knownNamespace(ctx, l, s.namespace); err != nil {
		return nil, err
	}
	s.space, err = l.Space(ctx, s.namespace, s.def.Provider())
	return s, err
}

// run finds a run by its whole ID.
func (s *settler) run(ctx context.Context, id string) (pipeline.Run, bool, error) {
	if run, ok := s.runs[id]; ok {
		return run, run.ID != "", nil
	}
	run, err := s.ledger.Run(ctx, id)
	var none *ledger.NoRunError
	if errors.As(err, &none) || err == nil && run.ID != id {
		run, err = pipeline.Run{}, nil
	}
	if err == nil {
		s.runs[id] = run
	}
	return run, run.ID != "", err
}

func (s *settler) mistake(sheet *settlementSheet, line settlement, column, format string, args ...any) {
	if _, there := sheet.spelled[column]; !there {
		column = ""
	}
	s.mistakes = append(s.mistakes, settleMistake{sheet: sheet, line: line.Line, column: column, text: fmt.Sprintf(format, args...)})
}

// read makes a word of one line, or notes what is wrong with it.
func (s *settler) read(ctx context.Context, sheet *settlementSheet, line settlement) error {
	state := pipeline.State(line.State)
	from, said := "settle", line.Settle
	if said == "" {
		from, said = "customer_id", line.CustomerID
	}
	e := settleEntry{sheet: sheet, line: line, from: from}
	e.word = ledger.Word{By: s.flags.by, At: s.now()}
	var wrong string
	e.word.Says, e.word.CustomerID, wrong = s.verdict(said)
	if wrong != "" {
		s.mistake(sheet, line, from, "%s", wrong)
		return nil
	}
	if filled := withoutApostrophe(line.CustomerID); from == "settle" && filled != "" && !runOfRequest(state) &&
		e.word.Says != ledger.SaysAccept && filled != e.word.CustomerID {
		s.mistake(sheet, line, from, "says something else than the column %s; leave one of the two empty", sheet.spelled["customer_id"])
		return nil
	}
	o, ok, err := s.customer(ctx, &e)
	if err != nil || !ok {
		return err
	}
	if from == "customer_id" && state == pipeline.Existing && o.CustomerID == e.word.CustomerID {
		return nil // muster filled it in itself
	}
	s.entries = append(s.entries, e)
	return nil
}

// verdict reads what a person wrote; wrong says why it is no verdict.
func (s *settler) verdict(said string) (says ledger.Says, id, wrong string) {
	said = withoutApostrophe(said)
	switch word := strings.ToLower(said); {
	case word == "absent":
		return ledger.SaysAbsent, "", ""
	case word == "accept":
		return ledger.SaysAccept, "", ""
	case isState(word):
		return "", "", "this is a state and no verdict; write the customer ID, absent or accept"
	}
	switch {
	case utf8.RuneCountInString(said) > 200 || strings.ContainsFunc(said, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "", "", "a customer ID has no spaces and at most 200 characters; write the customer ID alone, absent or accept"
	case !s.namespace.Rehearsal() && strings.HasPrefix(said, "rehearsal-"):
		return "", "", "this is the ID of a rehearsal, and the provider has no such customer"
	}
	return ledger.SaysID, said, ""
}

func isState(word string) bool {
	for _, s := range pipeline.States() {
		if word == string(s) {
			return true
		}
	}
	return false
}

// withoutApostrophe takes away what CSV reports put before a text that a
// spreadsheet program would take for a formula.
func withoutApostrophe(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@", rune(s[1])) {
		return s[1:]
	}
	return s
}

func masked(key string) bool { return strings.HasPrefix(key, "****") }

// tell gives the words to the ledger; what contradicts it becomes mistakes.
// With mistakes already there they are only weighed, so that all are told.
func (s *settler) tell(ctx context.Context) ([]ledger.Told, error) {
	words := make([]ledger.Word, len(s.entries))
	for i := range s.entries {
		words[i] = s.entries[i].word
	}
	tell := s.space.Tell
	if s.flags.dryRun || len(s.mistakes) > 0 {
		tell = s.space.Weigh
	}
	told, err := tell(ctx, words)
	var wrong *ledger.WordsError
	if !errors.As(err, &wrong) {
		return told, err
	}
	for i := range wrong.Mistakes {
		m := &wrong.Mistakes[i]
		e := &s.entries[m.Index]
		if m.Fault == ledger.WordOpposed {
			other := &s.entries[m.Other]
			where := "the sheet"
			if other.sheet != e.sheet {
				where = fmt.Sprintf("sheet %q", other.sheet.sheet)
			}
			s.mistake(e.sheet, e.line, e.from, "row %d of %s says otherwise of the same customer", other.line.Line, where)
			continue
		}
		s.mistake(e.sheet, e.line, e.from, "%s", m.Error())
	}
	return nil, nil
}

// print tells what was settled, a line each.
func (s *settler) print(told []ledger.Told) error {
	settled, already := 0, 0
	var b strings.Builder
	for i, t := range told {
		e := &s.entries[i]
		var who []string
		if e.line.Row != "" {
			who = append(who, "row "+e.line.Row)
		}
		if e.line.Key != "" {
			who = append(who, withoutApostrophe(e.line.Key))
		}
		what := fmt.Sprintf("%s, ID %s", t.State, t.CustomerID)
		switch e.word.Says {
		case ledger.SaysAbsent:
			what = "absent, the next import sends it anew"
		case ledger.SaysAccept:
			what = "accepted, ID " + t.CustomerID
		}
		if t.Already {
			already++
			what = "already " + what
		} else {
			settled++
		}
		fmt.Fprintf(&b, "%s: %s\n", strings.Join(who, ", "), what)
	}
	switch {
	case len(told) == 0:
		b.WriteString("nothing to settle: no row has a verdict\n")
	case s.flags.dryRun:
		fmt.Fprintf(&b, "would settle %s, %d already; nothing was settled\n", count(settled, "row"), already)
	default:
		fmt.Fprintf(&b, "settled %s, %d already\n", count(settled, "row"), already)
	}
	_, err := fmt.Fprint(s.stdout, b.String())
	return err
}
