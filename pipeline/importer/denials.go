package importer

import (
	"cmp"
	"context"

	"muster/pipeline"
)

// mostDenied is how many rows in succession may be denied before the denials are taken to be about the account.
const mostDenied = 3

// denials decides whether answers such as 403 or 404 are about a row or about the account: about the row when
// requests succeeded at the same place with the same credentials, before or after; about the account without such
// proof, and when several rows in succession are denied. Until that is known a denied row is pending. A row that an
// earlier run rejected for such an answer, or that was denied before and is denied again in a run that creates
// customers, counts as the row's own, because otherwise a few bad rows at the end of each night's book would halt
// every run.
type denials struct {
	proven bool               // a request succeeded, in this run or in an earlier one
	now    bool               // one of this run did
	rows   []pipeline.Outcome // the rows denied in succession by the latest answers, as they end if it is about them
	us     bool               // the denials are about the account
}

// undecidedDenial is the outcome of a denied row as long as nothing more is known.
func undecidedDenial(o pipeline.Outcome) pipeline.Outcome {
	o.State, o.Message = pipeline.Pending, pipeline.Say("outcome.not_processed", "reason", denialOf(o))
	o.Problems = nil
	return o
}

// denialOf is the message of a denied row.
func denialOf(o pipeline.Outcome) *pipeline.Message {
	return answerOf(pipeline.Reply{Attempt: pipeline.Attempt{HTTPStatus: o.HTTPStatus, Code: o.Code,
		Message: o.Message}})
}

// denialHint is what the definition says to do about a denial; nil where it says nothing.
func (s Setup) denialHint(status int) *pipeline.Message {
	for _, a := range s.Provider.Answers {
		if a.Verdict == pipeline.VerdictDenied && pipeline.In(a.Statuses, status) {
			return a.Hint.Message()
		}
	}
	return nil
}

// see counts one answered outcome. rejected are the rows that are now known to be denied for themselves; halt is not
// nil when the denials are about the account.
func (d *denials) see(o settled) (rejected []pipeline.Outcome, halt *Halt) {
	if !o.denied {
		d.proven, d.now = d.proven || o.proof, d.now || o.proof
		if d.proven && !d.us { // an answer that arrives after the halt changes nothing
			rejected, d.rows = d.rows, nil
		}
		return rejected, nil
	}
	if d.proven && (o.own || o.before && d.now) {
		return []pipeline.Outcome{o.denial}, nil
	}
	d.rows = append(d.rows, o.denial)
	if d.proven && len(d.rows) < mostDenied {
		return nil, nil
	}
	d.us = true
	halt = NewHalt(HaltProvider, "halt.denied", "count", len(d.rows), "answer", denialOf(o.denial))
	if d.now { // path and credentials are good
		return nil, halt.Advise(pipeline.Say("halt.ask_why"))
	}
	return nil, halt.Advise(cmp.Or(o.hint, pipeline.Say("halt.ask_why")))
}

// rest are the rows still undecided when no more answers come.
func (d *denials) rest() []pipeline.Outcome {
	if d.us || !d.proven {
		return nil
	}
	rejected := d.rows
	d.rows = nil
	return rejected
}

// reject records rows that were denied for themselves, and were pending until now.
func (c *clerk) reject(ctx context.Context, rows []pipeline.Outcome) {
	if len(rows) == 0 {
		return
	}
	for i := range rows {
		rows[i].Message = pipeline.Say("outcome.denied_alone", "message", rows[i].Message)
	}
	if err := c.how.Ledger.Record(ctx, c.plan.setup.Run, rows); err != nil {
		c.halt(ledgerHalt(err))
		return
	}
	for _, o := range rows {
		c.counts[pipeline.Pending]--
		c.counts[pipeline.Rejected]++
		c.plan.reached.see(c.plan, o)
		if h := c.watch.see(o, true, c.plan.refusedBefore(o.Row)); h != nil {
			c.halt(h)
		}
	}
}
