package enrol

import (
	"context"
	"errors"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// sends is the most customers that a run sends.
func (j *Job) sends(plan *importer.Plan) int {
	if j.Limits.Rows > 0 {
		return min(plan.Ready, j.Limits.Rows)
	}
	return plan.Ready
}

// pilotOf is how many customers go first; 0 without a pilot, or when it would be all of them.
func (j *Job) pilotOf(plan *importer.Plan) int {
	if j.Limits.Pilot >= j.sends(plan) {
		return 0
	}
	return j.Limits.Pilot
}

// AsksProvider reports whether the provider can be asked what became of a request; otherwise a person has to settle
// it.
func (j *Job) AsksProvider() bool {
	return j.provider().Settle.By != pipeline.SettleNone || j.provider().Await != nil
}

// askAndSend asks whether requests may leave, and sends the ready rows; the halt is nil when it went through. first
// returns the first customer of the plan, for the question.
func (j *Job) askAndSend(ctx context.Context, c *connection, plan *importer.Plan, run string,
	unsettled int, first func() *Previewed) *importer.Halt {
	earlier, err := c.past(ctx, j)
	if err != nil {
		return importer.HaltBy(importer.HaltLedger, err)
	}
	if j.sends(plan)+j.asks(unsettled) == 0 {
		earlier.outages = outages{} // the provider is not called
	}
	if halt := earlier.outages.hold(j.Now()); halt != nil && !j.Limits.TryNow {
		return halt
	}
	if halt := j.askToSend(ctx, plan, run, unsettled, first); halt != nil {
		return halt
	}
	return j.send(ctx, c, plan, run, earlier)
}

// askToSend asks before anything leaves the machine; the halt means no.
func (j *Job) askToSend(ctx context.Context, plan *importer.Plan, run string, unsettled int,
	first func() *Previewed) *importer.Halt {
	n := j.sends(plan)
	unsettled = j.asks(unsettled)
	if j.Asker == nil || j.Target.Rehearsal() || n+unsettled == 0 {
		return nil
	}
	q := Question{Run: run, Target: j.Target, Customers: n, Pilot: j.pilotOf(plan), Unsettled: unsettled}
	if j.Target.Real() {
		q.First = first()
	}
	switch j.Asker.Ask(ctx, q) {
	case Yes:
		return nil
	case Stopped:
		return importer.NewHalt(importer.HaltInterrupted, "halt.interrupted_at_question").Try("halt.nothing_sent")
	}
	return importer.NewHalt(importer.HaltInterrupted, "halt.answered_no").Try("halt.nothing_sent")
}

// asks is how many of the requests without an answer the provider can be asked
// about.
func (j *Job) asks(unsettled int) int {
	if !j.AsksProvider() {
		return 0
	}
	return unsettled
}

// send runs the importer's loop.
func (j *Job) send(ctx context.Context, c *connection, plan *importer.Plan, run string,
	earlier past) *importer.Halt {
	toSend := plan.Ready
	if most := j.Limits.Rows; most > 0 {
		toSend = min(toSend, most)
	}
	j.see(SendBegan{run, toSend})
	defer j.see(SendEnded{run})
	// Stop also ends requests that wait for the pace when a person stops the run.
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-j.Stop:
			c.client.Stop()
		case <-ended:
		}
	}()
	records := ledgerRecords{c.ledger, c.space}
	how := importer.Sending{Ledger: records, Sealed: records.Sealed, Sender: sender{c.client, j.Probe.Sends},
		SetRate: c.client.SetRate, Concurrency: j.Target.Limit.Concurrency, Rate: j.Target.Limit.Rate,
		Limit: j.Limits.Rows, MaxRejected: j.Limits.MaxRejected, MaxWait: j.Limits.MaxWait, NoWait: j.Limits.NoWait,
		Right: c.right, Here: j.here(), Proven: earlier.proven, Stop: j.Stop, Now: j.Now, Random: j.Random}
	how.Outage = importer.Outage{Wary: earlier.outages.runs > 0, Pauses: j.Limits.OutagePauses}
	if j.provider().Await != nil {
		how.Asker = sender{Client: c.client}
	}
	if !j.Limits.TryNow {
		how.Outage.Knock = c.client.Knock
	}
	how.Pilot.Rows = j.Limits.Pilot
	how.Pilot.GoOn = func(ctx context.Context, outcomes []pipeline.Outcome, left int) *importer.Halt {
		return j.goOn(ctx, run, outcomes, left)
	}
	j.observe(&how, c, run)
	err := plan.Send(ctx, how)
	if err == nil {
		return nil
	}
	var halt *importer.Halt
	if !errors.As(err, &halt) {
		halt = importer.HaltBy(importer.HaltProvider, err)
	}
	return halt
}

