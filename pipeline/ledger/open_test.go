package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// nights is a ledger whose runs went through their books, one a day.
type nights struct {
	t *testing.T
	l *Ledger
	s *Space
	n int
}

func newNights(t *testing.T, on rooms) *nights {
	l := on(t).open(t)
	return &nights{t: t, l: l, s: space(t, l)}
}

// begin starts a run of the file of that digest at path.
func (n *nights) begin(path, sha256 string) *pipeline.Run {
	n.n++
	run := &pipeline.Run{ID: fmt.Sprintf("n%d", n.n), Namespace: sandbox, Book: path, Path: path, SHA256: sha256,
		Started: noon.AddDate(0, 0, n.n)}
	must(n.t, n.l.StartRun(n.t.Context(), *run))
	return run
}

// end finishes a run that left those outcomes.
func (n *nights) end(run *pipeline.Run, outcomes ...pipeline.Outcome) {
	counts := pipeline.Counts{}
	for i := range outcomes {
		outcomes[i].At = run.Started
		counts[outcomes[i].State]++
	}
	must(n.t, n.s.Record(n.t.Context(), run.ID, outcomes))
	run.Counts = counts
	must(n.t, n.l.FinishRun(n.t.Context(), *run))
}

func (n *nights) run(path, sha256 string, outcomes ...pipeline.Outcome) *pipeline.Run {
	run := n.begin(path, sha256)
	n.end(run, outcomes...)
	return run
}

// row is an outcome of a row with that reference and data.
func (n *nights) row(row int, state pipeline.State, reference, data string) pipeline.Outcome {
	o := pipeline.Outcome{Row: row, State: state}
	if data != "" {
		o.Data = n.s.BodyTag([]pipeline.Entry{{Path: "name", Value: data}})
	}
	if reference != "" {
		o.Keys = []pipeline.Tag{n.s.KeyTag("reference", reference)}
	}
	return o
}

// fix starts a run of the sheet Fix of a run.
func (n *nights) fix(of *pipeline.Run, path, sha256 string) *pipeline.Run {
	n.n++
	run := &pipeline.Run{ID: fmt.Sprintf("n%d", n.n), Namespace: sandbox, Book: path, Path: path, SHA256: sha256,
		Of:      pipeline.OriginBook{Path: of.Path, Sheet: of.Sheet, SHA256: of.SHA256},
		Started: noon.AddDate(0, 0, n.n)}
	must(n.t, n.l.StartRun(n.t.Context(), *run))
	return run
}

// want compares the open rows: run, row, state, and the day since when.
func (n *nights) want(what string, want ...string) {
	n.t.Helper()
	var got []string
	for _, r := range ask(n.l.Open(n.t.Context()))(n.t) {
		got = append(got, fmt.Sprintf("%s:%d %s %d", r.Run.ID, r.Outcome.Row, r.Outcome.State,
			int(r.Since.Sub(noon)/(24*time.Hour))))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		n.t.Errorf("%s: %s", what, diff)
	}
}

// TestOpenRows: what each run leaves to a person stays open until something closes it.
func TestOpenRows(t *testing.T) { forStores(t, testOpenRows) }

