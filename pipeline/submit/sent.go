package submit

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
)

// errSealed is the error of a write on a connection whose request was already reported as not sent.
var errSealed = errors.New("not written")

// watchedConn knows whether a write was ever begun, and can be sealed against writes: net/http writes in a goroutine
// of its own, perhaps after the request was given up, and "not sent" must stay true.
type watchedConn struct {
	net.Conn
	mu     sync.Mutex
	begun  int // writes that were handed to the connection
	sealed bool
}

func (c *watchedConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if c.sealed {
		c.mu.Unlock()
		return 0, errSealed
	}
	c.begun++
	c.mu.Unlock()
	return c.Conn.Write(b)
}

func (c *watchedConn) writes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}

// seal reports whether no write was begun since there were base of them, and prevents any further write in that case.
func (c *watchedConn) seal(base int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.begun != base {
		return false
	}
	c.sealed = true
	return true
}

// dialer opens a connection, as [net.Dialer.DialContext].
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// watch wraps every connection of dial in a watchedConn.
func watch(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &watchedConn{Conn: conn}, nil
	}
}

// watched finds the watchedConn below layers of TLS; nil when there is none (another transport's connection).
func watched(conn net.Conn) *watchedConn {
	for {
		switch c := conn.(type) {
		case *watchedConn:
			return c
		case *tls.Conn:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

// flight follows one request through the transport.
type flight struct {
	own bool // the transport is net/http's, set up by this package

	mu    sync.Mutex
	asked bool         // a connection was asked for, so that the transport reports its steps
	got   bool         // a connection was given to the request
	used  bool         // this connection, or one before it, had carried a request
	conn  *watchedConn // the last one; nil when it cannot be watched
	base  int          // its writes before the request
	wrote bool         // a write may have begun on an earlier connection
}

// trace gives the hooks. started is called when the request has a connection and nothing of it is written, in the
// goroutine that would go on to write; when it fails nothing is written.
func (f *flight) trace(started func() error) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.asked = true
		},
		GotConn: func(info httptrace.GotConnInfo) {
			f.mu.Lock()
			if f.got && !f.sealLocked() {
				f.wrote = true
			}
			f.got, f.conn, f.used = true, watched(info.Conn), f.used || info.Reused
			if f.conn != nil {
				f.base = f.conn.writes()
			}
			f.mu.Unlock()
			if started() != nil {
				f.mu.Lock()
				defer f.mu.Unlock()
				f.sealLocked()
			}
		},
	}
}

func (f *flight) sealLocked() bool { return f.conn != nil && f.conn.seal(f.base) }

// fresh reports whether the request had a new connection.
func (f *flight) fresh() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.got && !f.used
}

// unsent reports, after the transport failed, whether certainly no byte of the request left, and makes sure that none
// will.
func (f *flight) unsent() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.wrote:
		return false
	case f.got:
		return f.sealLocked()
	default:
		// Without a connection nothing can be written. A transport that reports no steps at all proves nothing.
		return f.own || f.asked
	}
}
