package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// fakeProvider follows the documents of a real or a made-up provider. It is written from them and not from muster's
// definition, and refuses what they do not allow. Handlers are called with the lock held.
type fakeProvider struct {
	mu     sync.Mutex
	counts map[string]int
	// lost is how many of the next creates succeed without an answer.
	lost int
	// dropped is how many of the next creates neither succeed nor get an answer.
	dropped int
	// failed is how many of the next creates are answered with the status failure.
	failed, failure int
	// kept are answers by idempotency key.
	kept map[string]keptAnswer
	mux  *http.ServeMux
	base string // the address in Location headers
}

// keptAnswer is the first answer to an idempotency key, and the request that it answered.
type keptAnswer struct {
	asked, location string
	status          int
	body            []byte
}

func newFakeProvider() *fakeProvider {
	return &fakeProvider{counts: map[string]int{}, kept: map[string]keptAnswer{}, mux: http.NewServeMux()}
}

// handle serves a route with the lock held, and counts its calls under that name.
func (f *fakeProvider) handle(pattern, count string, serve func(http.ResponseWriter, *http.Request)) {
	f.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.counts[count]++
		serve(w, r)
	})
}

// answered ends a create: it breaks the connection when the answer must be lost.
func (f *fakeProvider) answered() {
	if f.lost > 0 {
		f.lost--
		panic(http.ErrAbortHandler)
	}
}

// failing is the status with which this create must fail; 0 for none.
func (f *fakeProvider) failing() int {
	if f.dropped > 0 {
		f.dropped--
		panic(http.ErrAbortHandler)
	}
	if f.failed == 0 {
		return 0
	}
	f.failed--
	return f.failure
}

// id is an ID made from the number of customers.
func (f *fakeProvider) id(format string) string { return fmt.Sprintf(format, f.counts["customers"]) }

func reply(w http.ResponseWriter, status int, mediaType string, body any) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

type object = map[string]any

// fakes are the providers that a script may start.
var fakes = map[string]func() *fakeProvider{"dwolla": fakeDwolla, "nimbus": fakeNimbus, "stripe": fakeStripe}

// theFake is the key of a script's fake in its values.
type theFake struct{}

func fakeOf(ts *testscript.TestScript) *fakeProvider {
	f, ok := ts.Value(theFake{}).(**fakeProvider)
	if !ok || *f == nil {
		ts.Fatalf("there is no fake: write fake NAME first")
	}
	return *f
}

// cmdFake starts a fake provider at $FAKE until the script ends: fake dwolla.
func cmdFake(ts *testscript.TestScript, neg bool, args []string) {
	start := fakes[args[0]]
	if start == nil {
		ts.Fatalf("no fake %s: %v", args[0], slices.Sorted(maps.Keys(fakes)))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	f := start()
	f.base = "http://" + l.Addr().String()
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: f.mux}}
	s.Start()
	ts.Defer(s.Close)
	ts.Setenv("FAKE", f.base)
	*ts.Value(theFake{}).(**fakeProvider) = f
}

// cmdFaked compares the fake's counts: faked customers=3 creates=4.
func cmdFaked(ts *testscript.TestScript, neg bool, args []string) {
	f := fakeOf(ts)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, arg := range args {
		name, want, _ := strings.Cut(arg, "=")
		if got := strconv.Itoa(f.counts[name]); got != want {
			ts.Fatalf("%s is %s, want %s (%v)", name, got, want, f.counts)
		}
	}
}

// cmdFault makes the next creates of the fake fail: fault lose 2 (succeed without an answer), fault drop 1 (neither),
// fault 500 1.
func cmdFault(ts *testscript.TestScript, neg bool, args []string) {
	f := fakeOf(ts)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch args[0] {
	case "lose":
		f.lost = n
		return
	case "drop":
		f.dropped = n
		return
	}
	f.failure, err = strconv.Atoi(args[0])
	ts.Check(err)
	f.failed = n
}
