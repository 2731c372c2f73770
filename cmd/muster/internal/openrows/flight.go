package openrows

import (
	"strings"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Flight is a book with requests that a run which is going on has in flight, or settles, if an earlier run left them
// without an answer. A person has nothing to do about them meanwhile.
type Flight struct {
	Book *Book
	Live ledger.Live
}

// Apart splits open rows into those that need a person and those whose requests a run settles that is going on; of the
// latter only those that f selects.
func Apart(rows []ledger.OpenRow, live map[string]ledger.Live, f Filter) (open []ledger.OpenRow, flying []Flight) {
	at := map[pipeline.Namespace]ledger.Live{}
	for _, r := range live {
		at[r.Namespace] = r
	}
	var inFlight []ledger.OpenRow
	for _, r := range rows {
		if _, goesOn := at[r.Run.Namespace]; goesOn && r.Outcome.State == pipeline.Uncertain {
			inFlight = append(inFlight, r)
		} else {
			open = append(open, r)
		}
	}
	for _, b := range Books(inFlight, f) {
		flying = append(flying, Flight{b, at[b.Run.Namespace]})
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