func testOpenRows(t *testing.T, on rooms) {
	n := newNights(t, on)
	n.want("a new ledger")
	n.run("/in/a.csv", "a1", n.row(2, pipeline.Invalid, "A", "a"), n.row(3, pipeline.Duplicate, "B", "b"),
		n.row(4, pipeline.Pending, "", ""),
		pipeline.Outcome{Row: 5, State: pipeline.Duplicate, Code: pipeline.CodeSameData})
	n.run("/in/b.csv", "b1", n.row(2, pipeline.Changed, "C", "c"), n.row(9, pipeline.Rejected, "D", "d"))
	n.want("two books", "n1:2 invalid 1", "n1:3 duplicate 1", "n2:2 changed 2", "n2:9 rejected 2")

	// A later book at the same path: one row moved but unaltered, one in a new state.
	n.run("/in/a.csv", "a2", n.row(7, pipeline.Invalid, "A", "a"), n.row(8, pipeline.Rejected, "B", "b"))
	n.want("a later book", "n2:2 changed 2", "n2:9 rejected 2", "n3:7 invalid 1", "n3:8 rejected 3")

	// A run that stopped early, and one that is not finished, say nothing of the rest of their books.
	broken := n.begin("/in/a.csv", "a3")
	must(t, n.l.FinishRun(t.Context(), *broken))
	n.begin("/in/b.csv", "b2")
	n.want("broken runs", "n2:2 changed 2", "n2:9 rejected 2", "n3:7 invalid 1", "n3:8 rejected 3")

	// A customer with its key is created through another book.
	made := intent(5, "D", "")
	run := n.begin("/in/c.csv", "c1")
	begun(t, n.s, run.ID, made)
	n.want("on its way", "n2:2 changed 2", "n2:9 rejected 2", "n3:7 invalid 1", "n3:8 rejected 3", "n6:5 uncertain 0")
	must(t, wrote(n.s.Write(t.Context(), run.ID, nil, []pipeline.Settlement{settlement(made, pipeline.Created)})))
	n.end(run, n.row(6, pipeline.Duplicate, "D", "d"))
	n.want("settled", "n2:2 changed 2", "n3:7 invalid 1", "n3:8 rejected 3", "n6:6 duplicate 6")

	// The same row in a book of another name is listed there.
	n.run("/in/d.csv", "d1", n.row(2, pipeline.Invalid, "A", "a"))
	n.want("another name", "n2:2 changed 2", "n3:8 rejected 3", "n6:6 duplicate 6", "n7:2 invalid 1")
	rows := ask(n.l.Open(t.Context()))(t)
	if also := rows[3].Also; len(also) != 1 || also[0].Run.ID != "n3" || also[0].Row != 7 ||
		!rows[3].OfBook(also[0].Run) || rows[2].OfBook(also[0].Run) {
		t.Errorf("also in %+v", also)
	}
}

// TestOpenToSettle: a request without an answer is open wherever it was sent from, in the present state of its
// customer.
func TestOpenToSettle(t *testing.T) { forStores(t, testOpenToSettle) }

func testOpenToSettle(t *testing.T, on rooms) {
	n := newNights(t, on)
	run := n.begin("/in/a.csv", "a1")
	sent := []*pipeline.Intent{intent(2, "A", ""), intent(3, "B", ""), intent(4, "C", ""), intent(5, "D", "")}
	begun(t, n.s, run.ID, sent...)
	n.want("killed", "n1:2 uncertain 0", "n1:3 uncertain 0", "n1:4 uncertain 0", "n1:5 uncertain 0")

	// The next run of the book has them in other rows, and settles two.
	again := n.begin("/in/a.csv", "a1")
	n.end(again, pipeline.Outcome{Row: 12, State: pipeline.Uncertain, Ref: sent[0].Ref},
		pipeline.Outcome{Row: 13, State: pipeline.Uncertain, Ref: sent[1].Ref},
		pipeline.Outcome{Row: 14, State: pipeline.Uncertain, Ref: sent[2].Ref})
	n.want("met again", "n1:5 uncertain 0", "n2:12 uncertain 0", "n2:13 uncertain 0", "n2:14 uncertain 0")
	other := n.begin("/in/b.csv", "b1")
	must(t, wrote(n.s.Write(t.Context(), other.ID, nil, []pipeline.Settlement{settlement(sent[1], pipeline.Created),
		settlement(sent[2], pipeline.Rejected)})))
	n.end(other)
	n.want("settled elsewhere", "n1:5 uncertain 0", "n2:12 uncertain 0", "n2:14 rejected 2")
	absent := []Verdict{{Ref: sent[3].Ref, Kind: VerdictAbsent, By: "Ana Ruiz"},
		{Ref: sent[0].Ref, Kind: VerdictID, CustomerID: "cus-9", By: "Ana Ruiz"}}
	ask(n.s.Settle(t.Context(), absent))(t)
	n.want("by a person", "n2:14 rejected 2")

	// A customer that exists, without an ID.
	exists := intent(7, "E", "")
	found := n.begin("/in/e.csv", "e1")
	begun(t, n.s, found.ID, exists)
	without := settlement(exists, pipeline.Existing)
	without.Outcome.CustomerID = ""
	must(t, wrote(n.s.Write(t.Context(), found.ID, nil, []pipeline.Settlement{without})))
	n.end(found)
	n.want("without an ID", "n2:14 rejected 2", "n4:7 existing 0")
	n.run("/in/e.csv", "e2", pipeline.Outcome{Row: 8, State: pipeline.Existing, Ref: exists.Ref})
	n.want("met in a later book", "n2:14 rejected 2", "n5:8 existing 0")
}

