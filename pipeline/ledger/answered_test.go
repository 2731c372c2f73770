package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// contents are everything that a ledger reports of its runs, rows and customers.
type contents struct {
	Runs      []pipeline.Run
	Outcomes  map[string][]pipeline.Outcome
	Customers []Customer
}

func contentsOf(t *testing.T, l *Ledger) (all contents) {
	t.Helper()
	all.Runs = ask(l.Runs(t.Context()))(t)
	all.Outcomes = map[string][]pipeline.Outcome{}
	for _, r := range all.Runs {
		for o, err := range l.Outcomes(t.Context(), r.ID) {
			must(t, err)
			all.Outcomes[r.ID] = append(all.Outcomes[r.ID], o)
			one, there, err := l.RowOutcome(t.Context(), r.ID, o.Row)
			if diff := cmp.Diff(o, one); err != nil || !there || diff != "" {
				t.Errorf("row %d alone: %v %s", o.Row, err, diff)
			}
		}
	}
	var refs []int64
	must(t, l.read(t.Context(), func(tr *transaction) error {
		return tr.each("SELECT ref FROM customer ORDER BY ref", nil, func(rows *cursor) error {
			refs = append(refs, 0)
			return rows.Scan(&refs[len(refs)-1])
		})
	}))
	all.Customers = ask(l.Customers(t.Context(), refs))(t)
	for _, c := range all.Customers {
		attempts := ask(l.Attempts(t.Context(), c.Ref))(t)
		if len(attempts) != len(c.Attempts) {
			t.Errorf("customer %d: %d attempts, and %d in its story", c.Ref, len(attempts), len(c.Attempts))
			continue
		}
		for i := range attempts {
			if diff := cmp.Diff(attempts[i], c.Attempts[i].Attempt); diff != "" {
				t.Errorf("customer %d: %s", c.Ref, diff)
			}
		}
	}
	return all
}

// TestAnsweredIsOneRecord: a row that was sent once, and created, reads the same from its customer alone as from the
// three records that an older muster kept.
func TestAnsweredIsOneRecord(t *testing.T) { forStores(t, testAnsweredIsOneRecord) }

func testAnsweredIsOneRecord(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	must(t, s.Join(t.Context(), "r1", []pipeline.Member{{Row: 5, Head: 4}}))
	madeCustomers(t, s, 3)
	if n := records(t, l, "outcome") + records(t, l, "attempt"); n != 0 {
		t.Errorf("%d records", n)
	}
	now := contentsOf(t, l)
	if o := now.Outcomes["r1"][1]; o.State != pipeline.Created || o.Row != 3 || o.CustomerID == "" || o.Attempts != 1 ||
		o.HTTPStatus != 201 || o.RequestID != "req-1" || !o.At.Equal(noon.Add(time.Second)) {
		t.Errorf("row 3: %+v", o)
	}
	if a := now.Customers[1].Attempts; len(a) != 1 || a[0].Run != "r1" || a[0].Verdict != pipeline.VerdictCreated ||
		!a[0].Sent.Equal(noon.Add(time.Second)) || !a[0].Ended.Equal(noon.Add(2*time.Second)) {
		t.Errorf("attempts of row 3: %+v", a)
	}
	if diff := cmp.Diff(pipeline.Counts{pipeline.Created: 4}, now.Runs[0].Counts); diff != "" {
		t.Error(diff)
	}
	alter(t, l, `
		INSERT INTO outcome (run, row, state, customer, http_status, code, message, says, request_id, attempts, at, problems)
			SELECT run, row, state, ref, http_status, code, message, says, request_id, attempts, at, '' FROM customer;
		INSERT INTO attempt (customer, number, run, sent, ended, verdict, http_status, code, message, says, request_id)
			SELECT ref, 1, run, at, ended, 'created', http_status, code, message, says, request_id FROM customer;
		UPDATE customer SET ended = NULL`)
	if diff := cmp.Diff(now, contentsOf(t, l)); diff != "" {
		t.Errorf("records read otherwise: %s", diff)
	}
}

// TestAnsweredIsRefused: such a row takes no second outcome, as any other.
func TestAnsweredIsRefused(t *testing.T) { forStores(t, testAnsweredIsRefused) }

func testAnsweredIsRefused(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 2)
	before := dump(t, l)
	record := func(rows ...pipeline.Outcome) error { return s.Record(t.Context(), "r1", rows) }
	again := settlement(&pipeline.Intent{Row: 3, Ref: refs[1]}, pipeline.Created)
	for name, err := range map[string]error{
		"recorded":       record(pipeline.Outcome{Row: 3, State: pipeline.Invalid}),
		"known":          record(known(3, refs[1])...),
		"among known":    record(known(3, refs[1], refs[0], refs[1])...),
		"begun":          wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{intent(3, "other", "")}, nil)),
		"begun in a row": wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{intent(8, "a", ""), intent(2, "b", "")}, nil)),
	} {
		if !isA[*OutcomeError](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{again})); !isA[*MoveError](err) {
		t.Errorf("settled again: %v", err)
	}
	if diff := cmp.Diff(before, dump(t, l)); diff != "" {
		t.Errorf("a refusal wrote something: %s", diff)
	}
}

