//go:build unix

package machines

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// provider is a made-up Juicyway that prevents nothing: addresses need not be unique and idempotency keys are
// ignored, so that every request that is sent twice creates a second customer. It serves each sender at an address of
// its own.
type provider struct {
	latency time.Duration // of every call

	mu         sync.Mutex
	calls      []call
	open, most int // calls at once
	customers  map[string][]object
	heard      chan struct{} // closed by the next call
}

// call is one call; key and address are those in the request of a create.
type call struct {
	at      time.Time
	from    string // the sender's name
	key     string // the idempotency key; "" for a look-up
	address string // the e-mail address
}

type object = map[string]any

func newProvider(latency time.Duration) *provider {
	return &provider{latency: latency, customers: map[string][]object{}, heard: make(chan struct{})}
}

// at serves one sender until the test ends, and returns its base URL.
func (p *provider) at(t *testing.T, from string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /customers", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // its sender was killed before the request was complete: nothing was created
		}
		var customer object
		if err := json.Unmarshal(body, &customer); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		address, _ := customer["email"].(string)
		end := p.begin(call{time.Now(), from, r.Header.Get("Idempotency-Key"), address})
		id := end(func() any {
			n := 0
			for _, all := range p.customers {
				n += len(all)
			}
			customer["id"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
			customer["status"] = "pending_kyc"
			p.customers[address] = append(p.customers[address], customer)
			return customer
		})
		answer(w, http.StatusCreated, id)
	})
	mux.HandleFunc("GET /customers", func(w http.ResponseWriter, r *http.Request) {
		address := r.URL.Query().Get("email")
		end := p.begin(call{time.Now(), from, "", address})
		answer(w, http.StatusOK, end(func() any { return append([]object{}, p.customers[address]...) }))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func answer(w http.ResponseWriter, status int, data any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object{"data": data}) // the client may be dead
}

// begin notes a call; end finishes it after the latency, and calls what with the lock held.
func (p *provider) begin(c call) (end func(what func() any) any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, c)
	p.open++
	p.most = max(p.most, p.open)
	close(p.heard)
	p.heard = make(chan struct{})
	return func(what func() any) any {
		timer := time.NewTimer(p.latency)
		<-timer.C
		p.mu.Lock()
		defer p.mu.Unlock()
		p.open--
		return what()
	}
}

// await waits for the first call for which meant is true.
func (p *provider) await(t *testing.T, meant func(call) bool) call {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for seen := 0; ; {
		p.mu.Lock()
		calls, heard := p.calls, p.heard
		p.mu.Unlock()
		for ; seen < len(calls); seen++ {
			if meant(calls[seen]) {
				return calls[seen]
			}
		}
		select {
		case <-heard:
		case <-deadline.C:
			t.Fatalf("the provider does not hear what it is to: %d calls", seen)
		}
	}
}

// all are the calls so far, in the order of their times.
func (p *provider) all() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := slices.Clone(p.calls)
	slices.SortStableFunc(calls, func(a, b call) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return calls
}

// enrolled is how many merchants are customers.
func (p *provider) enrolled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.customers)
}

// worstSecond is the most calls that began within one second, wherever it lies.
func worstSecond(calls []call) (most int) {
	first := 0
	for i, c := range calls {
		for c.at.Sub(calls[first].at) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// twice are the addresses with more than one customer, and those that were requested more than once.
func (p *provider) twice() (created, asked []string) {
	requests := map[string]int{}
	for _, c := range p.all() {
		if c.key == "" {
			continue
		}
		if requests[c.address]++; requests[c.address] == 2 {
			asked = append(asked, c.address)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for address, all := range p.customers {
		if len(all) > 1 {
			created = append(created, address)
		}
	}
	return created, asked
}
