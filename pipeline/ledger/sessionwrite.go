package ledger

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"muster/pipeline"
)

// transaction runs f in a transaction that takes effect once or, with an error, not at all. f may be called again after
// a broken connection, a deadlock, or while the server has no room; each time the transaction starts anew. Its errors:
// f's own; an [*AwayError] after a minute, and then the last COMMIT may have taken effect; where f writes intents of
// a namespace, a [*LostRightError] when its right to send is not held.
//
// ctx ends the waiting for a server that is away, but not a transaction under way.
func (s *session) transaction(ctx context.Context, intents *pipeline.Namespace,
	f func(*postgresEngine) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.use.Lock()
	defer s.use.Unlock()
	return s.writing(ctx, intents, f)
}

// writing is transaction for a caller that has locked s.use.
func (s *session) writing(ctx context.Context, intents *pipeline.Namespace,
	f func(*postgresEngine) error) error {
	s.number++
	until := s.pace.until(&s.spent)
	for {
		if !s.linked() {
			if err := s.relink(ctx, until); err != nil {
				return err
			}
			if s.written == s.number {
				return nil // the server had committed, and only its answer was lost
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
			continue // whatever error f returned: the connection broke
		case sqlState(err) == codeReadOnly:
			s.drop(ctx) // the server has become a standby
		case !repeatable(err):
			return s.explain(err)
		}
		if err := s.waitToRetry(ctx, until, err); err != nil {
			return err
		}
	}
}

// holds is why an intent of a namespace may not be written; nil when it may.
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

// repeatable reports that the transaction did not take effect, and may succeed the next time.
func repeatable(err error) bool {
	code := sqlState(err)
	return code == codeSerialization || code == codeDeadlock || strings.HasPrefix(code, classOfShortage)
}

// waitToRetry waits before the next try, and returns an error when there is none.
func (s *session) waitToRetry(ctx context.Context, until time.Time, cause error) error {
	return s.pace.waitOrSpend(ctx, s.to.shown, until, cause, &s.spent)
}

// until is when the patience for a server that is away ends. All callers share one minute.
func (p pace) until(spent *atomic.Bool) time.Time {
	if spent.Load() {
		return time.Now()
	}
	return time.Now().Add(p.patience)
}

// waitOrSpend is waitToRetry, and sets spent when there is no next try.
func (p pace) waitOrSpend(ctx context.Context, path string, until time.Time, cause error, spent *atomic.Bool) error {
	err := p.waitToRetry(ctx, path, until, cause)
	var away *AwayError
	if errors.As(err, &away) {
		spent.Store(true)
	}
	return err
}

func (p pace) waitToRetry(ctx context.Context, path string, until time.Time, cause error) error {
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

// keepNumber stores the number $1 of a transaction as the last one of the session $2, and fails when the session's row
// is gone.
var keepNumber = "WITH noted AS (UPDATE session SET written = $1 WHERE id = $2 RETURNING 1) SELECT " +
	allOrNone("(SELECT count(*) FROM noted) = 1")

// transact tries the transaction of the present number. It leaves no transaction open, unless the connection is
// broken.
func (s *session) transact(ctx context.Context, f func(*postgresEngine) error) (err error) {
	conn := s.link.conn
	ctx, end := s.watch.over(context.WithoutCancel(ctx), conn)
	defer end()
	if s.reserved.over != s.link {
		s.reserved = reservedRefs{over: s.link}
	}
	e := &postgresEngine{ctx: ctx, conn: conn, used: s.link.used, reserved: &s.reserved}
	e.queue("BEGIN")
	e.waiting = append(e.waiting, queued{text: keepNumber, args: []any{s.number, s.id}, fault: func(err error) error {
		if sqlState(err) == codeDivision {
			return dataLost(s.to.shown) // the session's row is gone, so that more may be lost
		}
		return err
	}})
	return e.end(f(e))
}

// beat pings the server while nothing is written, so that it is heard, and connects again when the connection broke.
func (s *session) beat(ctx context.Context) {
	if !s.use.TryLock() {
		return // a write is under way, which hears the server or waits for it
	}
	defer s.use.Unlock()
	if !s.linked() {
		_ = s.tryLink(ctx) // the next beat tries again
		return
	}
	// Canceling the query would close the connection, which close needs to say goodbye.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.pace.trusted)
	defer cancel()
	asked := time.Now()
	if _, err := s.link.conn.Exec(ctx, "SELECT 1"); err != nil {
		s.drop(ctx)
		return
	}
	s.right.hear(asked)
}
