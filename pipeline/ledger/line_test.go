package ledger

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// line is a proxy to a server that a test can cut and freeze.
type line struct {
	address  string // of a ledger, through this line
	target   string
	listener net.Listener

	mu     sync.Mutex
	cut    bool
	conns  map[net.Conn]bool
	passes chan struct{} // closed while data passes
	commit commitFault   // of the next COMMIT
	trips  int           // times that something was asked and somebody waited for the answer
	ends   sync.WaitGroup
}

type commitFault int

const (
	commitPasses  commitFault = iota
	commitLost                // the connection breaks before the COMMIT reaches the server
	answerLost                // the server commits, and its answer is lost
	committedAway             // as answerLost, and the line stays cut
)

func newLine(t *testing.T, address string) *line {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{target: u.Host, conns: map[net.Conn]bool{}, passes: make(chan struct{})}
	close(l.passes)
	if l.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	u.Host = l.listener.Addr().String()
	l.address = u.String()
	l.ends.Go(func() {
		for {
			near, err := l.listener.Accept()
			if err != nil {
				return
			}
			l.ends.Go(func() { l.carry(near) })
		}
	})
	t.Cleanup(func() {
		l.listener.Close()
		l.cutOff()
		l.thaw()
		l.ends.Wait()
	})
	return l
}

// cutOff breaks all connections, and new ones too, until restore.
func (l *line) cutOff() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	l.breakAll()
}

func (l *line) breakAll() {
	for c := range l.conns {
		c.Close()
	}
}

func (l *line) restore() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

// freeze holds data back, in both directions, until thaw.
func (l *line) freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.passes = make(chan struct{})
}

func (l *line) thaw() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.passes:
	default:
		close(l.passes)
	}
}

// failCommit makes the next COMMIT fail in that way.
func (l *line) failCommit(f commitFault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.commit = f
}

func (l *line) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", l.target)
	if err != nil {
		return
	}
	defer far.Close()
	l.mu.Lock()
	if l.cut {
		l.mu.Unlock()
		return
	}
	l.conns[near], l.conns[far] = true, true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.conns, near)
		delete(l.conns, far)
	}()
	waits := new(atomic.Bool)   // somebody waits for an answer
	deaf := make(chan struct{}) // closed when answers are no longer passed on
	var both sync.WaitGroup
	both.Go(func() { l.copy(far, near, deaf, waits, true) })
	both.Go(func() { l.copy(near, far, deaf, waits, false) })
	both.Wait()
}

// unattended: it is the beat, or the end of a read, for neither of which a caller waits.
func unattended(sent []byte) bool {
	return bytes.Equal(sent, []byte("Q\x00\x00\x00\x0dSELECT 1\x00")) ||
		bytes.Equal(sent, []byte("Q\x00\x00\x00\x0dROLLBACK\x00"))
}

// countTrips is how many round trips f makes.
func (l *line) countTrips(f func()) int {
	l.mu.Lock()
	before := l.trips
	l.mu.Unlock()
	f()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trips - before
}

// commits: a COMMIT is among what is sent, as a query, without a name, or by the name under which pgx has
// prepared it; not where it is only being prepared.
func commits(sent []byte) bool {
	const query, unnamed = "\x00\x00\x00\x0bCOMMIT\x00", "P\x00\x00\x00\x0e\x00COMMIT\x00"
	digest := sha256.Sum256([]byte("COMMIT"))
	named := fmt.Sprintf("\x00stmtcache_%x\x00", digest[:24])
	return bytes.Contains(sent, []byte(query)) || bytes.Contains(sent, []byte(unnamed)) ||
		bytes.Contains(sent, []byte(named))
}

func (l *line) copy(to, from net.Conn, deaf chan struct{}, waits *atomic.Bool, asks bool) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		l.mu.Lock()
		passes := l.passes
		if !asks {
			waits.Store(false)
		} else if n > 0 && !unattended(buffer[:n]) && !waits.Swap(true) {
			l.trips++
		}
		fault := commitPasses
		if asks && commits(buffer[:n]) {
			fault, l.commit = l.commit, commitPasses
		}
		l.mu.Unlock()
		<-passes
		select {
		case <-deaf:
			return // the server has answered, so it committed; the client never gets the answer
		default:
		}
		switch fault {
		case commitLost:
			return
		case answerLost, committedAway:
			close(deaf)
			if fault == committedAway {
				l.mu.Lock()
				l.cut = true
				l.mu.Unlock()
			}
		}
		if _, writing := to.Write(buffer[:n]); err != nil || writing != nil {
			return
		}
	}
}
