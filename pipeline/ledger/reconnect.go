package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

var (
	errNotCommitted = errors.New("not committed")
	errClosed       = errors.New("closed ledger")
)

// relink makes sure that there is a connection, and waits for a server that is away. Its errors: an [*AwayError] with
// the cause; an error that waiting does not change; the context's.
func (s *session) relink(ctx context.Context, until time.Time) error {
	if s.closed {
		return errClosed
	}
	for !s.linked() {
		err := s.tryLink(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if hopeless(err) {
			return err
		}
		if err := s.waitToRetry(ctx, until, err); err != nil {
			return err
		}
	}
	return nil
}

// hopeless reports that this session cannot go on with the ledger that is there. Any other error, even a wrong
// password, may come from a server that is still starting.
func hopeless(err error) bool {
	var (
		version *VersionError
		lost    *FailoverError
	)
	return errors.As(err, &version) || errors.As(err, &lost)
}

// tryLink connects again and restores the session: it waits until the old connection is gone, takes the locks of the
// ledger and of the namespaces again, and reads the number of the last transaction that the server committed. When
// the right was lost meanwhile, the session goes on without it.
func (s *session) tryLink(ctx context.Context) (err error) {
	s.drop(ctx)
	limit := s.pace.patience / 2
	if s.spent.Load() {
		limit = min(limit, s.pace.trusted)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	asked := time.Now()
	l, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.link = nil
			closeConn(l.conn)
			if hopeless(err) {
				s.right.lose(err)
			}
		}
	}()
	s.link = l
	if err := s.outlive(ctx, l.conn); err != nil {
		return s.explain(err)
	}
	if _, err := l.conn.Exec(ctx, waitShared, once(s.ledgerKey())...); err != nil {
		return s.explain(err)
	}
	if err := s.lookAgain(ctx); err != nil {
		return err
	}
	if s.id == 0 {
		return nil
	}
	written, err := s.lastWritten(ctx, l.conn)
	if err != nil {
		return err
	}
	if err := s.holdAgain(ctx, l); err != nil {
		return s.explain(err)
	}
	s.written = written
	s.spent.Store(false)
	s.right.hear(asked)
	return nil
}

// outlive waits until the session's old connection is gone, by taking the session's own lock: a COMMIT that was under
// way is then committed or never will be.
func (s *session) outlive(ctx context.Context, conn *pgx.Conn) error {
	if s.id == 0 {
		return nil
	}
	_, err := conn.Exec(ctx, `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
		WHERE l.pid <> pg_backend_pid()`+advisory, once(s.id)...)
	if err == nil || sqlState(err) == codeNotAllowed {
		_, err = conn.Exec(ctx, waitAlone, once(s.id)...) // a role that may not end it waits until it idles out
	}
	return err
}

// lastWritten is the number of the last transaction that the server has. When that is lower than the last
// acknowledged one, a fail-over lost data.
func (s *session) lastWritten(ctx context.Context, conn *pgx.Conn) (written int64, err error) {
	err = conn.QueryRow(ctx, "SELECT written FROM session WHERE id = $1", once(s.id)...).Scan(&written)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && written < s.written:
		return 0, dataLost(s.to.shown)
	case err != nil:
		return 0, s.explain(err)
	}
	return written, nil
}

// holdAgain takes the locks of the namespaces again. A session that took the right meanwhile has written its name as
// the sender, or still has the lock.
func (s *session) holdAgain(ctx context.Context, l *link) error {
	if s.right.refusal() != nil {
		return nil
	}
	for _, space := range s.spaces {
		taken, last, err := s.takeAgain(ctx, l.conn, space)
		if err != nil {
			return err
		}
		if taken && last.session == s.id {
			continue
		}
		lost := &LostRightError{Path: s.to.shown}
		if last.session != s.id {
			lost.Holder, lost.Since = last.holder, time.UnixMilli(last.since).UTC()
		}
		s.right.lose(lost)
		_, err = l.conn.Exec(ctx, unlockAlone, once(s.spaceKey(space.namespace))...)
		return err
	}
	if len(s.spaces) > 0 {
		// The server has this session's last transaction, and so all that came before it.
		_, err := l.conn.Exec(ctx, "UPDATE sender SET system = $1, timeline = $2 WHERE session = $3 "+
			"AND (system, timeline) <> ($1, $2)", once(l.facts.identity.system, l.facts.identity.timeline, s.id)...)
		return err
	}
	return nil
}

// takeAgain takes the lock of a namespace, unless another session is its sender now, which last says. A backend that ends
// releases its locks one after the other, so that the session's old backend may still have this one; and a session that
// has it may only look, and not want it on another server than the last.
func (s *session) takeAgain(ctx context.Context, conn *pgx.Conn, of heldSpace) (taken bool, last sender, err error) {
	for until := time.Now().Add(s.pace.idle); ; {
		if err := conn.QueryRow(ctx, tryAlone, once(s.spaceKey(of.namespace))...).Scan(&taken); err != nil {
			return false, last, err
		}
		if last, err = s.lastSender(ctx, of.number); err != nil {
			return taken, last, err
		}
		if taken || last.session != s.id || time.Now().After(until) {
			return taken, last, nil
		}
		if err := rest(ctx, s.pace.pause/10); err != nil {
			return false, last, err
		}
	}
}

// explain adds the ledger's address to an error of the server. Errors of this package pass unchanged.
func (s *session) explain(err error) error {
	var ours *pipeline.Mistake
	if err == nil || errors.As(err, &ours) || explained(err) {
		return err
	}
	if sqlState(err) == "" {
		return err
	}
	meant, _ := serverFault(s.to.shown, err)
	return meant
}
