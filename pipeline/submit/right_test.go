package submit_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// gateRight is a right to send that is held, lost, or unknown.
type gateRight struct {
	mu     sync.Mutex
	lost   error
	silent bool
	asked  atomic.Int64
}

func (r *gateRight) set(lost error, silent bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost, r.silent = lost, silent
}

func (r *gateRight) Wait(ctx context.Context) error {
	r.asked.Add(1)
	r.mu.Lock()
	lost, silent := r.lost, r.silent
	r.mu.Unlock()
	if silent {
		<-ctx.Done()
		return ctx.Err()
	}
	return lost
}

// Without the right to send no byte of any call leaves, over a new or a used connection; the reply says that there
// was no attempt. With it all calls leave, and the right is checked for each.
func TestNothingLeavesWithoutTheRight(t *testing.T) {
	var arrived atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		switch {
		case r.URL.Path == "/auth":
			_, _ = io.WriteString(w, `{"data":{"token":"t"}}`)
		case r.Method == "GET":
			_, _ = io.WriteString(w, `{"data":[]}`)
		default:
			_, _ = io.WriteString(w, `{"id":"c1"}`)
		}
	})
	right := &gateRight{}
	p := login()
	c := newClient(t, submit.Options{Provider: p, Secrets: loginSecrets(), BaseURL: s.URL, Right: right})
	refused := func(name string) {
		t.Helper()
		before := arrived.Load()
		for range 3 {
			r, _ := c.Create(t.Context(), intent())
			if r.Verdict != pipeline.VerdictUnsent || !r.Withheld || r.Message == nil {
				t.Errorf("%s: %q, withheld %v: %v", name, r.Verdict, r.Withheld, r.Message)
			}
		}
		var failure *submit.LookUpError
		if _, err := c.LookUp(t.Context(), &p.LookUps[0], "a@example.org"); !errors.As(err, &failure) {
			var unavailable *submit.UnavailableError
			if !errors.As(err, &unavailable) || !unavailable.Withheld {
				t.Errorf("%s: a look-up: %v", name, err)
			}
		} else if failure.Verdict != pipeline.VerdictUnsent {
			t.Errorf("%s: a look-up: %q", name, failure.Verdict)
		}
		if n := arrived.Load() - before; n != 0 {
			t.Errorf("%s: %d calls arrived", name, n)
		}
	}
	right.set(errors.New("another's"), false)
	refused("before the first call")
	right.set(nil, false)
	for range 3 {
		if r, _ := c.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictCreated || r.Withheld {
			t.Fatalf("with it: %q, %v", r.Verdict, r.Message)
		}
	}
	if n := arrived.Load(); n != 4 { // and one token exchange
		t.Fatalf("%d calls arrived", n)
	}
	right.set(errors.New("another's"), false)
	refused("over a connection that was used")
	right.set(nil, true)
	refused("while nobody can say")
	c.Close()
	refused("over a new connection")
	right.set(nil, false)
	if r, _ := c.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictCreated {
		t.Errorf("with it again: %q, %v", r.Verdict, r.Message)
	}
}

// The right is checked when the pace lets a call go, and not earlier.
func TestTheRightIsAskedLast(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, `{"id":"c1"}`) })
	right := &gateRight{}
	c := newClient(t, submit.Options{BaseURL: s.URL, Right: right, Rate: pipeline.Rate{N: 1, Per: time.Hour}})
	c.Create(t.Context(), intent())
	asked := right.asked.Load()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if r, _ := c.Create(ctx, intent()); r.Verdict != pipeline.VerdictUnsent || r.Withheld {
		t.Errorf("a call that waits for the pace: %q", r.Verdict)
	}
	if n := right.asked.Load(); asked != 1 || n != 1 {
		t.Errorf("the right was asked for %d times, then %d", asked, n)
	}
}
