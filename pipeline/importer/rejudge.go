package importer

import (
	"context"
	"errors"
	"slices"

	"muster/pipeline"
)

// answer is the result of asking about one intent.
type answer struct {
	u    unanswered
	done pipeline.Settlement
	how  standing
}

// keepAnswers writes answers until the channel is closed, many to a commit, as the clerk does; the run halts when the
// ledger fails. last says that no more rows are sent in this run.
func (s *settling) keepAnswers(ctx context.Context, answers <-chan answer, last bool, stage Stage) {
	batch := make([]answer, 0, cap(answers))
	for a := range answers {
		batch = append(batch[:0], a)
		for more := true; more && len(batch) < cap(batch); {
			select {
			case a, ok := <-answers:
				if more = ok; ok {
					batch = append(batch, a)
				}
			default:
				more = false
			}
		}
		if err := s.keepBatch(ctx, batch, last); err != nil {
			s.halt(ledgerHalt(err))
		}
		for range batch {
			stage.Done++
			s.how.at(stage)
		}
	}
}

// keepBatch writes answers, and applies them to the rows of this book that wait for their intents.
func (s *settling) keepBatch(ctx context.Context, batch []answer, last bool) error {
	batch = slices.DeleteFunc(batch, func(a answer) bool { // asked again at the end
		return a.how == stillYoung || a.how == stillSilent && len(a.done.Attempts) == 0
	})
	if len(batch) == 0 {
		return nil
	}
	settlements := make([]pipeline.Settlement, len(batch))
	for i, a := range batch {
		if n := len(a.done.Attempts); n > 0 && a.how != settledNow {
			s.ended[a.u.in.Ref] = a.done.Attempts[n-1].Ended
			s.refused[a.u.in.Ref] = isRefusal(a.done.Attempts[n-1].Verdict)
		}
		settlements[i] = a.done
	}
	if err := s.setup.holdIDs(ctx, settlements); err != nil {
		return err
	}
	s.setup.noteForms(settlements)
	others := make([][]int32, len(batch)) // rows that are judged by the answer to the intent
	for i := range batch {
		if batch[i].done.Doubt == nil && settlements[i].Doubt != nil { // holdIDs withheld its ID
			batch[i].how = stillOpen
		}
		others[i] = s.joined(batch[i].u.in, &settlements[i].Outcome, last)
	}
	kept, err := s.how.settle(ctx, s.setup.Run, settlements, func(i int) {
		lost := settlements[i].Outcome
		lost.Row = batch[i].u.in.Row
		s.how.Lost(lost)
	})
	var left []pipeline.Outcome // rows that are left to the next run
	for i, a := range batch {
		if !kept[i] {
			continue
		}
		o := settlements[i].Outcome
		s.settled(settlements[i])
		if o.State == pipeline.Pending && !s.ours[a.u.in.Ref] && s.quota.reached() {
			s.holdBack(o.Row)
		}
		if a.how != settledNow {
			continue
		}
		delete(s.rowsOf, a.u.in.Ref)
		for _, index := range others[i] {
			if last {
				left = append(left, s.leftForNextRun(index, o))
				continue
			}
			s.rejudged[index] = o
			if !o.State.IsClaim() {
				s.Ready++ // unless it is invalid, or another customer has one of its keys
			}
		}
	}
	return errors.Join(err, s.recordLeft(ctx, left))
}

// joined sets the row of an outcome to the row of this book that takes it, and returns the other rows that wait for
// the intent.
func (s *settling) joined(in *pipeline.Intent, o *pipeline.Outcome, last bool) (others []int32) {
	if s.ours[in.Ref] {
		return nil
	}
	o.Row = 0 // the intent's own row is of another run
	for _, index := range s.rowsOf[in.Ref] {
		if r := s.rows.at(int(index)); r.takes(o.State, last) {
			o.Row = int(r.number)
		} else {
			others = append(others, index)
		}
	}
	return others
}

// takes reports whether a row takes the state of the intent that it waits for: all its data are the same customer's
// and, unless the state is a claim, the row is valid and is not to be sent now.
func (r *plannedRow) takes(state pipeline.State, last bool) bool {
	return r.is(flagSame) && (state.IsClaim() || r.kind == kindUnsettled && (last || state != pipeline.Pending))
}

