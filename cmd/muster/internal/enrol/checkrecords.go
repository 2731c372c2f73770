package enrol

import (
	"context"
	"iter"
	"slices"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// checkRecords keeps the outcomes of a check in memory: those of rows that are known in
// 16 bytes each, for a book may have nothing else.
type checkRecords struct {
	space    *ledger.Space // what is known of the customers; nil where nobody reads it
	outcomes []pipeline.Outcome
	known    []knownRow
}

// knownRow is a row that is known, and has nothing else to say.
type knownRow struct {
	row int
	ref int64
}

// Join has nothing to keep: the book is at hand.
func (r *checkRecords) Join(context.Context, string, []pipeline.Member) error { return nil }

func (r *checkRecords) Record(_ context.Context, _ string, outcomes []pipeline.Outcome) error {
	for _, o := range outcomes {
		if o.State == pipeline.Known && o.Message == nil {
			r.known = append(r.known, knownRow{o.Row, o.Ref})
		} else {
			r.outcomes = append(r.outcomes, o)
		}
	}
	return nil
}

// sort puts both in the order of the rows.
func (r *checkRecords) sort() {
	slices.SortFunc(r.outcomes, func(a, b pipeline.Outcome) int { return a.Row - b.Row })
	slices.SortFunc(r.known, func(a, b knownRow) int { return a.row - b.row })
}

// isKnown says that a row is known; sort was called.
func (r *checkRecords) isKnown(row int) bool {
	_, is := slices.BinarySearchFunc(r.known, row, func(k knownRow, row int) int { return k.row - row })
	return is
}

// Outcomes are those that were recorded, by row, with what the ledger has of
// their customers.
func (r *checkRecords) Outcomes(ctx context.Context, _ string) iter.Seq2[pipeline.Outcome, error] {
	const page = 256 // customers that the ledger is asked for at once
	r.sort()
	return func(yield func(pipeline.Outcome, error) bool) {
		outcomes, known := r.outcomes, r.known
		for len(outcomes)+len(known) > 0 {
			var next []pipeline.Outcome
			for len(next) < page && len(outcomes)+len(known) > 0 {
				if len(known) == 0 || len(outcomes) > 0 && outcomes[0].Row < known[0].row {
					next, outcomes = append(next, outcomes[0]), outcomes[1:]
				} else {
					next = append(next, pipeline.Outcome{Row: known[0].row, Ref: known[0].ref, State: pipeline.Known})
					known = known[1:]
				}
			}
			if err := r.complete(ctx, next); err != nil {
				yield(pipeline.Outcome{}, err)
				return
			}
			for _, o := range next {
				if !yield(o, nil) {
					return
				}
			}
		}
	}
}

// complete adds to outcomes what the ledger has of their customers.
func (r *checkRecords) complete(ctx context.Context, outcomes []pipeline.Outcome) error {
	var refs []int64
	for i := range outcomes {
		if o := &outcomes[i]; o.Ref != 0 && o.State != pipeline.Uncertain {
			refs = append(refs, o.Ref)
		}
	}
	if len(refs) == 0 || r.space == nil {
		return nil
	}
	found, err := r.space.Enrolled(ctx, refs)
	if err != nil {
		return err
	}
	for i := range outcomes {
		o := &outcomes[i]
		c, ok := found[o.Ref]
		if !ok || o.State == pipeline.Uncertain || c.State == pipeline.Uncertain {
			continue
		}
		o.CustomerID, o.Related, o.Run, o.At = c.CustomerID, c.Related, c.Run, c.At
		o.ProviderStatus, o.ProviderCreatedAt = c.ProviderStatus, c.ProviderCreatedAt
	}
	return nil
}
