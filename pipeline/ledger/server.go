package ledger

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// oldestServer is the first that ends idle sessions by itself (idle_session_timeout).
const oldestServer = 140000

// facts are what a server says of itself, of the way to it, and of the schema.
type facts struct {
	version string // as it words it
	number  int    // such as 150018; 0 where there is none

	recovering bool   // it follows another server, or is not ready yet
	fsync      string // "on" where what is committed stays
	fullPages  string
	process    uint32 // that answers questions
	greeted    uint32 // that let us in: another one where a pooler is in between
	locks      bool   // an advisory lock that was taken is listed

	identity serverIdentity
	schema   schemaFacts
}

// serverIdentity tells a server from another, and from what it was before a fail-over.
// Its zero value is that of a server that does not say.
type serverIdentity struct {
	system   string // of the cluster, from its beginning on
	timeline string // another one after each promotion and each restore
}

// schemaFacts are what is where the ledger's tables are, or would be.
type schemaFacts struct {
	exists    bool
	relations int    // tables, views and the like in it
	meta      bool   // one of them is a table named meta
	check     []byte // by which a ledger knows its key; nil where there is none
	version   int    // of the ledger's tables; 0 where there is none
	mayBegin  bool   // this role may create the schema, or tables in the one that exists
	mayUse    bool   // this role may use it
}

// askServer gives the only row of a question, as text; null is "". The question is asked in
// the simplest of the protocol's ways, which servers of other makes know too.
func askServer(ctx context.Context, conn *pgx.Conn, question string) ([]string, error) {
	results, err := conn.PgConn().Exec(ctx, question).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, result := range results {
		if len(result.Rows) == 0 {
			continue
		}
		values := make([]string, len(result.Rows[0]))
		for i, v := range result.Rows[0] {
			values[i] = string(v)
		}
		return values, nil
	}
	return nil, errNoAnswer
}

var errNoAnswer = errors.New("no answer")

const (
	askWhoIsThere = "SELECT version(), current_setting('server_version_num')"
	askHowItIs    = `SELECT pg_is_in_recovery(), current_setting('fsync'), current_setting('full_page_writes'),
		pg_backend_pid()`
	askSystem   = "SELECT system_identifier FROM pg_control_system()"
	askTimeline = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
	askSchema   = `SELECT n.oid IS NOT NULL,
			(SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid),
			EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'meta' AND c.relkind = 'r'),
			CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
				ELSE has_schema_privilege(n.oid, 'CREATE') END,
			coalesce(has_schema_privilege(n.oid, 'USAGE'), false)
		FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = $1`
)

// look asks a server for its facts, but for the locks. It asks what only PostgreSQL
// knows when it has found that this is one: what it gives together with no error is
// for [facts.refused] to judge.
func look(ctx context.Context, conn *pgx.Conn, schema string) (f facts, err error) {
	who, err := askServer(ctx, conn, askWhoIsThere)
	if err != nil {
		return f, err
	}
	f.version = who[0]
	if f.number, err = strconv.Atoi(who[1]); err != nil {
		return f, nil
	}
	if f.otherMake() || f.number < oldestServer {
		return f, nil
	}
	how, err := askServer(ctx, conn, askHowItIs)
	if err != nil {
		return f, err
	}
	f.recovering, f.fsync, f.fullPages = how[0] == "t", how[1], how[2]
	process, err := strconv.ParseUint(how[3], 10, 32)
	if err != nil {
		return f, err
	}
	f.process, f.greeted = uint32(process), conn.PgConn().PID()
	if f.recovering {
		return f, nil
	}
	if f.identity, err = identifyServer(ctx, conn); err != nil {
		return f, err
	}
	f.schema, err = lookAtSchema(ctx, conn, schema)
	return f, err
}

// identifyServer: who may not ask for it gets the zero value.
func identifyServer(ctx context.Context, conn *pgx.Conn) (i serverIdentity, err error) {
	system, err := askServer(ctx, conn, askSystem)
	if err == nil {
		var timeline []string
		if timeline, err = askServer(ctx, conn, askTimeline); err == nil {
			return serverIdentity{system[0], timeline[0]}, nil
		}
	}
	if sqlState(err) == codeNotAllowed {
		return i, nil
	}
	return i, err
}

