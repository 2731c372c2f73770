package ledger

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func TestMoves(t *testing.T) { forStores(t, testMoves) }

func testMoves(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	for _, from := range []pipeline.State{pipeline.Uncertain, pipeline.Created, pipeline.Existing, pipeline.Rejected,
		pipeline.Pending} {
		for _, to := range pipeline.States() {
			run := fmt.Sprintf("%s to %s", from, to)
			must(t, l.StartRun(t.Context(), pipeline.Run{ID: run, Namespace: sandbox}))
			in, other := intent(2, "A "+run, run+"@acme.test"), intent(3, "B "+run, "")
			begun(t, s, run, in, other)
			if from != pipeline.Uncertain {
				must(t, wrote(s.Write(t.Context(), run, nil, []pipeline.Settlement{settlement(in, from)})))
			}
			before, unsettled := outcomes(t, l, run), ask(s.Unsettled(t.Context()))(t)
			err := wrote(s.Write(t.Context(), run, []*pipeline.Intent{intent(4, "C "+run, "")},
				[]pipeline.Settlement{settlement(other, pipeline.Created), settlement(in, to)}))
			legal := from == pipeline.Uncertain && from.CanBecome(to)
			if legal {
				if err != nil || outcomes(t, l, run)[2].State != to {
					t.Errorf("%s to %s: %v", from, to, err)
				}
				continue
			}
			var e *MoveError
			if !errors.As(err, &e) || e.From != from || e.To != to || e.Ref != in.Ref {
				t.Errorf("%s to %s: got %v", from, to, err)
			}
			if diff := cmp.Diff(before, outcomes(t, l, run)); diff != "" {
				t.Errorf("%s to %s: part of a refused write happened:\n%s", from, to, diff)
			}
			count(t, s.Unsettled, unsettled, "unsettled")
		}
	}
}

func TestSettledCustomer(t *testing.T) { forStores(t, testSettledCustomer) }

func testSettledCustomer(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	in := intent(17, "A", "Ana@Acme.test")
	begun(t, s, "r1", in)
	if o := outcomes(t, l, "r1")[17]; o.State != pipeline.Uncertain || o.Ref != in.Ref || o.Run != "r1" ||
		!o.At.Equal(noon) {
		t.Errorf("on disk and unanswered: %+v", o)
	}
	st := settlement(in, pipeline.Created)
	st.Outcome.Message, st.Outcome.Code = pipeline.Say("outcome.http", "status", 201), "0"
	st.Outcome.ProviderCreatedAt = "2026-11-21T12:00:01Z"
	st.Attempts = append([]pipeline.Attempt{{Verdict: pipeline.VerdictThrottled, HTTPStatus: 429}}, st.Attempts...)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
	want := st.Outcome
	want.Run, want.Attempts = "r1", 2
	if diff := cmp.Diff(want, outcomes(t, l, "r1")[17]); diff != "" {
		t.Error(diff)
	}
	byBoth := ask(s.Find(t.Context(), []pipeline.Tag{s.KeyTag("email", "ana@acme.test"), s.KeyTag("email", "x"),
		s.KeyTag("reference", "A"), s.KeyTag("email", "A")}))(t)
	if byBoth[0] == nil || byBoth[2] == nil || byBoth[1] != nil || byBoth[3] != nil {
		t.Fatalf("claims %v", byBoth)
	}
	claim := pipeline.Claim{Ref: in.Ref, State: pipeline.Created, Body: s.BodyTag(in.Entries), Form: 1, Outcome: want}
	for _, i := range []int{0, 2} {
		if diff := cmp.Diff(claim, *byBoth[i]); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(st.Attempts, ask(l.Attempts(t.Context(), in.Ref))(t)); diff != "" {
		t.Error(diff)
	}
	// The second run finds it: its outcome says which customer, and when it was created.
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.AddDate(0, 0, 1)}))
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 5, Ref: in.Ref, State: pipeline.Known},
		{Row: 6, Ref: in.Ref, State: pipeline.Changed, Message: said("name differs")}}))
	known := outcomes(t, l, "r2")[5]
	wantKnown := pipeline.Outcome{Row: 5, Ref: in.Ref, State: pipeline.Known, CustomerID: want.CustomerID,
		ProviderStatus:    "active",
		ProviderCreatedAt: want.ProviderCreatedAt, Related: want.Related, Run: "r1", At: want.At}
	if diff := cmp.Diff(wantKnown, known); diff != "" {
		t.Error(diff)
	}
	if o := outcomes(t, l, "r2")[6]; o.CustomerID != want.CustomerID {
		t.Errorf("changed: %+v", o)
	}
}

