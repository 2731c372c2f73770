package ledger

import (
	"context"
	"errors"
	"time"

	codes "modernc.org/sqlite/lib"

	"muster/pipeline"
)

// Live is a run that goes on now: the muster that has the right to send is alive.
type Live struct {
	Run       string
	Namespace pipeline.Namespace
	Started   time.Time
	Holder    string // as that muster described itself
	InFlight  int    // requests of the run that have no answer yet
}

// Live finds the runs that go on now, by their IDs. What a server says of its sessions is certain; of a file it is
// known only to those who may write beside it, and to others no run is live.
func (l *Ledger) Live(ctx context.Context) (live map[string]Live, err error) {
	live = map[string]Live{}
	err = l.read(ctx, func(t *transaction) error {
		clear(live)
		all, err := l.rights.holders(ctx, t)
		if err != nil {
			return err
		}
		for _, h := range all {
			// A run begins when its muster has the right to send. An older one that did not finish was killed.
			err := t.each(readLive, []any{h.namespace, h.since}, func(rows *cursor) error {
				r := Live{Holder: h.holder}
				var started int64
				n := &r.Namespace
				err := rows.Scan(&r.Run, &n.Provider, &n.Env, &n.Account, &started, &r.InFlight)
				r.Started = moment(&started)
				live[r.Run] = r
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return live, err
}

const readLive = `SELECT r.id, n.provider, n.env, n.account, r.started,
		(SELECT count(*) FROM sealed s WHERE s.run = r.number)
	FROM run r JOIN namespace n ON n.number = r.namespace
	WHERE r.finished IS NULL AND r.started >= ?2 AND (r.namespace = ?1 OR ?1 = 0) ORDER BY r.number DESC LIMIT 1`

// rightHolder is a living muster that has the right to send.
type rightHolder struct {
	namespace int64 // its number; 0 is all of a file
	holder    string
	since     int64
}

// holders asks the server for the senders whose sessions live.
func (s *postgresStore) holders(_ context.Context, t *transaction) (all []rightHolder, err error) {
	err = t.each(readHolders, nil, func(rows *cursor) error {
		var h rightHolder
		err := rows.Scan(&h.namespace, &h.holder, &h.since)
		all = append(all, h)
		return err
	})
	return all, err
}

const readHolders = `SELECT s.namespace, s.holder, s.since FROM sender s JOIN session w ON w.id = s.session
	JOIN pg_locks l ON` + sessionLives + ` WHERE s.ended IS NULL ORDER BY s.namespace`

// holders tries the lock of the file only where its last holder left a name, and gives it back at once: a muster that
// begins in that very moment tries for longer.
func (s *sqliteStore) holders(ctx context.Context, _ *transaction) (all []rightHolder, err error) {
	if s.path == inMemory {
		return nil, nil
	}
	h, err := connect(ctx, address(s.path+".lock", "mode=rw&_pragma=busy_timeout(0)"))
	if err != nil {
		return nil, nil // there is none, or it is another user's: nothing is known
	}
	defer func() { err = errors.Join(err, h.close()) }()
	var last rightHolder
	err = h.read(ctx, func(t *transaction) error {
		return t.one("SELECT holder, since FROM holder", nil, &last.holder, &last.since)
	})
	if err != nil {
		return nil, nil // nobody, or somebody who only just begins
	}
	_, err = h.conn.ExecContext(ctx, "BEGIN IMMEDIATE; ROLLBACK")
	if code, _ := sqliteCode(err); code == codes.SQLITE_BUSY {
		return []rightHolder{last}, nil
	}
	return nil, nil
}