func lookAtSchema(ctx context.Context, conn *pgx.Conn, schema string) (f schemaFacts, err error) {
	err = conn.QueryRow(ctx, askSchema, schema).Scan(&f.exists, &f.relations, &f.meta, &f.mayBegin, &f.mayUse)
	if err != nil || !f.meta || !f.mayUse {
		return f, err
	}
	in := pgx.Identifier{schema}.Sanitize()
	err = conn.QueryRow(ctx, "SELECT value FROM "+in+".meta WHERE name = 'check'").Scan(&f.check)
	if err == nil {
		var version []byte
		err = conn.QueryRow(ctx, "SELECT value FROM "+in+".meta WHERE name = 'version'").Scan(&version)
		if err == nil {
			f.version, _ = strconv.Atoi(string(version)) // what is no number is no version
		}
	}
	if sqlState(err) == codeNotAllowed {
		f.mayUse = false
		return f, nil
	}
	if errors.Is(err, pgx.ErrNoRows) || strings.HasPrefix(sqlState(err), "42") {
		return f, nil // a table of another program that has the name of ours
	}
	return f, err
}

// otherMake: it speaks as PostgreSQL does, and is another database.
func (f *facts) otherMake() bool {
	if !strings.HasPrefix(f.version, "PostgreSQL ") || f.number == 0 {
		return true
	}
	for _, mark := range []string{"-YB-", "Redshift", "Greenplum", "CockroachDB"} {
		if strings.Contains(f.version, mark) {
			return true
		}
	}
	return false
}

// refused gives the reason, a [pipeline.Mistake], for which no ledger may be kept at
// an address, nil where there is none. A schema that exists with an older version of
// the tables, or without any, is none; locks is what the caller has found of them.
func (f *facts) refused(a *serverAddress, known int) error {
	if err := f.refusedAsServer(a); err != nil {
		return err
	}
	return f.schema.refused(a, known)
}

// refusedAsServer is refused without a look at the schema.
func (f *facts) refusedAsServer(a *serverAddress) error {
	switch {
	case f.otherMake():
		return a.refusal(nil, "server.other_make", "version", f.version).Try("server.use_postgresql")
	case f.number < oldestServer:
		return a.refusal(nil, "server.too_old", "version", f.version).Try("server.upgrade_postgresql")
	case f.process != f.greeted:
		return a.refusal(nil, "server.pooler").Try("server.connect_directly")
	case f.recovering:
		return a.refusal(nil, "server.recovering").Try("server.name_primary")
	case f.fsync != "on":
		return a.refusal(nil, "server.setting_off", "setting", "fsync").Try("server.turn_on", "setting", "fsync")
	case f.fullPages != "on":
		return a.refusal(nil, "server.setting_off", "setting", "full_page_writes").
			Try("server.turn_on", "setting", "full_page_writes")
	case !f.locks:
		return a.refusal(nil, "server.no_locks").Try("server.use_postgresql")
	}
	return nil
}

func (f *schemaFacts) refused(a *serverAddress, known int) error {
	role, schema := a.role(), a.schema
	switch {
	case !f.exists && !f.mayBegin:
		return a.refusal(nil, "server.may_not_create_schema", "role", role, "schema", schema).
			Try("server.create_schema", "role", role, "schema", schema)
	case !f.exists:
		return nil
	case !f.mayUse, f.relations == 0 && !f.mayBegin:
		return a.refusal(nil, "server.may_not_use_schema", "role", role, "schema", schema).
			Try("server.grant_schema", "role", role, "schema", schema)
	case f.relations == 0:
		return nil
	case !f.meta || f.check == nil:
		return a.refusal(nil, "server.schema_of_another", "schema", schema).Try("server.name_another_schema")
	case f.version > known:
		return wrongVersion(a.shown, f.version, known)
	case f.version < 1:
		return corrupt(a.shown, pipeline.Fail("ledger.no_version"))
	}
	return nil
}

// empty: a ledger may begin here.
func (f schemaFacts) empty() bool { return f.relations == 0 }
