package importer

import (
	"context"

	"muster/pipeline"
)

// overtaken marks the rows to judge again that wait for a request which is settled by now, though not by this run:
// the sender before this one was only slow, and has settled it. It may have had the answer, or found that the request
// never left. found says that there are such rows.
func (s *settling) overtaken(ctx context.Context) (found bool, err error) {
	if s.how.Right == nil || s.how.Sealed == nil || len(s.rowsOf) == 0 {
		return false, nil
	}
	open := map[int64]bool{}
	for in, err := range s.how.Sealed(ctx) {
		switch {
		case err != nil && ctx.Err() != nil:
			return false, nil // stopped at once
		case err != nil:
			return false, ledgerUnread(err)
		}
		open[in.Ref] = true
	}
	for ref, rows := range s.rowsOf {
		if open[ref] {
			continue
		}
		delete(s.rowsOf, ref)
		found = true
		s.reached.waited(s.Plan, rows, pipeline.Outcome{State: pipeline.Pending})
		for _, index := range rows {
			s.rejudged[index] = pipeline.Outcome{Ref: ref, State: pipeline.Pending,
				Message: pipeline.Say("outcome.earlier_resolved")}
			s.Ready++ // unless it is a customer by now
		}
	}
	return found, nil
}
