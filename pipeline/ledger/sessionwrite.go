package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// write runs f in a transaction that happens once or, with an error, not at all: f may
// be called again, each time with the transaction at its beginning, after a connection
// that broke, a deadlock, or while the server has no room. Its errors: f's own; an
// [*AwayError] after a minute, and then what was being committed may have happened; where
// f writes intents of a namespace, a [*LostRightError] when its right to send is not held.
//
// ctx ends the waiting for a server that is away, and not a transaction under way.
func (s *session) write(ctx context.Context, intents *pipeline.Namespace,
	f func(context.Context, *pgx.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.use.Lock()
	defer s.use.Unlock()
	return s.writing(ctx, intents, f)
}

// writing is write for who has the session already.
func (s *session) writing(ctx context.Context, intents *pipeline.Namespace,
	f func(context.Context, *pgx.Conn) error) error {
	s.number++
	until := s.pace.until(&s.spent)
	for {
		if !s.linked() {
			if err := s.relink(ctx, until); err != nil {
				return err
			}
			if s.written == s.number {
				return nil // the server had committed it, and only its answer was lost
			}
		}
		if intents != nil {
			if err := s.holds(*intents); err != nil {
				return err
			}
		}
		asked := time.Now()
		err := s.transact(ctx, f)
		switch {
		case err == nil:
			s.written = s.number
			s.spent.Store(false)
			s.right.hear(asked)
			return nil
		case !s.linked():
			s.drop(ctx)
			continue // whatever f made of the error: the connection broke
		case sqlState(err) == codeReadOnly:
			s.drop(ctx) // it has become a standby
		case !repeatable(err):
			return s.explain(err)
		}
		if err := s.again(ctx, until, err); err != nil {
			return err
		}
	}
}

// holds says why an intent of a namespace may not be written; nil where it may.
func (s *session) holds(ns pipeline.Namespace) error {
	if err := s.right.refusal(); err != nil {
		return err
	}
	for _, held := range s.spaces {
		if held.namespace == ns {
			return nil
		}
	}
	return &LostRightError{Path: s.to.shown}
}

// repeatable: the transaction did not happen, and may the next time.
func repeatable(err error) bool {
	code := sqlState(err)
	return code == codeSerialization || code == codeDeadlock || strings.HasPrefix(code, classOfShortage)
}

// again waits before the next try, and gives the error for which there is none.
func (s *session) again(ctx context.Context, until time.Time, cause error) error {
	return s.pace.lastly(ctx, s.to.shown, until, cause, &s.spent)
}

// until is how long a server may be away: a minute in all, and not one for each of
// those who want something of it.
func (p pace) until(spent *atomic.Bool) time.Time {
	if spent.Load() {
		return time.Now()
	}
	return time.Now().Add(p.patience)
}

// lastly is again that notes when there is no next try.
func (p pace) lastly(ctx context.Context, path string, until time.Time, cause error, spent *atomic.Bool) error {
	err := p.again(ctx, path, until, cause)
	var away *AwayError
	if errors.As(err, &away) {
		spent.Store(true)
	}
	return err
}

func (p pace) again(ctx context.Context, path string, until time.Time, cause error) error {
	if time.Now().Add(p.pause).After(until) {
		return &AwayError{Path: path, After: p.patience, Err: cause}
	}
	return rest(ctx, p.pause)
}

// rest returns after d, or with the context's error.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// transact tries the transaction of the present number. It leaves no transaction open
// unless the connection is broken.
func (s *session) transact(ctx context.Context, f func(context.Context, *pgx.Conn) error) (err error) {
	conn := s.link.conn
	ctx, end := s.watch.over(context.WithoutCancel(ctx), conn)
	defer end()
	begin := fmt.Sprintf("BEGIN; UPDATE session SET written = %d WHERE id = %d", s.number, s.id)
	results, err := conn.PgConn().Exec(ctx, begin).ReadAll()
	if err == nil && results[len(results)-1].CommandTag.RowsAffected() != 1 {
		err = dataLost(s.to.shown) // its row is gone, and so may be more
	}
	if err == nil {
		err = f(ctx, conn)
	}
	return endTransaction(ctx, conn, err)
}

// beat asks the server a question of no use, while nothing is written, so that it is
// heard, and makes the connection anew where it broke.
func (s *session) beat(ctx context.Context) {
	if !s.use.TryLock() {
		return // somebody writes, and hears the server, or waits for it
	}
	defer s.use.Unlock()
	if !s.linked() {
		_ = s.tryLink(ctx) // again with the next beat
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.pace.trusted)
	defer cancel()
	asked := time.Now()
	if _, err := s.link.conn.Exec(ctx, "SELECT 1"); err != nil {
		s.drop(ctx)
		return
	}
	s.right.hear(asked)
}
