package enrol

import (
	"context"
	"errors"
)

// Import takes one book from its file to its reports, for callers that do nothing in between. The [Ending] says
// whether the run halted; the error of a run that was stopped at once is [ErrStopped].
func Import(ctx context.Context, j Job, from Source) (end Ending, err error) {
	e := New(j)
	defer func() { err = errors.Join(err, e.Close()) }()
	b, err := Open(ctx, j.Definition, from)
	if err != nil {
		return end, err
	}
	defer b.Close()
	r, err := e.Begin(ctx, b)
	if err != nil {
		return end, err
	}
	defer func() { err = r.Close(ctx, err) }()
	if err := r.Check(ctx); err != nil {
		return end, err
	}
	if err := r.Send(ctx); err != nil {
		return end, err
	}
	return r.Report(ctx)
}
