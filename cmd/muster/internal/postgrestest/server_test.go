//go:build unix

package postgrestest

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestServer: Stop, Freeze and Restart affect open connections as they should, and what was written is there again.
func TestServer(t *testing.T) {
	programs, ok := Programs()
	if !ok {
		return
	}
	s := NewServer(t, programs)
	own := Database(t, s.Address())
	Exec(t, own, "CREATE TABLE kept (n int)")
	if n := Count(t, own, "SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'on'"); n != 1 {
		t.Error("fsync is off")
	}
	for i, how := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		ctx, conn := connect(t, own)
		s.Stop(t, how)
		if err := conn.Ping(ctx); err == nil {
			t.Errorf("%v: who was connected still is", how)
		}
		if _, err := pgx.Connect(ctx, own); err == nil {
			t.Errorf("%v: somebody listens", how)
		}
		s.Start(t)
		Exec(t, own, "INSERT INTO kept VALUES (1)")
		if n := Count(t, own, "SELECT count(*) FROM kept"); n != i+1 {
			t.Errorf("%v: %d rows", how, n)
		}
	}
	ctx, conn := connect(t, own)
	defer conn.Close(ctx)
	s.Freeze(t)
	answered := ask(ctx, conn)
	silent(t, answered)
	s.Thaw(t)
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

// TestProxy: a frozen line is silent and loses nothing; a cut one is broken, also for new connections.
func TestProxy(t *testing.T) {
	shared, ok := Shared()
	if !ok {
		return
	}
	p, through := NewProxy(t, Database(t, shared))
	ctx, conn := connect(t, through)
	p.Freeze()
	answered := ask(ctx, conn)
	silent(t, answered)
	p.Thaw()
	if err := <-answered; err != nil {
		t.Error(err)
	}
	p.Cut()
	if err := <-ask(ctx, conn); err == nil {
		t.Error("who was connected still is")
	}
	if _, err := pgx.Connect(ctx, through); err == nil {
		t.Error("a connection was made")
	}
	p.Restore()
	Exec(t, through, "SELECT 1")
}

func ask(ctx context.Context, conn *pgx.Conn) <-chan error {
	answered := make(chan error, 1)
	go func() { answered <- conn.Ping(ctx) }()
	return answered
}

// silent checks that there is no answer for a while.
func silent(t *testing.T, answered <-chan error) {
	t.Helper()
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case err := <-answered:
		t.Errorf("there was an answer: %v", err)
	case <-timer.C:
	}
}