// here says where a job's requests go; all rehearsals share one stand-in.
func (j *Job) here() pipeline.Sent {
	if j.Target.Rehearsal() {
		return j.provider().Sent("")
	}
	return j.provider().Sent(j.Target.BaseURL)
}

// observe connects the loop's callbacks to the observer, if there is one.
func (j *Job) observe(how *importer.Sending, c *connection, run string) {
	o := j.Observer
	if o == nil {
		how.Progress, how.Lost = func(importer.Progress) {}, func(pipeline.Outcome) {}
		return
	}
	watched := &watchedSender{Sender: how.Sender, observer: o, run: run, provider: j.provider(), tag: c.space.KeyTag,
		now: j.Now, hashes: map[int64]string{}}
	how.Sender, how.Settled = watched, watched.settled
	if how.Asker != nil {
		how.Asker = watchedAsker{how.Asker, watched}
	}
	how.Progress = func(p importer.Progress) { o.See(Progressed{run, p}) }
	how.Stage = func(s importer.Stage) { o.See(Staged{run, s}) }
	how.Silent = func(since time.Time) { o.See(LedgerSilent{run, since}) }
	how.Note = func(m *pipeline.Message) { o.See(Noted{Run: run, Message: m}) }
	how.Lost = func(lost pipeline.Outcome) { o.See(Lost{Run: run, Row: lost.Row, CustomerID: lost.CustomerID}) }
}

// The halts after a person's no to the rest of a pilot.
const (
	pilotDeclined       pipeline.MessageCode = "halt.pilot_declined"
	failedPilotDeclined pipeline.MessageCode = "halt.pilot_failed_declined"
)

// goOn decides whether the customers after the pilot are sent. A person decides if one can be asked; else they are
// sent when every row of the pilot has its customer.
func (j *Job) goOn(ctx context.Context, run string, outcomes []pipeline.Outcome, left int) *importer.Halt {
	pilot := Piloted{Run: run, Outcomes: outcomes, Left: left, Failed: pipeline.Counts{}, Asked: j.Asker != nil}
	for _, o := range outcomes {
		if o.State != pipeline.Created && (o.State != pipeline.Existing || o.CustomerID == "") {
			pilot.Failed[o.State]++
		}
	}
	j.see(pilot)
	if !pilot.Asked {
		if pilot.Passed() {
			return nil
		}
		return importer.NewHalt(importer.HaltPilot, "halt.pilot_failed", "count", len(outcomes), "failed", pilot.Failed,
			"left", left).Try("halt.fix_pilot")
	}
	switch answer := j.Asker.Ask(ctx, Question{Run: run, Target: j.Target, Customers: left, After: &pilot}); {
	case answer == Yes:
		return nil
	case answer == Stopped:
		return importer.NewHalt(importer.HaltInterrupted, "halt.interrupted_after_pilot").Try("run.again")
	case !pilot.Passed():
		return importer.NewHalt(importer.HaltPilot, "halt.pilot_failed_declined", "failed", pilot.Failed, "left", left).
			Try("halt.fix_book")
	}
	return importer.NewHalt(importer.HaltInterrupted, "halt.pilot_declined", "left", left).Try("halt.go_on")
}
