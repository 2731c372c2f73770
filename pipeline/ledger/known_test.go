package ledger

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// knownRun begins the run r2, whose rows from first on are known as refs.
func knownRun(t testing.TB, s *Space, first int, refs ...int64) {
	t.Helper()
	must(t, s.l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Hour)}))
	must(t, s.Record(t.Context(), "r2", known(first, refs...)))
}

func known(first int, refs ...int64) (rows []pipeline.Outcome) {
	for i, ref := range refs {
		rows = append(rows, pipeline.Outcome{Row: first + i, Ref: ref, State: pipeline.Known})
	}
	return rows
}

// madeCustomers creates n customers in the run r1.
func madeCustomers(t testing.TB, s *Space, n int) (refs []int64) {
	t.Helper()
	for row := 2; row < n+2; row++ {
		in := intent(row, fmt.Sprint("M", row), "")
		begun(t, s, "r1", in)
		must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
		refs = append(refs, in.Ref)
	}
	return refs
}

// records counts the rows of a table.
func records(t *testing.T, l *Ledger, table string) (n int) {
	t.Helper()
	must(t, l.read(t.Context(), func(tr *transaction) error {
		return tr.one("SELECT count(*) FROM "+table, nil, &n)
	}))
	return n
}

// spelled turns the records of those customers into outcomes.
func spelled(t *testing.T, l *Ledger, refs ...int64) {
	t.Helper()
	must(t, l.write(t.Context(), func(tr *transaction) error {
		for _, ref := range refs {
			if err := tr.spellKnown(ref); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestKnownIsOneRecord: adjacent known rows are one record, and read as one outcome each, as an older muster stored
// them.
func TestKnownIsOneRecord(t *testing.T) { forStores(t, testKnownIsOneRecord) }

func testKnownIsOneRecord(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 4)
	knownRun(t, s, 2, refs[0], refs[2], refs[1])
	must(t, s.Record(t.Context(), "r2", append(known(6, refs[3]), pipeline.Outcome{Row: 7, State: pipeline.Invalid})))
	must(t, s.Join(t.Context(), "r2", []pipeline.Member{{Row: 5, Head: 4}, {Row: 8, Head: 7}}))
	if n := records(t, l, "known"); n != 2 {
		t.Errorf("%d records", n)
	}
	type reading struct {
		Outcomes map[int]pipeline.Outcome
		Row      pipeline.Outcome
		Runs     []pipeline.Run
		Met      []pipeline.Outcome
	}
	read := func() (all reading) {
		all.Outcomes = outcomes(t, l, "r2")
		all.Row, _, _ = l.RowOutcome(t.Context(), "r2", 3)
		all.Runs = ask(l.Runs(t.Context()))(t)
		all.Met = ask(l.Customers(t.Context(), refs))(t)[2].Met
		return all
	}
	now := read()
	if o := now.Outcomes[3]; o.Ref != refs[2] || o.State != pipeline.Known || o.CustomerID == "" || o.Run != "r1" {
		t.Errorf("row 3: %+v", o)
	}
	want := pipeline.Counts{pipeline.Known: 5, pipeline.Invalid: 2}
	if diff := cmp.Diff(want, now.Runs[1].Counts); diff != "" {
		t.Error(diff)
	}
	if len(now.Met) != 1 || now.Met[0].Row != 3 || now.Met[0].Run != "r2" || now.Row.Row != 3 {
		t.Errorf("met %+v, row %+v", now.Met, now.Row)
	}
	spelled(t, l, refs...)
	if n := records(t, l, "known"); n != 0 {
		t.Errorf("%d records are left", n)
	}
	if diff := cmp.Diff(now, read()); diff != "" {
		t.Errorf("one outcome each reads otherwise: %s", diff)
	}
}

// TestKnownIsRefused: a row has one outcome, whichever table has it, and known needs a claim of the namespace.
func TestKnownIsRefused(t *testing.T) { forStores(t, testKnownIsRefused) }

func testKnownIsRefused(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 3)
	open := intent(20, "open", "")
	begun(t, s, "r1", open)
	other := pipeline.Namespace{Provider: "acme", Env: "production"}
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "p1", Namespace: other, Started: noon}))
	elsewhere := ask(l.Space(t.Context(), other, acme()))(t)
	foreign := intent(2, "foreign", "")
	begun(t, elsewhere, "p1", foreign)
	must(t, wrote(elsewhere.Write(t.Context(), "p1", nil, []pipeline.Settlement{settlement(foreign, pipeline.Created)})))
	knownRun(t, s, 4, refs...)
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 8, State: pipeline.Invalid}}))
	begun(t, s, "r2", intent(9, "sent", ""))
	before := dump(t, l)

	record := func(rows ...pipeline.Outcome) error { return s.Record(t.Context(), "r2", rows) }
	for name, err := range map[string]error{
		"the same rows":      record(known(4, refs...)...),
		"from before":        record(known(3, refs[0], refs[1])...),
		"to behind":          record(known(6, refs[2], refs[0])...),
		"around":             record(known(3, refs[0], refs[0], refs[0], refs[0], refs[0])...),
		"one in the middle":  record(known(5, refs[1])...),
		"twice at once":      record(append(known(30, refs[0]), known(30, refs[0])...)...),
		"known and invalid":  record(pipeline.Outcome{Row: 5, State: pipeline.Invalid}),
		"invalid and known":  record(known(7, refs[0], refs[1])...),
		"sent and known":     record(known(9, refs[0], refs[1])...),
		"known and now sent": wrote(s.Write(t.Context(), "r2", []*pipeline.Intent{intent(5, "again", "")}, nil)),
	} {
		if !isA[*OutcomeError](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, rows := range map[string][]pipeline.Outcome{
		"no customer":       known(30, refs[0], 0),
		"uncertain":         known(30, refs[0], open.Ref),
		"another namespace": known(30, foreign.Ref, refs[0]),
	} {
		if err := record(rows...); !isA[*MoveError](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, dump(t, l)); diff != "" {
		t.Errorf("a refusal wrote something: %s", diff)
	}
}

// TestKnownGivesWay: known replaces uncertain once the customer has become a claim.
func TestKnownGivesWay(t *testing.T) { forStores(t, testKnownGivesWay) }

func testKnownGivesWay(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 2)
	open := intent(9, "open", "")
	begun(t, s, "r1", open)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 3, Ref: open.Ref, State: pipeline.Uncertain}}))
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(open, pipeline.Created)})))
	must(t, s.Record(t.Context(), "r2", known(2, refs[0], open.Ref, refs[1])))
	for row, o := range outcomes(t, l, "r2") {
		if o.State != pipeline.Known {
			t.Errorf("row %d: %s", row, o.State)
		}
	}
	if n := len(outcomes(t, l, "r2")); n != 3 {
		t.Errorf("%d rows", n)
	}
}

