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

// Report reads the book once more, writes the reports, and says how the run ended. When reports cannot be written,
// [Ending.ReportErr] says so, and the Ending still has what became of the rows.
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
		// Nobody asked for a file when a rehearsal was called off.
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
		// The results are known even without their report.
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

// takenOver reports whether another muster has the right to send by now, even if its name is not known yet. Requests without an answer are for that one
// to settle, and most of them it is just sending.
func takenOver(halt *importer.Halt) bool {
	var lost *ledger.LostRightError
	return halt != nil && errors.As(halt.Err, &lost)
}

// unended is the error of a run whose end cannot be read from the ledger any more: the halt's, when that was already
// because of the ledger.
func (r *Run) unended(err error) error {
	var away *ledger.AwayError
	if r.halt != nil && errors.As(err, &away) {
		return r.halt
	}
	return err
}

// declined reports whether a person, asked after a pilot, decided against going on.
func declined(halt *importer.Halt) bool {
	return halt != nil && (halt.Message.Code == pilotDeclined || halt.Message.Code == failedPilotDeclined)
}

// countOutcomes counts the run's rows by the outcomes on disk; the others are pending.
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

// paceOf says how fast a run was allowed to send and, when something was sent, how fast it did.
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
