package ledger

import (
	"cmp"
	"context"
	"errors"
	"time"

	"muster/pipeline"
)

// HoldOptions say how the right to send is taken.
type HoldOptions struct {
	// Wait waits in the server's queue until the present sender ends.
	Wait bool
	// Waiting, unless nil, is called once before the waiting begins.
	Waiting func(*HeldError)
}

// hold takes the right to send of a namespace. Its errors: a [*HeldError] where another session has it; a
// [*FailoverError] in a mistake; those of [session.write]; the context's, which ends the waiting. afterFailover: a
// person has confirmed that another server may be used.
func (s *session) hold(ctx context.Context, ns pipeline.Namespace, o HoldOptions, afterFailover bool) error {
	number, err := s.spaceNumber(ctx, ns)
	if err != nil {
		return err
	}
	s.use.Lock()
	defer s.use.Unlock()
	if s.holds(ns) == nil {
		return nil
	}
	for {
		if err := s.takeLock(ctx, ns, number, o); err != nil {
			return err
		}
		over := s.link // the lock is lost with this link
		last, err := s.lastSender(ctx, number)
		if err != nil && !s.linked() && ctx.Err() == nil {
			continue
		}
		var other *pipeline.Mistake
		if err == nil {
			other = last.elsewhere(s.to.shown, ns, s.link.facts.identity)
			if other != nil && confirmed(ns) && !afterFailover {
				err = other
			}
		}
		if err != nil {
			if s.linked() {
				_, unlocking := s.link.conn.Exec(ctx, unlockAlone, once(s.spaceKey(ns))...)
				err = errors.Join(err, unlocking)
			}
			var elsewhere *FailoverError
			if o.Wait && last.died() && errors.As(err, &elsewhere) {
				back, waiting := s.awaitReturn(ctx, number, last)
				if back {
					o.Waiting = nil // it was called
					continue
				}
				err = cmp.Or(waiting, err)
			}
			return s.explain(err)
		}
		if s.right.refusal() != nil {
			s.spaces = nil // locks of an earlier connection are lost
		}
		s.spaces = append(s.spaces, heldSpace{ns, number})
		at := time.Now()
		err = s.writeSender(ctx, number, last.died())
		if err == nil && s.link == over {
			if !last.found {
				at = time.Time{} // no other sender can have sent shortly before
			}
			taken := takeover{at: at, unannounced: last.died() || last.lately}
			if other != nil {
				taken.elsewhere = other.What
			}
			s.right.take(taken)
			return nil
		}
		s.spaces = s.spaces[:len(s.spaces)-1]
		if err != nil {
			return err
		}
	}
}

// awaitReturn waits, without the lock, for the last sender to find the server that has taken over: it knows whether all
// that it wrote is there. It reports whether anybody has come, or the server is gone again.
func (s *session) awaitReturn(ctx context.Context, number int64, gone sender) (back bool, err error) {
	for until := time.Now().Add(s.pace.returns); time.Now().Before(until); {
		if err := rest(ctx, s.pace.beat); err != nil {
			return false, err
		}
		last, err := s.lastSender(ctx, number)
		if err != nil {
			return !s.linked() && ctx.Err() == nil, err
		}
		if last.session != gone.session || last.server != gone.server || last.ended {
			return true, nil
		}
	}
	return false, nil
}

// spaceNumber is the ledger's number of a namespace, a new one where it was never met.
func (s *session) spaceNumber(ctx context.Context, ns pipeline.Namespace) (number int64, err error) {
	err = s.transaction(ctx, nil, inTransaction(func(t *transaction) (err error) {
		number, err = t.namespace(ns)
		return err
	}))
	return number, err
}

// takeLock takes the lock of the namespace, at once or after waiting.
func (s *session) takeLock(ctx context.Context, ns pipeline.Namespace, number int64, o HoldOptions) error {
	key := s.spaceKey(ns)
	var waiting bool
	until := s.pace.until(&s.spent)
	for {
		if err := s.relink(ctx, until); err != nil {
			return err
		}
		var taken bool
		err := s.link.conn.QueryRow(ctx, tryAlone, once(key)...).Scan(&taken)
		if err == nil && taken {
			return nil
		}
		if err == nil && !waiting {
			held, err := s.whoSends(ctx, number)
			if err != nil {
				return err
			}
			if !o.Wait {
				return held
			}
			if waiting = true; o.Waiting != nil {
				o.Waiting(held)
			}
		}
		if err == nil {
			if err = s.queue(ctx, key); err == nil {
				return nil
			}
		}
		var refused *pipeline.Mistake
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.linked(), errors.As(err, &refused):
			return s.explain(err)
		}
		until = time.Now().Add(s.pace.patience) // the server was heard until now
	}
}

// queue waits for a lock. Meanwhile it gives up the ledger's own lock, so that the ledger can be upgraded while a
// session only waits.
func (s *session) queue(ctx context.Context, key int64) error {
	conn := s.link.conn
	if _, err := conn.Exec(ctx, unlockShared, once(s.ledgerKey())...); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, waitAlone, once(key)...); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, waitShared, once(s.ledgerKey())...); err != nil {
		return err
	}
	return s.lookAgain(ctx)
}

func (s *session) whoSends(ctx context.Context, number int64) (*HeldError, error) {
	held := &HeldError{Path: s.to.shown}
	last, err := s.lastSender(ctx, number)
	if err != nil {
		return nil, s.explain(err)
	}
	if last.found && !last.ended {
		held.Holder, held.Since = last.holder, time.UnixMilli(last.since).UTC()
	}
	return held, nil
}

// writeSender records this session as the sender, and whether the one before died.
func (s *session) writeSender(ctx context.Context, number int64, died bool) error {
	return s.writing(ctx, nil, func(e *postgresEngine) error {
		at := s.link.facts.identity
		e.queue(markLedger, at.mark()) // for a ledger that was begun before there was this mark
		e.queue(`INSERT INTO sender (namespace, session, holder, since, ended, unannounced, system,
				timeline, tables)
			VALUES ($1, $2, $3, $4, NULL, 0, $5, $6, `+presentTables+`)
			ON CONFLICT (namespace) DO UPDATE SET session = excluded.session, holder = excluded.holder,
				since = excluded.since, ended = NULL, system = excluded.system, timeline = excluded.timeline,
				tables = excluded.tables,
				unannounced = CASE WHEN $7 THEN CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)
					ELSE sender.unannounced END`,
			number, s.id, s.holder, s.now().UnixMilli(), at.system, at.timeline, died)
		return nil
	})
}
