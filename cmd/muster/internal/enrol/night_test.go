package enrol_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/standin"
)

// outOfService makes a provider accept so many creates, and then none for six hours; only logins work.
type outOfService struct {
	*standin.Server
	clock *clock
	login string // its path
	takes int
	how   func(http.ResponseWriter) // answers a request during that time

	mu   sync.Mutex
	from time.Time
}

func (o *outOfService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	if o.from.IsZero() && o.Creates() >= o.takes {
		o.from = o.clock.now()
	}
	down := !o.from.IsZero() && o.clock.now().Sub(o.from) < 6*time.Hour
	o.mu.Unlock()
	if down && r.URL.Path != o.login {
		o.how(w)
		return
	}
	o.Server.ServeHTTP(w, r)
}

// A night of maintenance, with a job that is started every ten minutes: the rows under way and four more are
// uncertain, all others wait, and the first run that gets through afterwards enrols them. No customer exists twice.
func TestANightOfMaintenance(t *testing.T) {
	const rows, inFlight = 60, 2
	for provider, made := range thousand {
		for _, c := range []struct {
			name  string
			takes int
			how   func(http.ResponseWriter)
		}{
			{"503 in the middle", 20, func(w http.ResponseWriter) { w.WriteHeader(503) }},
			{"no answer from the beginning", 0, func(http.ResponseWriter) { panic(http.ErrAbortHandler) }},
		} {
			t.Run(provider+", "+c.name, func(t *testing.T) {
				t.Parallel()
				w := quick(t, provider)
				s := w.sendTo()
				o := &outOfService{Server: s, clock: w.clock, takes: c.takes, how: c.how}
				if x := w.def.Provider().Auth.Exchange; x != nil {
					o.login = x.Call.Path
				}
				w.serve(o)
				w.job.Target.Limit = pipeline.Limit{Concurrency: inFlight}
				w.job.Limits.OutagePauses = []time.Duration{time.Millisecond, time.Millisecond}
				lines := []string{made.header}
				for n := range rows {
					lines = append(lines, made.row(n))
				}
				book := enrol.Source{Path: w.write("book.csv", strings.Join(lines, "\n")+"\n")}
				var end enrol.Ending
				held, lost := 0, 0
				for began := w.clock.now(); w.clock.now().Sub(began) < 6*time.Hour; w.clock.forward(10 * time.Minute) {
					var err error
					if end, err = w.run(t.Context(), book); err != nil || end.Halt == nil {
						t.Fatalf("%s, %v", end.Run.Counts, err)
					}
					if end.Halt.Message.Code == "halt.outage_held" {
						held++
					}
					lost = max(lost, end.Run.Counts[pipeline.Uncertain])
				}
				counts := end.Run.Counts
				if lost > 4+inFlight || counts[pipeline.Uncertain]+counts[pipeline.Pending]+counts[pipeline.Known] != rows {
					t.Errorf("after the night: %s", counts)
				}
				if held < 25 {
					t.Errorf("%d runs were held", held)
				}
				// The provider is back; the next run an hour after the last try gets through.
				w.clock.forward(time.Hour)
				end, err := w.run(t.Context(), book)
				if err != nil || end.Halt != nil || end.Run.Counts[pipeline.Pending] > 0 {
					t.Errorf("the morning after: %s, %v, %v", end.Run.Counts, end.Halt, err)
				}
				if left := end.Run.Counts[pipeline.Uncertain]; w.job.AsksProvider() && left > 0 || left > lost {
					t.Errorf("the morning after: %s", end.Run.Counts)
				}
				customersOf(t, s, made.key) // none twice
			})
		}
	}
}
