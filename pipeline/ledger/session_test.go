package ledger

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// One session at a time has the right to send of a namespace; a second one gets an error that says who has it, and
// since when.
func TestOneSends(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	before := time.Now().Add(-time.Second)
	a := sending(t, address, "muster import (A)", quick)
	b := entered(t, address, "muster import (B)", quick)
	err := b.hold(t.Context(), boats, HoldOptions{}, false)
	var held *HeldError
	if !errors.As(err, &held) || held.Holder != "muster import (A)" || held.Since.Before(before) {
		t.Fatalf("%v", err)
	}
	var lost *LostRightError
	if err := say(t, b, 1); !errors.As(err, &lost) {
		t.Fatalf("B wrote without the right: %v", err)
	}
	if err := b.right.Wait(t.Context()); !errors.As(err, &lost) {
		t.Fatalf("B may send without the right: %v", err)
	}
	if err := b.hold(t.Context(), pipeline.Namespace{Provider: "boats", Env: "sandbox"}, HoldOptions{}, false); err != nil {
		t.Fatal("another namespace:", err)
	}
	if err := errors.Join(say(t, a, 2), a.right.Wait(t.Context())); err != nil {
		t.Fatal(err)
	}
	if n := timesSaid(t, address, 1) + 10*timesSaid(t, address, 2); n != 10 {
		t.Errorf("%d", n)
	}
}

// A waiting session gets the right when the sender ends, and learns whether that one said goodbye.
func TestWaitForTheRight(t *testing.T) {
	for name, end := range map[string]func(*session){"goodbye": (*session).close, "death": died} {
		t.Run(name, func(t *testing.T) {
			address, ok := serverForTests(t)
			if !ok {
				return
			}
			a := sending(t, address, "A", quick)
			if _, unannounced := a.right.TookOver(); unannounced {
				t.Error("nobody was before A")
			}
			b := entered(t, address, "B", quick)
			asked := 0
			ended := make(chan struct{})
			err := b.hold(t.Context(), boats, HoldOptions{Wait: true, Waiting: func(h *HeldError) {
				asked++
				if h.Holder != "A" {
					t.Errorf("%q sends", h.Holder)
				}
				go func() {
					end(a)
					close(ended)
				}()
			}}, false)
			<-ended
			if err != nil || asked != 1 {
				t.Fatal(err, asked)
			}
			at, unannounced := b.right.TookOver()
			if unannounced != (name == "death") || time.Since(at) > time.Minute {
				t.Errorf("%v %v", at, unannounced)
			}
			if err := errors.Join(b.right.Wait(t.Context()), say(t, b, 1)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Waiting ends with its context.
func TestWaitingEnds(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	sending(t, address, "A", quick)
	b := entered(t, address, "B", quick)
	ctx, cancel := context.WithCancel(t.Context())
	err := b.hold(ctx, boats, HoldOptions{Wait: true, Waiting: func(*HeldError) { cancel() }}, false)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

// A session that stands still for longer than the server allows loses the right: its requests wait, and its next
// intent is refused. It can still write what needs no right.
func TestFrozenSession(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	slow := quick
	slow.beat = time.Hour
	a := forgotten(t, address, "A", slow)
	b := entered(t, address, "B", quick)
	if err := b.hold(t.Context(), boats, HoldOptions{Wait: true}, false); err != nil {
		t.Fatal(err)
	}
	a.right.mu.Lock()
	sure := a.right.sure()
	a.right.mu.Unlock()
	if sure {
		t.Error("A would still send")
	}
	if _, unannounced := b.right.TookOver(); !unannounced {
		t.Error("A has not said that it ends")
	}
	var lost *LostRightError
	if err := say(t, a, 1); !errors.As(err, &lost) || lost.Holder != "B" {
		t.Fatalf("A's next intent: %v", err)
	}
	if err := a.right.Wait(t.Context()); !errors.As(err, &lost) {
		t.Errorf("A's next request: %v", err)
	}
	err := a.write(t.Context(), nil, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "INSERT INTO said (n) VALUES (2)")
		return err
	})
	if err != nil || timesSaid(t, address, 2) != 1 || timesSaid(t, address, 1) != 0 {
		t.Errorf("A's answer in hand: %v", err)
	}
	if err := say(t, b, 3); err != nil {
		t.Error(err)
	}
}

// A sender's death is also reported to the session after the next, if that one comes soon: the dead sender's requests
// may still be under way.
func TestDeathBeforeTheLast(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	died(sending(t, address, "A", quick))
	b := entered(t, address, "B", quick)
	if err := b.hold(t.Context(), boats, HoldOptions{Wait: true}, false); err != nil {
		t.Fatal(err)
	}
	b.close()
	c := sending(t, address, "C", quick)
	if _, unannounced := c.right.TookOver(); !unannounced {
		t.Error("A has not said that it ends")
	}
	c.close()
	onSchema(t, c, "UPDATE @.sender SET unannounced = unannounced - 3600000")
	d := sending(t, address, "D", quick)
	if _, unannounced := d.right.TookOver(); unannounced {
		t.Error("that was an hour ago")
	}
}

// The goodbye of a session that lost the right does not end the present sender.
func TestGoodbyeOfALoser(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	slow := quick
	slow.beat = time.Hour
	a := forgotten(t, address, "A", slow)
	b := entered(t, address, "B", quick)
	if err := b.hold(t.Context(), boats, HoldOptions{Wait: true}, false); err != nil {
		t.Fatal(err)
	}
	_ = say(t, a, 1)
	a.close()
	died(b)
	c := entered(t, address, "C", quick)
	if err := c.hold(t.Context(), boats, HoldOptions{Wait: true}, false); err != nil {
		t.Fatal(err)
	}
	if _, unannounced := c.right.TookOver(); !unannounced {
		t.Error("B has not said that it ends")
	}
}
