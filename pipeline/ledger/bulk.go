package ledger

import "muster/pipeline"

// bulk is a store that writes many rows at once, because each statement costs a round trip to a server. Rows that it
// leaves are written one by one, so that the code that refuses a row exists once.
type bulk interface {
	// answer settles those whose only request was begun in the same run and whose answer says everything
	// ([Ledger.saysAll]), and returns the rest.
	answer(s *Space, run int64, settle []pipeline.Settlement) (rest []*pipeline.Settlement, err error)
	// begin creates the customers of all intents. It returns false, and does nothing, when one of them must not be
	// begun.
	begin(s *Space, run int64, all []beginning, layouts []int64) (bool, error)
	// record writes all outcomes, whose problems are written already. It returns false, and does nothing, when one of
	// them is refused.
	record(s *Space, run int64, outcomes []pipeline.Outcome, problems []string) (bool, error)
	join(run int64, members []pipeline.Member) error
}

// settleAll settles in bulk what the store can, and the rest one by one. Without the right to send all goes one by one:
// another sender may settle some of the requests.
func (s *Space) settleAll(t *transaction, run string, n int64, settle []pipeline.Settlement) error {
	b, ok := t.engine.(bulk)
	if !ok || !s.l.rights.holdsNow(s.ns) {
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

// beginAll begins intents, and returns the indices of those whose key a live customer has.
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
