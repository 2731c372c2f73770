package importer

import (
	"context"

	"muster/pipeline"
)

// mostDoubted is how many answers in succession may call a customer created without proof before the run halts.
const mostDoubted = 3

// doubts halts a run whose answers do not mean what the definition says: when the first of a run proves nothing, or
// several in succession.
type doubts struct {
	answers int // answers without doubt
	inARow  int
}

// see counts one outcome; the run must halt when the result is not nil.
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

// holdIDs compares the IDs of settlements that make a claim with those of the namespace's other customers: no
// customer gets an ID that another has (promise 5), and of several settlements with one ID none gets it. The row
// becomes uncertain, or rejected where the provider itself says that it created nothing.
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
		now int // index in these settlements; else -1
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
		if first := owner.now; first >= 0 { // which of them it belongs to, their order does not say
			said = pipeline.Say("proof.same_id_both", "id", id, "row", owner.row)
			if settlements[first].Outcome.CustomerID != "" {
				s.withhold(&settlements[first], pipeline.Say("proof.same_id_both", "id", id, "row", o.Row))
			}
		}
		s.withhold(&settlements[i], said)
	}
	return nil
}

// noteForms adds a note to each ID that looks different from the namespace's others.
func (s Setup) noteForms(settlements []pipeline.Settlement) {
	for i := range settlements {
		s.noteForm(&settlements[i].Outcome)
	}
}

// areDistinct reports that no two settlements have one ID.
func areDistinct(settlements []pipeline.Settlement) bool {
	ids := make(map[string]bool, len(settlements))
	for i := range settlements {
		o := &settlements[i].Outcome
		if !o.State.IsClaim() || o.CustomerID == "" {
			continue
		}
		one := pipeline.OneID(o.CustomerID)
		if ids[one] {
			return false
		}
		ids[one] = true
	}
	return true
}

// noteForm is noteForms for one. It is no doubt, as the definition promises no form.
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

// withhold removes an ID that another customer has from a row, with the message said.
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
