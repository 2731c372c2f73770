package ledger

import (
	"context"
	"database/sql"
	"errors"

	"muster/pipeline"
)

// BrokenRow is a row of a sheet Fix: its number, and the tag of the cells that the book had in that row before it was
// fixed.
type BrokenRow struct {
	Row   int
	Cells pipeline.Tag
}

// CellsTag is the tag of a row's cells as they are in the book.
func (s *Space) CellsTag(digest pipeline.CellsDigest) pipeline.Tag {
	g := s.l.tags.get(s.purpose.cells)
	g.part(string(digest[:]))
	return s.l.tags.tag(g)
}

// BeginFixed writes which broken rows the rows of a run replace, before any of them is sent: all of them or, after an
// error, none. of is the run whose sheet Fix it is; the ledger need not have that run, and the run may have read
// another file. A row that was written before stays.
func (s *Space) BeginFixed(ctx context.Context, run string, of *pipeline.Origin, rows []BrokenRow) error {
	if len(rows) == 0 {
		return nil
	}
	return s.l.write(ctx, func(t *transaction) error {
		n, err := s.runHere(t, run)
		if err != nil {
			return err
		}
		var broken int64
		err = t.one("SELECT number FROM run WHERE id = ?1 AND namespace = ?2 AND ?3 IN (sha256, of_sha256)",
			[]any{of.Run, s.number.Load(), of.Book.SHA256}, &broken)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		for _, r := range rows {
			err := t.later(`INSERT INTO fixed (run, row, cells, broken_run, data) VALUES (?1, ?2, ?3, ?4,
				coalesce((SELECT data FROM outcome WHERE run = ?4 AND row = ?2), x'')) ON CONFLICT DO NOTHING`,
				n, r.Row, r.Cells[:], broken)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// EndFixed writes which customers the fixed rows of a run led to, so that this stays known when the run's outcomes
// are forgotten.
func (s *Space) EndFixed(ctx context.Context, run string) error {
	led := map[int]int64{}
	for o, err := range s.l.Outcomes(ctx, run) {
		if err != nil {
			return err
		}
		if leadsToCustomer(&o) {
			led[o.Row] = o.Ref
		}
	}
	return s.l.write(ctx, func(t *transaction) error {
		n, err := s.runHere(t, run)
		if err != nil {
			return err
		}
		for row, ref := range led {
			if err := t.later("UPDATE fixed SET customer = ? WHERE run = ? AND row = ?", ref, n, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// tie joins a fixed row to the tag of the broken one that it replaces.
type tie struct {
	cells pipeline.Tag
	fixed pipeline.FixedRow // of its Outcome only Ref is set; 0 where the customer was not written
	open  bool              // the run was killed, or has not ended
}

// Fixed finds the broken rows of the namespace whose fixed row led to a customer that is enrolled, or was sent and
// has no answer, by the tag of their cells. Of several fixed rows the last enrolled one is given, else the last.
func (s *Space) Fixed(ctx context.Context) (map[pipeline.Tag]pipeline.FixedRow, error) {
	ties, err := s.ties(ctx)
	if err != nil || len(ties) == 0 {
		return nil, err
	}
	if err := s.resumeTies(ctx, ties); err != nil {
		return nil, err
	}
	var refs []int64
	for _, t := range ties {
		if t.fixed.Outcome.Ref != 0 {
			refs = append(refs, t.fixed.Outcome.Ref)
		}
	}
	enrolled, err := s.Enrolled(ctx, refs)
	if err != nil {
		return nil, err
	}
	all := map[pipeline.Tag]pipeline.FixedRow{}
	for _, t := range ties {
		o, ok := enrolled[t.fixed.Outcome.Ref]
		before, there := all[t.cells]
		if ok && (!there || o.State.IsClaim() || !before.Outcome.State.IsClaim()) {
			t.fixed.Outcome = o
			all[t.cells] = t.fixed
		}
	}
	return all, nil
}

// FixedInVain finds the broken rows of the namespace whose fixed row makes no claim, by the tag of their cells, with
// the outcome that its run left; of several fixed rows the last. Rows that were not sent, or that a run has
// forgotten, are left out.
func (s *Space) FixedInVain(ctx context.Context) (map[pipeline.Tag]pipeline.FixedRow, error) {
	ties, err := s.ties(ctx)
	if err != nil {
		return nil, err
	}
	all := map[pipeline.Tag]pipeline.FixedRow{}
	for _, t := range ties {
		if t.fixed.Outcome.Ref != 0 {
			continue
		}
		o, there, err := s.l.RowOutcome(ctx, t.fixed.Run, t.fixed.Row)
		if err != nil {
			return nil, err
		}
		if there && !o.State.IsClaim() && o.State != pipeline.Known {
			t.fixed.Outcome = o
			all[t.cells] = t.fixed
		}
	}
	return all, nil
}

// ties reads all ties of the namespace, in the order of their runs.
func (s *Space) ties(ctx context.Context) (ties []tie, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		ties = ties[:0]
		return t.each(`SELECT f.cells, f.row, f.customer, r.id, r.started, r.finished IS NULL
			FROM run r CROSS JOIN fixed f ON f.run = r.number WHERE r.namespace = ? ORDER BY r.number, f.row`,
			[]any{number}, func(rows *cursor) error {
				var one tie
				var cells []byte
				var began int64
				f := &one.fixed
				err := rows.Scan(&cells, &f.Row, &f.Outcome.Ref, &f.Run, &began, &one.open)
				copy(one.cells[:], cells)
				f.At = moment(&began)
				ties = append(ties, one)
				return err
			})
	})
	return ties, err
}

// resumeTies fills in the customers for runs that ended before EndFixed.
func (s *Space) resumeTies(ctx context.Context, ties []tie) error {
	for i := 0; i < len(ties); {
		run, of := ties[i].fixed.Run, map[int]*tie{}
		open := ties[i].open
		for ; i < len(ties) && ties[i].fixed.Run == run; i++ {
			of[ties[i].fixed.Row] = &ties[i]
		}
		if !open {
			continue
		}
		for o, err := range s.l.Outcomes(ctx, run) {
			if err != nil {
				return err
			}
			if t := of[o.Row]; t != nil && leadsToCustomer(&o) {
				t.fixed.Outcome.Ref = o.Ref
			}
		}
	}
	return nil
}

// leadsToCustomer reports whether the outcome of a fixed row names the customer that the row became, or may still
// become.
func leadsToCustomer(o *pipeline.Outcome) bool {
	switch o.State {
	case pipeline.Created, pipeline.Known, pipeline.Existing, pipeline.Uncertain:
		return o.Ref != 0
	}
	return false
}

// Enrolled gives the present outcomes of those of the customers refs that are created, existing or uncertain, by ref.
// All refs are of this namespace.
func (s *Space) Enrolled(ctx context.Context, refs []int64) (map[int64]pipeline.Outcome, error) {
	all := map[int64]pipeline.Outcome{}
	return all, s.l.read(ctx, func(t *transaction) error {
		clear(all)
		return t.each(`SELECT c.ref, c.state, c.row, c.at, c.customer_id, c.provider_status, c.provider_created_at,
				c.related, r.id
			FROM json_each(?1) asked CROSS JOIN customer c ON c.ref = CAST(asked.value AS INTEGER)
				AND c.state IN ('created', 'existing', 'uncertain')
			JOIN run r ON r.number = c.run`, []any{refs}, func(rows *cursor) error {
			var o pipeline.Outcome
			var at int64
			var related []byte
			err := rows.Scan(&o.Ref, (*string)(&o.State), &o.Row, &at, &o.CustomerID, &o.ProviderStatus,
				&o.ProviderCreatedAt, &related, &o.Run)
			if err != nil {
				return err
			}
			o.At = moment(&at)
			o.Related, err = readRelated(related)
			all[o.Ref] = o
			return err
		})
	})
}
