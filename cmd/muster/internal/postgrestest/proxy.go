package postgrestest

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// Proxy is a TCP line to a server. Its methods may be called from several goroutines at once.
type Proxy struct {
	target string // host:port
	listen net.Listener

	mu     sync.Mutex
	cut    bool
	conns  map[net.Conn]bool
	passes chan struct{} // closed while data passes
	ends   sync.WaitGroup
}

// NewProxy makes a line to the server at address, and returns the address that leads through it. It ends with the
// test.
func NewProxy(t testing.TB, address string) (p *Proxy, through string) {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p = &Proxy{target: at.Host, conns: map[net.Conn]bool{}, passes: make(chan struct{})}
	close(p.passes)
	if p.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.ends.Go(p.accept)
	t.Cleanup(func() {
		if err := p.listen.Close(); err != nil {
			t.Error(err)
		}
		p.Cut()
		p.Thaw()
		p.ends.Wait()
	})
	at.Host = p.listen.Addr().String()
	return p, at.String()
}

// Cut breaks every connection, and new ones at once, until Restore.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.conns {
		c.Close()
	}
}

// Restore ends a Cut.
func (p *Proxy) Restore() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// Freeze holds back all data from now on, in both directions, as a network that loses every packet does: connections
// stay open, new ones are accepted, and neither end hears of the other.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.thawed() {
		p.passes = make(chan struct{})
	}
}

// Thaw releases the data that was held back, in order.
func (p *Proxy) Thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.thawed() {
		close(p.passes)
	}
}

// thawed is called with the lock held.
func (p *Proxy) thawed() bool {
	select {
	case <-p.passes:
		return true
	default:
		return false
	}
}

func (p *Proxy) accept() {
	for {
		near, err := p.listen.Accept()
		if err != nil {
			return // closed: the test has ended
		}
		p.ends.Go(func() { p.carry(near) })
	}
}

// carry serves one connection until one of its ends is closed.
func (p *Proxy) carry(near net.Conn) {
	defer near.Close()
	if !p.keep(near) {
		return
	}
	defer p.drop(near)
	far, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer far.Close()
	if !p.keep(far) {
		return
	}
	defer p.drop(far)
	var both sync.WaitGroup
	both.Go(func() { p.copy(far, near) })
	both.Go(func() { p.copy(near, far) })
	both.Wait()
}

// keep registers a connection to be closed by Cut; false when the line is cut.
func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cut {
		p.conns[c] = true
	}
	return !p.cut
}

func (p *Proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// copy copies what one end sends. The end of a connection is held back like data.
func (p *Proxy) copy(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.wait()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// wait returns when the line is not frozen.
func (p *Proxy) wait() {
	p.mu.Lock()
	passes := p.passes
	p.mu.Unlock()
	<-passes
}
