package importer

import (
	"context"
	"slices"

	"muster/pipeline"
)

// keepSettlement puts what was found on disk, and joins it to the rows of this
// book that wait for it. last says that none of those rows is sent any more in this run.
func (s *settling) keepSettlement(ctx context.Context, u unanswered, done pipeline.Settlement, how standing,
	last bool) error {
	n := len(done.Attempts)
	if how == stillYoung || how == stillSilent && n == 0 {
		return nil // asked once more at the end
	}
	if how != settledNow && n > 0 {
		last := done.Attempts[n-1]
		s.ended[u.in.Ref] = last.Ended
		s.refused[u.in.Ref] = isRefusal(last.Verdict)
	}
	o := &done.Outcome
	var others []int32 // rows that are judged by what became of the intent
	if !s.ours[u.in.Ref] {
		o.Row = 0 // the intent's own row is another run's
		for _, index := range s.rowsOf[u.in.Ref] {
			if r := s.rows.at(int(index)); r.takes(o.State, last) {
				o.Row = int(r.number)
			} else {
				others = append(others, index)
			}
		}
	}
	held := []pipeline.Settlement{done}
	if err := s.setup.holdIDs(context.WithoutCancel(ctx), held); err != nil {
		return err
	}
	if held[0].Doubt != nil && done.Doubt == nil {
		done, how = held[0], stillOpen
	}
	if err := s.how.Ledger.Write(context.WithoutCancel(ctx), s.setup.Run, nil,
		[]pipeline.Settlement{done}); err != nil {
		if o.CustomerID != "" {
			lost := *o
			lost.Row = u.in.Row
			s.how.Lost(lost)
		}
		return err
	}
	s.settled(done)
	if o.State == pipeline.Pending && !s.ours[u.in.Ref] && s.quota.reached() {
		s.holdBack(o.Row)
	}
	if how != settledNow {
		return nil
	}
	for _, index := range others {
		if last {
			if err := s.leaveForNextRun(ctx, index, *o); err != nil {
				return err
			}
			continue
		}
		s.rejudged[index] = *o
		if !o.State.IsClaim() {
			s.Ready++ // unless it breaks the schema, or a key of it is another's
		}
	}
	return nil
}

// takes says whether a row takes the state of the intent that it waits for: it is
// the same customer in all its data, and, unless the state is a claim, it passes
// and is not to be sent now.
func (r *plannedRow) takes(state pipeline.State, last bool) bool {
	return r.is(flagSame) && (state.IsClaim() || r.kind == kindUnsettled && (last || state != pipeline.Pending))
}

// leaveRejudged says of the rows that were to be judged anew, and that the
// feeder did not reach, what the next run will look into.
func (s *settling) leaveRejudged(ctx context.Context) error {
	for index, o := range s.rejudged {
		if err := s.leaveForNextRun(ctx, index, o); err != nil {
			return ledgerHalt(err)
		}
	}
	return nil
}

// leaveForNextRun says of a row whose attempt was settled, but which is not
// sent any more in this run, what the next run will look into.
func (s *settling) leaveForNextRun(ctx context.Context, index int32, o pipeline.Outcome) error {
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
	return s.setup.Records.Record(context.WithoutCancel(ctx), s.setup.Run, []pipeline.Outcome{row})
}

// rejudge judges a row anew whose unanswered attempt is settled as o and made
// no claim, or was made from other data than the row's. send says that it is to
// be sent.
func (p *Plan) rejudge(ctx context.Context, row pipeline.Row, o pipeline.Outcome, d *pipeline.Draft) (send bool,
	err error) {
	p.setup.Checker.Check(row, d)
	out := pipeline.Outcome{Row: row.Number, Ref: o.Ref, Run: p.setup.Run}
	claim, err := p.claimOn(ctx, d, o)
	switch {
	case err != nil:
		return false, ledgerUnread(err)
	case len(d.Problems) > 0:
		out.State, out.Problems = pipeline.Invalid, slices.Clone(d.Problems)
	case claim == nil:
		out.State, out.Message, send = pipeline.Pending, pipeline.Say("outcome.not_sent_yet"), true
	case claim.State == pipeline.Uncertain:
		out.State, out.Message = pipeline.Pending, pipeline.Say("outcome.other_unanswered")
	default:
		differ, err := p.setup.Ledger.Differences(ctx, claim.Ref, d.Entries)
		if err != nil {
			return false, ledgerUnread(err)
		}
		out.State, out.Message = pipeline.Changed, p.setup.changedMessage(claim.Outcome.CustomerID, differ)
	}
	if !send && len(d.Entries) > 0 {
		out.Data = p.setup.Ledger.BodyTag(d.Entries)
	}
	if out.State.NeedsFix() {
		out.Keys = p.setup.keyTags(d)
	}
	if err := p.setup.Records.Record(context.WithoutCancel(ctx), p.setup.Run, []pipeline.Outcome{out}); err != nil {
		return false, ledgerHalt(err)
	}
	return send, nil
}

// claimOn is what still stands between a row and its request: the claim that its
// attempt made, else any customer that another of its keys
// leads to. The first pass looked no further than the unsettled attempt.
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
