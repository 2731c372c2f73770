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

// relink sees to it that there is a connection, for as long as a server may be away.
// Its errors: an [*AwayError] that says why it is; what waiting does not change; the
// context's.
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
		if err := s.again(ctx, until, err); err != nil {
			return err
		}
	}
	return nil
}

// hopeless: the ledger there is not the one, or not such, that this session can go on
// with. Anything else, a password that is suddenly wrong too, may be of a server that
// is only just coming back.
func hopeless(err error) bool {
	var (
		version *VersionError
		lost    *FailoverError
	)
	return errors.As(err, &version) || errors.As(err, &lost)
}

// tryLink makes the connection anew and puts everything back in its place: the old one
// is gone before anything is asked; the ledger's lock and those of the namespaces are
// taken again; written is what the server has committed. Who lost the right meanwhile
// goes on without it.
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
	if _, err := l.conn.Exec(ctx, waitShared, s.ledgerKey()); err != nil {
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
	s.written, s.process = written, l.facts.process
	s.spent.Store(false)
	s.right.hear(asked)
	return nil
}

// outlive waits until the session's old connection is gone: what was being committed
// over it is committed or never will be. It takes the session's own lock.
func (s *session) outlive(ctx context.Context, conn *pgx.Conn) error {
	if s.id == 0 {
		return nil
	}
	_, err := conn.Exec(ctx, `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
		WHERE l.pid <> pg_backend_pid()`+advisory, s.id)
	if err == nil || sqlState(err) == codeNotAllowed {
		_, err = conn.Exec(ctx, waitAlone, s.id) // where it may not be ended, it ends by idling
	}
	return err
}

// lastWritten is the number of the last transaction that the server has. One that it
// had acknowledged, and has no more, was lost by a fail-over.
func (s *session) lastWritten(ctx context.Context, conn *pgx.Conn) (written int64, err error) {
	err = conn.QueryRow(ctx, "SELECT written FROM session WHERE id = $1", s.id).Scan(&written)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && written < s.written:
		return 0, dataLost(s.to.shown)
	case err != nil:
		return 0, s.explain(err)
	}
	return written, nil
}

// holdAgain takes the locks of the namespaces again. Whoever was faster has written
// their name, and who is about to has the lock.
func (s *session) holdAgain(ctx context.Context, l *link) error {
	if s.right.refusal() != nil {
		return nil
	}
	for _, space := range s.spaces {
		taken, err := s.takeAgain(ctx, l.conn, s.spaceKey(space.namespace))
		if err != nil {
			return err
		}
		last, err := s.lastSender(ctx, space.number)
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
		_, err = l.conn.Exec(ctx, unlockAlone, s.spaceKey(space.namespace))
		return err
	}
	if len(s.spaces) > 0 {
		// What this session wrote last is there, and so is all that came before it.
		_, err := l.conn.Exec(ctx, "UPDATE sender SET system = $1, timeline = $2 WHERE session = $3 "+
			"AND (system, timeline) <> ($1, $2)", l.facts.identity.system, l.facts.identity.timeline, s.id)
		return err
	}
	return nil
}

// takeAgain takes a lock, unless somebody else has it. A process that ends gives its
// locks back one after the other, so that the session's old one may have it still.
func (s *session) takeAgain(ctx context.Context, conn *pgx.Conn, key int64) (taken bool, err error) {
	for {
		if err := conn.QueryRow(ctx, tryAlone, key).Scan(&taken); err != nil || taken {
			return taken, err
		}
		var ending bool
		err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = $2"+advisory+")", key,
			int32(s.process)).Scan(&ending)
		if err != nil || !ending {
			return false, err
		}
		if err := rest(ctx, s.pace.pause/10); err != nil {
			return false, err
		}
	}
}

// explain gives an error of the server the ledger's address. Errors of this package's
// own pass as they are.
func (s *session) explain(err error) error {
	var ours *pipeline.Mistake
	if err == nil || errors.As(err, &ours) || explained(err) {
		return err
	}
	if sqlState(err) == "" {
		return err
	}
	return &fault{path: s.to.shown, full: sqlState(err) == codeDiskFull, err: err}
}
