package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/reports"
	"muster/templates"
)

// settler turns verdicts into words for one namespace of a ledger.
type settler struct {
	*program
	flags     settleFlags
	ledger    *ledger.Ledger
	space     *ledger.Space
	def       *templates.Definition
	namespace pipeline.Namespace
	named     string                  // the run of --run, in full
	runs      map[string]pipeline.Run // those of the namespace that were looked up, by ID
	entries   []settleEntry
	mistakes  []*pipeline.Mistake
}

// settleEntry is one verdict and what it says to the ledger.
type settleEntry struct {
	sheet   *reports.VerdictSheet
	verdict reports.Verdict
	word    ledger.Word
}

func (p *program) newSettler(ctx context.Context, l *ledger.Ledger, f settleFlags,
	sheets []*reports.VerdictSheet) (*settler, error) {
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
		for _, id := range []string{sheet.OwnRun, sheet.FirstRun} {
			if first.ID != "" || id == "" {
				continue
			}
			run, ok, err := l.RunByID(ctx, id)
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

// mistake notes what is wrong in a line of a sheet; column is "" where it is in
// none.
func (s *settler) mistake(sheet *reports.VerdictSheet, line int, column, format string, args ...any) {
	s.mistakes = append(s.mistakes, pipeline.Mistakef(format, args...).At(sheet.Place(line, column)))
}

// wrong notes what is wrong with a verdict.
func (s *settler) wrong(e *settleEntry, column, format string, args ...any) {
	s.mistake(e.sheet, e.verdict.Line, column, format, args...)
}

// read makes a word of one verdict, or notes what is wrong with it.
func (s *settler) read(ctx context.Context, sheet *reports.VerdictSheet, v reports.Verdict) error {
	e := settleEntry{sheet: sheet, verdict: v, word: ledger.Word{By: s.flags.by, At: s.now()}}
	var wrong string
	if e.word.Says, e.word.CustomerID, wrong = s.says(v.Said); wrong != "" {
		s.wrong(&e, v.Column, "%s", wrong)
		return nil
	}
	if v.Filled != "" && e.word.Says != ledger.SaysAccept && v.Filled != e.word.CustomerID {
		column := sheet.Place(v.Line, reports.VerdictCustomerID).Column
		s.wrong(&e, v.Column, "says something else than the column %s; leave one of the two empty", column)
		return nil
	}
	o, ok, err := s.customer(ctx, &e)
	if err != nil || !ok {
		return err
	}
	if v.Column == reports.VerdictCustomerID && v.State == pipeline.Existing && o.CustomerID == e.word.CustomerID {
		return nil // muster filled it in itself
	}
	s.entries = append(s.entries, e)
	return nil
}

// says reads what a person wrote; wrong says why it is no verdict.
func (s *settler) says(said string) (says ledger.Says, id, wrong string) {
	switch word := strings.ToLower(said); {
	case word == string(ledger.SaysAbsent):
		return ledger.SaysAbsent, "", ""
	case word == string(ledger.SaysAccept):
		return ledger.SaysAccept, "", ""
	case slices.Contains(pipeline.States(), pipeline.State(word)):
		return "", "", "this is a state and no verdict; write the customer ID, absent or accept"
	}
	unfit := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	switch {
	case utf8.RuneCountInString(said) > 200 || strings.ContainsFunc(said, unfit):
		return "", "", "a customer ID has no spaces and at most 200 characters; " +
			"write the customer ID alone, absent or accept"
	case !s.namespace.Rehearsal() && strings.HasPrefix(said, "rehearsal-"):
		return "", "", "this is the ID of a rehearsal, and the provider has no such customer"
	}
	return ledger.SaysID, said, ""
}

// customer finds the customer that a verdict is about, by its row or by its key;
// false says that a mistake was noted.
func (s *settler) customer(ctx context.Context, e *settleEntry) (pipeline.Outcome, bool, error) {
	run, known, err := s.runOf(ctx, e)
	if err != nil || !known {
		return pipeline.Outcome{}, false, err
	}
	row, key := e.verdict.Row, e.verdict.Key
	switch {
	case row != "" && run != "":
		return s.byRow(ctx, e, run)
	case e.word.Says == ledger.SaysAccept:
		s.wrong(e, e.verdict.Column, "accept is on a row of a run: nothing here says which; "+
			"name the run of this report with --run")
	case key == "" && row != "":
		s.wrong(e, reports.VerdictRow, "nothing says which run this row is of; name it with --run, or in a column run")
	case key == "":
		s.wrong(e, reports.VerdictKey, "neither a row nor a key says which customer is meant")
	case pipeline.IsMasked(key):
		s.wrong(e, reports.VerdictKey, "the key is shown masked and says nothing; name the row, and its run with --run")
	default:
		return s.byKey(ctx, e)
	}
	return pipeline.Outcome{}, false, nil
}

// runOf is the run that a verdict's row is of; "" when nothing says so.
func (s *settler) runOf(ctx context.Context, e *settleEntry) (id string, ok bool, err error) {
	if id = s.named; id == "" {
		id = e.verdict.Run
	}
	if _, known := s.runs[id]; known || id == "" {
		return id, true, nil
	}
	run, err := s.space.Run(ctx, id)
	if err != nil {
		return "", false, s.noted(e, err)
	}
	s.runs[id] = run
	return id, true, nil
}

func (s *settler) byRow(ctx context.Context, e *settleEntry, run string) (o pipeline.Outcome, ok bool, err error) {
	number, err := strconv.Atoi(e.verdict.Row)
	if err != nil || number < 1 {
		s.wrong(e, reports.VerdictRow, "a row's number is wanted, such as 17")
		return o, false, nil
	}
	key := e.verdict.Key
	if pipeline.IsMasked(key) {
		key = ""
	}
	if o, err = s.space.CustomerOfRow(ctx, run, number, key); err != nil {
		return o, false, s.noted(e, err)
	}
	e.word.Ref, e.word.Run, e.word.Row = o.Ref, run, o.Row // its customer's first row
	return o, true, nil
}

func (s *settler) byKey(ctx context.Context, e *settleEntry) (o pipeline.Outcome, ok bool, err error) {
	if o, err = s.space.CustomerOfKey(ctx, e.verdict.Key); err != nil {
		return o, false, s.noted(e, err)
	}
	e.word.Ref = o.Ref
	return o, true, nil
}

// noted notes a look-up that led to no customer; any other error is returned.
func (s *settler) noted(e *settleEntry, err error) error {
	var f *ledger.LookupError
	if !errors.As(err, &f) {
		return err
	}
	switch f.Fault {
	case ledger.LookupNoRun:
		s.wrong(e, reports.VerdictRun, "the ledger has no such run; `muster runs` lists them")
	case ledger.LookupElsewhere:
		s.wrong(e, reports.VerdictRun, "run %s is of %s, and not of %s", f.Run, f.Namespace, s.namespace)
	case ledger.LookupNoRow:
		s.wrong(e, reports.VerdictRow, "run %s has nothing of row %d: it was never sent, or is not in its book",
			f.Run, f.Row)
	case ledger.LookupNotSent:
		s.wrong(e, e.verdict.Column, "row %d of run %s is %s: nothing was sent for it, "+
			"and there is nothing to settle", f.Row, f.Run, f.State)
	case ledger.LookupOtherKey:
		s.wrong(e, reports.VerdictKey, "this is not the key of row %d in run %s; is this the report of another run?",
			f.Row, f.Run)
	case ledger.LookupSeveral:
		s.wrong(e, reports.VerdictKey, "several customers have this key, one as their %s; name the row and the run",
			keyLabels(s.def.Provider()))
	case ledger.LookupNoKey:
		s.wrong(e, reports.VerdictKey, "the ledger knows no customer of %s with this key", s.namespace)
	}
	return nil
}

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
				where = fmt.Sprintf("sheet %q", other.sheet.Place(0, "").Sheet)
			}
			s.wrong(e, e.verdict.Column, "row %d of %s says otherwise of the same customer", other.verdict.Line, where)
			continue
		}
		s.wrong(e, e.verdict.Column, "%s", m.Error())
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
		if e.verdict.Row != "" {
			who = append(who, "row "+e.verdict.Row)
		}
		if e.verdict.Key != "" {
			who = append(who, e.verdict.Key)
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
		fmt.Fprintf(&b, "would settle %s, %d already; nothing was settled\n", pipeline.Count(settled, "row"), already)
	default:
		fmt.Fprintf(&b, "settled %s, %d already\n", pipeline.Count(settled, "row"), already)
	}
	_, err := fmt.Fprint(s.stdout, b.String())
	return err
}
