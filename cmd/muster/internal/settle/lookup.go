package settle

import (
	"context"
	"errors"
	"strconv"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/reports"
)

// customer finds the customer that a verdict is about, by its row or by its key;
// false says that a mistake was noted.
func (s *settler) customer(ctx context.Context, e *entry) (pipeline.Outcome, bool, error) {
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
func (s *settler) runOf(ctx context.Context, e *entry) (id string, ok bool, err error) {
	if id = s.to.Run; id == "" {
		id = e.verdict.Run
	}
	if _, known := s.runs[id]; known || id == "" {
		return id, true, nil
	}
	run, err := s.to.Space.Run(ctx, id)
	if err != nil {
		return "", false, s.noted(e, err)
	}
	s.runs[id] = run
	return id, true, nil
}

func (s *settler) byRow(ctx context.Context, e *entry, run string) (o pipeline.Outcome, ok bool, err error) {
	number, err := strconv.Atoi(e.verdict.Row)
	if err != nil || number < 1 {
		s.wrong(e, reports.VerdictRow, "a row's number is wanted, such as 17")
		return o, false, nil
	}
	key := e.verdict.Key
	if pipeline.IsMasked(key) {
		key = ""
	}
	if o, err = s.to.Space.CustomerOfRow(ctx, run, number, key); err != nil {
		return o, false, s.noted(e, err)
	}
	e.word.Ref, e.word.Run, e.word.Row = o.Ref, run, o.Row // its customer's first row
	return o, true, nil
}

func (s *settler) byKey(ctx context.Context, e *entry) (o pipeline.Outcome, ok bool, err error) {
	if o, err = s.to.Space.CustomerOfKey(ctx, e.verdict.Key); err != nil {
		return o, false, s.noted(e, err)
	}
	e.word.Ref = o.Ref
	return o, true, nil
}

// noted notes a look-up that led to no customer; any other error is returned.
func (s *settler) noted(e *entry, err error) error {
	var f *ledger.LookupError
	if !errors.As(err, &f) {
		return err
	}
	switch f.Fault {
	case ledger.LookupNoRun:
		s.wrong(e, reports.VerdictRun, "the ledger has no such run; `muster runs` lists them")
	case ledger.LookupElsewhere:
		s.wrong(e, reports.VerdictRun, "run %s is of %s, and not of %s", f.Run, f.Namespace, s.to.Namespace)
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
			pipeline.List(pipeline.InEnglish(s.to.Provider.KeyLabels())))
	case ledger.LookupNoKey:
		s.wrong(e, reports.VerdictKey, "the ledger knows no customer of %s with this key", s.to.Namespace)
	}
	return nil
}
