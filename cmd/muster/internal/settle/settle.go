// Package settle passes a person's verdicts on uncertain or disputed requests to the ledger.
package settle

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
	"muster/reports"
)

// Job says whose verdicts they are, and for which namespace.
type Job struct {
	Space     *ledger.Space
	Namespace pipeline.Namespace // the space's
	Provider  *pipeline.Provider
	// Run is the ID of the run of all rows; "" when the sheets say which.
	Run    string
	By     string    // who says so
	At     time.Time // when
	DryRun bool      // the ledger stays unchanged
	AnyID  bool      // accept an ID of another form, or one that the provider does not have
	// Correct lets entries replace earlier verdicts of people.
	Correct   bool
	Directory Directory
	Words     *wording.Wording // for cells that cannot be read
	// Open opens the book of a run again, to read the accepted rows. OneBook: it knows the book of only one run.
	Open    func(ctx context.Context, run pipeline.Run) (*enrol.Book, error)
	OneBook bool
	// Note is called with further notes.
	Note func(*pipeline.Message)
}

// Result is what became of the verdicts.
type Result struct {
	// Mistakes are the mistakes in the verdicts, each with its place. With any of them nothing was settled.
	Mistakes []*pipeline.Mistake
	Settled  []Settled // in the order of the sheets
}

// Settled is one verdict that the ledger applied, or would apply.
type Settled struct {
	Row, Key string // as the sheet names the customer; one of them may be ""
	Kind     ledger.VerdictKind
	Checked  ledger.Checked // of an ID that the ledger did not have before
	Customer ledger.Settled
}

// Settle passes all verdicts of the sheets to the ledger or, with a mistake, none.
func Settle(ctx context.Context, j Job, sheets []*reports.VerdictSheet) (*Result, error) {
	s := &settler{to: j, runs: map[string]pipeline.Run{}}
	known, err := j.Space.ProvenIDs(ctx, sampled)
	if err != nil {
		return nil, err
	}
	s.likeness = pipeline.LikenessOf(known)
	if len(known) > 0 {
		s.known = known[0]
	}
	for _, sheet := range sheets {
		for _, u := range sheet.Unread {
			s.mistake(sheet, u.Line, u.Column, pipeline.AsWritten, "text", s.to.Words.Placed(u.Problem, wording.Cell))
		}
		for _, v := range sheet.Verdicts {
			if err := s.read(ctx, sheet, v); err != nil {
				return nil, err
			}
		}
	}
	if err := s.fillAccepted(ctx); err != nil {
		return nil, err
	}
	done, err := s.enter(ctx, j.Space.CheckVerdicts)
	if err == nil && len(s.mistakes) == 0 {
		err = s.askAbout(ctx, done)
	}
	if err == nil && len(s.mistakes) == 0 && !j.DryRun {
		done, err = s.enter(ctx, j.Space.Settle)
	}
	if err != nil {
		return nil, err
	}
	if len(s.mistakes) > 0 {
		return &Result{Mistakes: s.mistakes}, nil
	}
	result := &Result{}
	for i, t := range done {
		e := &s.entries[i]
		result.Settled = append(result.Settled,
			Settled{Row: e.verdict.Row, Key: e.verdict.Key, Kind: e.settles.Kind, Checked: e.settles.Checked,
				Customer: t})
	}
	return result, nil
}

// settler converts the verdicts of sheets to a ledger's, for one namespace.
type settler struct {
	to       Job
	runs     map[string]pipeline.Run // runs of the namespace that were looked up, by ID
	likeness pipeline.IDLikeness     // of the namespace's IDs
	known    string                  // newest ID that the provider gave; "" when there is none
	control  *bool                   // whether a look-up finds it; nil: not tried yet
	entries  []entry
	mistakes []*pipeline.Mistake
}

// entry is one verdict, with the ledger's form of it.
type entry struct {
	sheet   *reports.VerdictSheet
	verdict reports.Verdict
	settles ledger.Verdict
}

// mistake notes a mistake in a line of a sheet; column is "" for a mistake in none.
func (s *settler) mistake(sheet *reports.VerdictSheet, line int, column string, code pipeline.MessageCode,
	pairs ...any) {
	s.mistakes = append(s.mistakes, pipeline.Wrong(code, pairs...).At(sheet.Place(line, column)))
}

// wrong notes a mistake in a verdict.
func (s *settler) wrong(e *entry, column string, code pipeline.MessageCode, pairs ...any) {
	s.mistake(e.sheet, e.verdict.Line, column, code, pairs...)
}

