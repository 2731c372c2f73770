//go:build unix

package machines

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// cluster is a server and the standby that is to take its place.
type cluster struct {
	first, second *postgrestest.Server
	line          *postgrestest.Proxy // over which the second follows the first
	address       string              // of both, as whoever may be written to
}

func newCluster(t *testing.T, programs string) *cluster {
	t.Helper()
	c := &cluster{first: postgrestest.NewServer(t, programs)}
	var through string
	c.line, through = postgrestest.NewProxy(t, c.first.Address())
	c.second = c.first.Standby(t, through)
	var hosts []string
	for _, s := range []*postgrestest.Server{c.first, c.second} {
		at, err := url.Parse(s.Address())
		if err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, at.Host)
	}
	c.address = fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable&target_session_attrs=read-write",
		strings.Join(hosts, ","))
	return c
}

// failOver ends the first as a loss of power does, and has the second take its place.
func (c *cluster) failOver(t *testing.T) {
	t.Helper()
	c.first.Stop(t, syscall.SIGQUIT)
	c.second.Promote(t)
}

// TestFailOver: a synchronous standby takes the place of the server while a run sends and another one waits. It is as
// a restart: the run goes on, and nobody is asked anything, in production either.
func TestFailOver(t *testing.T) {
	t.Parallel()
	programs, ok := postgrestest.Programs()
	if !ok {
		return
	}
	c := newCluster(t, programs)
	c.first.Synchronous(t)
	w := newWorld(t, c.address, limits{10, 4}, 60*time.Millisecond)
	p := newPair(t, w, w.ledger, 60, "--env", "production", "--new-ledger")
	c.failOver(t)
	for _, s := range []*sender{p.sends, p.waits} {
		if code := s.code(t); code != 0 {
			t.Errorf("%s: exit code %d", s.name, code)
		}
		p.reports(t, s, p.rows)
	}
	p.held(t, bars{rows: p.rows})
}

// TestFailOverThatLoses: an asynchronous standby lacks the last transactions when it takes the server's place. In
// production nobody goes on before a person allows it, as who was enrolled last would be enrolled again.
func TestFailOverThatLoses(t *testing.T) {
	t.Parallel()
	programs, ok := postgrestest.Programs()
	if !ok {
		return
	}
	c := newCluster(t, programs)
	w := newWorld(t, c.address, limits{10, 4}, 60*time.Millisecond)
	practice := w.book(t, "practice-book.csv", 1000, 2)
	practise := func(name string) (said string) {
		s := w.start(t, name, practice)
		if code := s.code(t); code != 0 {
			t.Errorf("%s: exit code %d", name, code)
		}
		return s.out.String()
	}
	practise("practice")
	p := newPair(t, w, w.ledger, 60, "--env", "production", "--new-ledger")
	c.replicated(t)
	c.line.Freeze()
	frozen := time.Now()
	// An account that nobody had sent for: that anybody did is lost with its customers.
	north := func(name string) *sender {
		return w.start(t, name, w.book(t, "north-book.csv", 2000, 2), "--env", "production", "--account", "north",
			"--rate", "none")
	}
	if code := north("north").code(t); code != 0 {
		t.Errorf("north: exit code %d", code)
	}
	p.await(t, func(call call) bool { return call.key != "" && call.at.After(frozen.Add(time.Second)) })
	c.failOver(t)
	const advice = "compare the last customers with the provider's list"
	ends := func(s *sender, sentences ...string) {
		t.Helper()
		if code := s.code(t); code != 2 {
			t.Errorf("%s: exit code %d", s.name, code)
		}
		for _, sentence := range append(sentences, advice) {
			if !strings.Contains(s.out.String(), sentence) {
				t.Errorf("%s: no %q", s.name, sentence)
			}
		}
	}
	again := func(name string, flags ...string) *sender {
		return w.start(t, name, filepath.Join(w.dir, "book.csv"), append(flags, "--env", "production", "--rate", "none")...)
	}
	ends(p.sends, "the server has lost what it had acknowledged")
	ends(p.waits, "the server is not the one on which this was last imported")
	ends(again("third"), "the server is not the one on which this was last imported")
	const unknown = "has no import to juicyway production, account north from the server on which it was begun"
	if first := north("north again"); first.code(t) != 2 || !strings.Contains(first.out.String(), unknown) {
		t.Error("the account's first import is sent again before anybody allowed it")
	}
	if _, out := w.run(t, w.ledger, "check", "north-book.csv", "--provider", w.definition, "--env", "production",
		"--account", "north"); !strings.Contains(out, "an import will be refused") || !strings.Contains(out, unknown) {
		t.Errorf("a check does not say that the import will be refused:\n%s", out)
	}
	if created, asked := p.twice(); len(created)+len(asked) > 0 {
		t.Errorf("before anybody allowed it: created twice %v, asked for twice %v", created, asked)
	}
	known := len(w.all())

	const other = "the server is not the one on which this was last imported"
	if first, second := practise("sandbox"), practise("sandbox again"); !strings.Contains(first, other) ||
		strings.Contains(second, other) {
		t.Errorf("of the sandbox it is said once:\n%s\n%s", first, second)
	}
	allowed := again("allowed", "--yes-after-failover")
	if code := allowed.code(t); code != 0 && code != 4 || !strings.Contains(allowed.out.String(), other) {
		t.Errorf("exit code %d", code)
	}
	last := again("last")
	if code := last.code(t); code != 0 && code != 4 || strings.Contains(last.out.String(), other) {
		t.Errorf("exit code %d", code)
	}
	// What the flag allows is that those are enrolled again of whom the ledger lost all that it knew.
	_, asked := p.twice()
	if sent := len(w.all()) - known; len(asked) == 0 || len(asked) > sent {
		t.Errorf("%d merchants of %d calls were asked for again: nothing was lost", len(asked), sent)
	}
}

// replicated returns when the second has what the first has of those who write: one that sends, and one that waits.
func (c *cluster) replicated(t *testing.T) {
	t.Helper()
	const sessions = "SELECT count(*) FROM muster.session"
	deadline := time.Now().Add(patience)
	for postgrestest.Count(t, c.second.Address(), sessions) < 2 {
		if time.Now().After(deadline) {
			t.Fatal("the standby does not follow")
		}
	}
}
