package ledger

import "muster/pipeline"

// bulk is an engine that takes many rows at once, where each statement costs a round
// trip to a server. What it leaves goes row by row, so that each refusal has one place.
type bulk interface {
	// answer settles those for which the answer to their only request says all, in the
	// run that began them, and gives the rest.
	answer(s *Space, run int64, settle []pipeline.Settlement) (rest []*pipeline.Settlement, err error)
	// begin makes the customers of all intents; it is false, and nothing happened, where
	// one of them is not to be begun.
	begin(s *Space, run int64, all []beginning, layouts []int64) (bool, error)
	// record keeps all outcomes, whose problems are written; it is false, and nothing
	// happened, where one of them is refused.
	record(s *Space, run int64, outcomes []pipeline.Outcome, problems []string) (bool, error)
	join(run int64, members []pipeline.Member) error
}

// settleAll settles, at once what can be.
func (s *Space) settleAll(t *transaction, run string, n int64, settle []pipeline.Settlement) error {
	b, ok := t.engine.(bulk)
	if !ok {
		for i := range settle {
			if err := s.settleIntent(t, run, n, &settle[i]); err != nil {
				return err
			}
		}
		return nil
	}
	rest, err := b.answer(s, n, settle)
	if err != nil {
		return err
	}
	for _, st := range rest {
		if err := s.settleIntent(t, run, n, st); err != nil {
			return err
		}
	}
	return nil
}

// beginAll begins intents, and gives the indices of those of which somebody has a key.
func (s *Space) beginAll(t *transaction, run string, n int64, all []beginning, added *[]string) (claimed []int,
	err error) {
	if len(all) == 0 {
		return nil, nil
	}
	if b, ok := t.engine.(bulk); ok {
		layouts := make([]int64, len(all))
		for i := range all {
			if layouts[i], err = s.layout(t, all[i].in.Entries, added); err != nil {
				return nil, err
			}
		}
		if begun, err := b.begin(s, n, all, layouts); begun || err != nil {
			return nil, err
		}
	}
	free, err := freeRows(t, n, all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].ref = 0 // of a try before
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
