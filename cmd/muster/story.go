package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// storyPrinter prints the story of a run, a row or a customer, as lines for
// people or as JSON lines.
type storyPrinter struct {
	*program
	json bool
	text strings.Builder
}

// end prints what was gathered.
func (t *storyPrinter) end() error {
	if t.json {
		return nil
	}
	_, err := fmt.Fprint(t.stdout, t.text.String())
	return err
}

// writeLine writes a sentence on a line of its own.
func (t *storyPrinter) writeLine(indent int, code pipeline.MessageCode, pairs ...any) {
	t.writeText(indent, t.sentence(code, pairs...))
}

func (t *storyPrinter) writeText(indent int, text string) {
	fmt.Fprintf(&t.text, "%s%s\n", strings.Repeat("  ", indent), text)
}

func (t *storyPrinter) run(r pipeline.Run) {
	if t.json {
		t.print(jsonlines.ShownRunOf(r, t.english))
		return
	}
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
	t.writeLine(1, "cmd_show.version", "version", r.Version, "digest", fmt.Sprintf("%.12s", r.Digest))
	switch {
	case r.Person != "" && r.Machine != "":
		t.writeLine(1, "cmd_show.by_person_on", "person", r.Person, "machine", r.Machine)
	case r.Person != "":
		t.writeLine(1, "cmd_show.by_person", "person", r.Person)
	case r.Machine != "":
		t.writeLine(1, "cmd_show.by_machine", "machine", r.Machine)
	}
	if r.Finished.IsZero() {
		t.writeLine(1, "cmd_show.started", "started", r.Started)
	} else {
		t.writeLine(1, "cmd_show.started_and_finished", "started", r.Started, "finished", r.Finished,
			"took", took(r.Started, r.Finished))
	}
	if n := r.Counts.Total(); n > 0 {
		t.writeLine(1, "cmd_show.rows", "count", n, "counts", r.Counts)
	} else {
		t.writeLine(1, "cmd_show.no_rows")
	}
	if r.Halt != nil {
		t.writeLine(1, "cmd_show.stopped", "reason", r.Halt)
	}
	if !r.Forgotten.IsZero() {
		t.writeLine(1, "cmd_show.forgotten", "date", pipeline.Moment(r.Forgotten))
	}
}

func (t *storyPrinter) row(r pipeline.Run, o pipeline.Outcome, rows []int) {
	if t.json {
		t.print(jsonlines.ShownRowOf(r.ID, o, rows, t.english))
		return
	}
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
			text = t.sentence("in_row", "row", max(p.Row, o.Row), "sentence", text)
		}
		t.writeText(1, text)
	}
	if o.Ref == 0 {
		t.writeLine(0, "cmd_show.nothing_sent")
	}
}