// read converts one verdict, or notes a mistake in it.
func (s *settler) read(ctx context.Context, sheet *reports.VerdictSheet, v reports.Verdict) error {
	e := entry{sheet: sheet, verdict: v, settles: ledger.Verdict{By: s.to.By, At: s.to.At, Correct: s.to.Correct}}
	var wrong *pipeline.Mistake
	if e.settles.Kind, e.settles.CustomerID, wrong = s.readVerdict(v.Said); wrong != nil {
		s.mistakes = append(s.mistakes, wrong.At(sheet.Place(v.Line, v.Column)))
		return nil
	}
	if v.Filled != "" && e.settles.Kind != ledger.VerdictAccept && v.Filled != e.settles.CustomerID {
		column := sheet.Place(v.Line, reports.VerdictCustomerID).Column
		s.wrong(&e, v.Column, "cmd_settle.contradicts_column", "column", column)
		return nil
	}
	o, ok, err := s.customer(ctx, &e)
	if err != nil || !ok {
		return err
	}
	if v.Column == reports.VerdictCustomerID && v.State == pipeline.Existing &&
		e.settles.Kind == ledger.VerdictID && o.CustomerID == e.settles.CustomerID && !ledger.IDEntered(&o) {
		return nil // muster filled it in itself
	}
	if id := e.settles.CustomerID; e.settles.Kind == ledger.VerdictID && (o.CustomerID == "" || s.to.Correct) &&
		o.CustomerID != id && !s.to.AnyID && !s.fits(id) {
		s.wrongForm(&e)
		return nil
	}
	s.entries = append(s.entries, e)
	return nil
}

// fits reports whether an ID has the form that the definition promises or, where it promises none, looks like those
// in the ledger.
func (s *settler) fits(id string) bool {
	if record := &s.to.Provider.Record; record.IDPattern != nil {
		return record.FitsID(id)
	}
	return s.likeness.Fits(id)
}

// wrongForm notes that an ID has another form than it should.
func (s *settler) wrongForm(e *entry) {
	switch {
	case s.to.Provider.Record.IDPattern != nil && s.likeness.Example == "":
		s.wrong(e, e.verdict.Column, "cmd_settle.id_of_no_form")
	case s.likeness.UUID:
		s.wrong(e, e.verdict.Column, "cmd_settle.id_not_uuid")
	case s.likeness.Example != "":
		s.wrong(e, e.verdict.Column, "cmd_settle.id_of_other_form", "example", s.likeness.Example)
	default:
		s.wrong(e, e.verdict.Column, "cmd_settle.id_is_a_word")
	}
}

// longestID is the longest customer ID that is believed to be one, in characters.
const longestID = 200

// readVerdict reads what a person wrote; wrong says why it is not a verdict.
func (s *settler) readVerdict(said string) (kind ledger.VerdictKind, id string, wrong *pipeline.Mistake) {
	switch word := strings.ToLower(said); {
	case word == string(ledger.VerdictAbsent):
		return ledger.VerdictAbsent, "", nil
	case word == string(ledger.VerdictAccept):
		return ledger.VerdictAccept, "", nil
	case slices.Contains(pipeline.States(), pipeline.State(word)):
		return "", "", pipeline.Wrong("cmd_settle.state_written")
	}
	unfit := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	switch {
	case utf8.RuneCountInString(said) > longestID || strings.ContainsFunc(said, unfit):
		return "", "", pipeline.Wrong("cmd_settle.unfit_id", "most", longestID)
	case neverID(said):
		return "", "", pipeline.Wrong("cmd_settle.never_an_id")
	case !s.to.Namespace.Rehearsal() && strings.HasPrefix(said, pipeline.RehearsalPrefix):
		return "", "", pipeline.Wrong("cmd_settle.rehearsal_id")
	}
	return ledger.VerdictID, said, nil
}

// enter passes the verdicts to the ledger, by Settle or CheckVerdicts; contradictions become mistakes. When there are
// mistakes already it only looks for more.
func (s *settler) enter(ctx context.Context,
	enter func(context.Context, []ledger.Verdict) ([]ledger.Settled, error)) ([]ledger.Settled, error) {
	verdicts := make([]ledger.Verdict, len(s.entries))
	for i := range s.entries {
		verdicts[i] = s.entries[i].settles
	}
	done, err := enter(ctx, verdicts)
	var wrong *ledger.VerdictsError
	if !errors.As(err, &wrong) {
		return done, err
	}
	for i := range wrong.Mistakes {
		m := &wrong.Mistakes[i]
		e := &s.entries[m.Index]
		if m.Fault == ledger.FaultOpposed {
			other := &s.entries[m.Other]
			if other.sheet == e.sheet {
				s.wrong(e, e.verdict.Column, "cmd_settle.contradicts_row", "row", other.verdict.Line)
			} else {
				s.wrong(e, e.verdict.Column, "cmd_settle.contradicts_sheet", "row", other.verdict.Line,
					"sheet", other.sheet.Place(0, "").Sheet)
			}
			continue
		}
		s.mistakes = append(s.mistakes, pipeline.MistakeOf(m).At(e.sheet.Place(e.verdict.Line, e.verdict.Column)))
	}
	return nil, nil
}
