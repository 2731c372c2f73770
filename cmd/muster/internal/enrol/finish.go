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
// [Ending.ReportErr] says so, and the Ending still has what became of the rows, also of a run that halted because the
// ledger's server is away.
func (r *Run) Report(ctx context.Context) (Ending, error) {
	e, err := r.report(ctx)
	var away *ledger.AwayError
	if err == nil || r.halt == nil || !errors.As(err, &away) {
		return e, err
	}
	return r.withoutLedger(err), nil
}

// withoutLedger is how a run ended whose ledger cannot be read any more; why is the reason.
func (r *Run) withoutLedger(why error) Ending {
	r.unreported, r.away = true, true
	if r.data.Finished.IsZero() {
		r.data.Finished = r.job.Now()
	}
	counts := r.plan.Reached()
	r.data.Counts = counts
	e := Ending{Run: r.data, Pace: r.plan.Pace, Halt: r.halt, ReportErr: unreported(why), Unsettled: counts[pipeline.Uncertain],
		Tally: Tally{Counts: counts, Customers: r.plan.Customers.Total(), Unfinished: counts[pipeline.Pending]}}
	r.job.see(Finished{e})
	return e
}

func (r *Run) report(ctx context.Context) (Ending, error) {
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
	if taken {
		e.Taken = pipeline.ShellCommand("muster", "open", "--ledger", r.conn.ledger.Path())
	} else {
		if e.Elsewhere, err = r.conn.space.Unanswered(ctx, r.data.ID, mostElsewhere); err != nil {
			return e, err
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
		if taken {
			f = settledElsewhere(f, e.Taken)
		}
		return r.plan.Results(ctx, waiting, f)
	}, &e)
	if err != nil {
		// The results are known even without their report.
		e.ReportErr = unreported(err)
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

// unreported is the error of reports whose rows cannot be read; those of files name their file themselves.
func unreported(why error) error { return pipeline.Fail("enrol.report_unwritten", "cause", why) }

// settledElsewhere says of the rows without an answer that another muster settles them, and how to see what it left.
func settledElsewhere(f func(importer.Result) error, command string) func(importer.Result) error {
	return func(res importer.Result) error {
		if res.State == pipeline.Uncertain {
			res.Message = pipeline.Say("outcome.other_settles", "command", command)
		}
		return f(res)
	}
}

// takenOver reports whether another muster has the right to send by now, even if its name is not known yet. Requests without an answer are for that one
// to settle, and most of them it is just sending.
func takenOver(halt *importer.Halt) bool {
	var lost *ledger.LostRightError
	return halt != nil && errors.As(halt.Err, &lost)
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
