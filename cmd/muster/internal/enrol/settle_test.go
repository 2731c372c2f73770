package enrol_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
)

// book is a book of a provider that settles by sending the same request again.
const book = "../../../../templates/providers/connectfi/example-individuals.csv"

// stoppedAtOnce is a world in which a run was stopped when the provider had its first create and had not answered,
// and that run.
func stoppedAtOnce(t *testing.T) (*world, pipeline.Run) {
	t.Helper()
	w := rehearsal(t, "connectfi")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	provider := w.sendTo()
	w.serve(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, w.def.Provider().Create.Path) && ctx.Err() == nil {
			provider.ServeHTTP(httptest.NewRecorder(), r)
			cancel()
			<-r.Context().Done()
			return
		}
		provider.ServeHTTP(rw, r)
	}))
	e, err := w.run(ctx, enrol.Source{Path: book})
	if !errors.Is(err, enrol.ErrStopped) || e.Run.Halt.String() != "halt.stopped_at_once" {
		t.Fatalf("%v, halt %q", err, e.Run.Halt)
	}
	w.clock.forward(time.Hour) // by now the request may be settled
	return w, e.Run
}

func TestSettleOnly(t *testing.T) {
	w, _ := stoppedAtOnce(t)
	earlier, err := enrol.ReadEarlierRuns(t.Context(), w.job)
	if err != nil {
		t.Fatal(err)
	}
	if earlier.Unsettled != 1 || len(earlier.Unanswered) != 1 || earlier.Unanswered[0].Book != book {
		t.Fatalf("the earlier runs: %+v", earlier)
	}
	e, err := w.enroller().SettleOnly(t.Context(), "inbox", earlier.Unsettled)
	if err != nil {
		t.Fatal(err)
	}
	if e.Unsettled != 0 || e.Halt != nil || e.Run.Book != "inbox" || e.Run.Counts.Total() != 0 ||
		!enrol.Complete(e.Run) {
		t.Errorf("the end: %+v", e)
	}
	if ends := eventsOf[enrol.SettledOnly](w.seen); len(ends) != 1 || ends[0].Was != 1 ||
		ends[0].Ending.Unsettled != 0 {
		t.Errorf("seen: %+v", ends)
	}
}

func TestQuestionBeforeSettling(t *testing.T) {
	w, _ := stoppedAtOnce(t)
	person := &asker{answer: enrol.No}
	w.job.Asker = person
	e, err := w.enroller().SettleOnly(t.Context(), "inbox", 1)
	if err != nil {
		t.Fatal(err)
	}
	if q := person.asked; len(q) != 1 || q[0].Customers != 0 || q[0].Unsettled != 1 || q[0].Number() != 1 {
		t.Errorf("asked %+v", q)
	}
	if e.Halt == nil || e.Unsettled != 1 {
		t.Errorf("the end: %+v", e)
	}
}

func TestEarlierRunsKnowAnImportedBook(t *testing.T) {
	w, stopped := stoppedAtOnce(t)
	b := w.open(enrol.Source{Path: book})
	earlier, err := enrol.ReadEarlierRuns(t.Context(), w.job)
	if err != nil {
		t.Fatal(err)
	}
	if earlier.Has(stopped.SHA256) {
		t.Error("a run that was stopped counts as an import")
	}
	e, err := w.run(t.Context(), enrol.Source{Path: book})
	if err != nil {
		t.Fatal(err)
	}
	if earlier, err = enrol.ReadEarlierRuns(t.Context(), w.job); err != nil {
		t.Fatal(err)
	}
	run, ok := earlier.Imported(b)
	if !ok || !earlier.Has(b.SHA256()) || run.ID != e.Run.ID || earlier.Unsettled != 0 {
		t.Errorf("%v %s, unsettled %d, rows %s", ok, run.ID, earlier.Unsettled, e.Tally.Counts)
	}
	if _, ok := earlier.Imported(w.open(enrol.Source{Path: book, Reading: pipeline.Reading{HeaderRow: 1}})); ok {
		t.Error("the same file read otherwise counts as imported")
	}
}
