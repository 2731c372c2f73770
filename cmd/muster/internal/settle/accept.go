package settle

import (
	"context"
	"errors"
	"slices"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/reports"
)

// errRead ends a pass over a book once all wanted rows are read.
var errRead = errors.New("read")

// fillAccepted reads the accepted rows from the books of their runs.
func (s *settler) fillAccepted(ctx context.Context) error {
	byRun := map[string]map[int][]*entry{}
	var order []string
	for i := range s.entries {
		w := &s.entries[i].settles
		if w.Kind != ledger.VerdictAccept {
			continue
		}
		if byRun[w.Run] == nil {
			byRun[w.Run] = map[int][]*entry{}
			order = append(order, w.Run)
		}
		byRun[w.Run][w.Row] = append(byRun[w.Run][w.Row], &s.entries[i])
	}
	if len(order) > 1 && s.to.OneBook {
		return pipeline.Wrong("cmd_settle.several_books", "count", len(order)).Try("cmd_settle.one_run")
	}
	for _, id := range order {
		if err := s.fillFrom(ctx, s.runs[id], byRun[id]); err != nil {
			return err
		}
	}
	// A row that could not be read is a mistake already.
	s.entries = slices.DeleteFunc(s.entries, func(e entry) bool {
		return e.settles.Kind == ledger.VerdictAccept && e.settles.Entries == nil
	})
	return nil
}

func (s *settler) fillFrom(ctx context.Context, run pipeline.Run, rows map[int][]*entry) error {
	b, err := s.to.Open(ctx, run)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, changed := range enrol.ChangedSince(run, b, s.to.Provider.Digest) {
		s.to.Note(pipeline.Say("cmd_settle.book_changed", "run", run.ID, "change", changed))
	}
	var d pipeline.Draft
	left := len(rows)
	err = b.Rows(ctx, func(row pipeline.Row) error {
		entries := rows[row.Number]
		if entries == nil {
			return nil
		}
		b.Check(row, &d)
		for _, e := range entries {
			if len(d.Problems) > 0 {
				s.wrong(e, e.verdict.Column, "cmd_settle.row_invalid", "row", row.Number, "run", run.ID)
				continue
			}
			e.settles.Entries, e.settles.Keys = slices.Clone(d.Entries), slices.Clone(d.Keys)
		}
		if left--; left == 0 {
			return errRead
		}
		return nil
	})
	switch {
	case errors.Is(err, errRead):
		return nil
	case err != nil:
		return err
	}
	for number, entries := range rows {
		for _, e := range entries {
			if e.settles.Entries == nil {
				s.wrong(e, reports.VerdictRow, "cmd_settle.row_not_in_book", "run", run.ID, "row", number)
			}
		}
	}
	return nil
}