// TestFixedRowsAreClosed: a sheet Fix has its book's row numbers, and its outcomes replace those of the book's rows.
func TestFixedRowsAreClosed(t *testing.T) { forStores(t, testFixedRowsAreClosed) }

func testFixedRowsAreClosed(t *testing.T, on rooms) {
	n := newNights(t, on)
	book := n.run("/in/a.csv", "a1", n.row(2, pipeline.Invalid, "A", "a"), n.row(3, pipeline.Invalid, "B", "b"),
		n.row(4, pipeline.Invalid, "", ""), n.row(5, pipeline.Invalid, "", ""), n.row(6, pipeline.Changed, "C", "c"))
	made := intent(2, "other", "")
	fix := n.fix(book, "/in/fix.xlsx", "f1")
	begun(t, n.s, fix.ID, made)
	must(t, wrote(n.s.Write(t.Context(), fix.ID, nil, []pipeline.Settlement{settlement(made, pipeline.Created)})))
	n.end(fix, n.row(3, pipeline.Rejected, "B", "bb"), n.row(4, pipeline.Pending, "", ""),
		pipeline.Outcome{Row: 6, State: pipeline.Known, Ref: made.Ref})
	n.want("one fixed, one refused, one pending", "n1:4 invalid 1", "n1:5 invalid 1", "n2:3 rejected 2")

	// The workbook of that run is a sheet Fix of the same book.
	n.end(n.fix(book, "/in/fix2.xlsx", "f2"), n.row(3, pipeline.Rejected, "B", "bb"))
	n.want("as it was", "n1:4 invalid 1", "n1:5 invalid 1", "n3:3 rejected 2")

	// A later book at that path also closes the rows that its sheets Fix left open.
	n.run("/in/a.csv", "a2", n.row(4, pipeline.Invalid, "", ""))
	n.want("a later book", "n4:4 invalid 4")
}

