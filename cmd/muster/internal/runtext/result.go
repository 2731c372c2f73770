package runtext

import (
	"fmt"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Imported is the result of an import: what became of its rows, why it stopped, and what is left to do. url is where
// its requests went; open are requests of earlier runs to list.
func Imported(words *wording.Wording, look Look, e enrol.Ending, url string, open []ledger.Unanswered) string {
	words = look.Words(words)
	return words.Message(headline(e)) + "\n" + countsText(words, look, &e, false) + endText(words, e, url) +
		Open(words, open, 0) + reportsText(words, e.Reports)
}

// Reported is what the report of an earlier run has.
func Reported(words *wording.Wording, look Look, e enrol.Ending) string {
	words = look.Words(words)
	t, run := &e.Tally, &e.Run
	head := words.Say("run.reported", "run", run.ID, "book", run.Book, "rows", rowsOf(t.Rows(), t.Customers),
		"provider", run.Namespace.Provider, "env", run.Namespace.Env)
	return head + "\n" + countsText(words, look, &e, false) + endText(words, e, "") + reportsText(words, e.Reports)
}

// Checked is the result of a check.
func Checked(words *wording.Wording, look Look, e enrol.Ending) string {
	words = look.Words(words)
	t := &e.Tally
	return words.Say("run.checked", "book", e.Run.Book, "rows", rowsOf(t.Rows(), t.Customers)) + "\n" +
		countsText(words, look, &e, true) + withoutIDText(words, t) + reportsText(words, e.Reports)
}

// Standing is the present state of a book's rows over all runs of the ledger at that path.
func Standing(words *wording.Wording, look Look, e enrol.Ending, ledger string) string {
	words = look.Words(words)
	t := &e.Tally
	return words.Say("run.standing", "book", e.Run.Book, "namespace", e.Run.Namespace.Message(), "ledger", ledger,
		"rows", rowsOf(t.Rows(), t.Customers)) + "\n" + countsText(words, look, &e, false) + withoutIDText(words, t) +
		reportsText(words, e.Reports)
}

// headline says how far an import came, and where it went.
func headline(e enrol.Ending) *pipeline.Message {
	c, run := e.Tally.Counts, &e.Run
	rows := rowsOf(e.Tally.Rows(), e.Tally.Customers)
	switch {
	case run.Namespace.Rehearsal():
		return pipeline.Say("run.rehearsed", "book", run.Book, "rows", rows)
	case run.Halt == nil && (e.Tally.Rows() == 0 || c[pipeline.Known] > 0 || tried(c)):
		return pipeline.Say("run.imported", "book", run.Book, "rows", rows, "provider", run.Namespace.Provider,
			"env", run.Namespace.Env, "run", run.ID)
	case !tried(c):
		return pipeline.Say("run.not_imported", "book", run.Book, "rows", rows, "provider", run.Namespace.Provider,
			"env", run.Namespace.Env, "run", run.ID)
	}
	return pipeline.Say("run.imported_in_part", "book", run.Book, "rows", rows, "provider", run.Namespace.Provider,
		"env", run.Namespace.Env, "run", run.ID)
}

// tried reports whether any row was sent, or found at the provider.
func tried(c pipeline.Counts) bool {
	return c[pipeline.Created]+c[pipeline.Existing]+c[pipeline.Rejected]+c[pipeline.Uncertain] > 0
}

// endText says why a run stopped, and what is left to do.
func endText(words *wording.Wording, e enrol.Ending, url string) string {
	var b strings.Builder
	t := &e.Tally
	switch {
	case e.Halt != nil:
		b.WriteString(Halted(words, e))
	case e.Run.Halt != nil:
		fmt.Fprintln(&b, words.Say("run.stopped", "reason", e.Run.Halt))
	}
	b.WriteString(withoutIDText(words, t))
	if e.Run.Halt == nil && t.Unfinished > 0 {
		// The host of the environment may be what is wrong.
		unsent := pipeline.Say("run.unsent", "count", t.Unfinished, "example", t.Why)
		if url != "" && url != e.Run.Namespace.Env {
			unsent = pipeline.Say("run.unsent_to", "count", t.Unfinished, "url", url, "example", t.Why)
		}
		fmt.Fprintln(&b, words.Message(unsent))
		b.WriteString(Hint(words, pipeline.Say("run.again")))
	}
	return b.String()
}

// Halted is why a run halted, what to do about it, and what is left of the book.
func Halted(words *wording.Wording, e enrol.Ending) string {
	text := words.Say("run.stopped", "reason", e.Halt) + "\n" + Hint(words, e.Halt.Hint)
	left := e.Tally.Counts[pipeline.Pending]
	switch e.Halt.Reason {
	case importer.HaltCredentials, importer.HaltProvider, importer.HaltConnection, importer.HaltRefusals:
		// The hints of the others say to run again.
		if left > 0 {
			text += "  " + words.Say("run.left", "count", left, "book", e.Run.Book) + "\n"
		}
	}
	return text
}

func withoutIDText(words *wording.Wording, t *enrol.Tally) string {
	if t.WithoutID == 0 {
		return ""
	}
	return words.Say("run.without_id", "count", t.WithoutID) + "\n"
}

// Open lists requests of earlier runs without an answer, and how many more there are.
func Open(words *wording.Wording, open []ledger.Unanswered, more int) string {
	if len(open) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintln(&b, words.Say("run.open"))
	for _, u := range open {
		fmt.Fprintln(&b, "  "+words.Say("run.open_request", "row", u.Row, "book", u.Book, "run", u.Run, "at", u.At))
	}
	if more > 0 {
		fmt.Fprintln(&b, "  "+words.Say("run.open_more", "count", more))
	}
	b.WriteString(SettleAdvice(words))
	return b.String()
}

// SettleAdvice says how those requests are settled.
func SettleAdvice(words *wording.Wording) string { return "  " + words.Say("run.settle_advice") + "\n" }

func reportsText(words *wording.Wording, paths []string) string {
	var b strings.Builder
	for _, path := range paths {
		fmt.Fprintln(&b, words.Say("run.report", "path", path))
	}
	return b.String()
}

// Hint is a hint on a line of its own, as below an error; "" for nil.
func Hint(words *wording.Wording, hint *pipeline.Message) string {
	if hint == nil {
		return ""
	}
	return "  " + words.Say("run.try", "hint", hint) + "\n"
}
