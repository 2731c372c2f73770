package importer

import (
	"context"
	"slices"

	"muster/pipeline"
)

// A ledger on a server may have several writers. A key that was free when the row was checked may be a customer's by
// the time that the intent is written: the ledger then leaves the intent out, and its row is judged again.

// claimed is the new state of a row that was to be sent.
type claimed struct {
	index int
	state pipeline.State
}

// apart splits intents into those that the ledger wrote and those that it left out, whose indices are given,
// ascending.
func apart(intents []*pipeline.Intent, claimed []int) (begun, taken []*pipeline.Intent) {
	if len(claimed) == 0 {
		return intents, nil
	}
	for i, in := range intents {
		if len(claimed) > 0 && claimed[0] == i {
			taken, claimed = append(taken, in), claimed[1:]
		} else {
			begun = append(begun, in)
		}
	}
	return begun, taken
}

// judgeTaken judges the rows of the intents that the ledger left out again, and releases all that the intents occupy.
func (c *clerk) judgeTaken(ctx context.Context, intents []*pipeline.Intent) {
	if len(intents) == 0 {
		return
	}
	var judged []pipeline.Outcome
	for _, in := range intents {
		index, _ := c.plan.find(in.Row)
		if r := c.plan.rows.at(index); r.kind != kindReady {
			continue // its earlier attempt is recorded already: pending
		}
		o, err := c.plan.judgeAnew(ctx, in)
		if err != nil {
			c.halt(err)
			break
		}
		judged = append(judged, o)
		c.claimed = append(c.claimed, claimed{index, o.State})
	}
	if err := c.record(ctx, judged); err != nil {
		c.halt(ledgerHalt(err))
	}
	ready := c.quota.of(c.plan.Ready)
	c.plan.Ready -= len(intents)
	c.giveBack(len(intents))
	c.queue.ahead.leave(len(intents))
	c.quota.decided(len(intents), len(intents))
	select {
	case c.queue.refused <- struct{}{}:
	default:
	}
	if c.quota.of(c.plan.Ready) != ready {
		c.progress()
	}
}

// judgeAnew judges a row by what the ledger has of its keys now.
func (p *Plan) judgeAnew(ctx context.Context, in *pipeline.Intent) (pipeline.Outcome, *Halt) {
	d := &pipeline.Draft{Row: in.Row, Entries: in.Entries, Keys: in.Keys}
	out := pipeline.Outcome{Row: in.Row, Run: p.setup.Run}
	tags := p.setup.keyTags(d)
	claims, err := p.setup.find(ctx, []pipeline.Draft{*d}, tags)
	if err == nil && !slices.ContainsFunc(claims, func(c *pipeline.Claim) bool { return c != nil }) {
		claims, err = p.setup.Ledger.Find(ctx, p.setup.sentTags(d))
	}
	if err != nil {
		return out, ledgerUnread(err)
	}
	k, err := p.setup.known(ctx, d, claims)
	switch {
	case err != nil:
		return out, ledgerUnread(err)
	case k.claim == nil: // the key is free again
		out.State, out.Message = pipeline.Pending, pipeline.Say("outcome.not_sent_yet")
	case k.claim.State == pipeline.Uncertain:
		out.State, out.Message = pipeline.Pending, pipeline.Say("outcome.other_unanswered")
	case !k.same():
		out.State, out.Ref, out.Message = pipeline.Changed, k.claim.Ref, p.setup.changedMessage(k)
	case k.claim.Outcome.CustomerID == "":
		out.State, out.Ref, out.Message = pipeline.Existing, k.claim.Ref, pipeline.Say("outcome.exists_without_id")
	default:
		out.State, out.Ref = pipeline.Known, k.claim.Ref
	}
	if out.State == pipeline.Changed {
		out.Data, out.Keys = p.setup.Ledger.BodyTag(d.Entries), tags
	}
	return out, nil
}

// sentTags are the tags of a row's keys as they are sent; a customer has them besides those of the normalised keys.
func (s Setup) sentTags(d *pipeline.Draft) []pipeline.Tag {
	tags := make([]pipeline.Tag, len(d.Keys))
	for i, k := range d.Keys {
		tags[i] = s.Ledger.KeyTag(s.Provider.Keys[k.Key].Name, k.Normalised)
	}
	return tags
}

// countClaimed counts the rows that were judged again under their new states. It is called after the loop has ended.
func (c *clerk) countClaimed() {
	p := c.plan
	for _, is := range c.claimed {
		r := p.rows.at(is.index)
		p.Counts[pipeline.Pending] -= int(r.lines)
		p.Customers[pipeline.Pending]--
		p.count(r, is.state)
	}
	c.claimed = nil
}