func TestNobodyGetsAnothersID(t *testing.T) { forStores(t, testNobodyGetsAnothersID) }

func testNobodyGetsAnothersID(t *testing.T, on rooms) {
	_, s, _ := on.opened(t)
	for _, o := range []pipeline.Outcome{
		{Row: 2, State: pipeline.Known}, {Row: 2, State: pipeline.Created, Ref: 99},
		{Row: 2, State: pipeline.Uncertain},
		{Row: 2, State: pipeline.Existing}, {Row: 2, State: pipeline.Changed, Ref: 99},
	} {
		if err := s.Record(t.Context(), "r1", []pipeline.Outcome{o}); !isA[*MoveError](err) {
			t.Errorf("%s without its customer: %v", o.State, err)
		}
	}
	in := intent(3, "A", "")
	begun(t, s, "r1", in)
	if err := s.Record(t.Context(), "r1",
		[]pipeline.Outcome{{Row: 9, Ref: in.Ref, State: pipeline.Known}}); !isA[*MoveError](err) {
		t.Errorf("known by an uncertain customer: %v", err)
	}
	// An answer cannot be given to another row.
	st := settlement(in, pipeline.Created)
	st.Outcome.Row = 4
	if err := wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})); !isA[*OutcomeError](err) {
		t.Errorf("settled by another row: %v", err)
	}
	count(t, s.Unsettled, 1, "unsettled")
	// Nor to another namespace.
	other := ask(s.l.Space(t.Context(), pipeline.Namespace{Provider: "acme", Env: "production"}, acme()))(t)
	if err := wrote(other.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})); err == nil {
		t.Error("a run of another namespace was written to")
	}
	must(t, s.l.StartRun(t.Context(), pipeline.Run{ID: "p1", Namespace: other.ns}))
	if err := wrote(other.Write(t.Context(), "p1", nil,
		[]pipeline.Settlement{settlement(in, pipeline.Created)})); !isA[*MoveError](err) {
		t.Errorf("a customer of another namespace was settled: %v", err)
	}
	if s.KeyTag("reference", "A") == other.KeyTag("reference", "A") {
		t.Error("one tag in two namespaces")
	}
}

func TestOneOutcomeARow(t *testing.T) { forStores(t, testOneOutcomeARow) }

