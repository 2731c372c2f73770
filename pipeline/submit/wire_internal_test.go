package submit

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
)

// A request that is given up while it holds its connection, with nothing written, is unsent, and stays so although
// net/http tries to write it later.
func TestGivenUpWithAConnectionInHand(t *testing.T) {
	for _, secure := range []bool{false, true} {
		var seen atomic.Int64
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen.Add(1)
			_, _ = io.WriteString(w, `{"id":"c1"}`)
		}))
		if secure {
			s.StartTLS()
		} else {
			s.Start()
		}
		p := &pipeline.Provider{Create: pipeline.Call{Path: "/"}, Timeout: 5 * time.Second,
			IdempotencyHeader: "Idempotency-Key", Record: pipeline.Record{ID: []pipeline.Pointer{"/id"}},
			Answers: []pipeline.Answer{{Statuses: []pipeline.Statuses{{From: 200, To: 200}},
				Verdict: pipeline.VerdictCreated}}}
		c, err := New(Options{Provider: p, BaseURL: s.URL, Concurrency: 1,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}})
		if err != nil {
			t.Fatal(err)
		}
		in := &pipeline.Intent{Body: []byte(`{}`), IdempotencyKey: "k"}
		if r, _ := c.Create(t.Context(), in); r.Verdict != pipeline.VerdictCreated {
			t.Fatalf("TLS %v: %q: %s", secure, r.Verdict, r.Message)
		}
		c.wire.pace.mu.Lock()
		c.wire.pace.last = time.Now().Add(time.Hour)
		c.wire.pace.mu.Unlock()
		for _, fresh := range []bool{false, true} {
			if fresh {
				c.Close()
			}
			ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
			r, _ := c.Create(ctx, in)
			cancel()
			if r.Verdict != pipeline.VerdictUnsent {
				t.Errorf("TLS %v, fresh connection %v: %q: %s", secure, fresh, r.Verdict, r.Message)
			}
		}
		c.Close()
		s.Close() // waits for the requests being served
		if n := seen.Load(); n != 1 {
			t.Errorf("TLS %v: %d requests arrived, 1 was sent", secure, n)
		}
	}
}

// After seal no byte passes; a write that has begun prevents sealing.
func TestSealedConnection(t *testing.T) {
	for range 200 {
		near, far := net.Pipe()
		c := &watchedConn{Conn: near}
		got := make(chan int, 1)
		go func() {
			n, _ := io.Copy(io.Discard, far)
			got <- int(n)
		}()
		var wg sync.WaitGroup
		var sealed bool
		wg.Go(func() { _, _ = c.Write([]byte("POST")) })
		wg.Go(func() { sealed = c.seal(0) })
		wg.Wait()
		_ = c.Close()
		if n := <-got; sealed != (n == 0) {
			t.Fatalf("sealed %v, and %d bytes left", sealed, n)
		}
		_ = far.Close()
	}
}

// With one slow and one quick way to get a connection, starts are still an interval apart.
func TestStartsAreSpacedWhereTheSocketIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const interval = 20 * time.Millisecond
		p := newPacer(pipeline.Rate{N: 1, Per: interval})
		var mu sync.Mutex
		var starts []time.Time
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				every, err := p.wait(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if i%2 == 0 {
					_ = sleep(t.Context(), 3*interval) // dialling
				}
				_ = p.start(t.Context(), every)
				mu.Lock()
				defer mu.Unlock()
				starts = append(starts, time.Now())
			})
		}
		wg.Wait()
		for i := 1; i < len(starts); i++ {
			if d := starts[i].Sub(starts[i-1]); d < interval {
				t.Errorf("starts %d and %d are %v apart", i-1, i, d)
			}
		}
	})
}

// Headers and body of a request leave in one write: one packet, one read.
func TestARequestIsOneWrite(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"id":"c1"}`)
	}))
	defer s.Close()
	var writes atomic.Int64
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &countedConn{conn, &writes}, err
	}
	p := &pipeline.Provider{Create: pipeline.Call{Path: "/"}}
	c, err := New(Options{Provider: p, BaseURL: s.URL, Concurrency: 1, Transport: &http.Transport{DialContext: dial}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in := &pipeline.Intent{Body: []byte(`{"name":"Ada Bello"}`)}
	for range 3 {
		if r, _ := c.Create(t.Context(), in); r.HTTPStatus != http.StatusOK {
			t.Fatalf("%d: %s", r.HTTPStatus, r.Message)
		}
	}
	if n := writes.Load(); n != 3 {
		t.Errorf("3 requests are %d writes", n)
	}
}

type countedConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c *countedConn) Write(b []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(b)
}
