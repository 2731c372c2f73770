//go:build unix

package machines

import (
	"syscall"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// silence is how long a sender may still send after it last heard the server.
const silence = 4 * time.Second

// pair is a sender, and another one that waits for it.
type pair struct {
	*world
	rows         int
	sends, waits *sender
}

// newPair starts one sender on the address first and, once it sends, another that waits, on the ledger's own address.
func newPair(t *testing.T, w *world, first string, rows int, flags ...string) *pair {
	t.Helper()
	p := &pair{world: w, rows: rows}
	book := w.book(t, "book.csv", 0, rows)
	p.sends = w.startAt(t, muster, first, "first", book, flags...)
	w.await(t, func(c call) bool { return c.from == "first" && c.key != "" })
	p.waits = w.start(t, "second", book, append(flags, "--wait")...)
	p.waits.awaitTurn(t)
	return p
}

// from is the first call of a sender after a time.
func (p *pair) from(t *testing.T, s *sender, after time.Time) call {
	t.Helper()
	return p.await(t, func(c call) bool { return c.from == s.name && c.at.After(after) })
}

// last is when the last call of a sender so far left.
func (p *pair) last(t *testing.T, s *sender) (last time.Time) {
	t.Helper()
	for _, started := range p.starts(t) {
		if started.process == s.cmd.Process.Pid {
			last = started.at
		}
	}
	return last
}

// takenOver checks that the second sender goes on within the promised time after a fault of the first, and returns
// the time of its first call.
func (p *pair) takenOver(t *testing.T, since time.Time) time.Time {
	t.Helper()
	first := p.from(t, p.waits, since).at
	p.tookOver(t, first.Sub(since))
	return first
}

// finish checks that the first sender ends unfinished and that the second finishes the book.
func (p *pair) finish(t *testing.T) {
	t.Helper()
	if code := p.sends.code(t); code != 1 {
		t.Errorf("%s: exit code %d", p.sends.name, code)
	}
	if code := p.waits.code(t); code != 0 {
		t.Errorf("%s: exit code %d", p.waits.name, code)
	}
	p.reports(t, p.waits, p.rows)
	p.held(t, bars{rows: p.rows})
}

// TestFrozenSender: another sender takes over from one that stands still, which sends nothing when it runs again.
func TestFrozenSender(t *testing.T) {
	t.Parallel()
	if _, ok := postgrestest.Shared(); !ok {
		return
	}
	w := onServer(t, limits{20, 4}, 60*time.Millisecond)
	p := newPair(t, w, w.ledger, 200)
	p.sends.signal(t, syscall.SIGSTOP)
	since := time.Now()
	p.takenOver(t, since)
	timer := time.NewTimer(time.Second)
	<-timer.C
	thawed := time.Now()
	p.sends.signal(t, syscall.SIGCONT)
	p.finish(t)
	if last := p.last(t, p.sends); last.After(thawed) {
		t.Errorf("the frozen one sent %v after it was thawed", last.Sub(thawed))
	}
}

// TestSenderWithoutItsServer: a sender that loses its line to the server stops sending, and another takes over; the
// answers that it had are in the ledger once the line is back.
func TestSenderWithoutItsServer(t *testing.T) {
	t.Parallel()
	if _, ok := postgrestest.Shared(); !ok {
		return
	}
	for name, lose := range map[string]func(*postgrestest.Proxy) (restore func()){
		"silent": func(p *postgrestest.Proxy) func() { p.Freeze(); return p.Thaw },
		"broken": func(p *postgrestest.Proxy) func() { p.Cut(); return p.Restore },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := onServer(t, limits{20, 4}, 60*time.Millisecond)
			line, through := postgrestest.NewProxy(t, w.ledger)
			p := newPair(t, w, through, 200)
			restore := lose(line)
			since := time.Now()
			first := p.takenOver(t, since)
			timer := time.NewTimer(time.Second)
			<-timer.C
			restore()
			p.finish(t)
			last := p.last(t, p.sends)
			t.Logf("the first one's last call after %v", last.Sub(since))
			if last.Sub(since) > silence || last.After(first) {
				t.Errorf("the first sent until %v after its line was lost; the second from %v on", last.Sub(since), first.Sub(since))
			}
		})
	}
}

// TestLineThatComesBack: a sender that loses its line for a moment goes on when no other takes over.
func TestLineThatComesBack(t *testing.T) {
	t.Parallel()
	if _, ok := postgrestest.Shared(); !ok {
		return
	}
	w := onServer(t, limits{20, 4}, 60*time.Millisecond)
	line, through := postgrestest.NewProxy(t, w.ledger)
	const rows = 120
	s := w.startAt(t, muster, through, "first", w.book(t, "book.csv", 0, rows))
	w.await(t, func(c call) bool { return c.key != "" })
	for range 3 {
		timer := time.NewTimer(300 * time.Millisecond)
		<-timer.C
		line.Cut()
		timer.Reset(300 * time.Millisecond)
		<-timer.C
		line.Restore()
	}
	if code := s.code(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	w.reports(t, s, rows)
	w.held(t, bars{rows: rows})
}
