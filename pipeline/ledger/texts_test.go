package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// oddTexts are texts that a provider may send and that a store could mangle.
var oddTexts = []string{"", "plain", "nul\x00inside", "\x00", "not UTF-8 \xff\xc3(", "sub \x1a00 and \x1a", "\x1a",
	"ñ 漢字 🙂 \ufffd", `quote ' " \ \0 $1 ?1`, "line\r\n\ttab", strings.Repeat("long ", 10_000)}

// TestOddTexts: a text of a provider reads back byte by byte.
func TestOddTexts(t *testing.T) { forStores(t, testOddTexts) }

func testOddTexts(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	for i, text := range oddTexts {
		for j, state := range []pipeline.State{pipeline.Created, pipeline.Existing, pipeline.Rejected} {
			in := intent(2+3*i+j, fmt.Sprint("R", i, j), "")
			in.IdempotencyKey = text + fmt.Sprint(i, j)
			begun(t, s, "r1", in)
			st := settlement(in, state)
			o := &st.Outcome
			if state.IsClaim() {
				o.CustomerID = text + fmt.Sprint("-", i, j)
			}
			o.Code, o.RequestID, o.ProviderStatus, o.ProviderCreatedAt = text, text, text, text
			st.Attempts[0].Code, st.Attempts[0].RequestID = text, text
			must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
			got := outcomes(t, l, "r1")[in.Row]
			if got.State != state || got.Code != text || got.RequestID != text || got.CustomerID != o.CustomerID ||
				state.IsClaim() && (got.ProviderStatus != text || got.ProviderCreatedAt != text) {
				t.Errorf("%q, %s: %+v", text, state, got)
			}
			a := ask(l.Attempts(t.Context(), in.Ref))(t)
			if len(a) != 1 || a[0].Code != text || a[0].RequestID != text {
				t.Errorf("%q, %s: attempts %+v", text, state, a)
			}
		}
	}
	row := 1000
	var invalid []pipeline.Outcome
	for _, text := range oddTexts {
		row++
		invalid = append(invalid, pipeline.Outcome{Row: row, State: pipeline.Invalid, Code: text, RequestID: text})
	}
	must(t, s.Record(t.Context(), "r1", invalid))
	got := outcomes(t, l, "r1")
	for _, o := range invalid {
		if g := got[o.Row]; g.Code != o.Code || g.RequestID != o.RequestID {
			t.Errorf("recorded %+v, read %+v", o, g)
		}
	}
	if e := ask(l.Examine(t.Context()))(t); len(e.Faults) > 0 {
		t.Error(e.Faults)
	}
}

// TestOddIDs: an ID is found as it was spelt.
func TestOddIDs(t *testing.T) { forStores(t, testOddIDs) }

