package ledger

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A transaction whose COMMIT has no answer takes effect once, whether the COMMIT or its answer was lost.
func TestCommitWithoutAnswer(t *testing.T) {
	for name, fault := range map[string]commitFault{"not committed": commitLost, "committed": answerLost} {
		t.Run(name, func(t *testing.T) {
			address, ok := serverForTests(t)
			if !ok {
				return
			}
			l := newLine(t, address)
			s := sending(t, l.address, "A", quick)
			for n := range 6 {
				l.failCommit(fault)
				tries := 0
				err := s.transaction(t.Context(), &boats, inTransaction(func(tx *transaction) error {
					tries++
					if n%2 == 0 { // all is sent with the COMMIT
						return tx.later("INSERT INTO said (n) VALUES (?)", n)
					}
					_, err := tx.exec("INSERT INTO said (n) VALUES (?)", n)
					return err
				}))
				if err != nil {
					t.Fatal(err)
				}
				if times := timesSaid(t, address, n); times != 1 {
					t.Errorf("written %d times", times)
				}
				if want := map[commitFault]int{commitLost: 2, answerLost: 1}[fault]; tries != want {
					t.Errorf("tried %d times, want %d", tries, want)
				}
			}
			if err := s.right.Wait(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// When a server is away for too long, the write fails, and so does waiting for the right; a write that was committed
// after all is there, and the session goes on when the server is back.
func TestServerAway(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	l := newLine(t, address)
	s := sending(t, l.address, "A", quick)
	s.paces(500*time.Millisecond, brieflyTrusted)
	l.failCommit(committedAway)
	var away *AwayError
	if err := say(t, s, 1); !errors.As(err, &away) || away.Path != l.address {
		t.Fatalf("%v", err)
	}
	if err := s.right.Wait(t.Context()); !errors.As(err, &away) {
		t.Fatalf("%v", err)
	}
	s.paces(time.Hour, brieflyTrusted)
	if err := say(t, s, 3); !errors.As(err, &away) {
		t.Fatalf("waited for once more: %v", err)
	}
	if n := timesSaid(t, address, 1); n != 1 {
		t.Fatalf("%d", n)
	}
	// Whoever has waited in vain tries once, and no longer than the server is trusted.
	s.paces(time.Minute, time.Minute)
	l.restore()
	if err := errors.Join(say(t, s, 2), s.right.Wait(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// A line that is cut and restored costs only a pause, even while nothing is written.
func TestCutLine(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	l := newLine(t, address)
	s := sending(t, l.address, "A", quick)
	l.cutOff()
	written := make(chan error)
	go func() { written <- say(t, s, 1) }()
	select {
	case err := <-written:
		t.Fatal("written over a line that is cut:", err)
	case <-time.After(3 * quick.pause):
	}
	l.restore()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	l.cutOff()
	l.restore()
	if err := errors.Join(s.right.Wait(t.Context()), say(t, s, 2)); err != nil {
		t.Fatal(err)
	}
	if timesSaid(t, address, 1) != 1 || timesSaid(t, address, 2) != 1 {
		t.Error("not once")
	}
}

// A frozen line blocks requests, but not a write for ever: a second connection finds that the server has given up the
// first one.
func TestFrozenLine(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	l := newLine(t, address)
	s := forgotten(t, l.address, "A", quick)
	l.freeze()
	written := make(chan error)
	go func() { written <- say(t, s, 1) }()
	waited := make(chan error)
	go func() {
		for {
			s.right.mu.Lock()
			sure, changed := s.right.sure(), s.right.changed
			s.right.mu.Unlock()
			if !sure {
				break
			}
			select {
			case <-changed:
			case <-time.After(brieflyTrusted / 4):
			}
		}
		waited <- s.right.Wait(t.Context())
	}()
	select {
	case err := <-waited:
		t.Error("a request would leave:", err)
	case <-time.After(2 * brieflyTrusted):
	}
	l.thaw()
	if err := errors.Join(<-written, <-waited); err != nil {
		t.Fatal(err)
	}
	if n := timesSaid(t, address, 1); n != 1 {
		t.Errorf("written %d times", n)
	}
}

// A connection that the server ends is replaced. The session keeps the right when nobody waits for it; else the
// waiting session gets it.
func TestTerminated(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	a := sending(t, address, "A", quick)
	terminate(t, a)
	if err := errors.Join(say(t, a, 1), a.right.Wait(t.Context())); err != nil {
		t.Fatal(err)
	}
	b := entered(t, address, "B", quick)
	err := b.hold(t.Context(), boats, HoldOptions{Wait: true, Waiting: func(*HeldError) {
		go terminateWhenWaiting(t, a, b)
	}}, false)
	if err != nil {
		t.Fatal(err)
	}
	var lost *LostRightError
	if err := say(t, a, 2); !errors.As(err, &lost) {
		t.Errorf("%v", err)
	}
	if timesSaid(t, address, 1) != 1 || timesSaid(t, address, 2) != 0 {
		t.Error("not once, or without the right")
	}
}

func terminate(t *testing.T, s *session) {
	t.Helper()
	onServer(t, "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.objsubid = 1 AND l.granted AND "+
		"(l.classid::bigint << 32 | l.objid::bigint) = "+decimal(s.id))
}

// terminateWhenWaiting ends a's connection once b waits for the lock.
func terminateWhenWaiting(t *testing.T, a, b *session) {
	onServer(t, `DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_locks w JOIN pg_locks h USING (pid)
			WHERE NOT w.granted AND h.granted AND h.objsubid = 1
			AND (h.classid::bigint << 32 | h.objid::bigint) = `+decimal(b.id)+`) LOOP
		PERFORM pg_sleep(0.01); END LOOP; END $$`)
	terminate(t, a)
}

// A serialization failure and a deadlock are retried, and a server without room is waited for, as one that is away.
func TestTriedAgain(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	s := sending(t, address, "A", quick)
	for _, code := range []string{codeSerialization, codeDeadlock, codeDiskFull} {
		tries := 0
		err := s.write(t.Context(), &boats, func(ctx context.Context, conn *pgx.Conn) error {
			if tries++; tries < 3 {
				return raise(ctx, conn, code)
			}
			_, err := conn.Exec(ctx, "INSERT INTO said (n) VALUES ($1)", tries)
			return err
		})
		if err != nil || tries != 3 {
			t.Errorf("%s: %v after %d tries", code, err, tries)
		}
	}
	if n := timesSaid(t, address, 3); n != 3 {
		t.Errorf("%d", n)
	}
	s.paces(200*time.Millisecond, quick.trusted)
	err := s.write(t.Context(), &boats, func(ctx context.Context, conn *pgx.Conn) error {
		return raise(ctx, conn, codeDiskFull)
	})
	var away *AwayError
	if !errors.As(err, &away) || !errors.Is(err, ErrFull) {
		t.Errorf("%v", err)
	}
	s.paces(quick.patience, quick.trusted)
	tries := 0
	err = s.write(t.Context(), &boats, func(ctx context.Context, conn *pgx.Conn) error {
		tries++
		return raise(ctx, conn, "23505")
	})
	var failed *ServerError
	if !errors.As(err, &failed) || tries != 1 {
		t.Errorf("%v after %d tries", err, tries)
	}
}

func raise(ctx context.Context, conn *pgx.Conn, code string) error {
	_, err := conn.Exec(ctx, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '"+code+"'; END $$")
	return err
}

// A server that has lost what it acknowledged ends the right for good.
func TestLostData(t *testing.T) {
	for name, loss := range map[string]string{
		"its transactions": "UPDATE @.session SET written = 0",
		"its row":          "DELETE FROM @.session",
	} {
		t.Run(name, func(t *testing.T) {
			address, ok := serverForTests(t)
			if !ok {
				return
			}
			s := sending(t, address, "A", quick)
			s.use.Lock()
			onSchema(t, s, loss)
			s.use.Unlock()
			terminate(t, s)
			var lost *FailoverError
			if err := say(t, s, 1); !errors.As(err, &lost) {
				t.Errorf("%v", err)
			}
			if err := s.right.Wait(t.Context()); !errors.As(err, &lost) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A long statement is not cancelled.
func TestLongStatement(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	p := quick
	p.silence = 400 * time.Millisecond
	s := sending(t, address, "A", p)
	tries := 0
	err := s.write(t.Context(), &boats, func(ctx context.Context, conn *pgx.Conn) error {
		tries++
		_, err := conn.Exec(ctx, "SELECT pg_sleep($1)", (3 * p.silence).Seconds())
		return err
	})
	if err != nil || tries != 1 {
		t.Errorf("%v after %d tries", err, tries)
	}
}

// Each write is one transaction, whatever f does after an error.
func TestWriteUndone(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	s := sending(t, address, "A", quick)
	broken := errors.New("broken")
	err := s.write(t.Context(), &boats, func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "INSERT INTO said (n) VALUES (1)"); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	err = s.write(t.Context(), &boats, func(ctx context.Context, conn *pgx.Conn) error {
		_, _ = conn.Exec(ctx, "INSERT INTO said (n) VALUES (1)")
		_ = raise(ctx, conn, "23505")
		return nil
	})
	if !errors.Is(err, errNotCommitted) {
		t.Error(err)
	}
	if n := timesSaid(t, address, 1); n != 0 {
		t.Errorf("written %d times", n)
	}
}
