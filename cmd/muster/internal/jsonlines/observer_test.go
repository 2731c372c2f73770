package jsonlines

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/wording"
)

// Lines keep the form that scripts rely on: members in alphabetical order, those with omitempty left out when empty.
func TestLines(t *testing.T) {
	at := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	email := pipeline.Problem{Field: "email", Row: 7, Column: &pipeline.Column{Name: "Correo", Index: 2},
		Code: pipeline.ProblemEmail, Message: pipeline.Say("wrong_email")}
	invalid := pipeline.Outcome{Row: 7, State: pipeline.Invalid, Message: said("a < b"),
		Problems: []pipeline.Problem{email}}
	created := pipeline.Outcome{Row: 2, State: pipeline.Created, CustomerID: "c-1", Attempts: 1}
	created.HTTPStatus = 201
	known := pipeline.Outcome{Row: 3, State: pipeline.Known}
	waiting := pipeline.Outcome{Row: 4, State: pipeline.Pending}
	one := pipeline.Counts{pipeline.Created: 1}
	halt := importer.NewHalt(importer.HaltInterrupted, "halt.interrupted")
	run := pipeline.Run{ID: "r", Book: "book.csv", Namespace: pipeline.Namespace{Provider: "acme", Env: "sandbox"}}
	planned := enrol.Planned{Run: "r", Target: enrol.Target{Target: pipeline.Target{Namespace: run.Namespace}},
		BaseURL: "https://x.example", Counts: pipeline.Counts{pipeline.Pending: 5},
		Customers: pipeline.Counts{pipeline.Pending: 3, pipeline.Created: 1},
		Ready:     3, Sends: 2, Pilot: 1, Known: 9, Unsettled: 4, Least: 1500 * time.Millisecond}
	went := enrol.Ending{Run: run, Tally: enrol.Tally{Counts: one, Customers: 1}}
	stopped := enrol.Ending{Run: run, Tally: enrol.Tally{Fresh: pipeline.Counts{pipeline.Invalid: 2}}, Halt: halt,
		Reports: []string{"out.csv"}, Unsettled: 1}
	for _, c := range []struct {
		event enrol.Event
		want  string
	}{
		{enrol.Noted{Run: "r", Message: pipeline.Say("required")}, `{"message":"is required","run":"r","type":"note"}`},
		{enrol.Began{Run: run}, ""},
		{planned, `{"base_url":"https://x.example","counts":` + states(one) + `,"customers":4,"env":"sandbox",` +
			`"known_customers":9,"pilot":1,"ready":2,"rows":5,"run":"r","seconds":1.5,"type":"plan","unsettled":4}`},
		{enrol.Piloted{Run: "r", Outcomes: []pipeline.Outcome{created}, Left: 3},
			`{"left":3,"passed":true,"rows":[{"attempts":1,"customer_id":"c-1","http_status":201,"message":"","row":2,` +
				`"state":"created"}],"run":"r","type":"pilot"}`},
		{enrol.Halted{Run: "r", Halt: halt},
			`{"hint":"","message":"interrupted","reason":"interrupted","run":"r","type":"halt"}`},
		{enrol.RowEnded{Run: "r", Result: &importer.Result{Outcome: invalid}},
			`{"message":"a \u003c b","problems":[{"cell":"C7","code":"email","column":"Correo",` +
				`"message":"is not an e-mail address"}],"row":7,"run":"r","state":"invalid","type":"row"}`},
		{enrol.RowEnded{Run: "r", Result: &importer.Result{Outcome: known}}, ""},
		{enrol.RowEnded{Run: "r", Result: &importer.Result{Outcome: waiting, Waiting: true}}, ""},
		{enrol.Finished{Ending: went}, `{"account":"","book":"book.csv","counts":` + states(one) + `,"customers":1,` +
			`"env":"sandbox","exit_code":0,"new_problems":0,"provider":"acme","report":[],"rows":1,"run":"r",` +
			`"type":"summary","unsettled":0}`},
		{enrol.Finished{Ending: stopped}, `{"account":"","book":"book.csv","counts":` + states(nil) +
			`,"customers":0,` +
			`"env":"sandbox","exit_code":130,"halt":{"message":"interrupted","reason":"interrupted"},"new_problems":2,` +
			`"provider":"acme","report":["out.csv"],"rows":0,"run":"r","type":"summary","unsettled":1}`},
		{enrol.SettledOnly{Ending: enrol.Ending{Run: run, Unsettled: 1}, Was: 3},
			`{"dir":"inbox","run":"r","settled":2,"type":"settled","unsettled":1}`},
		{enrol.LeftAlone{Path: "inbox/a.pdf", Why: pipeline.Say(pipeline.AsWritten, "text", "no table"), Again: true},
			`{"file":"inbox/a.pdf","message":"no table","type":"left_alone"}`},
		{enrol.Moved{Book: "inbox/a.csv", To: "done/a.csv"}, `{"book":"inbox/a.csv","to":"done/a.csv","type":"moved"}`},
		{enrol.Paused{Run: "r", Until: at, Wait: 1200 * time.Millisecond},
			`{"http_status":0,"reason":"asked","run":"r","seconds":1.2,"type":"pause","until":"2026-11-21T06:30:00Z"}`},
		{enrol.Staged{Run: "r", Stage: importer.Stage{At: importer.StageOutage, Of: 2, Until: at.Add(5 * time.Second)}},
			`{"http_status":0,"reason":"outage","run":"r","seconds":5,"type":"pause","until":"2026-11-21T06:30:05Z"}`},
		{enrol.Paused{Run: "r", Until: at, Wait: 100 * time.Millisecond}, ""},
	} {
		var out bytes.Buffer
		code := func(e enrol.Ending) int {
			if e.Halt != nil {
				return 130
			}
			return 0
		}
		NewObserver(NewPrinter(&out), words, code, "inbox", func() time.Time { return at }).See(c.event)
		if got := strings.TrimSuffix(out.String(), "\n"); got != c.want {
			t.Errorf("%T:\n%s\nwant\n%s", c.event, got, c.want)
		}
	}
}

