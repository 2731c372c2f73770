package ledger

import "muster/pipeline"

// IDTakenError: another customer has the ID of a settlement that is Sole.
type IDTakenError struct{ Ref int64 } // the other customer

// Error shows no ID; the caller asks who has it.
func (*IDTakenError) Error() string { return "ID taken" }

// IDTaken reports that the write can be repeated without the ID.
func (*IDTakenError) IDTaken() bool { return true }

// refuseTakenIDs fails where another customer has the ID of a settlement that is Sole.
func (s *Space) refuseTakenIDs(t *transaction, settle []pipeline.Settlement, careful bool) error {
	var ids []string
	var refs []int64
	for i := range settle {
		o := &settle[i].Outcome
		if !settle[i].Sole || !o.State.IsClaim() || o.CustomerID == "" {
			continue
		}
		for _, spelling := range pipeline.IDSpellings(o.CustomerID) {
			ids, refs = append(ids, spelling), append(refs, o.Ref)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if b, ok := t.engine.(bulk); ok && !careful {
		return b.noneHas(s, ids, refs)
	}
	return t.each(findIDs, []any{s.number.Load(), ids}, func(rows *cursor) error {
		var i, row int
		var ref int64
		var state, run string
		if err := rows.Scan(&i, &ref, &state, &row, &run); err != nil {
			return err
		}
		if ref != refs[i] {
			return &IDTakenError{ref}
		}
		return nil
	})
}
