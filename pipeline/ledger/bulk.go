package ledger

import (
	"errors"

	"muster/pipeline"
)

// bulk is a store that writes many rows at once, because each statement costs a round trip to a server. Rows that it
// leaves are written one by one, so that the code that refuses a row exists once.
//
// Unless careful is set, a refused row may show only at the end of the transaction, which then fails with errNotAtOnce:
// [atOnce] repeats it with careful set.
type bulk interface {
	// settle settles all. It returns false, and does nothing, when one of them must not be settled.
	settle(s *Space, run int64, all []pipeline.Settlement, careful bool) (bool, error)
	// begin creates the customers of all intents except those whose key a live customer has, and returns the indices
	// of these. It returns false, and does nothing, when another one must not be begun.
	begin(s *Space, run int64, all []beginning, layouts []int64, careful bool) (claimed []int, done bool, err error)
	// record writes all outcomes, whose problems are written already. It returns false, and does nothing, when one of
	// them is refused.
	record(s *Space, run int64, outcomes []pipeline.Outcome, problems []string, careful bool) (bool, error)
	// noneHas fails where a customer of the namespace has one of the IDs, and is not the one of refs at the same place.
	noneHas(s *Space, ids []string, refs []int64) error
	join(run int64, members []pipeline.Member) error
	// layouts returns the numbers of layouts by their texts, and adds those that are missing. One that another muster
	// adds at the same time may be left out.
	layouts(paths []string) (map[string]int64, error)
}

// atOnce runs write, and runs it again with careful set when it failed because a row was refused.
func atOnce(write func(careful bool) error) error {
	err := write(false)
	if errors.Is(err, errNotAtOnce) {
		return write(true)
	}
	return err
}

// settleAll settles in bulk what the store can, and else one by one. Without the right to send all goes one by one:
// another sender may settle some of the requests.
func (s *Space) settleAll(t *transaction, run string, n int64, settle []pipeline.Settlement, careful bool) error {
	if len(settle) == 0 {
		return nil
	}
	if b, ok := t.engine.(bulk); ok && s.l.rights.holdsNow(s.ns) {
		if done, err := b.settle(s, n, settle, careful); done || err != nil {
			return err
		}
	}
	for i := range settle {
		if err := s.settleIntent(t, run, n, &settle[i]); err != nil {
			return err
		}
	}
	return nil
}

// beginAll begins intents, and returns the indices of those whose key a live customer has.
func (s *Space) beginAll(t *transaction, run string, n int64, all []beginning, careful bool, added *[]string) (
	claimed []int, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	if b, ok := t.engine.(bulk); ok {
		layouts, err := s.layouts(t, b, all, added)
		if err != nil {
			return nil, err
		}
		if claimed, done, err := b.begin(s, n, all, layouts, careful); done || err != nil {
			return claimed, err
		}
	}
	free, err := freeRows(t, n, all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].ref = 0 // left from an earlier try
		begun, err := s.begin(t, run, n, &all[i], free, added)
		if err != nil {
			return nil, err
		}
		if !begun {
			claimed = append(claimed, i)
		}
	}
	return claimed, nil
}
