package story

import (
	"net/http"
	"time"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// settledBy says what a person said about a customer; before: there was an earlier verdict.
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

// settledAs is what a person said about a customer.
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

// answer lists what the answer to a request said.
func (t *Text) answer(a pipeline.Attempt) []string {
	parts := []string{t.words.Message(verdictWord(a))}
	if a.HTTPStatus != 0 {
		parts = append(parts, t.words.Say("cmd_show.http", "status", a.HTTPStatus))
	} else {
		parts = append(parts, t.words.Say("cmd_show.no_answer"))
	}
	if a.Code != "" {
		parts = append(parts, t.words.Say("cmd_show.code", "code", a.Code))
	}
	if a.Message != nil {
		parts = append(parts, t.words.Message(a.Message))
	}
	if a.RequestID != "" {
		parts = append(parts, t.words.Say("cmd_show.request_id", "id", a.RequestID))
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
	case pipeline.VerdictAccepted:
		return pipeline.Say("cmd_show.verdict_accepted")
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
	time := to.Sub(from).Round(time.Millisecond)
	if time == 0 {
		return pipeline.Say("cmd_show.took_short")
	}
	return pipeline.Say("cmd_show.took", "time", time)
}
