package ledger

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// session is the connection over which a muster writes to a ledger on a server, with its locks: the session's own,
// which says that it lives; the ledger's, shared, which keeps upgrades away; and those of the namespaces whose right
// to send it has. The server releases them all when the connection is gone, and ends the connection after five
// seconds without a query. When the connection breaks, the session makes another one, takes the locks again and asks
// which of its transactions is the last.
//
// Its methods may be called from several goroutines; they wait for one another.
type session struct {
	to     *serverAddress
	known  int // this muster's schema version
	holder string
	pace   pace
	now    func() time.Time // the clock for stored times

	right *Right
	watch watcher
	spent atomic.Bool // muster has waited for the server in vain, and does not wait again before it is heard

	use     sync.Mutex // guards the fields below
	closed  bool
	link    *link // nil when there is none
	id      int64 // of its row and its lock; 0 before [session.enter]
	number  int64 // of the last transaction that was tried
	written int64 // of the last transaction that the server acknowledged
	spaces  []heldSpace

	reserved reservedRefs
}

// heldSpace is a namespace whose right to send the session has, or had.
type heldSpace struct {
	namespace pipeline.Namespace
	number    int64
}

// link is one connection, and the facts of its server.
type link struct {
	conn  *pgx.Conn
	used  usedTexts
	facts facts
}

// openSession connects to the server, refuses one that cannot keep a ledger, and keeps upgrades of the ledger away.
// The schema may be empty, or older ([session.alone]). The session may write after [session.enter]. The caller closes
// it.
func openSession(ctx context.Context, to *serverAddress, known int, holder string, now func() time.Time,
	p pace) (_ *session, err error) {
	s := &session{to: to, known: known, holder: holder, pace: p, now: now, right: newRight(to.shown, p)}
	defer func() {
		if err != nil {
			s.drop(ctx)
		}
	}()
	if s.link, err = s.connect(ctx); err != nil {
		return nil, err
	}
	shared, err := s.tryFor(ctx, tryShared)
	if err != nil {
		return nil, err
	}
	if !shared {
		return nil, &HeldError{Path: to.shown} // it is being created or upgraded
	}
	if err := s.lookAgain(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

const (
	tryShared    = "SELECT pg_try_advisory_lock_shared($1)"
	tryAlone     = "SELECT pg_try_advisory_lock($1)"
	waitShared   = "SELECT pg_advisory_lock_shared($1)"
	waitAlone    = "SELECT pg_advisory_lock($1)"
	unlockShared = "SELECT pg_advisory_unlock_shared($1)"
	unlockAlone  = "SELECT pg_advisory_unlock($1)"
)

// settings are the settings of a connection that writes. Tables are read by their indexes, because plans are cached
// when the tables are still small. A commit is on disk, and on that of a synchronous standby where there is one.
const settings = `SELECT set_config('search_path', $1, false), set_config('application_name', $2, false),
	set_config('idle_session_timeout', $3, false), set_config('idle_in_transaction_session_timeout', $3, false),
	set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
	set_config('synchronous_commit', CASE current_setting('synchronous_commit')
		WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
	set_config('default_transaction_isolation', 'read committed', false),
	set_config('default_transaction_read_only', 'off', false),
	set_config('default_transaction_deferrable', 'off', false),
	set_config('client_connection_check_interval', $4, false), ` + plans

// connect makes a connection to a server that is not refused.
func (s *session) connect(ctx context.Context) (_ *link, err error) {
	conn, err := s.to.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			closeConn(conn)
		}
	}()
	l := &link{conn: conn, used: usedTexts{}}
	if l.facts, err = look(ctx, conn, s.to.schema); err != nil {
		return nil, s.explain(err)
	}
	if l.facts.locks = true; l.facts.refused(s.to, s.known) == nil {
		if l.facts.locks, err = s.lockIsListed(ctx, conn); err != nil {
			return nil, s.explain(err)
		}
	}
	if err := l.facts.refused(s.to, s.known); err != nil {
		return nil, err
	}
	// Not every system lets a server notice that a client is gone while it works for it.
	for _, checks := range []time.Duration{min(s.pace.idle/2, 2*time.Second), 0} {
		_, err = conn.Exec(ctx, settings, once(pgx.Identifier{s.to.schema}.Sanitize(), applicationName(s.holder),
			inMilliseconds(s.pace.idle), inMilliseconds(checks))...)
		if sqlState(err) != codeNoValue {
			break
		}
	}
	return l, s.explain(err)
}