func (t *storyPrinter) customer(c *ledger.Customer) {
	o, namespace := &c.Outcome, c.Namespace.String()
	if t.json {
		t.print(jsonlines.CustomerOf(c, t.english))
		return
	}
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
	default:
		t.writeLine(1, "cmd_show.since", "time", o.At, "run", o.Run, "row", o.Row)
	}
	if o.ProviderStatus != "" || o.ProviderCreatedAt != "" {
		t.writeLine(1, "cmd_show.provider_says", "text", strings.TrimSpace(o.ProviderStatus+" "+o.ProviderCreatedAt))
	}
	for _, k := range c.Keys {
		t.writeLine(1, "cmd_show.key_hash", "hash", k.String())
	}
	for _, r := range o.Related {
		t.writeLine(1, "cmd_show.related_id", "name", r.Name, "id", r.ID)
	}
	if o.Message != nil {
		t.writeText(1, t.words.Message(o.Message))
	}
	for i, a := range c.Attempts {
		if a.Run != o.Run {
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
	before := false // an entry on whether the provider has the customer
	for _, w := range c.Verdicts {
		t.writeText(1, t.words.Message(settledBy(w, before)))
		before = before || w.Kind != ledger.VerdictAccept
	}
	for _, m := range c.Met {
		t.writeLine(1, "cmd_show.seen", "run", m.Run, "row", m.Row, "state", m.State)
	}
}

// settledBy says what a person said of a customer; before: somebody had said so or
// otherwise before.
func settledBy(w ledger.PastVerdict, before bool) *pipeline.Message {
	what := settledAs(w)
	switch corrects := before && w.Kind != ledger.VerdictAccept; {
	case corrects && w.Run == "":
		return pipeline.Say("cmd_show.corrected", "person", w.By, "time", w.At, "what", what)
	case corrects:
		return pipeline.Say("cmd_show.corrected_row", "person", w.By, "time", w.At, "what", what, "run", w.Run,
			"row", w.Row)
	case w.Run == "":
		return pipeline.Say("cmd_show.settled", "person", w.By, "time", w.At, "what", what)
	}
	return pipeline.Say("cmd_show.settled_row", "person", w.By, "time", w.At, "what", what, "run", w.Run, "row", w.Row)
}

// settledAs is what a person said of a customer.
func settledAs(w ledger.PastVerdict) *pipeline.Message {
	switch w.Kind {
	case ledger.VerdictAbsent:
		return pipeline.Say("cmd_show.settled_absent")
	case ledger.VerdictAccept:
		return pipeline.Say("cmd_show.settled_accept")
	}
	switch w.Checked {
	case ledger.CheckedAgrees, ledger.CheckedFound:
		return pipeline.Say("cmd_show.settled_id_checked", "id", w.CustomerID)
	case ledger.CheckedNot:
		return pipeline.Say("cmd_show.settled_id_unchecked", "id", w.CustomerID)
	}
	return pipeline.Say("cmd_show.settled_id", "id", w.CustomerID)
}

// answer lists what came back for a request.
func (t *storyPrinter) answer(a pipeline.Attempt) []string {
	parts := []string{t.words.Message(verdictWord(a))}
	if a.HTTPStatus != 0 {
		parts = append(parts, t.sentence("cmd_show.http", "status", a.HTTPStatus))
	} else {
		parts = append(parts, t.sentence("cmd_show.no_answer"))
	}
	if a.Code != "" {
		parts = append(parts, t.sentence("cmd_show.code", "code", a.Code))
	}
	if a.Message != nil {
		parts = append(parts, t.words.Message(a.Message))
	}
	if a.RequestID != "" {
		parts = append(parts, t.sentence("cmd_show.request_id", "id", a.RequestID))
	}
	return parts
}

func verdictWord(a pipeline.Attempt) *pipeline.Message {
	switch a.Verdict {
	case pipeline.VerdictCreated:
		return pipeline.Say("cmd_show.verdict_created")
	case pipeline.VerdictExists:
		return pipeline.Say("cmd_show.verdict_exists")
	case pipeline.VerdictRefused, pipeline.VerdictDenied:
		return pipeline.Say("cmd_show.verdict_refused")
	case pipeline.VerdictBusy:
		return pipeline.Say("cmd_show.verdict_busy")
	case pipeline.VerdictThrottled:
		if a.HTTPStatus == http.StatusServiceUnavailable {
			return pipeline.Say("cmd_show.verdict_out_of_service")
		}
		return pipeline.Say("cmd_show.verdict_throttled")
	case pipeline.VerdictUnauthorized:
		return pipeline.Say("cmd_show.verdict_unauthorized")
	case pipeline.VerdictHalt:
		return pipeline.Say("cmd_show.verdict_halt")
	case pipeline.VerdictUnsent:
		return pipeline.Say("cmd_show.verdict_unsent")
	}
	return pipeline.Say("cmd_show.verdict_unknown")
}

// took says how long something took, to the millisecond.
func took(from, to time.Time) *pipeline.Message {
	if from.IsZero() || to.IsZero() {
		return pipeline.Say("cmd_show.took_unknown")
	}
	return pipeline.Say("cmd_show.took", "time", to.Sub(from).Round(time.Millisecond).String())
}
