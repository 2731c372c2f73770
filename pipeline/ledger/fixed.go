package ledger

import (
	"context"
	"database/sql"
	"errors"

	"muster/pipeline"
)

// BrokenRow is a row of a sheet Fix, by its number, and the tag of the cells that
// the book had in it before it was fixed.
type BrokenRow struct {
	Row   int
	Cells pipeline.Tag
}

// CellsTag is the tag of a row's cells as the book has them.
func (s *Space) CellsTag(digest pipeline.CellsDigest) pipeline.Tag {
	g := s.l.tags.get(s.purpose.cells)
	g.part(string(digest[:]))
	return s.l.tags.tag(g)
}

// BeginFixed puts on disk, before any of them is sent, which broken rows those of a
// run replace: all of them or, after an error, none. of says whose sheet Fix it is: the
// ledger need not have that run, or the run may have had another file. A row that was
// kept before stays.
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
			_, err := t.exec(`INSERT INTO fixed (run, row, cells, broken_run, data) VALUES (?1, ?2, ?3, ?4,
				coalesce((SELECT data FROM outcome WHERE run = ?4 AND row = ?2), x'')) ON CONFLICT DO NOTHING`,
				n, r.Row, r.Cells[:], broken)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// EndFixed keeps which customers the fixed rows of a run led to, so that the ties
// outlive the run's outcomes.
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
			if _, err := t.exec("UPDATE fixed SET customer = ? WHERE run = ? AND row = ?", ref, n, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// tie is a fixed row, and the tag of the broken one that it replaces.
type tie struct {
	cells pipeline.Tag
	fixed pipeline.FixedRow // of its Outcome only Ref is set, 0 where that is not kept
	open  bool              // the run was killed, or goes on
}

// Fixed are the broken rows of the namespace whose fixed row led to a customer that
// is enrolled now, or was sent and not answered, by the tag of their cells; of several
// fixed rows the last one that is enrolled counts, else the last.
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

// FixedInVain are the broken rows of the namespace whose fixed row makes no claim, by
// the tag of their cells, with what its run left it as; of several the last counts.
// Rows that were not sent, or that a run has forgotten, are none.
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

// ties are all of the namespace, in the order of their runs.
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

// resumeTies fills in the customers of runs that ended before they could keep them.
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

// leadsToCustomer says whether the outcome of a fixed row names the customer that
// the row is, or may still become.
func leadsToCustomer(o *pipeline.Outcome) bool {
	switch o.State {
	case pipeline.Created, pipeline.Known, pipeline.Existing, pipeline.Uncertain:
		return o.Ref != 0
	}
	return false
}

// Enrolled are those of the customers that are created, existing or uncertain, as they
// stand: by their numbers, which are of this namespace.
func (s *Space) Enrolled(ctx context.Context, refs []int64) (map[int64]pipeline.Outcome, error) {
	all := map[int64]pipeline.Outcome{}
	return all, s.l.read(ctx, func(t *transaction) error {
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
