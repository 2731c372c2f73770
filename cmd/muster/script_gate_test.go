package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// gate is in front of the stand-in at $ADDR, and lets so many creates pass and holds the others until it is opened. So
// an import is in the middle of its book for as long as a script needs, on a machine of any speed.
type gate struct {
	server *httptest.Server

	mu    sync.Mutex
	left  int
	opens chan struct{} // closed when it is opened
}

// theGate is the key of a script's gate among its values.
type theGate struct{}

// cmdGate sets the gate at $GATE, which it makes first if there is none: gate 50 lets 50 more creates pass, gate open
// all, and gate shut ends it, as a provider that is down.
func cmdGate(ts *testscript.TestScript, neg bool, args []string) {
	at := ts.Value(theGate{}).(**gate)
	if *at == nil {
		to, err := url.Parse("http://" + ts.Getenv("ADDR"))
		ts.Check(err)
		g := &gate{opens: make(chan struct{})}
		on := httputil.NewSingleHostReverseProxy(to)
		on.ErrorLog = log.New(io.Discard, "", 0) // a sender was killed, or the stand-in is down
		g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && !g.passes(r) {
				return // its sender has left
			}
			on.ServeHTTP(w, r)
		}))
		ts.Defer(func() { g.open(); g.server.Close() })
		ts.Setenv("GATE", g.server.Listener.Addr().String())
		*at = g
	}
	switch g := *at; args[0] {
	case "open":
		g.open()
	case "shut":
		g.open()
		g.server.Close()
	default:
		n, err := strconv.Atoi(args[0])
		ts.Check(err)
		g.allow(n)
	}
}

// passes returns true when a create may pass, and false when its sender did not wait for that.
func (g *gate) passes(r *http.Request) bool {
	for {
		g.mu.Lock()
		passes, opens := g.left > 0, g.opens
		if passes {
			g.left--
		}
		g.mu.Unlock()
		if passes {
			return true
		}
		select {
		case <-opens:
		case <-r.Context().Done():
			return false
		}
	}
}

func (g *gate) open() { g.allow(1 << 30) }

func (g *gate) allow(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left = n
	close(g.opens)
	g.opens = make(chan struct{})
}
