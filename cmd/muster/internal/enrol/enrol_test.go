package enrol_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/standin"
	"muster/pipeline/wording"
	"muster/templates"
)

// recorder keeps the events of runs, and copies of what they only lend.
type recorder struct {
	mu     sync.Mutex
	events []enrol.Event
	on     func(enrol.Event) // called with each event; may be nil
}

func (r *recorder) See(e enrol.Event) {
	if row, ok := e.(enrol.RowEnded); ok {
		lent := *row.Result
		row.Result = &lent
		e = row
	}
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
	if r.on != nil {
		r.on(e)
	}
}

// names lists the kinds of the events, each once, in the order of their first appearance.
func (r *recorder) names() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	met := map[string]bool{}
	for _, e := range r.events {
		name := strings.TrimPrefix(fmt.Sprintf("%T", e), "enrol.")
		if !met[name] {
			met[name] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// eventsOf are the events of one kind.
func eventsOf[E enrol.Event](r *recorder) (all []E) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if e, ok := e.(E); ok {
			all = append(all, e)
		}
	}
	return all
}

// asker gives the same answer to every question, and keeps the questions.
type asker struct {
	answer enrol.Answer
	asked  []enrol.Question
}

func (a *asker) Ask(_ context.Context, q enrol.Question) enrol.Answer {
	a.asked = append(a.asked, q)
	return a.answer
}

// clock is a test's clock, which runs and can be set forward.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// world is a job in a folder of its own, with its observer.
type world struct {
	*testing.T
	dir   string
	def   *templates.Definition
	job   enrol.Job
	seen  *recorder
	stop  chan struct{}
	clock *clock
}

// rehearsal is a world whose job goes to a provider's built-in stand-in, with a ledger in a file.
func rehearsal(t *testing.T, provider string) *world {
	t.Helper()
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	def, err := set.Find(provider)
	if err != nil {
		t.Fatal(err)
	}
	target, err := def.Provider().Target(pipeline.TargetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: t.TempDir(), def: def, seen: &recorder{}, stop: make(chan struct{}), clock: &clock{}}
	w.job = enrol.Job{Definition: def, Target: enrol.Target{Target: target, Title: def.Provider().Title},
		Secrets: enrol.RehearsalSecrets(def.Provider()),
		Ledger:  enrol.LedgerFile{Path: w.path("muster.db"), Begin: true, Holder: "a test"},
		Reports: enrol.Reports{Paths: []string{w.path("report.csv")}},
		Author:  enrol.Author{Version: "test", Person: "ana", Machine: "here"},
		Again:   enrol.Again{Provider: provider},
		Words:   words, English: words,
		Now: w.clock.now, Random: rand.Float64, Stop: w.stop, Observer: w.seen}
	return w
}

// sendTo directs the job to a new stand-in with faults.
func (w *world) sendTo(faults ...standin.Fault) *standin.Server {
	w.Helper()
	s, err := standin.New(standin.Options{Provider: w.def.Provider(), Check: w.def.CheckBody, Faults: faults})
	if err != nil {
		w.Fatal(err)
	}
	w.serve(s)
	return s
}

// serve directs the job to a handler.
func (w *world) serve(h http.Handler) {
	w.Helper()
	server := httptest.NewServer(h)
	w.Cleanup(server.Close)
	target, err := w.def.Provider().Target(pipeline.TargetOptions{BaseURL: server.URL})
	if err != nil {
		w.Fatal(err)
	}
	w.job.Target.Target = target
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// write puts a file into the folder and returns its path.
func (w *world) write(name, text string) string {
	w.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return w.path(name)
}

func (w *world) read(name string) string {
	w.Helper()
	text, err := os.ReadFile(w.path(name))
	if err != nil {
		w.Fatal(err)
	}
	return string(text)
}

func (w *world) open(s enrol.Source) *enrol.Book {
	w.Helper()
	b, err := enrol.Open(w.Context(), w.def, s)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { b.Close() })
	return b
}

// enroller makes an Enroller of the job in its present form.
func (w *world) enroller() *enrol.Enroller {
	e := enrol.New(w.job)
	w.Cleanup(func() {
		if err := e.Close(); err != nil {
			w.Error(err)
		}
	})
	return e
}

// run imports a book from beginning to end.
func (w *world) run(ctx context.Context, s enrol.Source) (enrol.Ending, error) {
	w.Helper()
	e := enrol.New(w.job)
	r, err := e.Begin(ctx, w.open(s))
	if err != nil {
		w.Fatal(err)
	}
	ending, err := func() (enrol.Ending, error) {
		if err := r.Check(ctx); err != nil {
			return enrol.Ending{}, err
		}
		if err := r.Send(ctx); err != nil {
			return enrol.Ending{}, err
		}
		return r.Report(ctx)
	}()
	err = r.Close(ctx, err)
	if closed := e.Close(); closed != nil {
		w.Error(closed)
	}
	ending.Run = r.Data()
	return ending, err
}

// merchants is a book of the provider passport: a header, and a row for each NIT.
func merchants(nits ...string) string {
	var b strings.Builder
	b.WriteString("business_name,email,mobile_phone_number,identification_number\n")
	for i, nit := range nits {
		fmt.Fprintf(&b, "Merchant %d S.A.S.,pagos@m%d.example.org,+57300555010%d,%s\n", i+1, i+1, i, nit)
	}
	return b.String()
}

func wantCounts(t *testing.T, got, want pipeline.Counts) {
	t.Helper()
	if got.String() != want.String() {
		t.Errorf("the rows are %s, want %s", got, want)
	}
}
