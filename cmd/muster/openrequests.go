package main

import (
	"context"
	"iter"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/reports"
)

// requestReader knows the requests that nobody has answered.
type requestReader interface {
	Request(ctx context.Context, ref int64) (ledger.Request, bool, error)
	Requests(ctx context.Context, besides string) iter.Seq2[ledger.Request, error]
}

// addRequest gives an uncertain line what was sent for it, and when.
func (r *importRun) addRequest(ctx context.Context, space requestReader, line *reports.Line) error {
	if space == nil || line.State != pipeline.Uncertain || line.Ref == 0 {
		return nil
	}
	request, ok, err := space.Request(ctx, line.Ref)
	if err != nil || !ok {
		return err
	}
	line.Request = r.shownRequest(request)
	return nil
}

// elsewhere are the requests of other runs that nobody has answered, but for
// those that a row of this run has led to.
func (r *importRun) elsewhere(ctx context.Context, space requestReader) iter.Seq2[reports.Request, error] {
	if space == nil {
		return nil
	}
	return func(yield func(reports.Request, error) bool) {
		for request, err := range space.Requests(ctx, r.run.ID) {
			if err != nil {
				yield(reports.Request{}, err)
				return
			}
			if !yield(*r.shownRequest(request), nil) {
				return
			}
		}
	}
}

// shownRequest is a request as the reports show it; secrets are masked here.
func (r *importRun) shownRequest(q ledger.Request) *reports.Request {
	return &reports.Request{Outcome: q.Outcome, Book: q.Book, Name: q.Name, Key: importer.ShownKey(r.def.Provider(), q.Keys)}
}

// keptAt is where a person finds the ledger again; "" for one that is gone with
// the process.
func keptAt(l *ledger.Ledger) string {
	if l.InMemory() {
		return ""
	}
	return l.Path()
}
