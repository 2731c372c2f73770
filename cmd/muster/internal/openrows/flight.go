package openrows

import (
	"strings"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Flight is a book whose run is going on. Nobody has to settle the requests of its rows: the run does.
type Flight struct {
	Book *Book
	Live ledger.Live
}

// Apart splits open rows into those that need a person and those whose requests are under way in a run that is going
// on, by its ID; of the latter only those that f selects.
func Apart(rows []ledger.OpenRow, live map[string]ledger.Live, f Filter) (open []ledger.OpenRow, flying []Flight) {
	var inFlight []ledger.OpenRow
	for _, r := range rows {
		if _, goesOn := live[r.Run.ID]; goesOn && r.Outcome.State == pipeline.Uncertain {
			inFlight = append(inFlight, r)
		} else {
			open = append(open, r)
		}
	}
	for _, b := range Books(inFlight, f) {
		flying = append(flying, Flight{b, live[b.Run.ID]})
	}
	return open, flying
}

// Rows counts the rows in flight.
func Rows(flying []Flight) (n int) {
	for _, f := range flying {
		n += len(f.Book.Rows)
	}
	return n
}

// InFlight lists what is under way, one book a line.
func InFlight(words *wording.Wording, flying []Flight) string {
	var b strings.Builder
	for _, f := range flying {
		b.WriteString(words.Say("cmd_open.in_flight", "book", f.Book.Path(), "count", len(f.Book.Rows), "namespace",
			f.Book.Run.Namespace.String(), "run", f.Live.Run, "started", f.Live.Started, "holder", f.Live.Holder))
		b.WriteByte('\n')
	}
	return b.String()
}
