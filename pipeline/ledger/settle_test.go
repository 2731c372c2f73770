package ledger

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// disputed is a ledger with every kind of customer: in run r1 row 2 is created, 3 uncertain, 4 existing without an
// ID, 5 rejected, 6 uncertain, 7 pending. Run r2 met 2 as changed and 3 as uncertain, in rows 12 and 13.
func disputed(t testing.TB, on rooms) (*Ledger, *Space, map[int]*pipeline.Intent) {
	t.Helper()
	l, s, _ := on.opened(t)
	rows := map[int]*pipeline.Intent{}
	var all []*pipeline.Intent
	for row := 2; row <= 7; row++ {
		rows[row] = intent(row, fmt.Sprintf("REF-%d", row), fmt.Sprintf("row%d@acme.test", row))
		all = append(all, rows[row])
	}
	begun(t, s, "r1", all...)
	unknown := settlement(rows[4], pipeline.Existing)
	unknown.Outcome.CustomerID, unknown.Outcome.Message = "", said("the provider has this customer already")
	quiet := settlement(rows[3], pipeline.Uncertain)
	quiet.Outcome.HTTPStatus, quiet.Outcome.RequestID = 504, "req-3"
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(rows[2], pipeline.Created), quiet, unknown,
		settlement(rows[5], pipeline.Rejected), settlement(rows[7], pipeline.Pending)})))
	must(t, l.FinishRun(t.Context(),
		pipeline.Run{ID: "r1", Counts: pipeline.Counts{pipeline.Created: 1, pipeline.Uncertain: 2,
			pipeline.Existing: 1, pipeline.Rejected: 1, pipeline.Pending: 1}}))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Hour)}))
	must(t, s.Record(t.Context(), "r2",
		[]pipeline.Outcome{{Row: 12, State: pipeline.Changed, Ref: rows[2].Ref, Message: said("name differs")},
			{Row: 13, State: pipeline.Uncertain, Ref: rows[3].Ref},
			{Row: 14, State: pipeline.Existing, Ref: rows[4].Ref}}))
	must(t, l.FinishRun(t.Context(),
		pipeline.Run{ID: "r2", Counts: pipeline.Counts{pipeline.Changed: 1, pipeline.Uncertain: 1,
			pipeline.Existing: 1}}))
	return l, s, rows
}