func testOneOutcomeARow(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	problems := []pipeline.Problem{{Field: "email", Row: 2, Column: &pipeline.Column{Index: 0, Name: "E-Mail"},
		Code: pipeline.ProblemEmail, Message: pipeline.Say("wrong_email")},
		{Row: 2, Code: pipeline.ProblemSchema, Message: pipeline.Say("no_shape"), Secret: true}}
	recorded := []pipeline.Outcome{{Row: 2, State: pipeline.Invalid, Problems: problems, At: noon,
		Run: "r1", New: true}, {Row: 3, State: pipeline.Duplicate,
		Message: pipeline.Say("duplicate", "key", "NIT", "row", 2), At: noon, Run: "r1", New: true}}
	must(t, s.Record(t.Context(), "r1", recorded))
	if diff := cmp.Diff(map[int]pipeline.Outcome{2: recorded[0], 3: recorded[1]}, outcomes(t, l, "r1")); diff != "" {
		t.Error(diff)
	}
	if err := s.Record(t.Context(), "r1", []pipeline.Outcome{{Row: 4, State: pipeline.Invalid},
		{Row: 3, State: pipeline.Invalid}}); !isA[*OutcomeError](err) {
		t.Errorf("recorded twice: %v", err)
	}
	if err := wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{intent(2, "A", "")}, nil)); !isA[*OutcomeError](err) {
		t.Errorf("begun after its outcome: %v", err)
	}
	if got := outcomes(t, l, "r1"); len(got) != 2 {
		t.Errorf("part of a refused call happened: %v", got)
	}
	if err := s.Record(t.Context(), "nowhere", recorded); !isA[*NoRunError](err) {
		t.Errorf("unknown run: %v", err)
	}
}

func TestLiveKeysAreOneCustomers(t *testing.T) { forStores(t, testLiveKeysAreOneCustomers) }

func testLiveKeysAreOneCustomers(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	first := intent(2, "A", "a@acme.test")
	begun(t, s, "r1", first)
	second := intent(3, "B", "A@ACME.test")
	other := intent(4, "C", "")
	claimed, err := s.Write(t.Context(), "r1", []*pipeline.Intent{second, other}, nil)
	if err != nil || !slices.Equal(claimed, []int{0}) || second.Ref != 0 || other.Ref == 0 {
		t.Fatalf("got %v, %v, refs %d and %d", claimed, err, second.Ref, other.Ref)
	}
	if finds(t, s, "reference", "C") == nil || finds(t, s, "reference", "B") != nil {
		t.Error("what is written is not what was not claimed")
	}
	if got := outcomes(t, l, "r1"); len(got) != 2 || got[3].State != "" {
		t.Errorf("of the claimed row an outcome was written: %v", got)
	}
	// The database itself refuses a second live customer.
	tag := s.KeyTag("email", "a@acme.test")
	const another = "INSERT INTO key (tag, customer) VALUES (?, 99)"
	if err := l.store.write(t.Context(), func(tx *transaction) error {
		_, err := tx.exec(another, tag[:])
		return err
	}); err == nil {
		t.Error("the table took a second live customer with one key")
	}
	for _, end := range []pipeline.State{pipeline.Rejected, pipeline.Pending} {
		must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(first, end)})))
		if finds(t, s, "email", "a@acme.test") != nil || finds(t, s, "reference", "A") != nil {
			t.Errorf("%s leaves a claim", end)
		}
		first = intent(10+len(end), "A", "a@acme.test") // the keys are free again, twice
		begun(t, s, "r1", first)
	}
	// Released and taken in one call.
	must(t, wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{second},
		[]pipeline.Settlement{settlement(first, pipeline.Rejected)})))
	if c := finds(t, s, "email", "a@acme.test"); c == nil || c.Ref != second.Ref {
		t.Errorf("claim %+v", c)
	}
	keyless := intent(50, "", "")
	keyless.Keys = []pipeline.KeyValue{{Key: 0}}
	if err := wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{keyless}, nil)); !isA[*KeylessError](err) {
		t.Errorf("without a key: %v", err)
	}
}

func TestPendingIsBegunAgain(t *testing.T) { forStores(t, testPendingIsBegunAgain) }

func testPendingIsBegunAgain(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	in := intent(2, "A", "")
	begun(t, s, "r1", in)
	st := settlement(in, pipeline.Pending)
	st.Outcome.Message = pipeline.Say("interrupted")
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
	if o := outcomes(t, l, "r1")[2]; o.State != pipeline.Pending || !cmp.Equal(o.Message, st.Outcome.Message) {
		t.Errorf("%+v", o)
	}
	count(t, s.Unsettled, 0, "unsettled")
	again := intent(2, "A", "")
	begun(t, s, "r1", again)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(again, pipeline.Existing)})))
	count(t, s.Customers, 1, "customers")
}