// TestKnownIsForgotten: records are forgotten with the run's other rows, and with what belongs to them.
func TestKnownIsForgotten(t *testing.T) { forStores(t, testKnownIsForgotten) }

func testKnownIsForgotten(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 3)
	knownRun(t, s, 2, refs...)
	must(t, s.Join(t.Context(), "r2", []pipeline.Member{{Row: 5, Head: 4}}))
	want := Forgotten{Runs: 2, Rows: 6, Attempts: 3}
	if diff := cmp.Diff(want, ask(l.Forget(t.Context(), noon.Add(2*time.Hour), false))(t)); diff != "" {
		t.Error(diff)
	}
	if len(outcomes(t, l, "r2")) != 0 || records(t, l, "member") != 0 {
		t.Error("rows are left")
	}
	if runs := ask(l.Runs(t.Context()))(t); runs[1].Counts[pipeline.Known] != 4 {
		t.Errorf("counts %v", runs[1].Counts)
	}
}

// TestKnownFollowsACorrection: when a customer turns out never to have been created, the rows of later runs that were
// known as it become pending, and no others.
func TestKnownFollowsACorrection(t *testing.T) { forStores(t, testKnownFollowsACorrection) }

func testKnownFollowsACorrection(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 2)
	open := intent(9, "open", "")
	begun(t, s, "r1", open)
	ask(s.Settle(t.Context(), []Verdict{verdict(open, VerdictID, "cus-by-hand")}))(t)
	knownRun(t, s, 2, refs[0], open.Ref, refs[1])
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r2", Counts: pipeline.Counts{pipeline.Known: 3}}))
	absent := verdict(open, VerdictAbsent, "")
	absent.Correct = true
	ask(s.Settle(t.Context(), []Verdict{absent}))(t)
	got := outcomes(t, l, "r2")
	if got[2].State != pipeline.Known || got[3].State != pipeline.Pending || got[4].State != pipeline.Known {
		t.Errorf("%+v", got)
	}
	want := pipeline.Counts{pipeline.Known: 2, pipeline.Pending: 1}
	if diff := cmp.Diff(want, ask(l.Runs(t.Context()))(t)[1].Counts); diff != "" {
		t.Error(diff)
	}
}

// TestKnownIsExamined: a record that does not match its rows is found.
func TestKnownIsExamined(t *testing.T) { forStores(t, testKnownIsExamined) }

