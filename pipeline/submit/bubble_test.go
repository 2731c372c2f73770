package submit_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"muster/pipeline/submit"
)

// bubble runs a test on a clock of its own (testing/synctest): what it says about times does not depend on how busy
// the machine is. Connections in it are pipes.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// pipes are the connections to a made-up provider in a bubble, waiting to be accepted.
type pipes struct {
	waiting chan net.Conn
	closed  context.Context
	close   context.CancelFunc
}

// newPipes end with the test.
func newPipes(t *testing.T) *pipes {
	t.Helper()
	p := &pipes{waiting: make(chan net.Conn)}
	p.closed, p.close = context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(p.close)
	return p
}

// transport leads every call to the provider, whatever its host.
func (p *pipes) transport() *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		near, far := net.Pipe()
		select {
		case p.waiting <- far:
			return near, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-p.closed.Done():
			return nil, net.ErrClosed
		}
	}}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed.Done():
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.close(); return nil }

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

// bubbleClient is a client in a bubble, of a provider that answers with h. The base URL is of no account.
func bubbleClient(t *testing.T, o submit.Options, h http.HandlerFunc) *submit.Client {
	t.Helper()
	p := newPipes(t)
	s := &http.Server{Handler: h}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Serve(p) // it is closed below
	}()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	})
	o.Transport, o.BaseURL = p.transport(), "http://provider.example"
	return newClient(t, o)
}
