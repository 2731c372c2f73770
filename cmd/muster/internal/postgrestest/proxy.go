package postgrestest

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// Proxy is a line to a server over TCP. Its methods may be called by many at once.
type Proxy struct {
	target string // host:port
	listen net.Listener

	mu     sync.Mutex
	cut    bool
	conns  map[net.Conn]bool
	passes chan struct{} // closed: what is sent passes
	ends   sync.WaitGroup
}

// NewProxy begins a line to the server at address; it gives the address by which the line is taken. It ends with the test.
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

// Cut breaks every connection, and breaks new ones at once, until Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.conns {
		c.Close()
	}
}

// Mend ends a Cut.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// Freeze holds back all that is sent from now on, in both directions, as a network does that loses every packet:
// connections stay open, new ones are made, and no end hears of the other.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.thawed() {
		p.passes = make(chan struct{})
	}
}

// Thaw lets what was held back pass, in its order.
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

// carry carries one connection until one of its ends is closed.
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

// keep has a connection closed by Cut; false: there is a Cut.
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

// copy carries what one end sends. That an end is closed is held back like all else.
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
