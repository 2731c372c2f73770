package ledger

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// sender is the last holder of a namespace's right to send.
type sender struct {
	found   bool
	session int64
	holder  string
	since   int64
	ended   bool
	lately  bool // the right was lately taken from a sender that had not said goodbye

	// Where it sent; without a sender, where the ledger was begun. Each is zero where it is not known.
	server  serverIdentity
	tables  string // the table in which it wrote this
	present string // the table in which this was read
}

// presentTables is PostgreSQL's number of the table sender. It goes with the table, and is not in a dump.
const presentTables = "CAST(CAST('sender' AS regclass) AS oid)::text"

// The ledger's own mark: presentTables, and the server ($1, as [serverIdentity.mark] has it), from when its tables
// were created. It is for namespaces without a sender, whose first import may be what a dump does not have, or a
// fail-over lost. An older ledger without a mark has the server of its longest silent sender.
const (
	markLedger = `INSERT INTO meta (name, value) SELECT name, convert_to(value, 'UTF8')
		FROM (SELECT 'tables' AS name, CAST(CAST('sender' AS regclass) AS oid)::text AS value
			UNION ALL SELECT 'server', coalesce(
				(SELECT system || ' ' || timeline FROM sender WHERE system <> '' ORDER BY since LIMIT 1),
				nullif(CAST($1 AS TEXT), ' '))) marks
		WHERE value IS NOT NULL ON CONFLICT (name) DO NOTHING`
	markedLedger = `SELECT coalesce((SELECT convert_from(value, 'UTF8') FROM meta WHERE name = 'tables'), ''),
		coalesce((SELECT convert_from(value, 'UTF8') FROM meta WHERE name = 'server'),
			(SELECT system || ' ' || timeline FROM sender WHERE system <> '' ORDER BY since LIMIT 1), ''),
		CAST(CAST('sender' AS regclass) AS oid)::text`
)

// mark is the identity as a ledger has it in its own mark.
func (i serverIdentity) mark() string { return i.system + " " + i.timeline }

// restored reports whether the tables are a copy, from a dump, of those to which the sender wrote.
func (last *sender) restored() bool { return last.tables != "" && last.tables != last.present }

// lately is how long requests of a sender that died may still be under way: longer than any provider may take to
// answer.
const lately = 10 * time.Minute

// died reports whether the connection ended before the sender said goodbye.
func (last *sender) died() bool { return last.found && !last.ended }

// lastSender reads who last held the right to send of a namespace.
func (s *session) lastSender(ctx context.Context, number int64) (last sender, err error) {
	return readSender(ctx, s.link.conn, number)
}

func readSender(ctx context.Context, conn *pgx.Conn, number int64) (last sender, err error) {
	err = conn.QueryRow(ctx, `SELECT session, holder, since, ended IS NOT NULL,
			unannounced + $2 > CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT), system, timeline,
			tables, `+presentTables+`
		FROM sender WHERE namespace = $1`, once(number, lately.Milliseconds())...).
		Scan(&last.session, &last.holder, &last.since, &last.ended, &last.lately,
			&last.server.system, &last.server.timeline, &last.tables, &last.present)
	if errors.Is(err, pgx.ErrNoRows) {
		var server string
		err = conn.QueryRow(ctx, markedLedger, once()...).Scan(&last.tables, &server, &last.present)
		last.server.system, last.server.timeline, _ = strings.Cut(server, " ")
		return last, err
	}
	last.found = err == nil
	return last, err
}

// elsewhere is a [*FailoverError] in a mistake where the last sender used another server than now, as far as both can
// be identified, or tables of which these are a copy: then customers of a namespace may be missing. Else it is nil.
func (last *sender) elsewhere(path string, ns pipeline.Namespace, now serverIdentity) *pipeline.Mistake {
	none := serverIdentity{}
	other := last.server != now && last.server != none && now != none
	switch {
	case !last.found && (other || last.restored()):
		return changedSinceBegun(path, ns)
	case last.restored():
		return restored(path)
	case other:
		return failedOver(path)
	}
	return nil
}

// confirmed: a person has to confirm another server before the namespace is sent to.
func confirmed(ns pipeline.Namespace) bool { return ns.Env == pipeline.EnvProduction }

// OtherServer looks, for a ledger on a server, whether an import to the namespace would find another server than the
// last one did ([Right.OtherServer]). The mistake, a [*FailoverError], is nil where it would not. It is refused with
// that mistake until a person has confirmed the server ([Options]).
func (l *Ledger) OtherServer(ctx context.Context, ns pipeline.Namespace) (
	m *pipeline.Mistake, isRefused bool, err error) {
	s, ok := l.store.(*postgresStore)
	if !ok {
		return nil, false, nil
	}
	m, err = s.elsewhere(ctx, ns)
	return m, m != nil && confirmed(ns) && !s.afterFailover, explain(l.path, err)
}

func (s *postgresStore) elsewhere(ctx context.Context, ns pipeline.Namespace) (m *pipeline.Mistake, err error) {
	err = s.reader.transaction(ctx, beginRead, func(t *transaction) error {
		m = nil
		var number int64 // 0 where the ledger does not have the namespace
		err := t.one("SELECT number FROM namespace WHERE provider = ? AND env = ? AND account = ?",
			[]any{ns.Provider, ns.Env, ns.Account}, &number)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return overConn(func(ctx context.Context, conn *pgx.Conn) error {
			last, err := readSender(ctx, conn, number)
			if err == nil {
				m = last.elsewhere(s.path, ns, s.reader.identity)
			}
			return err
		})(t.engine.(*postgresEngine))
	})
	return m, err
}
