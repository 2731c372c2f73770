package story

import (
	"fmt"
	"maps"
	"strings"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Text collects facts, one a line; details of a line are indented below it.
type Text struct {
	words *wording.Wording
	b     strings.Builder
}

// New is an empty text in the language of words.
func New(words *wording.Wording) *Text { return &Text{words: words} }

// String is the collected text.
func (t *Text) String() string { return t.b.String() }

// writeLine writes a sentence on a line of its own.
func (t *Text) writeLine(indent int, code pipeline.MessageCode, pairs ...any) {
	t.writeText(indent, t.words.Say(code, pairs...))
}

func (t *Text) writeText(indent int, text string) {
	fmt.Fprintf(&t.b, "%s%s\n", strings.Repeat("  ", indent), text)
}

// Run writes what is known about a run. live is nil unless it is known to be going on.
func (t *Text) Run(r pipeline.Run, live *ledger.Live) {
	t.writeLine(0, "cmd_show.run", "run", r.ID)
	t.writeLine(1, "cmd_show.into", "namespace", r.Namespace.String())
	if r.BaseURL != r.Namespace.Env {
		t.writeLine(1, "cmd_show.at", "url", r.BaseURL)
	}
	if r.Sheet == "" {
		t.writeLine(1, "cmd_show.book", "book", r.Book)
	} else {
		t.writeLine(1, "cmd_show.book_and_sheet", "book", r.Book, "sheet", r.Sheet)
	}
	t.writeLine(2, "cmd_show.sha256", "digest", r.SHA256)
	if r.Mapping != "" {
		t.writeLine(1, "cmd_show.mapping", "file", r.Mapping)
	}
	t.writeLine(1, "cmd_show.version", "version", r.Version, "digest",
		strings.TrimSpace(fmt.Sprintf("%s %.12s", r.Definition, r.Digest)))
	switch {
	case r.Person != "" && r.Machine != "":
		t.writeLine(1, "cmd_show.by_person_on", "person", r.Person, "machine", r.Machine)
	case r.Person != "":
		t.writeLine(1, "cmd_show.by_person", "person", r.Person)
	case r.Machine != "":
		t.writeLine(1, "cmd_show.by_machine", "machine", r.Machine)
	}
	switch {
	case live != nil:
		t.writeLine(1, "cmd_show.running", "started", live.Started, "holder", live.Holder)
	case r.Finished.IsZero():
		t.writeLine(1, "cmd_show.started", "started", r.Started)
	default:
		t.writeLine(1, "cmd_show.started_and_finished", "started", r.Started, "finished", r.Finished,
			"took", pipeline.Say("cmd_show.took", "time", pipeline.Roughly(r.Finished.Sub(r.Started))))
	}
	if n := r.Counts.Total(); n > 0 {
		t.writeLine(1, "cmd_show.rows", "count", n, "counts", r.AtEnd())
		if !maps.Equal(r.AtEnd(), r.Counts) {
			t.writeLine(1, "cmd_show.rows_now", "counts", r.Counts)
		}
	} else {
		t.writeLine(1, "cmd_show.no_rows")
	}
	if r.Halt != nil {
		t.writeLine(1, "cmd_show.stopped", "reason", r.Halt)
	}
	if !r.Forgotten.IsZero() {
		t.writeLine(1, "cmd_show.forgotten", "date", r.Forgotten)
	}
}

// Row writes what became of a row of a run; rows are those of its customer in the book.
func (t *Text) Row(r pipeline.Run, o pipeline.Outcome, rows []int) {
	t.writeLine(0, "cmd_show.row", "run", r.ID, "row", o.Row, "state", o.State)
	t.writeLine(1, "cmd_show.row_of", "namespace", r.Namespace.String(), "book", r.Book)
	if o.Message != nil {
		t.writeText(1, t.words.Message(o.Message))
	}
	if len(rows) > 1 {
		t.writeLine(1, "cmd_show.one_customer", "rows", rows)
	}
	for _, p := range o.Problems {
		text := t.words.Placed(p, wording.Column)
		if len(rows) > 1 {
			text = t.words.Say("in_row", "row", max(p.Row, o.Row), "sentence", text)
		}
		t.writeText(1, text)
	}
	if o.Ref == 0 {
		t.writeLine(0, "cmd_show.nothing_sent")
	}
}

// Customer writes what is known about a customer: its state, its keys, and every request and verdict.
func (t *Text) Customer(c *ledger.Customer) {
	o, namespace := &c.Outcome, c.Namespace.String()
	switch {
	case o.CustomerID != "":
		t.writeLine(0, "cmd_show.customer_with_id", "number", int(c.Ref), "namespace", namespace, "state", c.State,
			"id", o.CustomerID)
	case c.State.IsClaim():
		t.writeLine(0, "cmd_show.customer_without_id", "number", int(c.Ref), "namespace", namespace, "state", c.State)
	default:
		t.writeLine(0, "cmd_show.customer", "number", int(c.Ref), "namespace", namespace, "state", c.State)
	}
	switch c.State {
	case pipeline.Uncertain:
		t.writeLine(1, "cmd_show.sent_by", "time", o.At, "run", o.Run, "row", o.Row)
	case pipeline.Rejected, pipeline.Pending:
		t.writeLine(1, "cmd_show.tried_by", "time", o.At, "run", o.Run, "row", o.Row)
	case pipeline.Created:
		t.writeLine(1, "cmd_show.created_by", "time", o.At, "run", o.Run, "row", o.Row)
	default:
		t.writeLine(1, "cmd_show.since", "time", o.At, "run", o.Run, "row", o.Row)
	}
	t.providerSays(o)
	for _, k := range c.Keys {
		t.writeLine(1, "cmd_show.key_hash", "hash", k.String())
	}
	for _, r := range o.Related {
		t.writeLine(1, "cmd_show.related_id", "name", r.Name, "id", r.ID)
	}
	if o.Message != nil {
		t.writeText(1, t.words.Message(o.Message))
	}
	t.attempts(c)
	before := false // there was an entry on whether the provider has the customer
	for _, w := range c.Verdicts {
		t.writeText(1, t.words.Message(settledBy(w, before)))
		before = before || w.Kind != ledger.VerdictAccept
	}
	for _, m := range c.Met {
		t.writeLine(1, "cmd_show.seen", "run", m.Run, "row", m.Row, "state", m.State)
	}
}

// providerSays writes what the provider says of a customer: its status, and when it was created by the provider's
// clock.
func (t *Text) providerSays(o *pipeline.Outcome) {
	switch status, created := o.ProviderStatus, o.ProviderCreatedAt; {
	case status != "" && created != "":
		t.writeLine(1, "cmd_show.provider_status_created", "status", status, "created", created)
	case created != "":
		t.writeLine(1, "cmd_show.provider_created", "created", created)
	case status != "":
		t.writeLine(1, "cmd_show.provider_status", "status", status)
	}
}

// attempts lists the requests for a customer, each with its answer.
func (t *Text) attempts(c *ledger.Customer) {
	for i, a := range c.Attempts {
		if a.Run != c.Outcome.Run {
			t.writeLine(1, "cmd_show.attempt_in_run", "number", i+1, "run", a.Run, "sent", a.Sent,
				"took", took(a.Sent, a.Ended), "answer", t.answer(a.Attempt))
			continue
		}
		t.writeLine(1, "cmd_show.attempt", "number", i+1, "sent", a.Sent, "took", took(a.Sent, a.Ended),
			"answer", t.answer(a.Attempt))
	}
	if len(c.Attempts) == 0 {
		t.writeLine(1, "cmd_show.no_attempt")
	}
}

// Dismissed says who dismissed a row.
func (t *Text) Dismissed(row int, all []ledger.Dismissal) {
	for _, d := range all {
		if d.Row == row {
			t.writeLine(1, "cmd_show.dismissed", "person", d.By, "time", d.At, "state", d.State)
		}
	}
}