func TestSettledByALaterRun(t *testing.T) { forStores(t, testSettledByALaterRun) }

func testSettledByALaterRun(t *testing.T, on rooms) {
	l, s, path := on.opened(t)
	in, unseen := intent(2, "A", "a@acme.test"), intent(3, "B", "")
	begun(t, s, "r1", in, unseen)
	still := settlement(in, pipeline.Uncertain)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{still})))
	must(t, l.Close())

	l = path.open(t)
	s = space(t, l)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox}))
	var left []pipeline.Intent
	for got, err := range s.Sealed(t.Context()) {
		must(t, err)
		left = append(left, got)
	}
	want := []pipeline.Intent{*in, *unseen}
	for i := range want {
		want[i].Entries = nil
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Fatal(diff)
	}
	// Row 7 of the new book is that customer; row 2 is somebody else.
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 2, State: pipeline.Invalid},
		{Row: 7, State: pipeline.Uncertain, Ref: in.Ref}}))
	st := settlement(&left[0], pipeline.Created)
	st.Outcome.Row = 7
	lost := settlement(&left[1], pipeline.Rejected)
	must(t, wrote(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{st, lost})))
	now := outcomes(t, l, "r2")
	if len(now) != 2 || now[2].State != pipeline.Invalid || now[7].State != pipeline.Created ||
		now[7].CustomerID == "" || now[7].Run != "r1" || now[7].Attempts != 2 {
		t.Errorf("this run: %+v", now)
	}
	if then := outcomes(t, l, "r1"); then[2].State != pipeline.Uncertain || then[3].State != pipeline.Uncertain {
		t.Errorf("the earlier run left them uncertain: %+v", then)
	}
	count(t, s.Unsettled, 0, "unsettled")
	for _, err := range s.Sealed(t.Context()) {
		t.Errorf("a settled request is still there: %v", err)
	}
}

func TestTags(t *testing.T) { forStores(t, testTags) }

func testTags(t *testing.T, on rooms) {
	_, s, _ := on.opened(t)
	e := func(pairs ...string) (entries []pipeline.Entry) {
		for i := 0; i < len(pairs); i += 2 {
			entries = append(entries, pipeline.Entry{Path: pairs[i], Value: pairs[i+1]})
		}
		return entries
	}
	base := e("reference", "A", "email", "Ana@acme.test", "name", "Ana")
	same := [][]pipeline.Entry{e("name", "Ana", "reference", "A", "email", "Ana@acme.test"),
		e("reference", "A", "email", "ana@ACME.test", "name", "Ana")}
	for _, x := range same {
		if s.BodyTag(base) != s.BodyTag(x) {
			t.Errorf("%v is another body", x)
		}
	}
	if base[0].Path != "reference" {
		t.Error("the caller's entries were moved")
	}
	for _, x := range [][]pipeline.Entry{
		e("reference", "a", "email", "Ana@acme.test", "name", "Ana"), e("reference", "A", "email", "Ana@acme.test",
			"name", "ana"),
		e("reference", "A", "email", "Ana@acme.test"), e("reference", "A", "email", "Ana@acme.test", "name", "Ana",
			"city", ""),
		e("reference", "A", "email", "Ana", "name", "Ana@acme.test"), nil,
	} {
		if s.BodyTag(base) == s.BodyTag(x) {
			t.Errorf("%v is the same body", x)
		}
	}
	if s.KeyTag("a", "bc") == s.KeyTag("ab", "c") || s.BodyTag(e("a", "bc")) == s.BodyTag(e("ab", "c")) {
		t.Error("parts run together")
	}
	if s.CredentialsTag("id", "secret") == s.CredentialsTag("ids", "ecret") ||
		s.CredentialsTag("x") == (pipeline.Tag{}) || s.CredentialsTag() != (pipeline.Tag{}) {
		t.Error("tags of credentials")
	}
	done := make(chan pipeline.Tag)
	for range 8 {
		go func() {
			var tag pipeline.Tag
			for range 200 {
				tag = s.BodyTag(base)
			}
			done <- tag
		}()
	}
	for range 8 {
		if <-done != s.BodyTag(base) {
			t.Error("tags differ when computed at once")
		}
	}
}

