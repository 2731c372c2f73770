package main

import (
	"fmt"
	"strings"
	"time"

	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// teller writes a story, as lines for people or as JSON lines.
type teller struct {
	*program
	json bool
	text strings.Builder
}

func (t *teller) end() error {
	if t.json {
		return nil
	}
	_, err := fmt.Fprint(t.stdout, t.text.String())
	return err
}

func (t *teller) line(indent int, format string, args ...any) {
	if !t.json {
		fmt.Fprintf(&t.text, "%s%s\n", strings.Repeat("  ", indent), fmt.Sprintf(format, args...))
	}
}

func (t *teller) run(r pipeline.Run) {
	if t.json {
		t.print(jsonlines.ShownRun{Run: r.ID, Provider: r.Namespace.Provider, Env: r.Namespace.Env,
			Account: r.Namespace.Account, BaseURL: r.BaseURL, Book: r.Book, Sheet: r.Sheet, SHA256: r.SHA256,
			Mapping: r.Mapping, Version: r.Version, Definition: r.Digest, Started: jsonlines.Stamp(r.Started),
			Finished: jsonlines.Stamp(r.Finished), Halt: r.Halt, Counts: jsonlines.CountsOf(r.Counts),
			Person: r.Person, Machine: r.Machine, Forgotten: jsonlines.Stamp(r.Forgotten)})
		return
	}
	t.line(0, "run %s", r.ID)
	t.line(1, "into %s", r.Namespace)
	if r.BaseURL != r.Namespace.Env {
		t.line(1, "at %s", r.BaseURL)
	}
	book := r.Book
	if r.Sheet != "" {
		book += fmt.Sprintf(", sheet %q", r.Sheet)
	}
	t.line(1, "book %s", book)
	t.line(2, "SHA-256 %s", r.SHA256)
	if r.Mapping != "" {
		t.line(1, "mapping %s", r.Mapping)
	}
	t.line(1, "by muster %s, with the definition %.12s", r.Version, r.Digest)
	if who := strings.TrimSuffix(r.Person+" on "+r.Machine, " on "); r.Person+r.Machine != "" {
		t.line(1, "run by %s", strings.TrimPrefix(who, " "))
	}
	if r.Finished.IsZero() {
		t.line(1, "started %s; not finished: it was killed, or goes on", pipeline.Moment(r.Started))
	} else {
		t.line(1, "started %s, finished %s (%s)", pipeline.Moment(r.Started), pipeline.Moment(r.Finished),
			took(r.Started, r.Finished))
	}
	if s := r.Counts.String(); s != "" {
		t.line(1, "%s: %s", pipeline.Count(r.Counts.Total(), "row"), s)
	} else {
		t.line(1, "no rows")
	}
	if r.Halt != "" {
		t.line(1, "stopped: %s", r.Halt)
	}
	if !r.Forgotten.IsZero() {
		t.line(1, "its rows were forgotten on %s", pipeline.Moment(r.Forgotten))
	}
}

func (t *teller) row(r pipeline.Run, o pipeline.Outcome, rows []int) {
	if t.json {
		problems := []jsonlines.ShownProblem{}
		for _, p := range o.Problems {
			problems = append(problems, jsonlines.ShownProblem{Field: p.Field, Row: max(p.Row, o.Row), Column: p.Name(),
				Code: p.Code, Message: t.words.Placed(p, wording.Cell)})
		}
		t.print(jsonlines.ShownRow{Run: r.ID, Row: o.Row, Rows: rows, State: o.State, CustomerID: o.CustomerID,
			HTTPStatus: o.HTTPStatus, Code: o.Code, Message: o.Message, RequestID: o.RequestID, Attempts: o.Attempts,
			At: jsonlines.Stamp(o.At), Customer: o.Ref, Problems: problems})
		return
	}
	t.line(0, "run %s, row %d: %s", r.ID, o.Row, o.State)
	t.line(1, "into %s, book %s", r.Namespace, r.Book)
	if o.Message != "" {
		t.line(1, "%s", o.Message)
	}
	if len(rows) > 1 {
		t.line(1, "%s of the book are one customer, whose story is told under the first of them",
			pipeline.ListRows(rows))
	}
	for _, p := range o.Problems {
		where := ""
		if len(rows) > 1 {
			where = fmt.Sprintf("row %d: ", max(p.Row, o.Row))
		}
		t.line(1, "%s%s", where, t.words.Placed(p, wording.Column))
	}
}

// since words the time that counts for a customer's state.
func since(s pipeline.State) string {
	switch s {
	case pipeline.Uncertain:
		return "sent"
	case pipeline.Rejected, pipeline.Pending:
		return "last tried"
	}
	return "since"
}

func (t *teller) customer(c *ledger.Customer) {
	o := &c.Outcome
	if t.json {
		t.customerLine(c)
		return
	}
	head := fmt.Sprintf("customer %d of %s: %s", c.Ref, c.Namespace, c.State)
	if o.CustomerID != "" {
		head += ", ID " + o.CustomerID
	} else if c.State.IsClaim() {
		head += ", of an unknown ID"
	}
	t.line(0, "%s", head)
	t.line(1, "%s %s, by run %s, row %d", since(c.State), pipeline.Moment(o.At), o.Run, o.Row)
	if o.ProviderStatus != "" || o.ProviderCreatedAt != "" {
		t.line(1, "the provider says: %s", strings.TrimSpace(o.ProviderStatus+" "+o.ProviderCreatedAt))
	}
	for _, k := range c.Keys {
		t.line(1, "in the log its key hash is %s", k.String())
	}
	for _, r := range o.Related {
		t.line(1, "%s has the ID %s", r.Name, r.ID)
	}
	if o.Message != "" {
		t.line(1, "%s", o.Message)
	}
	for i, a := range c.Attempts {
		during := ""
		if a.Run != o.Run {
			during = ", in run " + a.Run
		}
		t.line(1, "attempt %d%s: %s, %s: %s", i+1, during, pipeline.Moment(a.Sent), took(a.Sent, a.Ended),
			attemptText(a.Attempt))
	}
	if len(c.Attempts) == 0 {
		t.line(1, "no attempt is on record: the run ended before it knew more")
	}
	for _, w := range c.Words {
		where := ""
		if w.Run != "" {
			where = fmt.Sprintf(" (of run %s, row %d)", w.Run, w.Row)
		}
		t.line(1, "settled by %s on %s: %s%s", w.By, pipeline.Moment(w.At), strings.TrimSpace(wordText(w)), where)
	}
	for _, m := range c.Met {
		t.line(1, "met by run %s, row %d: %s", m.Run, m.Row, m.State)
	}
}

func wordText(w ledger.SaidWord) string {
	if w.Says == ledger.SaysID {
		return "its ID is " + w.CustomerID
	}
	return string(w.Says)
}

// attemptText says what came back.
func attemptText(a pipeline.Attempt) string {
	parts := []string{string(a.Verdict)}
	if a.HTTPStatus != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", a.HTTPStatus))
	} else {
		parts = append(parts, "no answer")
	}
	if a.Code != "" {
		parts = append(parts, "code "+a.Code)
	}
	if a.Message != "" {
		parts = append(parts, a.Message)
	}
	if a.RequestID != "" {
		parts = append(parts, "request ID "+a.RequestID)
	}
	return strings.Join(parts, ", ")
}