// TestAnsweredWithRecords: where there is more to say than the customer does, the
// outcome and the attempts have records of their own.
func TestAnsweredWithRecords(t *testing.T) { forStores(t, testAnsweredWithRecords) }

func testAnsweredWithRecords(t *testing.T, on rooms) {
	for name, alter := range map[string]func(st *pipeline.Settlement){
		"refused":   func(st *pipeline.Settlement) { st.Outcome.State = pipeline.Rejected },
		"existing":  func(st *pipeline.Settlement) { st.Outcome.State = pipeline.Existing },
		"by others": func(st *pipeline.Settlement) { st.Attempts[0].Verdict = pipeline.VerdictExists },
		"without":   func(st *pipeline.Settlement) { st.Attempts = nil },
		"two": func(st *pipeline.Settlement) {
			st.Attempts, st.Outcome.Attempts = append(st.Attempts, st.Attempts[0]), 2
		},
		"counted on":    func(st *pipeline.Settlement) { st.Outcome.Attempts = 3 },
		"another time":  func(st *pipeline.Settlement) { st.Outcome.At = noon },
		"no end":        func(st *pipeline.Settlement) { st.Attempts[0].Ended = time.Time{} },
		"other status":  func(st *pipeline.Settlement) { st.Attempts[0].HTTPStatus = 500 },
		"other code":    func(st *pipeline.Settlement) { st.Attempts[0].Code = "busy" },
		"other request": func(st *pipeline.Settlement) { st.Attempts[0].RequestID = "req-2" },
		"other words":   func(st *pipeline.Settlement) { st.Outcome.Message = said("found again") },
		"problems": func(st *pipeline.Settlement) {
			st.Outcome.Problems = []pipeline.Problem{{Field: "name", Message: said("odd")}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, s, _ := on.opened(t)
			in := intent(2, "A", "")
			begun(t, s, "r1", in)
			st := settlement(in, pipeline.Created)
			alter(&st)
			must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
			if n := records(t, l, "outcome"); n != 1 {
				t.Errorf("%d outcomes", n)
			}
			got := ask(l.Attempts(t.Context(), in.Ref))(t)
			if diff := cmp.Diff(append([]pipeline.Attempt(nil), st.Attempts...), got); diff != "" {
				t.Error(diff)
			}
		})
	}
	// A customer that had an attempt before, and one that another run settles.
	l, s, _ := on.opened(t)
	twice, later := intent(2, "A", ""), intent(3, "B", "")
	begun(t, s, "r1", twice, later)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(twice, pipeline.Uncertain)})))
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(twice, pipeline.Created)})))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	must(t, wrote(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{settlement(later, pipeline.Created)})))
	if n := records(t, l, "attempt"); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
	if got := outcomes(t, l, "r1"); got[2].State != pipeline.Created || got[2].Attempts != 2 ||
		got[3].State != pipeline.Uncertain {
		t.Errorf("%+v", got)
	}
}

// lines are what a ledger reports, one fact a line.
func (all contents) lines() string {
	var b strings.Builder
	row := func(o *pipeline.Outcome) string {
		return fmt.Sprintln(o.Run, o.Row, o.Ref, o.State, o.CustomerID, o.ProviderStatus, o.HTTPStatus, o.Code, o.Message,
			o.RequestID, o.Attempts, o.At.UnixMilli(), o.New, len(o.Problems))
	}
	for _, r := range all.Runs {
		fmt.Fprintln(&b, "run", r.ID, r.Namespace, r.Book, r.Counts)
		for i := range all.Outcomes[r.ID] {
			fmt.Fprint(&b, " ", row(&all.Outcomes[r.ID][i]))
		}
	}
	for _, c := range all.Customers {
		fmt.Fprint(&b, "customer ", c.Ref, " ", len(c.Keys), " ", row(&c.Outcome))
		for _, a := range c.Attempts {
			fmt.Fprintln(&b, " attempt", a.Run, a.Verdict, a.Sent.UnixMilli(), a.Ended.UnixMilli(), a.HTTPStatus, a.Code,
				a.Message, a.RequestID)
		}
		for i := range c.Met {
			fmt.Fprint(&b, " met ", row(&c.Met[i]))
		}
	}
	return b.String()
}

// TestOlderLedgerTellsTheSame: a ledger of an older muster reports the same of its runs, rows and customers as that
// muster did. told.txt was written by the version before outcomes could go without a record of their own.
func TestOlderLedgerTellsTheSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.sqlite")
	for from, to := range map[string]string{"ledger.sqlite": path, "ledger.sqlite.key": path + ".key"} {
		content := ask(os.ReadFile(filepath.Join("testdata", "before-forms", from)))(t)
		must(t, os.WriteFile(to, content, 0o600))
	}
	want := ask(os.ReadFile(filepath.Join("testdata", "before-forms", "told.txt")))(t)
	if diff := cmp.Diff(string(want), contentsOf(t, openAt(t, path)).lines()); diff != "" {
		t.Error(diff)
	}
}