func testKnownIsExamined(t *testing.T, on rooms) {
	for name, c := range map[string]struct {
		harm string
		want pipeline.MessageCode
	}{
		"sound":       {"SELECT 1", ""},
		"cut off":     {"UPDATE known SET refs = substr(refs, 1, 3)", "ledger.known_misfit"},
		"too few":     {"UPDATE known SET refs = '[1,2]'", "ledger.known_misfit"},
		"overlapping": {"INSERT INTO known VALUES (2, 3, 3, 0, '[1]')", "ledger.known_misfit"},
		"backwards":   {"UPDATE known SET last = first - 1", "ledger.known_misfit"},
		"twice": {`INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id, attempts, at,
			problems) VALUES (2, 3, 'known', 1, 0, '', '', '', 0, 0, '')`, "ledger.known_misfit"},
		"no customer": {"UPDATE known SET refs = '[1,2,99]'", "ledger.customer_missing"},
		"refused":     {`UPDATE customer SET state = 'rejected', ended = NULL WHERE ref = 1`, "ledger.known_unclaimed"},
		"another's":   {"UPDATE customer SET namespace = 9 WHERE ref = 1", "ledger.known_unclaimed"},
		"no number":   {"UPDATE known SET refs = '[1,2,{}]'", "ledger.customer_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			l, s, _ := on.opened(t)
			knownRun(t, s, 2, madeCustomers(t, s, 3)...)
			alter(t, l, c.harm)
			e := ask(l.Examine(t.Context()))(t)
			found := slices.ContainsFunc(e.Faults, func(m *pipeline.Message) bool { return m.Code == c.want })
			if found != (c.want != "") || c.want == "" && len(e.Faults) > 0 {
				t.Errorf("%v, want %q", e.Faults, c.want)
			}
		})
	}
}

// TestAnyKnown: in whatever order rows are recorded, in records or not, each has the
// one outcome that was recorded first, and they are read in their order.
func TestAnyKnown(t *testing.T) { forStores(t, testAnyKnown) }

func testAnyKnown(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 3)
	runs := 1
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		run := fmt.Sprint("r", runs)
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: run, Namespace: sandbox, Started: noon}))
		want := map[int]string{}
		for range rapid.IntRange(1, 12).Draw(rt, "records") {
			var batch []pipeline.Outcome
			next, legal := map[int]string{}, true
			for row := rapid.IntRange(2, 20).Draw(rt, "row"); len(batch) < 6; row++ {
				o := pipeline.Outcome{Row: row, State: pipeline.Invalid}
				switch rapid.IntRange(0, 5).Draw(rt, "kind") {
				case 0:
					continue // a row that was not sent yet
				case 1:
				default:
					o.State, o.Ref = pipeline.Known, rapid.SampledFrom(refs).Draw(rt, "ref")
				}
				_, there := want[row]
				legal = legal && !there
				next[row] = fmt.Sprint(o.State, o.Ref)
				batch = append(batch, o)
			}
			if err := s.Record(t.Context(), run, batch); (err == nil) != legal {
				rt.Fatalf("legal %v, got %v", legal, err)
			}
			for row, o := range next {
				if legal {
					want[row] = o
				}
			}
		}
		got := map[int]string{}
		for row, o := range outcomes(t, l, run) {
			got[row] = fmt.Sprint(o.State, o.Ref)
			if one, there, err := l.RowOutcome(t.Context(), run, row); err != nil || !there || one.Row != row ||
				one.Ref != o.Ref || one.State != o.State {
				rt.Fatalf("row %d alone: %+v, %v", row, one, err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
	if e := ask(l.Examine(t.Context()))(t); len(e.Faults) > 0 {
		t.Error(e.Faults)
	}
}

// TestKnownPages: records longer than a page, and rows between them, are read in order while the caller writes.
func TestKnownPages(t *testing.T) { forStores(t, testKnownPages) }

func testKnownPages(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 2)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	const rows = 3*outcomePage + 7
	for first := 2; first < rows; first += outcomePage + 3 {
		must(t, s.Record(t.Context(), "r2", known(first, slices.Repeat(refs, outcomePage/2)...)))
		must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: first + outcomePage + 1, State: pipeline.Invalid}}))
	}
	n, last := 0, 1
	for o, err := range l.Outcomes(t.Context(), "r2") {
		must(t, err)
		if n++; o.Row <= last {
			t.Fatalf("row %d after row %d", o.Row, last)
		}
		last = o.Row
		if n == 1 {
			must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 2 * rows, State: pipeline.Invalid}}))
		}
	}
	if want := 3*(outcomePage+1) + 1; n != want || last != 2*rows {
		t.Errorf("%d rows to row %d, want %d", n, last, want)
	}
}
