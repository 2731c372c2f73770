package enrol

import (
	"context"
	"iter"
	"math"
	"slices"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// checkRecords stores the outcomes of a check in memory: those of known rows and of broken rows in few bytes each,
// because a book may consist of them.
type checkRecords struct {
	space    *ledger.Space // to read customers from; nil when nobody reads them
	outcomes []pipeline.Outcome
	known    []knownRow
	broken   brokenRows
	// whole: broken is not used, so that outcomes has all rows that a person has to fix.
	whole bool
}

// knownRow is a known row without a message.
type knownRow struct {
	row int
	ref int64
}

// Join stores nothing, because the book itself is there.
func (r *checkRecords) Join(context.Context, string, []pipeline.Member) error { return nil }

func (r *checkRecords) Record(_ context.Context, _ string, outcomes []pipeline.Outcome) error {
	for i := range outcomes {
		o := &outcomes[i]
		switch {
		case o.State == pipeline.Known && o.Message == nil:
			r.known = append(r.known, knownRow{o.Row, o.Ref})
		case r.whole || !r.broken.add(o):
			r.outcomes = append(r.outcomes, *o)
		}
	}
	return nil
}

// sort sorts both lists by row.
func (r *checkRecords) sort() {
	slices.SortFunc(r.outcomes, func(a, b pipeline.Outcome) int { return a.Row - b.Row })
	slices.SortFunc(r.known, func(a, b knownRow) int { return a.row - b.row })
}

// isKnown reports whether a row is known; sort must be called before.
func (r *checkRecords) isKnown(row int) bool {
	_, is := slices.BinarySearchFunc(r.known, row, func(k knownRow, row int) int { return k.row - row })
	return is
}

// Outcomes returns the recorded outcomes, by row, completed from their customers in the ledger.
func (r *checkRecords) Outcomes(ctx context.Context, _ string) iter.Seq2[pipeline.Outcome, error] {
	const page = 256 // customers read from the ledger at once
	r.sort()
	return func(yield func(pipeline.Outcome, error) bool) {
		var next []pipeline.Outcome
		give := func() bool {
			if err := r.complete(ctx, next); err != nil {
				yield(pipeline.Outcome{}, err)
				return false
			}
			for i := range next {
				if !yield(next[i], nil) {
					return false
				}
			}
			next = next[:0]
			return true
		}
		for o := range r.all() {
			if next = append(next, o); len(next) == page && !give() {
				return
			}
		}
		give()
	}
}

// all returns what was recorded, ascending by row; sort must be called before.
func (r *checkRecords) all() iter.Seq[pipeline.Outcome] {
	return func(yield func(pipeline.Outcome) bool) {
		outcomes, known := r.outcomes, r.known
		// before returns the items of the other two lists with smaller row numbers.
		before := func(row int) bool {
			for {
				switch {
				case len(known) > 0 && known[0].row < row && (len(outcomes) == 0 || known[0].row < outcomes[0].Row):
					k := known[0]
					if known = known[1:]; !yield(pipeline.Outcome{Row: k.row, Ref: k.ref, State: pipeline.Known}) {
						return false
					}
				case len(outcomes) > 0 && outcomes[0].Row < row:
					o := outcomes[0]
					if outcomes = outcomes[1:]; !yield(o) {
						return false
					}
				default:
					return true
				}
			}
		}
		for o := range r.broken.all() {
			if !before(o.Row) || !yield(o) {
				return
			}
		}
		before(math.MaxInt)
	}
}

// complete fills in what the ledger has of the outcomes' customers.
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
