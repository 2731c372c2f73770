package submit_test

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// Calls of all kinds share one pace and one count of open requests.
func TestLimitsHoldAtTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const interval, workers, calls, most = 15 * time.Millisecond, 12, 36, 3
		var mu sync.Mutex
		var at []time.Time
		var open, peak int
		begin := func() {
			mu.Lock()
			defer mu.Unlock()
			open++
			peak = max(peak, open)
			at = append(at, time.Now())
		}
		end := func() {
			mu.Lock()
			defer mu.Unlock()
			open--
		}
		p := login()
		c := bubbleClient(t, submit.Options{Provider: p, Secrets: loginSecrets(), Concurrency: most,
			Rate: pipeline.Rate{N: 1, Per: interval}}, func(w http.ResponseWriter, r *http.Request) {
			begin()
			defer end()
			time.Sleep(2 * interval)
			switch {
			case r.URL.Path == "/auth":
				_, _ = io.WriteString(w, `{"data":{"token":"t"}}`)
			case r.Method == "GET":
				_, _ = io.WriteString(w, `{"data":[]}`)
			default:
				_, _ = io.WriteString(w, `{"id":"c1"}`)
			}
		})
		var wg sync.WaitGroup
		for i := range workers {
			wg.Go(func() {
				for range calls / workers {
					if i%3 == 0 {
						if _, err := c.LookUp(t.Context(), &p.LookUps[0], "a@example.org"); err != nil {
							t.Error(err)
						}
					} else if r, _ := c.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictCreated {
						t.Errorf("%q: %s", r.Verdict, r.Message)
					}
				}
			})
		}
		wg.Wait()
		if len(at) != calls+1 { // and one exchange
			t.Fatalf("%d calls arrived", len(at))
		}
		if peak > most {
			t.Errorf("%d requests were open at once", peak)
		}
		for i := range at[1:] {
			if d := at[i+1].Sub(at[i]); d < interval {
				t.Errorf("calls %d and %d arrived within %v", i, i+1, d)
			}
		}
	})
}

// Calls arrive at the provider within its limit, in any stretch of the limit's time.
func TestArrivalsAreWithinTheLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		limit := pipeline.Rate{N: 10, Per: 300 * time.Millisecond}
		var mu sync.Mutex
		var at []time.Time
		c := bubbleClient(t, submit.Options{Concurrency: 4, Rate: limit}, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			at = append(at, time.Now())
			mu.Unlock()
			_, _ = io.WriteString(w, `{"id":"c1"}`)
		})
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 8 {
					c.Create(t.Context(), intent())
				}
			})
		}
		wg.Wait()
		if len(at) != 32 {
			t.Errorf("%d calls arrived", len(at))
		}
		for i := limit.N; i < len(at); i++ {
			if d := at[i].Sub(at[i-limit.N]); d < limit.Per {
				t.Errorf("%d calls arrived within %v", limit.N+1, d)
			}
		}
	})
}

func TestPauseHoldsEverybodyAndEndsInOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const interval = 10 * time.Millisecond
		var mu sync.Mutex
		var at []time.Time
		c := bubbleClient(t, submit.Options{Concurrency: 8, Rate: pipeline.Rate{N: 1, Per: interval}},
			func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				at = append(at, time.Now())
				mu.Unlock()
				_, _ = io.WriteString(w, `{"id":"c1"}`)
			})
		end := time.Now().Add(150 * time.Millisecond)
		c.Pause(end)
		c.Pause(end.Add(-100 * time.Millisecond)) // never shortens
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { c.Create(t.Context(), intent()) })
		}
		wg.Wait()
		if len(at) != 8 {
			t.Fatalf("%d calls arrived", len(at))
		}
		if at[0].Before(end) {
			t.Errorf("a call arrived %v before the pause ended", end.Sub(at[0]))
		}
		for i := range at[1:] {
			if d := at[i+1].Sub(at[i]); d < interval {
				t.Errorf("calls %d and %d arrived within %v", i, i+1, d)
			}
		}
	})
}

func TestSetRate(t *testing.T) {
	var calls atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		_, _ = io.WriteString(w, `{"id":"c1"}`)
	})
	c := newClient(t, submit.Options{BaseURL: s.URL, Rate: pipeline.Rate{N: 1, Per: time.Hour}})
	c.Create(t.Context(), intent())
	c.SetRate(pipeline.Rate{})
	for range 20 {
		if r, _ := c.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictCreated {
			t.Fatalf("%q: %s", r.Verdict, r.Message)
		}
	}
	c.SetRate(pipeline.Rate{N: 50, Per: time.Second})
	begun := time.Now()
	for range 4 {
		c.Create(t.Context(), intent())
	}
	if d := time.Since(begun); d < 50*time.Millisecond {
		t.Errorf("4 calls at 50/s within %v", d)
	}
}

// TestStopStartsNothingMore: after a stop a call that waits for the pace is not sent, however slow the pace; a call
// under way gets its answer.
func TestStopStartsNothingMore(t *testing.T) {
	arrived, answer := make(chan struct{}, 3), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		arrived <- struct{}{}
		<-answer
		_, _ = io.WriteString(w, `{"id":"c1"}`)
	})
	p := login()
	p.Auth.Exchange, p.Auth.Ready = nil, "TOKEN"
	p.Auth.Secrets = []pipeline.Secret{{Name: "TOKEN"}}
	c := newClient(t, submit.Options{Provider: p, Secrets: map[string]string{"TOKEN": "t"}, BaseURL: s.URL,
		Concurrency: 2, Rate: pipeline.Rate{N: 1, Per: time.Hour}})
	verdicts := make(chan pipeline.Verdict, 3)
	create := func() {
		r, _ := c.Create(t.Context(), intent())
		verdicts <- r.Verdict
	}
	go create()
	<-arrived
	go create() // waits for the pace
	go create() // waits for a place, or for the pace
	c.Stop()
	for range 2 {
		if v := <-verdicts; v != pipeline.VerdictUnsent {
			t.Errorf("a call that waited: %q", v)
		}
	}
	close(answer)
	if v := <-verdicts; v != pipeline.VerdictCreated {
		t.Errorf("the call on its way: %q", v)
	}
	c.Stop()
	if r, _ := c.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictUnsent {
		t.Errorf("a later call: %q", r.Verdict)
	}
	if len(arrived) != 0 {
		t.Errorf("%d more arrived", len(arrived))
	}
}
