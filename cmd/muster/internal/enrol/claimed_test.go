package enrol

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// merchantsBook has rows of a reference and a city.
type merchantsBook [][]string

func (b merchantsBook) Rows(_ context.Context, each func(pipeline.Row) error) error {
	for i, cells := range b {
		if err := each(pipeline.Row{Number: i + 2, Cells: cells}); err != nil {
			return err
		}
	}
	return nil
}

type plainChecker struct{}

func (plainChecker) Check(row pipeline.Row, d *pipeline.Draft) {
	d.Reset(row.Number)
	d.Body = fmt.Appendf(d.Body, `{"reference":%q,"city":%q}`, row.Cells[0], row.Cells[1])
	d.Entries = append(d.Entries, pipeline.Entry{Path: "reference", Value: row.Cells[0]},
		pipeline.Entry{Path: "city", Value: row.Cells[1]})
	d.Keys = append(d.Keys, pipeline.KeyValue{Value: row.Cells[0], Normalised: row.Cells[0]})
}

func (plainChecker) Name(row pipeline.Row) (string, pipeline.KeyValue, bool) {
	return row.Cells[0], pipeline.KeyValue{Value: row.Cells[0], Normalised: row.Cells[0]}, true
}

// acceptor creates the customer of every request.
type acceptor struct{ sent []string }

func (a *acceptor) Create(_ context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	a.sent = append(a.sent, in.Keys[0].Value)
	return pipeline.Reply{CustomerID: "c-" + in.Keys[0].Value, Attempt: pipeline.Attempt{Sent: time.Now(),
		Ended: time.Now(), Verdict: pipeline.VerdictCreated, HTTPStatus: 201}}, 0
}
func (*acceptor) Authorise(context.Context, int) error { return nil }
func (*acceptor) Worked(int) bool                      { return true }
func (*acceptor) Renewable() bool                      { return false }
func (*acceptor) Pause(time.Time)                      {}
func (*acceptor) LookUp(context.Context, *pipeline.LookUp, string) ([]pipeline.Found, error) {
	return nil, nil
}

// Two senders share one ledger and one merchant: a row whose key the other one claimed between check and send gets
// the state that the ledger has, and all other rows are sent.
func TestTwoSendersOnOneLedger(t *testing.T) {
	stores := map[string]func(t *testing.T) (string, ledger.Options){
		"file": func(t *testing.T) (string, ledger.Options) {
			return filepath.Join(t.TempDir(), "muster.db"), ledger.Options{}
		},
	}
	if server, there := postgrestest.Shared(); there {
		stores["server"] = func(t *testing.T) (string, ledger.Options) {
			return postgrestest.Database(t, server), ledger.Options{KeyFile: filepath.Join(t.TempDir(), "key")}
		}
	}
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			path, o := store(t)
			o.MayBegin = true
			l, err := ledger.Open(t.Context(), path, o)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			claimedMeanwhile(t, l)
		})
	}
}

func claimedMeanwhile(t *testing.T, l *ledger.Ledger) {
	ctx := t.Context()
	ns := pipeline.Namespace{Provider: "acme", Env: "sandbox"}
	p := &pipeline.Provider{Name: "acme", Fields: []pipeline.Field{{Path: "reference"}, {Path: "city"}},
		Keys: []pipeline.Key{{Name: "reference", Field: "reference"}}}
	space := func(run string) *ledger.Space {
		if err := l.StartRun(ctx, pipeline.Run{ID: run, Namespace: ns, Started: time.Now()}); err != nil {
			t.Fatal(err)
		}
		s, err := l.Space(ctx, ns, p)
		if err == nil {
			err = l.Hold(ctx, ns, ledger.HoldOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	ours, theirs := space("ours"), space("theirs")
	book := merchantsBook{{"A", "Cali"}, {"B", "Cali"}, {"C", "Cali"}, {"D", "Cali"}, {"E", "Cali"}, {"F", "Cali"}}
	records := ledgerRecords{l, ours}
	plan, err := importer.Check(ctx, importer.Setup{Provider: p, Book: book, Checker: plainChecker{}, Ledger: records,
		Records: records, Run: "ours"})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Ready != len(book) {
		t.Fatalf("%d are ready", plan.Ready)
	}

	// The same customer as B, another C, and a D whose request has no answer yet.
	var begin []*pipeline.Intent
	var d pipeline.Draft
	for i, cells := range [][]string{{"B", "Cali"}, {"C", "Pasto"}, {"D", "Cali"}} {
		plainChecker{}.Check(pipeline.Row{Number: i + 2, Cells: cells}, &d)
		begin = append(begin, &pipeline.Intent{Row: d.Row, Body: append([]byte(nil), d.Body...), IdempotencyKey: cells[0],
			Entries: append([]pipeline.Entry(nil), d.Entries...), Keys: append([]pipeline.KeyValue(nil), d.Keys...)})
	}
	claimed, err := theirs.Write(ctx, "theirs", begin, nil)
	if err != nil || len(claimed) != 0 {
		t.Fatal(claimed, err)
	}
	var settle []pipeline.Settlement
	for _, in := range begin[:2] {
		settle = append(settle, pipeline.Settlement{Outcome: pipeline.Outcome{Row: in.Row, Ref: in.Ref, Run: "theirs",
			State: pipeline.Created, CustomerID: "c-" + in.IdempotencyKey}})
	}
	if _, err := theirs.Write(ctx, "theirs", nil, settle); err != nil {
		t.Fatal(err)
	}

	sender := &acceptor{}
	err = plan.Send(ctx, importer.Sending{Ledger: records, Sender: sender, Concurrency: 1, Now: time.Now, Limit: 2,
		Random: func() float64 { return 0 }, Progress: func(importer.Progress) {}, Lost: func(pipeline.Outcome) {}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if _, err := plan.Results(ctx, pipeline.Say("waits"), func(r importer.Result) error {
		got = append(got, fmt.Sprintf("%s %s %s", r.Key, r.State, r.CustomerID))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"A created c-A", "B known c-B", "C changed c-C", "D pending ", "E created c-E", "F pending "}
	if fmt.Sprint(got) != fmt.Sprint(want) || fmt.Sprint(sender.sent) != "[A E]" {
		t.Errorf("%q, sent %v", got, sender.sent)
	}
	if e, err := l.Examine(ctx); err != nil || len(e.Faults) > 0 {
		t.Errorf("the ledger: %+v, %v", e, err)
	}
}