func TestDifferences(t *testing.T) { forStores(t, testDifferences) }

func testDifferences(t *testing.T, on rooms) {
	_, s, _ := on.opened(t)
	in := intent(2, "A", "a@acme.test")
	for i := range 11 {
		in.Entries = append(in.Entries, pipeline.Entry{Path: fmt.Sprintf("people[%d].first", i), Value: "Eva"},
			pipeline.Entry{Path: fmt.Sprintf("people[%d].last", i), Value: "Paz"})
	}
	begun(t, s, "r1", in)
	now := []pipeline.Entry{{Path: "city", Value: "Quito"}, {Path: "reference", Value: "A"},
		{Path: "email", Value: "A@acme.TEST"}}
	for i := range 10 {
		last := "Paz"
		if i == 2 || i == 9 {
			last = "Pas"
		}
		now = append(now, pipeline.Entry{Path: fmt.Sprintf("people[%d].last", i), Value: last},
			pipeline.Entry{Path: fmt.Sprintf("people[%d].first", i), Value: "Eva"})
	}
	got := ask(s.Differences(t.Context(), in.Ref, now))(t)
	want := []string{"people[2].last", "people[9].last", "people[10].first", "people[10].last", "city"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := ask(s.Differences(t.Context(), in.Ref, in.Entries))(t); len(got) != 0 {
		t.Errorf("the same body differs in %v", got)
	}
	if _, err := s.Differences(t.Context(), 999, now); !isA[*MoveError](err) {
		t.Errorf("unknown customer: %v", err)
	}
}

func TestRuns(t *testing.T) { forStores(t, testRuns) }

func testRuns(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	full := pipeline.Run{ID: "20261121-063015-4f2a", Namespace: sandbox, BaseURL: "https://acme.test", Book: "b.xlsx",
		Sheet: "S", SHA256: "00", Mapping: "m.csv",
		Version: "1", Digest: "d", Credentials: s.CredentialsTag("x"), Started: noon}
	must(t, l.StartRun(t.Context(), full))
	if err := l.StartRun(t.Context(), full); err == nil {
		t.Error("started twice")
	}
	must(t, s.Record(t.Context(), full.ID, []pipeline.Outcome{{Row: 2, State: pipeline.Invalid}}))
	last, ok, err := s.LastRun(t.Context())
	killed := full
	killed.Counts = pipeline.Counts{pipeline.Invalid: 1}
	if diff := cmp.Diff(killed, last); diff != "" || !ok || err != nil {
		t.Errorf("%v %v %s", ok, err, diff)
	}
	full.Finished, full.Halt, full.Counts = noon.Add(time.Minute), pipeline.Say("interrupted"),
		pipeline.Counts{pipeline.Invalid: 1, pipeline.Pending: 4}
	must(t, l.FinishRun(t.Context(), full))
	full.Ended = full.Counts
	for _, id := range []string{full.ID, "2026", "20261121-0630"} {
		if diff := cmp.Diff(full, ask(l.Run(t.Context(), id))(t)); diff != "" {
			t.Error(diff)
		}
	}
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "20261121-063016-0000", Namespace: sandbox}))
	for id, matches := range map[string]int{"2026": 2, "": 0, "x": 0, "%": 0, "20261121-063015-4f2a0": 0} {
		_, err := l.Run(t.Context(), id)
		var e *NoRunError
		if !errors.As(err, &e) || len(e.Matches) != matches {
			t.Errorf("%q: %v", id, err)
		}
	}
	if all := ask(l.Runs(t.Context()))(t); len(all) != 3 || all[0].ID != "r1" || all[1].ID != full.ID {
		t.Errorf("runs %+v", all)
	}
	if err := l.FinishRun(t.Context(), pipeline.Run{ID: "none"}); !isA[*NoRunError](err) {
		t.Errorf("finish of no run: %v", err)
	}
}

