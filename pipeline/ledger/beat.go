package ledger

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// watcher pings the server, so that the right stays proven and the server's idle timeout does not end the session,
// and gives up transactions that get no answer.
type watcher struct {
	cancel context.CancelFunc // nil while it does not run
	ended  chan struct{}

	mu      sync.Mutex
	current *watched // the transaction under way; nil while there is none
}

type watched struct {
	since   time.Time
	process uint32
	abandon context.CancelFunc
}

// start watches the session until end.
func (w *watcher) start(s *session) {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.ended = cancel, make(chan struct{})
	go func() {
		defer close(w.ended)
		ticker := time.NewTicker(s.pace.beat)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				s.beat(ctx)
				w.lookAfter(ctx, s)
			}
		}
	}()
}

// end stops the watcher and waits until it has stopped.
func (w *watcher) end() {
	if w.cancel != nil {
		w.cancel()
		<-w.ended
		w.cancel = nil
	}
}

// over notes that a transaction runs until end is called. The context that it returns ends when the transaction is
// given up.
func (w *watcher) over(ctx context.Context, conn *pgx.Conn) (_ context.Context, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.current = &watched{since: time.Now(), process: conn.PgConn().PID(), abandon: cancel}
	return ctx, func() {
		cancel()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.current = nil
	}
}

// lookAfter gives up a transaction whose connection died unnoticed: after a while without an answer it asks over a
// second connection whether the server still works on the transaction.
func (w *watcher) lookAfter(ctx context.Context, s *session) {
	w.mu.Lock()
	t := w.current
	w.mu.Unlock()
	if t == nil || time.Since(t.since) < s.pace.silence {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.pace.silence)
	defer cancel()
	if active, known := s.active(ctx, t.process); known && active {
		return
	} else if !known && time.Since(t.since) < s.pace.patience {
		return // the server cannot be reached over any connection, and may come back
	}
	t.abandon()
}

// active asks over another connection whether the server still works for one of its processes; known is false where
// there is no answer.
func (s *session) active(ctx context.Context, process uint32) (active, known bool) {
	conn, err := s.to.dial(ctx)
	if err != nil {
		return false, false
	}
	defer closeConn(conn)
	// A process is idle only for a moment between two statements of one transaction.
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1
		AND (state = 'active' OR state_change > clock_timestamp() - $2::text::interval))`,
		once(int32(process), inMilliseconds(s.pace.silence/4))...).Scan(&active)
	return active, err == nil
}
