package enrol

import (
	"context"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// noRows is the book of a run that only settles.
type noRows struct{}

func (noRows) Rows(context.Context, func(pipeline.Row) error) error { return nil }

// SettleOnly settles requests without an answer, as an import of a book without rows would. was is how many there
// are; place is recorded in the ledger instead of a book. The provider must be one that can be asked.
func (e *Enroller) SettleOnly(ctx context.Context, place string, was int) (_ Ending, err error) {
	j := &e.job
	end := Ending{Run: j.newRun()}
	end.Run.Book = place
	if err := e.connect(ctx); err != nil {
		return Ending{}, err
	}
	end.Run.Started = j.Now() // it may have waited for the ledger
	if err := e.conn.begin(ctx, j, &end.Run); err != nil {
		return end, err
	}
	end.Run.Counts = pipeline.Counts{}
	err = j.settleOnly(ctx, e.conn, &end, was)
	if err != nil && end.Run.Halt == nil {
		end.Run.Halt = pipeline.MessageOf(err)
	}
	return end, e.conn.finish(ctx, j, &end.Run, err)
}

func (j *Job) settleOnly(ctx context.Context, conn *connection, end *Ending, was int) error {
	ids, err := conn.knownIDs(ctx)
	if err != nil {
		return err
	}
	plan, err := importer.Check(ctx, importer.Setup{Provider: j.provider(), Book: noRows{}, Ledger: conn.space,
		Records: ledgerRecords{conn.ledger, conn.space}, Run: end.Run.ID, IDs: ids})
	if err != nil {
		return err
	}
	end.Halt = j.askAndSend(ctx, conn, plan, end.Run.ID, was,
		func() *Previewed { return nil })
	end.Pace = plan.Pace
	if end.Halt != nil {
		end.Run.Halt = end.Halt.Message
	}
	ctx = context.WithoutCancel(ctx)
	if end.Unsettled, err = conn.space.Unsettled(ctx); err != nil {
		return err
	}
	if end.Elsewhere, err = conn.space.Unanswered(ctx, "", mostElsewhere); err != nil {
		return err
	}
	end.Run.Finished = j.Now()
	j.see(SettledOnly{Ending: *end, Was: was})
	return nil
}
