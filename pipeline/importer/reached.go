package importer

import (
	"maps"

	"muster/pipeline"
)

// reached counts what became of the rows that this run sent, for when the ledger, which has it all, cannot be read.
type reached struct {
	counts pipeline.Counts // rows by state; those that are not sent are left out
	open   map[int]bool    // rows counted as uncertain, by the first row of their customer
}

// waited takes what became of an earlier request for which rows of the plan wait, by index.
func (r *reached) waited(p *Plan, rows []int32, o pipeline.Outcome) {
	r.begin()
	for _, index := range rows {
		o.Row = int(p.rows.at(int(index)).number)
		r.open[o.Row] = true // as the plan counts it
		r.see(p, o)
	}
}

func (r *reached) begin() {
	if r.counts == nil {
		r.counts, r.open = pipeline.Counts{}, map[int]bool{}
	}
}

// see takes an outcome of one of the plan's rows, which may follow an uncertain one.
func (r *reached) see(p *Plan, o pipeline.Outcome) {
	r.begin()
	lines := p.Lines(o.Row)
	if r.open[o.Row] {
		r.counts[pipeline.Uncertain] -= lines
		delete(r.open, o.Row)
	}
	switch o.State {
	case pipeline.Pending:
		return
	case pipeline.Uncertain:
		r.open[o.Row] = true
	}
	r.counts[o.State] += lines
}

// Reached counts the book's rows by state, as far as a Send that has ended knows them: a row whose outcome the ledger
// could not take is uncertain, and one that was not sent is pending. A row that waited for a request of an earlier run
// has that request's state, even if the ledger has judged the row anew since.
func (p *Plan) Reached() pipeline.Counts {
	counts := maps.Clone(p.Counts)
	for state, n := range p.reached.counts {
		counts[state] += n
		counts[pipeline.Pending] -= n
	}
	return counts
}