func inMilliseconds(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }

// applicationName is the name that pg_stat_activity shows: at most 63 bytes of ASCII.
func applicationName(holder string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, strings.TrimSpace("muster "+strings.TrimPrefix(holder, "muster ")))
	return name[:min(len(name), 63)]
}

// lockIsListed takes a lock and checks that pg_locks lists it. Some poolers and databases accept advisory locks
// without keeping them.
func (s *session) lockIsListed(ctx context.Context, conn *pgx.Conn) (listed bool, err error) {
	key := randomKey()
	if _, err := conn.Exec(ctx, waitAlone, once(key)...); err != nil {
		return false, err
	}
	if err := conn.QueryRow(ctx, lockListed, once(key)...).Scan(&listed); err != nil {
		return false, err
	}
	_, err = conn.Exec(ctx, unlockAlone, once(key)...)
	return listed, err
}

// Conditions for a row l of pg_locks that is a granted advisory lock of this database: with the key $1 (advisory), or
// of a live session w.
const (
	lockTaken = ` AND l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	advisory     = lockTaken + " AND l.classid::bigint = ($1::bigint >> 32) & 4294967295 AND l.objid::bigint = $1::bigint & 4294967295"
	sessionLives = " l.classid::bigint = (w.id >> 32) & 4294967295 AND l.objid::bigint = w.id & 4294967295" + lockTaken
	lockListed   = "SELECT EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = pg_backend_pid()" + advisory + ")"
)

// lookAgain reads the schema again, once nobody can change it any more.
func (s *session) lookAgain(ctx context.Context) error {
	schema, err := lookAtSchema(ctx, s.link.conn, s.to.schema)
	if err != nil {
		return s.explain(err)
	}
	s.link.facts.schema = schema
	return schema.refused(s.to, s.known)
}

// schema is what the last look found: when the session was opened, or when it was last alone.
func (s *session) schema() schemaFacts { return s.link.facts.schema }

// tryFor keeps trying to take the ledger's lock, for as long as a dead session may keep it, or another muster may be
// creating or upgrading the ledger.
func (s *session) tryFor(ctx context.Context, statement string) (taken bool, err error) {
	until := time.Now().Add(s.pace.idle)
	for {
		if err := s.link.conn.QueryRow(ctx, statement, once(s.ledgerKey())...).Scan(&taken); err != nil || taken {
			return taken, s.explain(err)
		}
		var late *AwayError
		if err := s.pace.waitToRetry(ctx, s.to.shown, until, nil); errors.As(err, &late) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
}

// alone runs f, which creates or upgrades the tables in transactions of its own, while nobody else has the ledger
// open for writing. A [*HeldError] names whoever has.
func (s *session) alone(ctx context.Context, f func(context.Context, *pgx.Conn) error) (err error) {
	s.use.Lock()
	defer s.use.Unlock()
	conn := s.link.conn
	if _, err := conn.Exec(ctx, unlockShared, once(s.ledgerKey())...); err != nil {
		return s.explain(err)
	}
	alone, err := s.tryFor(ctx, tryAlone)
	if err != nil {
		return err
	}
	if !alone {
		return s.whoWrites(ctx, conn)
	}
	if err := s.lookAgain(ctx); err != nil { // another muster may have been faster
		return err
	}
	if err := f(ctx, conn); err != nil {
		return s.explain(err)
	}
	if err := s.lookAgain(ctx); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, waitShared, once(s.ledgerKey())...); err != nil {
		return s.explain(err)
	}
	_, err = conn.Exec(ctx, unlockAlone, once(s.ledgerKey())...)
	return s.explain(err)
}

// whoWrites is a [*HeldError] that names who has the ledger open for writing: the sender if there is one, else the
// first session.
func (s *session) whoWrites(ctx context.Context, conn *pgx.Conn) error {
	held := &HeldError{Path: s.to.shown}
	if s.link.facts.schema.version < versionOfSenders {
		return held // tables of that version do not say
	}
	var since int64
	err := conn.QueryRow(ctx, `SELECT w.holder, w.since FROM session w
		JOIN pg_locks l ON`+sessionLives+`
		ORDER BY NOT EXISTS (SELECT 1 FROM sender s WHERE s.session = w.id AND s.ended IS NULL), w.since
		LIMIT 1`).Scan(&held.Holder, &since)
	if err == nil {
		held.Since = time.UnixMilli(since).UTC()
	}
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return errors.Join(held, s.explain(err))
	}
	return held
}

// versionOfSenders is the first schema version with the tables sender and session.
const versionOfSenders = 22

// enter writes the session's row and starts its watcher. From then on the session may write.
func (s *session) enter(ctx context.Context) error {
	s.use.Lock()
	defer s.use.Unlock()
	id := randomKey()
	e := &postgresEngine{ctx: ctx, conn: s.link.conn}
	e.queue(waitAlone, id)
	e.queue("INSERT INTO session (id, holder, since, written) VALUES ($1, $2, $3, 0)", id, s.holder,
		s.now().UnixMilli())
	// Rows of sessions that died. A live session has its lock.
	e.queue(`DELETE FROM session w WHERE w.since < $1 AND NOT EXISTS (SELECT 1 FROM pg_locks l
		WHERE`+sessionLives+`)`, s.now().Add(-leftAfter).UnixMilli())
	if err := e.flush(); err != nil {
		return s.explain(err)
	}
	s.id = id
	s.watch.start(s)
	return nil
}

// leftAfter is how old the row of a session must be before it is deleted without a goodbye: longer than any session
// can be away and still go on.
const leftAfter = 7 * 24 * time.Hour

// close says goodbye, when the server can be heard, and ends the session.
func (s *session) close() {
	if s == nil {
		return
	}
	s.watch.end()
	s.use.Lock()
	defer s.use.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), s.pace.trusted)
	defer cancel()
	if s.id != 0 && s.linked() {
		s.sayGoodbye(ctx)
	}
	s.drop(ctx)
	s.closed = true
	s.right.lose(errClosed)
}

// sayGoodbye records the clean end, so that the next sender need not wait. When it fails the next sender waits, as
// after a death, and nothing is lost.
func (s *session) sayGoodbye(ctx context.Context) {
	e := &postgresEngine{ctx: ctx, conn: s.link.conn}
	if len(s.spaces) > 0 && s.right.refusal() == nil {
		e.queue("UPDATE sender SET ended = $1 WHERE session = $2", s.now().UnixMilli(), s.id)
	}
	e.queue("DELETE FROM session WHERE id = $1", s.id)
	_ = e.flush()
}

// linked reports whether there is a connection, as far as is known.
func (s *session) linked() bool { return s.link != nil && !s.link.conn.IsClosed() }

func (s *session) drop(ctx context.Context) {
	if s.link == nil {
		return
	}
	if s.link.conn.IsClosed() {
		closeConn(s.link.conn)
	} else {
		_ = s.link.conn.Close(ctx) // what was committed stays; the server rolls back the rest
	}
	s.link = nil
}

// closeConn ends a connection without waiting for the server.
func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = conn.Close(ctx)
}

// Keys of advisory locks are numbers that all programs on a database share. Those of a ledger are hashes of its
// schema's name, and of the namespace.
func (s *session) ledgerKey() int64 { return lockKey("ledger", s.to.schema) }

func (s *session) spaceKey(n pipeline.Namespace) int64 {
	return lockKey("namespace", s.to.schema, n.Provider, n.Env, n.Account)
}

func lockKey(parts ...string) int64 {
	g := &tagging{}
	g.part("muster")
	for _, part := range parts {
		g.part(part)
	}
	sum := sha256.Sum256(g.buffer)
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// randomKey is the key of a new lock: a random positive number.
func randomKey() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return int64(binary.BigEndian.Uint64(b[:])&^(1<<63) | 1)
}
