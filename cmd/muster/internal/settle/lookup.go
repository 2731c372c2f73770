package settle

import (
	"context"
	"errors"
	"strconv"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/reports"
)

// customer finds the customer of a verdict, by its row or by its key; false when a mistake was noted.
func (s *settler) customer(ctx context.Context, e *entry) (pipeline.Outcome, bool, error) {
	run, known, err := s.runOf(ctx, e)
	if err != nil || !known {
		return pipeline.Outcome{}, false, err
	}
	row, key := e.verdict.Row, e.verdict.Key
	switch {
	case row != "" && run != "":
		return s.byRow(ctx, e, run)
	case e.settles.Kind == ledger.VerdictAccept:
		s.wrong(e, e.verdict.Column, "cmd_settle.accept_without_run")
	case key == "" && row != "":
		s.wrong(e, reports.VerdictRow, "cmd_settle.run_unnamed")
	case key == "":
		s.wrong(e, reports.VerdictKey, "cmd_settle.customer_unnamed")
	case pipeline.IsMasked(key):
		s.wrong(e, reports.VerdictKey, "cmd_settle.key_masked")
	default:
		return s.byKey(ctx, e)
	}
	return pipeline.Outcome{}, false, nil
}

// runOf is the run of a verdict's row; "" when none is named.
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
		s.wrong(e, reports.VerdictRow, "cmd_settle.not_a_row_number")
		return o, false, nil
	}
	key := e.verdict.Key
	if pipeline.IsMasked(key) {
		key = ""
	}
	if o, err = s.to.Space.CustomerOfRow(ctx, run, number, key); err != nil {
		return o, false, s.noted(e, err)
	}
	e.settles.Ref, e.settles.Run, e.settles.Row = o.Ref, run, o.Row // its customer's first row
	return o, true, nil
}

func (s *settler) byKey(ctx context.Context, e *entry) (o pipeline.Outcome, ok bool, err error) {
	if o, err = s.to.Space.CustomerOfKey(ctx, e.verdict.Key); err != nil {
		return o, false, s.noted(e, err)
	}
	e.settles.Ref = o.Ref
	return o, true, nil
}

// noted notes a look-up that found no customer; any other error is returned.
func (s *settler) noted(e *entry, err error) error {
	var f *ledger.LookupError
	if !errors.As(err, &f) {
		return err
	}
	switch f.Fault {
	case ledger.LookupNoRun:
		s.wrong(e, reports.VerdictRun, "cmd_settle.no_run")
	case ledger.LookupElsewhere:
		s.wrong(e, reports.VerdictRun, "cmd_settle.run_elsewhere", "run", f.Run, "namespace", f.Namespace.String(),
			"here", s.to.Namespace.String())
	case ledger.LookupNoRow:
		s.wrong(e, reports.VerdictRow, "cmd_settle.no_row", "run", f.Run, "row", f.Row)
	case ledger.LookupNotSent:
		s.wrong(e, e.verdict.Column, "cmd_settle.not_sent", "row", f.Row, "run", f.Run, "state", f.State)
	case ledger.LookupOtherKey:
		s.wrong(e, reports.VerdictKey, "cmd_settle.other_key", "row", f.Row, "run", f.Run)
	case ledger.LookupSeveral:
		s.wrong(e, reports.VerdictKey, "cmd_settle.several_with_key", "keys", s.to.Provider.KeyLabels())
	case ledger.LookupNoKey:
		s.wrong(e, reports.VerdictKey, "cmd_settle.no_key", "namespace", s.to.Namespace.String())
	}
	return nil
}
