package runtext

import (
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
)

func sandbox() enrol.Target {
	return enrol.Target{Title: "Acme", Target: pipeline.Target{Namespace: pipeline.Namespace{Env: "sandbox"},
		BaseURL: "https://sandbox.example.com",
		Limit:   pipeline.Limit{Concurrency: 2, Rate: pipeline.Rate{N: 5, Per: time.Second}}}}
}

func TestPlanText(t *testing.T) {
	counts := pipeline.Counts{pipeline.Pending: 7, pipeline.Known: 2, pipeline.Invalid: 1, pipeline.Uncertain: 1}
	p := enrol.Planned{Target: sandbox(), Counts: counts, Customers: counts, Ready: 7, Sends: 5, Pilot: 2,
		Least: 90 * time.Second}
	for _, want := range []string{
		"11 rows in the book\n",
		"  to send         5  of 7 ready (--limit), takes 90 s at 5/s, at most 2 requests at once\n",
		"  pilot           2  sent first, one of each kind before a second of any\n",
		"  known           2  already enrolled, not sent\n",
		"  to fix          1  1 invalid; not sent, see the report\n",
		"  unsettled       1  sent by an earlier run, never answered; settle them by hand (`muster settle`)",
	} {
		if got := Plan(english(t), Look{}, p); !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	repeated := p
	repeated.Customers = pipeline.Counts{pipeline.Invalid: 1, pipeline.Duplicate: 3}
	repeated.Repeated = 2
	for _, want := range []string{"  to fix          2  1 invalid, 1 duplicate; not sent, see the report\n",
		"  repeated        2  the same data as another row; not sent"} {
		if got := Plan(english(t), Look{}, repeated); !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	p.Customers, p.Sends, p.Pilot, p.Asks = pipeline.Counts{pipeline.Uncertain: 11}, 0, 0, true
	const want = "11 rows in the book\n  to send         0  of 7 ready (--limit)\n" +
		"  unsettled      11  sent by an earlier run, never answered; settled first"
	if got := Plan(english(t), Look{}, p); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestQuestion(t *testing.T) {
	const place = "Acme, sandbox, at https://sandbox.example.com"
	for _, c := range []struct {
		question enrol.Question
		want     string
	}{
		{enrol.Question{Customers: 1}, "Send 1 customer to " + place + "?"},
		{enrol.Question{Customers: 38, Pilot: 3, Unsettled: 2}, "Settle 2 earlier requests without an answer, then " +
			"send 38 customers to " + place + ", 3 of them first as a pilot?"},
		{enrol.Question{Unsettled: 1}, "Settle 1 earlier request without an answer with " + place + "?"},
		{enrol.Question{Customers: 35, After: &enrol.Piloted{}},
			"The pilot went well. Send the other 35 customers to " + place + "?"},
		{enrol.Question{Customers: 35, After: &enrol.Piloted{Failed: pipeline.Counts{pipeline.Rejected: 1}}},
			"The pilot ended with 1 rejected. Send the other 35 customers to " + place + "?"},
	} {
		c.question.Target = sandbox()
		if got := english(t).Message(Question(c.question)); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}