// dump is the whole content of the ledger.
func dump(t testing.TB, l *Ledger) string {
	t.Helper()
	var b strings.Builder
	must(t, l.store.read(t.Context(), func(tx *transaction) error {
		for _, table := range []string{"namespace", "run", "layout", "customer", "key", "sealed", "attempt", "outcome",
			"word", "member", "dismissed"} {
			err := tx.each("SELECT * FROM "+table+" ORDER BY 1, 2", nil, func(rows *cursor) error {
				fmt.Fprintln(&b, table, rows.values)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return b.String()
}

func verdict(in *pipeline.Intent, says VerdictKind, id string) Verdict {
	return Verdict{Ref: in.Ref, Kind: says, CustomerID: id, By: "Ana Ruiz", At: noon.AddDate(0, 0, 2), Run: "r1",
		Row: in.Row}
}

// accepted is a verdict that the customer's data are now those of row 12 of r2.
func accepted(in *pipeline.Intent, reference, email string) Verdict {
	as := intent(12, reference, email)
	as.Entries = append(as.Entries, pipeline.Entry{Path: "name", Value: "Casa Nueva"})
	return Verdict{Ref: in.Ref, Kind: VerdictAccept, Entries: as.Entries, Keys: as.Keys, By: "Ana Ruiz",
		At: noon.AddDate(0, 0, 2), Run: "r2", Row: 12}
}

func TestSettle(t *testing.T) { forStores(t, testSettle) }

func testSettle(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	verdicts := []Verdict{verdict(rows[3], VerdictID, "cus-by-hand"), verdict(rows[4], VerdictID, "cus-known"),
		verdict(rows[6], VerdictAbsent, ""), accepted(rows[2], "REF-2", "new2@acme.test")}
	want := []Settled{{Ref: rows[3].Ref, State: pipeline.Created, CustomerID: "cus-by-hand"},
		{Ref: rows[4].Ref, State: pipeline.Existing, CustomerID: "cus-known"},
		{Ref: rows[6].Ref, State: pipeline.Pending}, {Ref: rows[2].Ref, State: pipeline.Known, CustomerID: "cus-1"}}
	before := dump(t, l)
	if diff := cmp.Diff(want, ask(s.CheckVerdicts(t.Context(), verdicts))(t)); diff != "" {
		t.Errorf("checked: %s", diff)
	}
	if dump(t, l) != before {
		t.Error("the check wrote something")
	}
	if diff := cmp.Diff(want, ask(s.Settle(t.Context(), verdicts))(t)); diff != "" {
		t.Error(diff)
	}

	// Both runs' outcomes read settled, and so do their counts.
	r1, r2 := outcomes(t, l, "r1"), outcomes(t, l, "r2")
	for _, o := range []pipeline.Outcome{r1[3], r2[13]} {
		if o.State != pipeline.Created || o.CustomerID != "cus-by-hand" || o.Run != "r1" ||
			!strings.HasPrefix(o.Message.String(), `outcome.settled_id at=2026-11-23 12:00:00 +0000 UTC by="Ana Ruiz"`) {
			t.Errorf("%+v", o)
		}
	}
	if r1[3].HTTPStatus != 504 || r1[3].RequestID != "req-3" || r1[3].Attempts != 1 {
		t.Errorf("what the provider had answered is gone: %+v", r1[3])
	}
	for _, o := range []pipeline.Outcome{r1[4], r2[14]} {
		if o.State != pipeline.Existing || o.CustomerID != "cus-known" ||
			o.Message.Code != "outcome.settled_id" || o.Message.Arg("by") != "Ana Ruiz" {
			t.Errorf("%+v", o)
		}
	}
	if o := r1[6]; o.State != pipeline.Pending || o.CustomerID != "" || o.Message.Code != "outcome.settled_absent" {
		t.Errorf("%+v", o)
	}
	if o := r2[12]; o.State != pipeline.Known || o.CustomerID != "cus-1" ||
		o.Message.Code != "outcome.settled_accepted" {
		t.Errorf("%+v", o)
	}
	for id, counts := range map[string]pipeline.Counts{
		"r1": {pipeline.Created: 2, pipeline.Existing: 1, pipeline.Rejected: 1, pipeline.Pending: 2},
		"r2": {pipeline.Known: 1, pipeline.Created: 1, pipeline.Existing: 1},
	} {
		if diff := cmp.Diff(counts, ask(l.Run(t.Context(), id))(t).Counts); diff != "" {
			t.Errorf("counts of %s: %s", id, diff)
		}
	}
	// No sealed request is left; claims are counted; absent released its keys.
	count(t, s.Unsettled, 0, "unsettled")
	count(t, s.Customers, 3, "customers")
	if c := finds(t, s, "reference", "REF-3"); c == nil || c.State != pipeline.Created ||
		c.Outcome.CustomerID != "cus-by-hand" {
		t.Errorf("claim %+v", c)
	}
	if finds(t, s, "reference", "REF-6") != nil || finds(t, s, "email", "row6@acme.test") != nil {
		t.Error("absent left a claim")
	}
	// The accepted row is what the customer was created from, under its old
	// keys and its new one.
	now := accepted(rows[2], "REF-2", "new2@acme.test")
	for _, key := range [][2]string{{"reference", "REF-2"}, {"email", "row2@acme.test"}, {"email", "new2@acme.test"}} {
		if c := finds(t, s, key[0], key[1]); c == nil || c.Ref != rows[2].Ref || c.Body != s.BodyTag(now.Entries) {
			t.Errorf("%v: %+v", key, c)
		}
	}
	if differ := ask(s.Differences(t.Context(), rows[2].Ref, now.Entries))(t); len(differ) > 0 {
		t.Errorf("differs in %v", differ)
	}
	// The row is sent again, as another customer with the same keys.
	again := intent(20, "REF-6", "row6@acme.test")
	begun(t, s, "r2", again)
	refs := ask(l.History(t.Context(), []pipeline.Tag{s.KeyTag("email", "row6@acme.test"),
		s.KeyTag("reference", "REF-6")}))(t)
	if diff := cmp.Diff([]int64{again.Ref, rows[6].Ref}, refs); diff != "" {
		t.Error(diff)
	}

	// Repeating a verdict is no error and changes nothing, whoever repeats it.
	after := dump(t, l)
	for i := range verdicts {
		verdicts[i].By, want[i].Already = "Eva Paz", true
		want[i].Before = Before{By: "Ana Ruiz", At: verdicts[i].At, Run: "r1"}
	}
	if diff := cmp.Diff(want, ask(s.Settle(t.Context(), append(verdicts, verdicts...)))(t)[:4]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(after, dump(t, l)); diff != "" {
		t.Errorf("said again: %s", diff)
	}
}

func TestSettleRefuses(t *testing.T) { forStores(t, testSettleRefuses) }

func testSettleRefuses(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	must(t, l.StartRun(t.Context(),
		pipeline.Run{ID: "other", Namespace: pipeline.Namespace{Provider: "acme", Env: "production"}}))
	production := ask(l.Space(t.Context(), pipeline.Namespace{Provider: "acme", Env: "production"}, acme()))(t)
	elsewhere := intent(2, "REF-9", "")
	begun(t, production, "other", elsewhere)
	foreign := verdict(elsewhere, VerdictID, "cus-9")
	foreign.Run = "other"
	notChanged := accepted(rows[2], "REF-2", "row2@acme.test")
	notChanged.Run, notChanged.Row = "r1", 2
	taken := accepted(rows[2], "REF-2", "row3@acme.test")
	nothing := accepted(rows[2], "REF-2", "")
	nothing.Entries = nil

	good := []Verdict{verdict(rows[3], VerdictID, "cus-good"), verdict(rows[6], VerdictAbsent, "")}
	for _, c := range []struct {
		name string
		bad  []Verdict
		want VerdictFault
	}{
		{"no such customer", []Verdict{{Ref: 999, Kind: VerdictAbsent}}, FaultUnknown},
		{"a customer of another namespace", []Verdict{foreign}, FaultUnknown},
		{"created under another ID", []Verdict{verdict(rows[2], VerdictID, "cus-other")}, FaultOtherID},
		{"an ID of another customer", []Verdict{verdict(rows[4], VerdictID, "cus-1")}, FaultIDTaken},
		{"an ID that a verdict of the same call gives another",
			[]Verdict{verdict(rows[4], VerdictID, "cus-good")}, FaultIDTaken},
		{"an ID for a refused one", []Verdict{verdict(rows[5], VerdictID, "cus-x")}, FaultState},
		{"an ID for one that was not sent", []Verdict{verdict(rows[7], VerdictID, "cus-x")}, FaultState},
		{"absent of a created one", []Verdict{verdict(rows[2], VerdictAbsent, "")}, FaultState},
		{"absent of a refused one", []Verdict{verdict(rows[5], VerdictAbsent, "")}, FaultState},
		{"absent of a pending one that nobody called absent", []Verdict{verdict(rows[7], VerdictAbsent, "")},
			FaultState},
		{"accept of a refused one", []Verdict{accepted(rows[5], "REF-5", "")}, FaultState},
		{"accept and an ID", []Verdict{accepted(rows[3], "REF-3", "")}, FaultOpposed},
		{"accept of a row that was not changed", []Verdict{notChanged}, FaultOtherRow},
		{"accept of a row with another's key", []Verdict{taken}, FaultKeyTaken},
		{"accept of a row without a key in common", []Verdict{accepted(rows[2], "REF-X", "x@acme.test")},
			FaultOtherKeys},
		{"accept of nothing", []Verdict{nothing}, FaultIncomplete},
		{"no ID", []Verdict{verdict(rows[4], VerdictID, "")}, FaultIncomplete},
		{"two verdicts", []Verdict{verdict(rows[3], VerdictAbsent, "")}, FaultOpposed},
		{"two IDs", []Verdict{verdict(rows[3], VerdictID, "cus-2nd")}, FaultOpposed},
	} {
		before := dump(t, l)
		_, err := s.Settle(t.Context(), append(append([]Verdict{}, good...), c.bad...))
		var e *VerdictsError
		if !errors.As(err, &e) || len(e.Mistakes) != 1 || e.Mistakes[0].Fault != c.want || e.Mistakes[0].Index != 2 ||
			e.Mistakes[0].Error() == "" {
			t.Errorf("%s: got %v", c.name, err)
		}
		if c.want == FaultIDTaken && e != nil && (e.Mistakes[0].OtherRun != "r1" || e.Mistakes[0].OtherRow == 0) {
			t.Errorf("%s: does not say whose: %+v", c.name, e.Mistakes[0])
		}
		if diff := cmp.Diff(before, dump(t, l)); diff != "" {
			t.Errorf("%s: part of it happened: %s", c.name, diff)
		}
		if _, err := s.CheckVerdicts(t.Context(), append(append([]Verdict{}, good...), c.bad...)); !errors.As(err, &e) {
			t.Errorf("%s: checked %v", c.name, err)
		}
	}
	_, err := s.Settle(t.Context(), []Verdict{accepted(rows[3], "REF-3", "")})
	var e *VerdictsError
	if !errors.As(err, &e) || e.Mistakes[0].Fault != FaultState || e.Mistakes[0].State != pipeline.Uncertain {
		t.Errorf("accept of an uncertain one: %v", err)
	}
	// Every mistake is listed, not only the first.
	_, err = s.Settle(t.Context(), []Verdict{verdict(rows[2], VerdictAbsent, ""), verdict(rows[5], VerdictAbsent, ""),
		verdict(rows[3], VerdictAbsent, ""), verdict(rows[3], VerdictID, "x")})
	if !errors.As(err, &e) || len(e.Mistakes) != 3 || e.Mistakes[2].Index != 3 || e.Mistakes[2].Other != 2 {
		t.Errorf("got %+v", err)
	}
	if _, err := s.Settle(t.Context(), append(good, verdict(rows[4], VerdictID, "cus-4"))); err != nil {
		t.Errorf("what is good by itself: %v", err)
	}
}

// Accepting an earlier row again does not undo one that was accepted later.
func TestAcceptedLater(t *testing.T) { forStores(t, testAcceptedLater) }

func testAcceptedLater(t *testing.T, on rooms) {
	_, s, rows := disputed(t, on)
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 22, State: pipeline.Changed, Ref: rows[2].Ref}}))
	first, later := accepted(rows[2], "REF-2", ""), accepted(rows[2], "REF-2", "row2@acme.test")
	later.Row = 22
	ask(s.Settle(t.Context(), []Verdict{first}))(t)
	ask(s.Settle(t.Context(), []Verdict{later}))(t)
	_, err := s.Settle(t.Context(), []Verdict{first})
	var e *VerdictsError
	if !errors.As(err, &e) || e.Mistakes[0].Fault != FaultOtherRow {
		t.Errorf("got %v", err)
	}
}

func TestStories(t *testing.T) { forStores(t, testStories) }

func testStories(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	ask(s.Settle(t.Context(), []Verdict{verdict(rows[3], VerdictID, "cus-by-hand")}))(t)
	got := ask(l.Customers(t.Context(), []int64{rows[3].Ref, rows[2].Ref}))(t)
	c := got[0]
	if c.State != pipeline.Created || c.Outcome.CustomerID != "cus-by-hand" || c.Namespace != sandbox ||
		c.Outcome.Run != "r1" || c.Outcome.Row != 3 || len(c.Keys) != 2 {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff([]PastVerdict{{Kind: VerdictID, CustomerID: "cus-by-hand", By: "Ana Ruiz",
		At: noon.AddDate(0, 0, 2), Run: "r1", Row: 3}},
		c.Verdicts); diff != "" {
		t.Error(diff)
	}
	if len(c.Attempts) != 1 || c.Attempts[0].Run != "r1" || c.Attempts[0].Ended.Sub(c.Attempts[0].Sent) != time.Second {
		t.Errorf("%+v", c.Attempts)
	}
	if len(c.Met) != 1 || c.Met[0].Run != "r2" || c.Met[0].Row != 13 || c.Met[0].State != pipeline.Created {
		t.Errorf("%+v", c.Met)
	}
	if len(got[1].Met) != 1 || got[1].Met[0].State != pipeline.Changed || len(got[1].Verdicts) != 0 {
		t.Errorf("%+v", got[1])
	}
	if _, err := l.Customers(t.Context(), []int64{999}); !isA[*MoveError](err) {
		t.Errorf("no such customer: %v", err)
	}
	for row, want := range map[int]pipeline.State{2: pipeline.Created, 6: pipeline.Uncertain, 7: pipeline.Pending} {
		if o, ok, err := l.RowOutcome(t.Context(), "r1", row); !ok || err != nil || o.State != want ||
			o.Ref != rows[row].Ref {
			t.Errorf("row %d: %+v %v %v", row, o, ok, err)
		}
	}
	for _, row := range []int{1, 8, -3} {
		if o, ok, err := l.RowOutcome(t.Context(), "r1", row); ok || err != nil {
			t.Errorf("row %d: %+v %v", row, o, err)
		}
	}
	if _, _, err := l.RowOutcome(t.Context(), "nowhere", 2); !isA[*NoRunError](err) {
		t.Errorf("no such run: %v", err)
	}
}
