package enrol_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/standin"
)

func TestCheckSendsNothingAndLeavesNoTrace(t *testing.T) {
	w := rehearsal(t, "passport")
	b := w.open(enrol.Source{Path: w.write("book.csv", merchants("999000011", "12", "999000011"))})
	for _, written := range []bool{false, true} {
		w.job.Reports.Paths = nil
		if written {
			w.job.Reports.Paths = []string{w.path("report.csv")}
		}
		e, err := enrol.Check(t.Context(), w.job, b)
		if err != nil {
			t.Fatal(err)
		}
		wantCounts(t, e.Tally.Counts, pipeline.Counts{pipeline.Pending: 1, pipeline.Invalid: 1, pipeline.Duplicate: 1})
		if len(e.Reports) != len(w.job.Reports.Paths) || e.Tally.ToFix != 2 || e.Tally.Unfinished != 0 {
			t.Errorf("%d reports, %d to fix, %d unfinished", len(e.Reports), e.Tally.ToFix, e.Tally.Unfinished)
		}
	}
	if got, want := w.seen.names(), "NoLedger RowFound Found RowEnded Finished"; got != want {
		t.Errorf("seen: %s, want %s", got, want)
	}
	for _, r := range eventsOf[enrol.RowEnded](w.seen) {
		if r.Result.Waiting != (r.Result.State == pipeline.Pending) {
			t.Errorf("row %d is %s, waiting %v", r.Result.Row, r.Result.State, r.Result.Waiting)
		}
	}
	if text := w.read("report.csv"); strings.Count(text, "\n") != 4 {
		t.Errorf("the report:\n%s", text)
	}
	if _, err := os.Stat(w.path("muster.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a check left a ledger: %v", err)
	}
}

func TestImportIsSeenFromItsBeginningToItsEnd(t *testing.T) {
	w := rehearsal(t, "passport")
	e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv", merchants("999000011", "12", "999000033"))})
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, e.Run.Counts, pipeline.Counts{pipeline.Created: 2, pipeline.Invalid: 1})
	if e.Halt != nil || e.ReportErr != nil || e.Unsettled != 0 || len(e.Reports) != 1 || e.Pace.Calls != 2 {
		t.Errorf("the end: %+v", e)
	}
	if strings.Count(w.read("report.csv"), "rehearsal-") != 2 {
		t.Errorf("the report:\n%s", w.read("report.csv"))
	}
	const want = "Began RowFound Found Noted Planned SendBegan Staged CreateBegan CreateEnded Settled Progressed SendEnded " +
		"RowEnded Finished OpenCounted"
	if got := w.seen.names(); got != want {
		t.Errorf("seen:\n%s, want\n%s", got, want)
	}
	open := eventsOf[enrol.OpenCounted](w.seen)
	if len(open) != 1 || open[0].Counts[pipeline.Invalid] != 1 || open[0].Older.Total() != 0 {
		t.Errorf("open: %+v", open)
	}
	begun, ended := eventsOf[enrol.CreateBegan](w.seen), eventsOf[enrol.Settled](w.seen)
	if len(begun) != 2 || len(ended) != 2 || begun[0].KeyHash == "" || begun[0].KeyHash == begun[1].KeyHash {
		t.Fatalf("creates: %+v, settled: %+v", begun, ended)
	}
	for _, b := range begun {
		if b.KeyHash != ended[0].KeyHash && b.KeyHash != ended[1].KeyHash {
			t.Errorf("row %d was settled under another hash", b.Row)
		}
	}
	if p := eventsOf[enrol.Planned](w.seen)[0]; p.Ready != 2 || p.Sends != 2 || p.Pilot != 0 || p.Known != 0 || p.Asks {
		t.Errorf("planned: %+v", p)
	}
}

func TestLaterBookFindsTheEarlier(t *testing.T) {
	w := rehearsal(t, "passport")
	e := w.enroller()
	for i, want := range []pipeline.Counts{{pipeline.Created: 1}, {pipeline.Known: 1, pipeline.Created: 1}} {
		path := w.write("book.csv", merchants([]string{"999000011", "999000022"}[:i+1]...))
		w.job.Reports.Paths = nil
		r, err := e.Begin(t.Context(), w.open(enrol.Source{Path: path}))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Check(t.Context()), r.Send(t.Context())); err != nil {
			t.Fatal(err)
		}
		end, err := r.Report(t.Context())
		if err := r.Close(t.Context(), err); err != nil {
			t.Fatal(err)
		}
		wantCounts(t, end.Tally.Counts, want)
		if !enrol.Complete(r.Data()) {
			t.Errorf("run %d is not complete: %+v", i, r.Data())
		}
	}
}

