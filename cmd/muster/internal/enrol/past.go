package enrol

import (
	"context"
	"slices"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// past is what earlier runs at the same place found out about the provider.
type past struct {
	// proven: one of them created customers with the same credentials.
	proven  bool
	outages outages
}

// past reads it from the ledger.
func (c *connection) past(ctx context.Context, j *Job) (p past, err error) {
	runs, err := c.ledger.Runs(ctx)
	if err != nil {
		return p, err
	}
	runs = slices.DeleteFunc(runs, func(r pipeline.Run) bool {
		return r.Namespace != j.Target.Namespace || r.BaseURL != c.baseURL
	})
	p.proven = slices.ContainsFunc(runs, func(r pipeline.Run) bool {
		return r.Credentials == c.credentials && r.Counts[pipeline.Created]+r.Counts[pipeline.Existing] > 0
	})
	p.outages = outagesOf(runs)
	return p, nil
}

const (
	// holdAfter is after how many runs in succession, halted by an outage, nothing is sent for holdFor.
	holdAfter = 2
	holdFor   = time.Hour
)

// outages are the latest runs that an outage halted, without an answer of the provider since.
type outages struct {
	runs        int
	since, last time.Time // the ends of the first and the last of them
}

// outagesOf finds them among the runs of one place, oldest first. A run that sent nothing, because it was held or had
// only known rows, says nothing of the provider.
func outagesOf(runs []pipeline.Run) (o outages) {
	for _, r := range slices.Backward(runs) {
		if importer.IsOutage(r.Halt) {
			if o.runs++; o.runs == 1 {
				o.last = r.Finished
			}
			o.since = r.Finished
		}
		if r.Counts[pipeline.Created]+r.Counts[pipeline.Rejected] > 0 {
			break
		}
	}
	return o
}

// hold is the halt while nothing may be sent yet; else nil.
func (o outages) hold(now time.Time) *importer.Halt {
	until := o.last.Add(holdFor)
	// A clock that was set back since must not hold runs for longer.
	if o.runs < holdAfter || now.Before(o.last) || !now.Before(until) {
		return nil
	}
	return importer.NewHalt(importer.HaltSilence, "halt.outage_held", "count", o.runs, "since", o.since,
		"until", until).Try("halt.try_now", "until", until)
}