// leaveRejudged records that the next run will look into the rows that were to be judged again and that the feeder
// did not reach.
func (s *settling) leaveRejudged(ctx context.Context) error {
	left := make([]pipeline.Outcome, 0, len(s.rejudged))
	for index, o := range s.rejudged {
		left = append(left, s.leftForNextRun(index, o))
	}
	if err := s.recordLeft(context.WithoutCancel(ctx), left); err != nil {
		return ledgerHalt(err)
	}
	return nil
}

func (s *settling) recordLeft(ctx context.Context, left []pipeline.Outcome) error {
	for some := range slices.Chunk(left, recordBatch) {
		if err := s.setup.Records.Record(ctx, s.setup.Run, some); err != nil {
			return err
		}
	}
	return nil
}

// leftForNextRun is the outcome of a row whose attempt was settled, but which is not sent any more in this run: the
// next run will look into it.
func (s *settling) leftForNextRun(index int32, o pipeline.Outcome) pipeline.Outcome {
	r := s.rows.at(int(index))
	row, breaks := s.held[index]
	switch {
	case breaks:
	case o.State.IsClaim():
		row.State = pipeline.Changed
		row.Message = pipeline.Say("outcome.changed_look_again", "customer", customerOf(o.CustomerID))
	case r.is(flagSame):
		row.State, row.Message = pipeline.Pending, o.Message
	default:
		row.State, row.Message = pipeline.Pending, pipeline.Say("outcome.earlier_resolved")
	}
	if row.State == pipeline.Pending && s.quota.reached() {
		s.holdBack(int(r.number))
	}
	row.Row, row.Ref, row.Run = int(r.number), o.Ref, s.setup.Run
	return row
}

// rejudge judges a row again whose unanswered attempt is settled as o and made no claim, or was made from other data
// than the row's. out is recorded for it before it is sent; send says that it must be sent.
func (p *Plan) rejudge(ctx context.Context, row pipeline.Row, o pipeline.Outcome, d *pipeline.Draft) (
	out pipeline.Outcome, send bool, err error) {
	p.setup.Checker.Check(row, d)
	out = pipeline.Outcome{Row: row.Number, Ref: o.Ref, Run: p.setup.Run}
	claim, err := p.claimOn(ctx, d, o)
	switch {
	case err != nil:
		return out, false, ledgerUnread(err)
	case len(d.Problems) > 0:
		out.State, out.Problems = pipeline.Invalid, slices.Clone(d.Problems)
	case claim == nil:
		out.State, out.Message, send = pipeline.Pending, pipeline.Say("outcome.not_sent_yet"), true
	case claim.State == pipeline.Uncertain:
		out.State, out.Message = pipeline.Pending, pipeline.Say("outcome.other_unanswered")
	case claim.Ref == o.Ref && p.setup.Ledger.SameBody(claim, d.Entries):
		if out.State = pipeline.Known; claim.Outcome.CustomerID == "" {
			out.State, out.Message = pipeline.Existing, pipeline.Say("outcome.exists_without_id")
		}
	default:
		differ, err := p.setup.Ledger.Differences(ctx, claim.Ref, d.Entries)
		if err != nil {
			return out, false, ledgerUnread(err)
		}
		out.State, out.Message = pipeline.Changed, p.setup.changedMessage(knowledge{claim: claim, differ: differ})
	}
	if !send && len(d.Entries) > 0 {
		out.Data = p.setup.Ledger.BodyTag(d.Entries)
	}
	if out.State.NeedsFix() {
		out.Keys = p.setup.keyTags(d)
	}
	return out, send, nil
}

// claimOn is the claim that still keeps a row from being sent: that of its attempt, else of any customer to which
// another of its keys leads. The first pass stopped at the unsettled attempt.
func (p *Plan) claimOn(ctx context.Context, d *pipeline.Draft, o pipeline.Outcome) (*pipeline.Claim, error) {
	if o.State.IsClaim() {
		return &pipeline.Claim{Ref: o.Ref, State: o.State, Outcome: o}, nil
	}
	claims, err := p.setup.find(ctx, []pipeline.Draft{*d}, p.setup.keyTags(d))
	if err != nil {
		return nil, err
	}
	var claim *pipeline.Claim
	for _, c := range claims {
		if c != nil && (claim == nil || c.State == pipeline.Uncertain) {
			claim = c // an unsettled attempt comes first
		}
	}
	return claim, nil
}