func TestNoIsAHaltBeforeAnythingIsSent(t *testing.T) {
	w := rehearsal(t, "passport")
	server := w.sendTo()
	for _, c := range []struct {
		answer enrol.Answer
		says   string
	}{{enrol.No, "halt.answered_no"}, {enrol.Stopped, "halt.interrupted_at_question"}} {
		person := &asker{answer: c.answer}
		w.job.Asker = person
		w.job.Limits = enrol.Limits{Rows: 2, Pilot: 1}
		e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv",
			merchants("999000011", "999000022", "999000033"))})
		if err != nil {
			t.Fatal(err)
		}
		if e.Halt == nil || e.Halt.Reason != importer.HaltInterrupted || e.Halt.Error() != c.says ||
			e.Run.Halt.String() != c.says {
			t.Errorf("halt %v, in the ledger %v", e.Halt, e.Run.Halt)
		}
		wantCounts(t, e.Tally.Counts, pipeline.Counts{pipeline.Pending: 3})
		if q := person.asked[0]; len(person.asked) != 1 || q.Number() != 2 || q.Pilot != 1 || q.After != nil {
			t.Errorf("asked %+v", person.asked)
		}
	}
	if n := server.Creates(); n != 0 {
		t.Errorf("%d were sent", n)
	}
}

func TestPilot(t *testing.T) {
	refuse := standin.Fault{Kind: standin.StatusOnly, Status: 400, Nth: 1}
	for name, c := range map[string]struct {
		person *asker
		faults []standin.Fault
		counts pipeline.Counts
		halt   string
	}{
		"well, and nobody is asked": {nil, nil, pipeline.Counts{pipeline.Created: 3}, ""},
		"well, and yes":             {&asker{answer: enrol.Yes}, nil, pipeline.Counts{pipeline.Created: 3}, ""},
		"badly, and nobody is asked": {nil, []standin.Fault{refuse}, pipeline.Counts{pipeline.Rejected: 1,
			pipeline.Pending: 2}, "halt.pilot_failed count=1 failed=1 rejected left=2"},
	} {
		t.Run(name, func(t *testing.T) {
			w := rehearsal(t, "passport")
			w.sendTo(c.faults...)
			w.job.Limits.Pilot = 1
			if c.person != nil {
				w.job.Asker = c.person
			}
			e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv",
				merchants("999000011", "999000022", "999000033"))})
			if err != nil {
				t.Fatal(err)
			}
			wantCounts(t, e.Tally.Counts, c.counts)
			if e.Run.Halt.String() != c.halt {
				t.Errorf("halted: %v", e.Run.Halt)
			}
			pilots := eventsOf[enrol.Piloted](w.seen)
			if len(pilots) != 1 || pilots[0].Left != 2 || pilots[0].Asked != (c.person != nil) ||
				pilots[0].Passed() != (c.halt == "") {
				t.Errorf("pilots: %+v", pilots)
			}
			if c.person != nil && (len(c.person.asked) != 2 || c.person.asked[1].After == nil ||
				c.person.asked[1].Customers != 2) {
				t.Errorf("asked: %+v", c.person.asked)
			}
		})
	}
}

// A rehearsal that a person calls off after its pilot leaves no default file.
func TestRehearsalThatIsCalledOff(t *testing.T) {
	for answer, want := range map[enrol.Answer]int{enrol.Yes: 1, enrol.No: 0} {
		w := rehearsal(t, "passport")
		w.job.Limits.Pilot = 1
		w.job.Asker = &asker{answer: answer}
		w.job.Reports.Paths, w.job.Reports.Default, w.job.Reports.Folder = nil, true, t.TempDir()
		e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv",
			merchants("999000011", "999000022", "999000033"))})
		if err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(w.job.Reports.Folder)
		if err != nil || len(files) != want || len(e.Reports) != want {
			t.Errorf("answer %d: %v, %v (%v)", answer, files, e.Reports, err)
		}
	}
}

func TestStopLeavesTheOthersPending(t *testing.T) {
	w := rehearsal(t, "passport")
	w.job.Target.Limit.Concurrency = 1
	stopped := false
	w.seen.on = func(e enrol.Event) {
		if _, ok := e.(enrol.CreateEnded); ok && !stopped {
			stopped = true
			close(w.stop)
		}
	}
	e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv",
		merchants("999000011", "999000022", "999000033", "999000044", "999000055"))})
	if err != nil {
		t.Fatal(err)
	}
	c := e.Tally.Counts
	if e.Halt == nil || e.Halt.Reason != importer.HaltInterrupted || c[pipeline.Created] == 0 ||
		c[pipeline.Pending] == 0 || c.Total() != 5 {
		t.Errorf("halt %v, rows %s", e.Halt, c)
	}
	if enrol.Complete(e.Run) {
		t.Error("an interrupted run is complete")
	}
}

