package importer

import (
	"context"

	"muster/pipeline"
)

// mostDoubted is how many answers in a row may call a customer created without
// proving it before the run halts.
const mostDoubted = 3

// doubts halts a run whose answers do not mean what the definition says: the
// first of a run, or several in a row.
type doubts struct {
	answers int // that left no doubt
	inARow  int
}

// see takes one outcome into account; not nil says that the run must halt.
func (d *doubts) see(o settled) *Halt {
	switch {
	case o.settlement.Doubt != nil:
		d.inARow++
	case o.answered:
		d.answers++
		d.inARow = 0
	}
	if o.settlement.Doubt == nil || d.inARow < mostDoubted && (d.inARow > 1 || d.answers > 0) {
		return nil
	}
	return NewHalt(HaltProvider, "halt.doubted", "count", d.inARow, "answer", o.settlement.Doubt).
		Try("halt.ask_provider")
}

// holdIDs holds the IDs of settlements that make a claim against those of the
// other customers of the namespace: nobody gets an ID that another has (promise
// 5), and of several that come with one at once none does. A row that was answered
// with one is left uncertain, and rejected where the provider itself says that it
// made nobody.
func (s Setup) holdIDs(ctx context.Context, settlements []pipeline.Settlement) error {
	var ids []string
	for _, st := range settlements {
		if st.Outcome.State.IsClaim() && st.Outcome.CustomerID != "" {
			ids = append(ids, st.Outcome.CustomerID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	claims, err := s.Ledger.FindIDs(ctx, ids)
	if err != nil {
		return err
	}
	type holder struct {
		ref int64
		row int
		run string
		now int // of these settlements, by index; else -1
	}
	owners := make(map[string]holder, len(ids))
	for i, c := range claims {
		if c != nil {
			owners[pipeline.OneID(ids[i])] = holder{c.Ref, c.Outcome.Row, c.Outcome.Run, -1}
		}
	}
	for i := range settlements {
		o := &settlements[i].Outcome
		if !o.State.IsClaim() || o.CustomerID == "" {
			continue
		}
		id, one := o.CustomerID, pipeline.OneID(o.CustomerID)
		owner, taken := owners[one]
		if !taken {
			owners[one] = holder{o.Ref, o.Row, o.Run, i}
			continue
		}
		if owner.ref == o.Ref {
			continue
		}
		said := pipeline.Say("proof.same_id_earlier", "id", id, "row", owner.row, "run", owner.run)
		if owner.run == s.Run {
			said = pipeline.Say("proof.same_id", "id", id, "row", owner.row)
		}
		if first := owner.now; first >= 0 { // which of them it is, their order does not say
			said = pipeline.Say("proof.same_id_both", "id", id, "row", owner.row)
			if settlements[first].Outcome.CustomerID != "" {
				s.withhold(&settlements[first], pipeline.Say("proof.same_id_both", "id", id, "row", o.Row))
			}
		}
		s.withhold(&settlements[i], said)
	}
	for i := range settlements {
		s.noteForm(&settlements[i].Outcome)
	}
	return nil
}

// noteForm says of an ID that it looks otherwise than the namespace's others, which
// is no doubt where the definition promises no form.
func (s Setup) noteForm(o *pipeline.Outcome) {
	if s.IDs == nil || s.Provider.Record.IDPattern != nil || !o.State.IsClaim() || o.CustomerID == "" {
		return
	}
	example, unlike := s.IDs.Unlike(o.CustomerID)
	if !unlike {
		return
	}
	note := pipeline.Say("proof.unlike_id", "example", example)
	if o.Message != nil {
		note = pipeline.Say("sentences", "all", []*pipeline.Message{o.Message, note})
	}
	o.Message = note
}

// withhold takes an ID away from a row that another customer has, as said says.
func (s Setup) withhold(st *pipeline.Settlement, said *pipeline.Message) {
	o := &st.Outcome
	if n := len(st.Attempts); o.State == pipeline.Existing && n > 0 &&
		st.Attempts[n-1].Verdict == pipeline.VerdictExists {
		o.State, o.Message = pipeline.Rejected, said
	} else {
		o.State, o.Message, st.Doubt = pipeline.Uncertain, s.advised(said), said
	}
	o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, o.Related = "", "", "", nil
}