func TestFullDisk(t *testing.T) {
	l, s, path := opened(t)
	in := intent(2, "A", "")
	begun(t, s, "r1", in)
	var pages int
	must(t, fileOf(l).writer.conn.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	_, err := fileOf(l).writer.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+3))
	must(t, err)
	var big []*pipeline.Intent
	for i := range 100 {
		big = append(big, intent(10+i, fmt.Sprint("B", i), ""))
	}
	err = wrote(s.Write(t.Context(), "r1", big, []pipeline.Settlement{settlement(in, pipeline.Created)}))
	if !errors.Is(err, ErrFull) {
		t.Fatalf("got %v", err)
	}
	if o := outcomes(t, l, "r1"); len(o) != 1 || o[2].State != pipeline.Uncertain || big[0].Ref != 0 {
		t.Errorf("part of it happened: %v", o)
	}
	_, err = fileOf(l).writer.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	must(t, err)
	must(t, wrote(s.Write(t.Context(), "r1", big, []pipeline.Settlement{settlement(in, pipeline.Created)}))) // room again
	must(t, l.Close())
	if o := outcomes(t, openAt(t, path), "r1"); len(o) != 101 || o[2].CustomerID == "" {
		t.Errorf("after the disk had room again: %d outcomes", len(o))
	}
}

// TestNewProblems: a row that an earlier run left the same is not new; one whose data or state changed is, and so is
// one without data to compare.
func TestNewProblems(t *testing.T) { forStores(t, testNewProblems) }

func testNewProblems(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	data := func(name string) pipeline.Tag { return s.BodyTag([]pipeline.Entry{{Path: "name", Value: name}}) }
	record := func(run string, outcomes ...pipeline.Outcome) {
		t.Helper()
		if run != "r1" {
			must(t, l.StartRun(t.Context(), pipeline.Run{ID: run, Namespace: sandbox, Started: noon}))
		}
		must(t, s.Record(t.Context(), run, outcomes))
	}
	record("r1", pipeline.Outcome{Row: 2, State: pipeline.Invalid, Data: data("a")},
		pipeline.Outcome{Row: 3, State: pipeline.Invalid, Data: data("b")},
		pipeline.Outcome{Row: 4, State: pipeline.Invalid, Data: data("a")},
		pipeline.Outcome{Row: 5, State: pipeline.Invalid})
	refused := intent(9, "R", "")
	begun(t, s, "r1", refused)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(refused, pipeline.Rejected)})))
	record("again", pipeline.Outcome{Row: 7, State: pipeline.Invalid, Data: data("a")},
		pipeline.Outcome{Row: 3, State: pipeline.Duplicate, Data: data("b")},
		pipeline.Outcome{Row: 4, State: pipeline.Invalid, Data: data("c")},
		pipeline.Outcome{Row: 5, State: pipeline.Invalid})
	refused = intent(8, "R", "")
	begun(t, s, "again", refused)
	must(t, wrote(s.Write(t.Context(), "again", nil, []pipeline.Settlement{settlement(refused, pipeline.Rejected)})))
	got := map[string]map[int]bool{}
	for _, run := range []string{"r1", "again"} {
		got[run] = map[int]bool{}
		for row, o := range outcomes(t, l, run) {
			got[run][row] = o.New
		}
	}
	want := map[string]map[int]bool{"r1": {2: true, 3: true, 4: true, 5: true, 9: true},
		"again": {3: true, 4: true, 5: true, 7: false, 8: false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