// A book that changes before the report is read a last time: its customers are known, and its report needs the book
// as it was.
func TestReportOfAChangedBook(t *testing.T) {
	w := rehearsal(t, "passport")
	path := w.write("book.csv", merchants("999000011", "999000022"))
	w.seen.on = func(e enrol.Event) {
		if _, ok := e.(enrol.SendEnded); ok {
			if err := os.WriteFile(path, []byte(merchants("999000011", "999000033")), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	e, err := w.run(t.Context(), enrol.Source{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var changed *importer.Halt
	if m := pipeline.MessageOf(e.ReportErr); m.Code != "enrol.report_unwritten" || !errors.As(e.ReportErr, &changed) ||
		changed.Reason != importer.HaltBook {
		t.Errorf("%v", e.ReportErr)
	}
	wantCounts(t, e.Run.Counts, pipeline.Counts{pipeline.Created: 2})
}

func TestReportThatCannotBeWritten(t *testing.T) {
	w := rehearsal(t, "passport")
	folder := w.path("reports")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	w.job.Reports.Paths = []string{folder + "/report.csv"}
	w.seen.on = func(e enrol.Event) {
		if _, ok := e.(enrol.SendEnded); ok {
			if err := os.RemoveAll(folder); err != nil {
				t.Error(err)
			}
		}
	}
	e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv", merchants("999000011", "12"))})
	if err != nil {
		t.Fatal(err)
	}
	if e.ReportErr == nil || len(e.Reports) != 0 || e.Run.Halt.String() != "halt.report_unwritten" {
		t.Errorf("%v, reports %v, halt %v", e.ReportErr, e.Reports, e.Run.Halt)
	}
	if m := pipeline.MessageOf(e.ReportErr); m.Code == "enrol.report_unwritten" {
		t.Errorf("%s", m) // it names the report itself
	}
	wantCounts(t, e.Run.Counts, pipeline.Counts{pipeline.Created: 1, pipeline.Invalid: 1})

	// The ledger and the book are enough to write the report later.
	w.job.Reports.Paths = []string{w.path("later.csv")}
	l, err := ledger.Open(t.Context(), w.job.Ledger.Path, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	run, err := l.Run(t.Context(), e.Run.ID)
	if err != nil {
		t.Fatal(err)
	}
	b, err := enrol.OpenAgain(t.Context(), w.def, run, enrol.Source{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	again, err := enrol.ReportAgain(t.Context(), w.job, l, run, b)
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, again.Tally.Counts, e.Run.Counts)
	if !strings.Contains(w.read("later.csv"), "rehearsal-") {
		t.Errorf("the report:\n%s", w.read("later.csv"))
	}

	w.write("book.csv", merchants("999000011"))
	_, err = enrol.OpenAgain(t.Context(), w.def, run, enrol.Source{})
	var mistake *pipeline.Mistake
	if !errors.As(err, &mistake) || !strings.Contains(err.Error(), "enrol.not_that_book") {
		t.Errorf("another book was taken: %v", err)
	}
}

func TestReportsOverwriteNothingThatIsRead(t *testing.T) {
	w := rehearsal(t, "passport")
	path := w.write("book.csv", merchants("999000011"))
	keys := w.write("keys.csv", "")
	w.job.Reports.Spare = []string{keys}
	for _, reports := range [][]string{{path}, {keys}, {w.path("a.csv"), w.path("./a.csv")}} {
		w.job.Reports.Paths = reports
		_, err := w.enroller().Begin(t.Context(), w.open(enrol.Source{Path: path}))
		var mistake *pipeline.Mistake
		if !errors.As(err, &mistake) || mistake.Hint.String() != "enrol.name_another" {
			t.Errorf("%v: %v", reports, err)
		}
	}
	if _, err := os.Stat(w.job.Ledger.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a mistake left a ledger behind: %v", err)
	}
}

func TestMissingLedgerIsReportedWhenItIsNeeded(t *testing.T) {
	w := rehearsal(t, "passport")
	w.job.Ledger = enrol.LedgerFile{Missing: errors.New("none is named")}
	b := w.open(enrol.Source{Path: w.write("book.csv", merchants("999000011"))})
	if _, err := w.enroller().Begin(context.Background(), b); !errors.Is(err, w.job.Ledger.Missing) {
		t.Errorf("%v", err)
	}
}

// Before real customers are created, a definition that was never used against its provider is called untried.
func TestUntried(t *testing.T) {
	for _, c := range []struct {
		base string
		want bool
	}{{"https://api.acme.invalid", true}, {"", false}} {
		w := rehearsal(t, "passport")
		w.sendTo()
		if c.base != "" {
			w.job.Target.BaseURL = c.base
			w.job.Target.Namespace.Env = pipeline.EnvProduction
		}
		w.job.Asker = &asker{answer: enrol.No}
		if _, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv", merchants("999000011"))}); err != nil {
			t.Fatal(err)
		}
		said := false
		for _, n := range eventsOf[enrol.Noted](w.seen) {
			said = said || n.Message.Code == "enrol.untried"
		}
		if said != c.want {
			t.Errorf("%q: said %t", c.base, said)
		}
	}
}