// states is every state with its number, as JSON.
func states(c pipeline.Counts) string {
	var members []string
	for _, s := range pipeline.States() {
		members = append(members, fmt.Sprintf("%q:%d", s, c[s]))
	}
	slices.Sort(members)
	return "{" + strings.Join(members, ",") + "}"
}

// While rows are sent there is a progress line every five seconds, except while a person is asked.
func TestProgressLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		o := NewObserver(NewPrinter(&out), nil, nil, "", time.Now)
		o.See(enrol.SendBegan{Run: "r"})
		o.See(enrol.Staged{Run: "r", Stage: importer.Stage{At: importer.StagePilot, Of: 2}})
		o.See(enrol.CreateBegan{Run: "r"})
		created := pipeline.Counts{pipeline.Created: 1}
		o.See(enrol.Progressed{Run: "r", Progress: importer.Progress{Settled: 1, Ready: 3, Counts: created}})
		time.Sleep(6 * time.Second)
		o.See(enrol.Piloted{Run: "r", Left: 2, Asked: true})
		time.Sleep(time.Minute)
		o.See(enrol.Staged{Run: "r", Stage: importer.Stage{At: importer.StageSending}})
		time.Sleep(5 * time.Second)
		o.See(enrol.SendEnded{Run: "r"})
		time.Sleep(time.Minute)
		want := []string{
			`{"counts":` + states(created) + `,"in_flight":1,"per_second":0.2,"ready":3,"run":"r","settled":1,` +
				`"stage":"pilot","type":"progress"}`,
			`{"left":2,"passed":true,"rows":[],"run":"r","type":"pilot"}`,
			`{"counts":` + states(created) + `,"in_flight":1,"per_second":0,"ready":3,"run":"r","settled":1,` +
				`"stage":"sending","type":"progress"}`,
		}
		if want := strings.Join(want, "\n") + "\n"; out.String() != want {
			t.Errorf("the lines are\n%s\nwant\n%s", out.String(), want)
		}
	})
}

// said is a text of a provider.
func said(text string) *pipeline.Message { return pipeline.Say(pipeline.AsWritten, "text", text) }
