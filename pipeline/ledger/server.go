package ledger

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// oldestServer is the first version that ends idle sessions by itself (idle_session_timeout).
const oldestServer = 140000

// facts describe a server, the way to it, and the schema.
type facts struct {
	version string // as the server spells it
	number  int    // such as 150018; 0 where the server gives none

	recovering bool   // it follows another server, or is still recovering
	fsync      string // "on" where a commit reaches the disk
	fullPages  string
	process    uint32 // backend that answers queries
	greeted    uint32 // backend that accepted the connection: another one behind a pooler
	locks      bool   // pg_locks lists an advisory lock that was taken

	identity serverIdentity
	schema   schemaFacts
}

// serverIdentity tells one server from another, and from itself before a fail-over. Its zero value is that of a
// server that does not give it.
type serverIdentity struct {
	system   string // identifier of the cluster, for its whole life
	timeline string // changes with each promotion and each restore
}

// schemaFacts describe the schema where the ledger's tables are, or would be.
type schemaFacts struct {
	exists    bool
	relations int    // tables, views and the like in it
	meta      bool   // one of them is a table named meta
	check     []byte // by which a ledger recognises its key; nil where there is none
	version   int    // of the ledger's tables; 0 where there is none
	mayBegin  bool   // this role may create the schema, or tables in the one that exists
	mayUse    bool   // this role may use it
}

// askServer reads the only row of a query, as texts; NULL is "". It uses the simple protocol, which servers of other
// makes know too.
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
	// Statements that are not prepared have their results as texts, and the driver reads bytes in hexadecimal form only.
	askHowItIs = `SELECT pg_is_in_recovery(), current_setting('fsync'), current_setting('full_page_writes'),
		pg_backend_pid(), set_config('bytea_output', 'hex', false)`
	askIdentity = `SELECT system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
		FROM pg_control_system()`
	askSchema = `SELECT n.oid IS NOT NULL,
			(SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid),
			EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'meta' AND c.relkind = 'r'),
			CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
				ELSE has_schema_privilege(n.oid, 'CREATE') END,
			coalesce(has_schema_privilege(n.oid, 'USAGE'), false)
		FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = $1`
)

// look asks a server for its facts, except for locks. It asks for what only PostgreSQL has once the server has proved
// to be one. Facts that it returns without an error are for [facts.refused] to judge.
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

// identifyServer returns the zero value for a role that may not ask.
func identifyServer(ctx context.Context, conn *pgx.Conn) (i serverIdentity, err error) {
	is, err := askServer(ctx, conn, askIdentity)
	switch {
	case err == nil:
		return serverIdentity{is[0], is[1]}, nil
	case sqlState(err) == codeNotAllowed:
		return i, nil
	}
	return i, err
}

func lookAtSchema(ctx context.Context, conn *pgx.Conn, schema string) (f schemaFacts, err error) {
	err = conn.QueryRow(ctx, askSchema, once(schema)...).Scan(&f.exists, &f.relations, &f.meta, &f.mayBegin, &f.mayUse)
	if err != nil || !f.meta || !f.mayUse {
		return f, err
	}
	meta := pgx.Identifier{schema, "meta"}.Sanitize()
	var version []byte
	err = conn.QueryRow(ctx, "SELECT (SELECT value FROM "+meta+" WHERE name = 'check' LIMIT 1), (SELECT value FROM "+
		meta+" WHERE name = 'version' LIMIT 1)", once()...).Scan(&f.check, &version)
	switch {
	case err == nil:
		f.version, _ = strconv.Atoi(string(version)) // a text that is not a number counts as no version
	case sqlState(err) == codeNotAllowed:
		f.mayUse = false
	case !strings.HasPrefix(sqlState(err), "42"): // else a table of another program with the same name
		return f, err
	}
	return f, nil
}

// otherMake reports whether it is another database that speaks PostgreSQL's protocol.
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

// refused is the reason, a [pipeline.Mistake], why an address cannot keep a ledger; nil when it can. A schema with
// older tables, or without any, is fine. f.locks must be set before.
func (f *facts) refused(a *serverAddress, known int) error {
	if err := f.refusedAsServer(a); err != nil {
		return err
	}
	return f.schema.refused(a, known)
}

// refusedAsServer is the part of refused that does not look at the schema.
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

// empty reports whether a ledger may be created here.
func (f schemaFacts) empty() bool { return f.relations == 0 }
