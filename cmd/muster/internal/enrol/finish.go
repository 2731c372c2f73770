package enrol

import (
	"context"
	"errors"
	"math"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// mostElsewhere is how many requests of earlier runs an [Ending] names.
const mostElsewhere = 10

// Report goes through the book once more, writes the reports, and says how the
// run ended. Reports that cannot be written are [Ending.ReportErr]: what
// became of the rows is in the Ending even so.
func (r *Run) Report(ctx context.Context) (Ending, error) {
	waiting := pipeline.Say("outcome.limit_reached")
	if r.halt != nil {
		waiting = pipeline.Say("outcome.run_halted", "reason", r.halt.Message)
		if r.halt.Lasting() {
			waiting = pipeline.Say("outcome.run_halted_lasting", "reason", r.halt.Message)
		}
		if r.halt.Lasting() && r.halt.Hint != nil {
			waiting = pipeline.Say("outcome.run_halted_hint", "reason", r.halt.Message, "hint", r.halt.Hint)
		}
		r.job.see(Halted{Run: r.data.ID, Halt: r.halt})
		r.data.Halt = r.halt.Message
	}
	e := Ending{Pace: r.plan.Pace, Halt: r.halt}
	taken := takenOver(r.halt)
	var err error
	if !taken {
		if e.Elsewhere, err = r.conn.space.Unanswered(ctx, r.data.ID, mostElsewhere); err != nil {
			return e, r.unended(err)
		}
	}
	r.data.Finished = r.job.Now()
	e.Run = r.data
	job := r.job
	if job.Target.Rehearsal() && declined(r.halt) {
		// Nobody asked for a file of a rehearsal that was called off.
		quiet := *job
		quiet.Reports.Default = false
		job = &quiet
	}
	w := reporting{job: job, book: r.book, command: commandImport, notes: r.notes.kept, kinds: r.kinds,
		pace: paceOf(r.job.Target.Limit, e.Pace), ledger: r.conn.keptAt(), requests: r.conn.space,
		earlier: r.job.earlierReports(ctx, r.conn.kept()), keep: true, taken: taken}
	err = w.write(ctx, func(f func(importer.Result) error) (pipeline.Counts, error) {
		return r.plan.Results(ctx, waiting, f)
	}, &e)
	if err != nil {
		// What became of the rows is known without their report.
		e.ReportErr = err
		counts, err := r.countOutcomes(ctx)
		if err != nil {
			return e, errors.Join(e.ReportErr, err)
		}
		e.Tally.Counts, e.Tally.Customers, e.Run.Counts = counts, r.plan.Customers.Total(), counts
	}
	r.unreported = e.ReportErr != nil
	r.data.Counts = e.Run.Counts
	if e.Unsettled, err = r.conn.space.Unsettled(ctx); err != nil {
		return e, err
	}
	r.job.see(Finished{e})
	return e, nil
}

// takenOver says that another muster has the right to send by now. What has no answer
// is that one's to settle, and most of it is only just being sent.
func takenOver(halt *importer.Halt) bool {
	var lost *ledger.LostRightError
	return halt != nil && errors.As(halt.Err, &lost) && lost.Holder != ""
}

// unended is the error of a run whose end the ledger can no longer be asked about: why
// it was halted, where that is what is wrong with the ledger.
func (r *Run) unended(err error) error {
	var away *ledger.AwayError
	if r.halt != nil && errors.As(err, &away) {
		return r.halt
	}
	return err
}

// declined says that a person, asked after a pilot, did not go on.
func declined(halt *importer.Halt) bool {
	return halt != nil && (halt.Message.Code == pilotDeclined || halt.Message.Code == failedPilotDeclined)
}

// countOutcomes counts the run's rows by the outcomes that are on disk; the
// others are pending.
func (r *Run) countOutcomes(ctx context.Context) (pipeline.Counts, error) {
	counts := pipeline.Counts{}
	for o, err := range r.conn.ledger.Outcomes(ctx, r.data.ID) {
		if err != nil {
			return nil, err
		}
		counts[o.State] += r.plan.Lines(o.Row)
	}
	counts[pipeline.Pending] += r.plan.Counts.Total() - counts.Total()
	return counts, nil
}

// paceOf says how fast a run was allowed to go and, where something was sent,
// how fast it went.
func paceOf(limit pipeline.Limit, p importer.Pace) *pipeline.Message {
	if p.Calls == 0 || p.Took <= 0 {
		return limit.Message()
	}
	rate := tenths(float64(p.Calls) / p.Took.Seconds())
	if p.Slowest.N == 0 {
		return pipeline.Say("report.pace", "limit", limit.Message(), "rate", rate)
	}
	return pipeline.Say("report.pace_slowed", "limit", limit.Message(), "rate", rate,
		"slowest", tenths(1/p.Slowest.Interval().Seconds()))
}

func tenths(rate float64) float64 { return math.Round(10*rate) / 10 }
