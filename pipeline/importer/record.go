package importer

import (
	"context"

	"muster/pipeline"
)

// settleRows records the first pass's outcomes of rows that need no request and are not recorded yet, in the book's
// order.
func (p *Plan) settleRows(ctx context.Context, rec *recorder) error {
	var o pipeline.Outcome // used for all rows: Found only lends its argument
	ready, lines := 0, 0
	for i := range p.rows.len() {
		r := p.rows.at(i)
		switch {
		case r.kind == kindInvalid:
			continue // recorded when it was read
		case r.kind == kindReady && !r.is(flagLost):
			ready, lines = ready+1, lines+int(r.lines)
			continue
		}
		index := int32(i)
		o = pipeline.Outcome{Row: int(r.number), Ref: p.refs.at(i)}
		broken, breaks := p.held[index]
		switch {
		case breaks && r.is(flagLost):
			o = broken
		case r.is(flagLost):
			o.State, o.Ref = pipeline.Duplicate, 0
			if o.Code, o.Message = p.duplicateMessage(i); o.Code == pipeline.CodeSameData {
				p.Repeated++
			}
		case r.kind == kindHeld || r.kind == kindUnsettled:
			o.State = pipeline.Uncertain
			if o.Message = p.notes[index]; o.Message == nil {
				o.Message = p.setup.advised(pipeline.Say("outcome.earlier_unanswered"))
			}
		case r.kind == kindEqual:
			o.State = pipeline.Known
		case r.kind == kindEqualNoID:
			o.State = pipeline.Existing
			o.Message = pipeline.Say("outcome.exists_without_id")
		case r.kind == kindFixed:
			o.State, o.Message = pipeline.Known, p.notes[index]
		case r.kind == kindFixedNoID:
			o.State, o.Message = pipeline.Existing, p.notes[index]
		case r.kind == kindFixedOpen:
			o.State, o.Message = pipeline.Uncertain, p.notes[index]
		case r.kind == kindRepeats:
			o.State, o.Code, o.Message = pipeline.Duplicate, pipeline.CodeOtherData, pipeline.Say("outcome.still_duplicate")
		case r.kind == kindChanged:
			o.State, o.Message = pipeline.Changed, p.notes[index]
		}
		if o.State == pipeline.Duplicate || o.State == pipeline.Changed {
			o.Data, o.Keys = p.data[index].data, p.data[index].keys
		}
		p.count(r, o.State)
		if o.State.NeedsFix() {
			p.setup.found(&o, pipeline.Row{Number: o.Row})
		}
		if err := rec.add(ctx, p, o); err != nil {
			return err
		}
	}
	if ready > 0 {
		p.Ready += ready
		p.Counts[pipeline.Pending] += lines
		p.Customers[pipeline.Pending] += ready
	}
	return rec.flush(ctx, p)
}

// SentAsAnother reports that an uncertain row was sent as its fixed copy.
func SentAsAnother(o *pipeline.Outcome) bool {
	return o.Message != nil && o.Message.Code == "outcome.fixed_open"
}

// advised adds what a person can do about an uncertain row.
func (s Setup) advised(m *pipeline.Message) *pipeline.Message {
	if len(s.Provider.Settle.Advice) == 0 {
		return m
	}
	return pipeline.Say("outcome.advised", "sentence", m, "advice", s.Provider.Settle.Advice)
}

// duplicateMessage names the row that is sent instead of another, and says whether both have the same data; code says
// so for programs.
func (p *Plan) duplicateMessage(index int) (code string, message *pipeline.Message) {
	// The row that was to be sent may since have lost to a further one, by this key or by one that this row does not
	// have.
	other := p.rivalOf(index)
	for p.rows.at(other.row).is(flagLost) && p.rivalOf(other.row).key == other.key {
		other = p.rivalOf(other.row)
	}
	r, o := p.rows.at(index), p.rows.at(other.row)
	row, key := int(o.number), p.setup.Provider.Keys[other.key].Label
	code, message = pipeline.CodeOtherData, pipeline.Say("outcome.duplicate_other_data", "row", row, "key", key)
	if o.data == r.data {
		code, message = pipeline.CodeSameData, pipeline.Say("outcome.duplicate_same_data", "row", row, "key", key)
	}
	if o.is(flagLost) {
		message = pipeline.Say("outcome.duplicate_of_duplicate", "sentence", message, "row", row,
			"other", int(p.rows.at(p.rivalOf(other.row).row).number))
	}
	return code, message
}

// recorder collects outcomes for the ledger.
type recorder struct{ outcomes []pipeline.Outcome }

const recordBatch = 1000 // outcomes in one transaction

func (r *recorder) add(ctx context.Context, p *Plan, o pipeline.Outcome) error {
	o.Run = p.setup.Run
	r.outcomes = append(r.outcomes, o)
	if len(r.outcomes) < recordBatch {
		return nil
	}
	return r.flush(ctx, p)
}

func (r *recorder) flush(ctx context.Context, p *Plan) error {
	if len(r.outcomes) == 0 {
		return nil
	}
	err := p.setup.Records.Record(ctx, p.setup.Run, r.outcomes)
	if settledBefore(err) {
		err = r.eachAlone(ctx, p)
	}
	if err != nil {
		return pipeline.Fail("ledger.outcomes_unwritten", "cause", err)
	}
	clear(r.outcomes)
	r.outcomes = r.outcomes[:0]
	return nil
}

// eachAlone records the outcomes one by one. It leaves out a row that waits for a request which another sender has
// settled since the row was judged: that row is judged again when it is sent ([settling.overtaken]).
func (r *recorder) eachAlone(ctx context.Context, p *Plan) error {
	for i := range r.outcomes {
		err := p.setup.Records.Record(ctx, p.setup.Run, r.outcomes[i:i+1])
		if r.outcomes[i].State == pipeline.Uncertain && settledBefore(err) {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}