func testOddIDs(t *testing.T, on rooms) {
	_, s, _ := on.opened(t)
	ids := []string{"plain", "%", "_", "a_b", "sub \x1a00", `quo"te'\`, "ñ", "{1,2}", "NULL"}
	for i, id := range ids {
		in := intent(2+i, fmt.Sprint("R", i), "")
		begun(t, s, "r1", in)
		st := settlement(in, pipeline.Created)
		st.Outcome.CustomerID = id
		must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
	}
	for i, c := range ask(s.FindIDs(t.Context(), append(slices.Clone(ids), "axb", "p%")))(t) {
		if (c != nil) != (i < len(ids)) || c != nil && c.Outcome.Row != 2+i {
			t.Errorf("%d: %+v", i, c)
		}
	}
}

// TestRunsByTheirBeginnings: wildcards of LIKE in an ID stand for themselves.
func TestRunsByTheirBeginnings(t *testing.T) { forStores(t, testRunsByTheirBeginnings) }

func testRunsByTheirBeginnings(t *testing.T, on rooms) {
	l := on(t).open(t)
	for _, id := range []string{"a_1", "ax1", "b%", "bb", `c\d`, "Ñu"} {
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: id, Namespace: sandbox}))
	}
	for begin, want := range map[string]string{"a_": "a_1", "b%": "b%", `c\`: `c\d`, "Ñ": "Ñu", "a": "", "%": "", "ñ": ""} {
		run, err := l.Run(t.Context(), begin)
		if run.ID != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", begin, run.ID, err)
		}
	}
	var order []string
	must(t, l.read(t.Context(), func(tx *transaction) error {
		return tx.each("SELECT id FROM run ORDER BY id", nil, func(rows *cursor) error {
			order = append(order, "")
			return rows.Scan(&order[len(order)-1])
		})
	}))
	if !slices.IsSorted(order) {
		t.Errorf("not by their bytes: %q", order)
	}
}

// TestTimesAndTruths: times are stored to the millisecond, the zero time and booleans read back unchanged.
func TestTimesAndTruths(t *testing.T) { forStores(t, testTimesAndTruths) }

func testTimesAndTruths(t *testing.T, on rooms) {
	l := on(t).open(t)
	var want []pipeline.Run
	for i, at := range []time.Time{noon, time.UnixMilli(-1), time.UnixMilli(1), noon.Add(1_999_999)} {
		run := pipeline.Run{ID: fmt.Sprint("t", i), Namespace: sandbox, Started: at.UTC(),
			Reading: pipeline.Reading{AllRows: i%2 == 0}, Counts: pipeline.Counts{}}
		must(t, l.StartRun(t.Context(), run))
		if i == 3 {
			run.Finished = at.Add(time.Hour)
			must(t, l.FinishRun(t.Context(), run))
		}
		run.Started, run.Finished = at.UTC().Truncate(time.Millisecond), run.Finished.Truncate(time.Millisecond)
		want = append(want, run)
	}
	for i, got := range ask(l.Runs(t.Context()))(t) {
		w := want[i]
		if !got.Started.Equal(w.Started) || !got.Finished.Equal(w.Finished) || got.Reading.AllRows != w.Reading.AllRows {
			t.Errorf("%+v, want %+v", got, w)
		}
	}
}

// TestLongStretch: a record of very many known rows is stored whole and read in pages.
func TestLongStretch(t *testing.T) { forStores(t, testLongStretch) }

func testLongStretch(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	refs := madeCustomers(t, s, 1)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	known := make([]pipeline.Outcome, 30_000)
	for i := range known {
		known[i] = pipeline.Outcome{Row: i + 2, State: pipeline.Known, Ref: refs[0]}
	}
	must(t, s.Record(t.Context(), "r2", known))
	if n := records(t, l, "known"); n != 1 {
		t.Errorf("%d records", n)
	}
	if got := outcomes(t, l, "r2"); len(got) != len(known) || got[30_001].Ref != refs[0] {
		t.Errorf("%d rows", len(got))
	}
}

// TestReadersAtOnce: several goroutines read while one writes, and each sees whole transactions.
func TestReadersAtOnce(t *testing.T) { forStores(t, testReadersAtOnce) }

func testReadersAtOnce(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	const pairs = 20
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				// Rows are begun two at a time.
				n, err := s.Unsettled(context.Background())
				if err != nil || n%2 != 0 {
					t.Errorf("%d unsettled, %v", n, err)
					return
				}
				var claimed int
				for _, c := range ask(s.Find(context.Background(), []pipeline.Tag{s.KeyTag("reference", "A0"),
					s.KeyTag("reference", "B0")}))(t) {
					if c != nil {
						claimed++
					}
				}
				if claimed == 1 {
					t.Error("half a commit was read")
					return
				}
			}
		})
	}
	for i := range pairs {
		begun(t, s, "r1", intent(2*i+2, fmt.Sprint("A", i), ""), intent(2*i+3, fmt.Sprint("B", i), ""))
	}
	close(done)
	readers.Wait()
	if got := outcomes(t, l, "r1"); len(got) != 2*pairs {
		t.Errorf("%d rows", len(got))
	}
}

// TestCancelledReading: cancelling a read leaves the ledger usable.
func TestCancelledReading(t *testing.T) { forStores(t, testCancelledReading) }

func testCancelledReading(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	begun(t, s, "r1", intent(2, "A", ""), intent(3, "B", ""))
	ctx, cancel := context.WithCancel(t.Context())
	rows := 0
	err := l.read(ctx, func(tx *transaction) error {
		return tx.each("SELECT ref FROM customer ORDER BY ref", nil, func(*cursor) error {
			cancel()
			rows++
			var one int
			return tx.one("SELECT count(*) FROM sealed", nil, &one)
		})
	})
	if rows != 2 || err != nil {
		t.Errorf("%d rows, %v", rows, err)
	}
	for _, err := range l.Outcomes(ctx, "r1") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("another read: %v", err)
		}
	}
	if _, err := s.Find(ctx, []pipeline.Tag{{1}}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search: %v", err)
	}
	if err := wrote(s.Write(ctx, "r1", []*pipeline.Intent{intent(4, "C", "")}, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("a write: %v", err)
	}
	if diff := cmp.Diff(2, len(outcomes(t, l, "r1"))); diff != "" {
		t.Error(diff)
	}
	begun(t, s, "r1", intent(4, "C", ""))
}
