package jsonlines

import (
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// ListedRunOf is the line of a run in a list.
func ListedRunOf(r pipeline.Run, words *wording.Wording) ListedRun {
	return ListedRun{Run: r.ID, Provider: r.Namespace.Provider, Env: r.Namespace.Env,
		Account: r.Namespace.Account, Book: r.Book, SHA256: r.SHA256, Started: Stamp(r.Started),
		Finished: Stamp(r.Finished), Halt: words.Message(r.Halt), Counts: CountsOf(r.Counts),
		EndedCounts: CountsOf(r.AtEnd()), Forgotten: Stamp(r.Forgotten)}
}

// ShownRunOf is the line of a run that is shown by itself.
func ShownRunOf(r pipeline.Run, words *wording.Wording) ShownRun {
	return ShownRun{Run: r.ID, Provider: r.Namespace.Provider, Env: r.Namespace.Env,
		Account: r.Namespace.Account, BaseURL: r.BaseURL, Book: r.Book, Sheet: r.Sheet, SHA256: r.SHA256,
		Mapping: r.Mapping, Version: r.Version, Definition: r.Digest, Started: Stamp(r.Started),
		Finished: Stamp(r.Finished), Halt: words.Message(r.Halt), Counts: CountsOf(r.Counts),
		EndedCounts: CountsOf(r.AtEnd()), Person: r.Person, Machine: r.Machine, Forgotten: Stamp(r.Forgotten)}
}

// ShownRowOf is the line of a row of that run; rows are those of its customer in
// the book.
func ShownRowOf(run string, o pipeline.Outcome, rows []int, words *wording.Wording) ShownRow {
	return ShownRow{Run: run, Row: o.Row, Rows: rows, State: o.State, CustomerID: o.CustomerID,
		HTTPStatus: o.HTTPStatus, Code: o.Code, Message: words.Message(o.Message), RequestID: o.RequestID,
		Attempts: o.Attempts, At: Stamp(o.At), Customer: o.Ref,
		Problems: ShownProblemsOf(&o, words)}
}

// ShownProblemsOf are the problems of a row; never nil.
func ShownProblemsOf(o *pipeline.Outcome, words *wording.Wording) []ShownProblem {
	problems := []ShownProblem{}
	for _, p := range o.Problems {
		problems = append(problems, ShownProblem{Field: p.Field, Row: max(p.Row, o.Row), Column: p.Name(),
			Code: p.Code, Message: words.Placed(p, wording.Cell)})
	}
	return problems
}

// CustomerOf is the history of a customer.
func CustomerOf(c *ledger.Customer, words *wording.Wording) Customer {
	o, n := &c.Outcome, c.Namespace
	line := Customer{Customer: c.Ref, Provider: n.Provider, Env: n.Env, Account: n.Account, State: c.State,
		CustomerID: o.CustomerID, ProviderStatus: o.ProviderStatus, ProviderCreatedAt: o.ProviderCreatedAt,
		Run: o.Run, Row: o.Row, At: Stamp(o.At), Message: words.Message(o.Message),
		// Arrays are never null.
		RelatedIDs: append([]pipeline.RelatedID{}, o.Related...), KeyHashes: []string{},
		Attempts: []Attempt{}, Settled: []Word{}, Met: []Met{}}
	for _, k := range c.Keys {
		line.KeyHashes = append(line.KeyHashes, k.String())
	}
	for _, a := range c.Attempts {
		attempt := Attempt{Run: a.Run, Sent: Stamp(a.Sent), Ended: Stamp(a.Ended), Verdict: a.Verdict,
			HTTPStatus: a.HTTPStatus, Code: a.Code, Message: words.Message(a.Message), RequestID: a.RequestID}
		if !a.Sent.IsZero() && !a.Ended.IsZero() {
			took := a.Ended.Sub(a.Sent).Milliseconds()
			attempt.Milliseconds = &took
		}
		line.Attempts = append(line.Attempts, attempt)
	}
	for _, w := range c.Verdicts {
		line.Settled = append(line.Settled, Word{Says: w.Kind, CustomerID: w.CustomerID, Checked: w.Checked, By: w.By,
			At: Stamp(w.At), Run: w.Run, Row: w.Row})
	}
	for _, m := range c.Met {
		line.Met = append(line.Met, Met{Run: m.Run, Row: m.Row, State: m.State, At: Stamp(m.At),
			Message: words.Message(m.Message)})
	}
	return line
}