// TestLastOfBooks: which runs say how a book is now.
func TestLastOfBooks(t *testing.T) {
	run := func(path, sha256 string, change ...func(*pipeline.Run)) pipeline.Run {
		r := pipeline.Run{Namespace: sandbox, Book: path, Path: path, SHA256: sha256}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	sheet := func(name string) func(*pipeline.Run) { return func(r *pipeline.Run) { r.Sheet = name } }
	moved := func(to string) func(*pipeline.Run) { return func(r *pipeline.Run) { r.MovedTo = to } }
	old := func(r *pipeline.Run) { r.Path = "" }
	elsewhere := func(r *pipeline.Run) { r.Namespace.Env = "production" }
	named := func(book string) func(*pipeline.Run) { return func(r *pipeline.Run) { r.Book = book } }
	for _, c := range []struct {
		name string
		runs []pipeline.Run
		want []int
	}{
		{"another file at the path", []pipeline.Run{run("/a", "1"), run("/b", "2"), run("/a", "3")}, []int{1, 2}},
		{"the same file again", []pipeline.Run{run("/a", "1"), run("/a", "1")}, []int{1}},
		{"the same file elsewhere", []pipeline.Run{run("/a", "1"), run("/b", "1")}, []int{1}},
		{"two sheets", []pipeline.Run{run("/a", "1", sheet("x")), run("/a", "1", sheet("y"))}, []int{0, 1}},
		{"two sheets, then another file", []pipeline.Run{run("/a", "1", sheet("x")), run("/a", "1", sheet("y")),
			run("/a", "2", sheet("x"))}, []int{2}},
		{"another account", []pipeline.Run{run("/a", "1"), run("/a", "2", elsewhere)}, []int{0, 1}},
		{"from where it was put", []pipeline.Run{run("/in/a", "1", moved("/in/done/a")), run("/in/done/a", "2")}, []int{1}},
		{"put away, and the next", []pipeline.Run{run("/in/a", "1", moved("/in/done/a")),
			run("/in/a", "2", moved("/in/done/a-2")), run("/in/done/a-2", "3")}, []int{2}},
		{"standard input", []pipeline.Run{run("-", "1", old), run("-", "2", old)}, []int{0, 1}},
		{"an older muster's", []pipeline.Run{run("a", "1", old), run("/in/a", "2", named("a"))}, []int{1}},
		{"an older muster's, absolute", []pipeline.Run{run("/in/a", "1", old), run("/in/a", "2")}, []int{1}},
	} {
		var runs []numberedRun
		for i := range c.runs {
			runs = append(runs, numberedRun{int64(i), &c.runs[i]})
		}
		var got []int
		for _, r := range lastOfBooks(runs) {
			got = append(got, int(r.number))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestDismiss: a dismissed row is closed until its data or its state change, and the ledger keeps who dismissed it.
func TestDismiss(t *testing.T) { forStores(t, testDismiss) }

func testDismiss(t *testing.T, on rooms) {
	n := newNights(t, on)
	n.run("/in/a.csv", "a1", n.row(2, pipeline.Invalid, "A", "a"), n.row(3, pipeline.Invalid, "", ""),
		n.row(4, pipeline.Duplicate, "B", "b"))
	for _, row := range []int{2, 3} {
		r := ask(n.l.Dismiss(t.Context(), "n1", row, "Ana Ruiz"))(t)
		if r.Outcome.Row != row || r.Outcome.State != pipeline.Invalid {
			t.Errorf("%+v", r)
		}
	}
	n.want("dismissed", "n1:4 duplicate 1")
	if _, err := n.l.Dismiss(t.Context(), "n1", 2, "Ana Ruiz"); faultOfDismissal(err) != DismissNotOpen {
		t.Errorf("again: %v", err)
	}
	want := []Dismissal{{2, pipeline.Invalid, "Ana Ruiz", noon}, {3, pipeline.Invalid, "Ana Ruiz", noon}}
	if diff := cmp.Diff(want, ask(n.l.Dismissals(t.Context(), "n1"))(t)); diff != "" {
		t.Error(diff)
	}
	n.run("/in/a.csv", "a2", n.row(5, pipeline.Invalid, "A", "a"))
	n.want("unaltered in a later book")
	n.run("/in/a.csv", "a3", n.row(5, pipeline.Rejected, "A", "a"))
	n.want("in another state", "n3:5 rejected 3")
	n.run("/in/a.csv", "a4", n.row(5, pipeline.Invalid, "A", "other"))
	n.want("with other data", "n4:5 invalid 4")

	run := n.begin("/in/b.csv", "b1")
	begun(t, n.s, run.ID, intent(2, "Z", ""))
	if _, err := n.l.Dismiss(t.Context(), run.ID, 2, "Ana Ruiz"); faultOfDismissal(err) != DismissToSettle {
		t.Errorf("what was sent: %v", err)
	}
}

func faultOfDismissal(err error) DismissFault {
	if e, ok := err.(*DismissError); ok {
		return e.Fault
	}
	return ""
}

// TestOpenIsIndexed: Open reads only the rows that need a person, however many outcomes the ledger has.
func TestOpenIsIndexed(t *testing.T) {
	l, _, _ := opened(t)
	for text, index := range map[string]string{
		strings.Replace(readNeeds, "?", "1", 1):                      "outcome_needs",
		strings.NewReplacer("?1", "1", "?2", "1").Replace(fixedInto): "fixed_broken",
		strings.Replace(readMet, "?", "1", 1):                        "outcome_open",
		readSealed:                                                   "sealed",
		readWithoutID:                                                "customer_without_id",
		strings.Replace(strings.Replace(firstSeen, "?", "x'01'", 1), "?", "'x'", 1): "outcome_data",
		strings.NewReplacer("?1", "x'01'", "?2", "1").Replace(madeLater):            "SEARCH c USING INTEGER PRIMARY KEY",
	} {
		if plan := planOf(t, l, text); !strings.Contains(plan, index) || strings.Contains(plan, "SCAN o") ||
			strings.Contains(plan, "SCAN k") {
			t.Errorf("%s\n%s", text, plan)
		}
	}
}