func took(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return "its end is not known"
	}
	return "took " + to.Sub(from).Round(time.Millisecond).String()
}

func (t *teller) customerLine(c *ledger.Customer) {
	o, n := &c.Outcome, c.Namespace
	line := jsonlines.Customer{Customer: c.Ref, Provider: n.Provider, Env: n.Env, Account: n.Account, State: c.State,
		CustomerID: o.CustomerID, ProviderStatus: o.ProviderStatus, ProviderCreatedAt: o.ProviderCreatedAt,
		Run: o.Run, Row: o.Row, At: jsonlines.Stamp(o.At), Message: o.Message,
		// Arrays are never null.
		RelatedIDs: append([]pipeline.RelatedID{}, o.Related...), KeyHashes: []string{},
		Attempts: []jsonlines.Attempt{},
		Settled:  []jsonlines.Word{}, Met: []jsonlines.Met{}}
	for _, k := range c.Keys {
		line.KeyHashes = append(line.KeyHashes, k.String())
	}
	for _, a := range c.Attempts {
		attempt := jsonlines.Attempt{Run: a.Run, Sent: jsonlines.Stamp(a.Sent), Ended: jsonlines.Stamp(a.Ended),
			Verdict: a.Verdict, HTTPStatus: a.HTTPStatus, Code: a.Code, Message: a.Message, RequestID: a.RequestID}
		if !a.Sent.IsZero() && !a.Ended.IsZero() {
			took := a.Ended.Sub(a.Sent).Milliseconds()
			attempt.Milliseconds = &took
		}
		line.Attempts = append(line.Attempts, attempt)
	}
	for _, w := range c.Words {
		line.Settled = append(line.Settled, jsonlines.Word{Says: w.Says, CustomerID: w.CustomerID, By: w.By,
			At: jsonlines.Stamp(w.At), Run: w.Run, Row: w.Row})
	}
	for _, m := range c.Met {
		line.Met = append(line.Met, jsonlines.Met{Run: m.Run, Row: m.Row, State: m.State, At: jsonlines.Stamp(m.At),
			Message: m.Message})
	}
	t.print(line)
}
