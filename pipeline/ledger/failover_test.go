package ledger

import (
	"errors"
	"testing"

	"muster/pipeline"
)

// On another server than the last one, a production namespace is sent to only after a person has confirmed it. From
// then on that is its server, and nobody is asked again.
func TestFailover(t *testing.T) {
	practice := pipeline.Namespace{Provider: "boats", Env: pipeline.EnvSandbox}
	for name, is := range map[string]struct{ change, refusal string }{
		"promoted": {"UPDATE @.sender SET timeline = '000000FF'", "server.failed_over"},
		"another":  {"UPDATE @.sender SET system = '1'", "server.failed_over"},
		"restored": {`ALTER TABLE @.sender RENAME TO dropped; CREATE TABLE @.sender (LIKE @.dropped INCLUDING ALL);
			INSERT INTO @.sender SELECT * FROM @.dropped`, "server.restored"},
	} {
		t.Run(name, func(t *testing.T) {
			address, ok := serverForTests(t)
			if !ok {
				return
			}
			a := entered(t, address, "A", quick)
			must(t, errors.Join(a.hold(t.Context(), boats, HoldOptions{}, false),
				a.hold(t.Context(), practice, HoldOptions{}, false)))
			a.close()
			onSchema(t, a, is.change)

			b := entered(t, address, "B", quick)
			var failover *FailoverError
			err := b.hold(t.Context(), boats, HoldOptions{}, false)
			if !errors.As(err, &failover) || codeOf(t, err) != is.refusal {
				t.Fatal(err)
			}
			if err := say(t, b, 1); err == nil {
				t.Error("written without the right")
			}
			must(t, b.hold(t.Context(), practice, HoldOptions{}, false))
			if b.right.OtherServer() == nil {
				t.Error("of the sandbox it is not said")
			}
			b.close()

			c := entered(t, address, "C", quick)
			must(t, c.hold(t.Context(), boats, HoldOptions{}, true))
			if c.right.OtherServer() == nil {
				t.Error("it is not said")
			}
			c.close()
			d := entered(t, address, "D", quick)
			must(t, d.hold(t.Context(), boats, HoldOptions{}, false))
			if d.right.OtherServer() != nil {
				t.Error("it is said again")
			}
		})
	}
}

// What was lost may be all that the ledger knew of a namespace. So on another server than that on which the ledger was
// begun, a namespace that it does not know is sent to only after a person has confirmed it, also in a ledger that was
// begun by a muster that kept no mark.
func TestFailoverThatLostTheFirstSender(t *testing.T) {
	for name, change := range map[string]string{
		"marked":   "UPDATE @.meta SET value = '1 00000001' WHERE name = 'server'",
		"unmarked": "DELETE FROM @.meta WHERE name = 'server'; UPDATE @.sender SET timeline = '000000FF'",
		"restored": "UPDATE @.meta SET value = '1' WHERE name = 'tables'",
	} {
		t.Run(name, func(t *testing.T) {
			address, ok := serverForTests(t)
			if !ok {
				return
			}
			practice := pipeline.Namespace{Provider: "boats", Env: pipeline.EnvSandbox}
			a := entered(t, address, "A", quick)
			must(t, a.hold(t.Context(), practice, HoldOptions{}, false))
			a.close()
			onSchema(t, a, change)

			for _, elsewhere := range []bool{true, false} {
				b := entered(t, address, "B", quick)
				if elsewhere {
					if err := b.hold(t.Context(), boats, HoldOptions{}, false); codeOf(t, err) != "server.changed_since_begun" {
						t.Error(err)
					}
				}
				must(t, b.hold(t.Context(), boats, HoldOptions{}, true))
				if said := b.right.OtherServer() != nil; said != elsewhere {
					t.Errorf("it is said: %v", said)
				}
				b.close()
			}
			// In the sandbox nobody is asked.
			c := entered(t, address, "C", quick)
			must(t, c.hold(t.Context(), pipeline.Namespace{Provider: "carts", Env: pipeline.EnvSandbox}, HoldOptions{}, false))
			if c.right.OtherServer() == nil {
				t.Error("of the sandbox it is not said")
			}
		})
	}
}

// A fail-over during a run that lost nothing of what the run wrote counts as a restart, and the next run is not
// asked.
func TestFailoverWithoutLoss(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	a := sending(t, address, "A", quick)
	a.use.Lock()
	onSchema(t, a, "UPDATE @.sender SET timeline = '000000FF'")
	a.use.Unlock()
	terminate(t, a)
	must(t, say(t, a, 1))
	a.close()
	b := sending(t, address, "B", quick)
	if b.right.OtherServer() != nil {
		t.Error("it is said")
	}
}

// Who waits where another server has taken over leaves the right to the one who had it, until that one has found the
// server and knows that nothing is lost; after a while it is refused.
func TestFailoverIsTheSendersToJudge(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	a := sending(t, address, "A", quick)
	b := entered(t, address, "B", quick)
	held := make(chan error, 1)
	waits := make(chan bool)
	go func() {
		held <- b.hold(t.Context(), boats, HoldOptions{Wait: true, Waiting: func(*HeldError) { close(waits) }}, false)
	}()
	<-waits
	// The server goes, and comes back as another, before A has seen it.
	a.use.Lock()
	onSchema(t, a, "UPDATE @.sender SET timeline = '000000FF'")
	onServer(t, "SELECT pg_terminate_backend("+decimal(int64(a.link.facts.process))+")")
	looked := "SELECT count(*) FROM pg_locks WHERE pid = " + decimal(int64(b.link.facts.process)) + " AND NOT granted"
	for waiting := 1; waiting > 0; {
		to := ask(parseAddress(address, false))(t)
		conn := ask(to.dial(t.Context()))(t)
		must(t, conn.QueryRow(t.Context(), looked).Scan(&waiting))
		closeConn(conn)
	}
	a.use.Unlock()
	must(t, say(t, a, 1))
	a.close()
	must(t, <-held)
	if b.right.OtherServer() != nil {
		t.Error("it is said, although nothing was lost")
	}
	// Who died does not come back.
	onSchema(t, b, "UPDATE @.sender SET timeline = '000000FF'")
	died(b)
	c := entered(t, address, "C", quick)
	if err := c.hold(t.Context(), boats, HoldOptions{Wait: true}, false); codeOf(t, err) != "server.failed_over" {
		t.Error(err)
	}
}
