package ledger

import (
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// good are the facts of a server on which a ledger may be created.
func good() facts {
	return facts{version: "PostgreSQL 15.18 (Debian)", number: 150018, fsync: "on", fullPages: "on", process: 7,
		greeted: 7, locks: true, schema: schemaFacts{mayBegin: true}}
}

func TestServersRefused(t *testing.T) {
	environment(t)
	a := ask(parseAddress("postgres://muster@127.0.0.1/m", false))(t)
	for name, c := range map[string]struct {
		change func(*facts)
		want   string
	}{
		"a new one":                    {func(*facts) {}, ""},
		"version 14":                   {func(f *facts) { f.version, f.number = "PostgreSQL 14.0", 140000 }, ""},
		"Amazon Aurora":                {func(f *facts) { f.version = "PostgreSQL 15.4 on aarch64-unknown-linux-gnu" }, ""},
		"a role that sees no identity": {func(f *facts) { f.identity = serverIdentity{} }, ""},
		"an empty schema":              {func(f *facts) { f.schema = schemaFacts{exists: true, mayUse: true, mayBegin: true} }, ""},
		"a ledger": {func(f *facts) {
			f.schema = schemaFacts{exists: true, mayUse: true, relations: 9, meta: true, check: []byte{1}, version: 22}
		}, ""},
		"an older ledger": {func(f *facts) {
			f.schema = schemaFacts{exists: true, mayUse: true, relations: 9, meta: true, check: []byte{1}, version: 3}
		}, ""},

		"version 13":  {func(f *facts) { f.version, f.number = "PostgreSQL 13.14", 130014 }, "server.too_old"},
		"CockroachDB": {func(f *facts) { f.version = "CockroachDB CCL v23.1.11" }, "server.other_make"},
		"YugabyteDB":  {func(f *facts) { f.version = "PostgreSQL 15.2-YB-2.20.1.0-b0" }, "server.other_make"},
		"Redshift": {func(f *facts) {
			f.version, f.number = "PostgreSQL 8.0.2 on i686, Redshift 1.0.12103", 80002
		}, "server.other_make"},
		"one without a number": {func(f *facts) { f.number = 0 }, "server.other_make"},
		"a pooler":             {func(f *facts) { f.process = 8 }, "server.pooler"},
		"a standby":            {func(f *facts) { f.recovering = true }, "server.recovering"},
		"fsync":                {func(f *facts) { f.fsync = "off" }, "server.setting_off"},
		"full_page_writes":     {func(f *facts) { f.fullPages = "off" }, "server.setting_off"},
		"locks for show":       {func(f *facts) { f.locks = false }, "server.no_locks"},
		"no right to create":   {func(f *facts) { f.schema.mayBegin = false }, "server.may_not_create_schema"},
		"another's schema, closed": {func(f *facts) { f.schema = schemaFacts{exists: true, relations: 2} },
			"server.may_not_use_schema"},
		"an empty schema, closed": {func(f *facts) { f.schema = schemaFacts{exists: true, mayUse: true} },
			"server.may_not_use_schema"},
		"another program's tables": {func(f *facts) {
			f.schema = schemaFacts{exists: true, mayUse: true, mayBegin: true, relations: 2}
		}, "server.schema_of_another"},
		"another program's meta": {func(f *facts) {
			f.schema = schemaFacts{exists: true, mayUse: true, mayBegin: true, relations: 2, meta: true}
		}, "server.schema_of_another"},
		"a newer ledger": {func(f *facts) {
			f.schema = schemaFacts{exists: true, mayUse: true, relations: 9, meta: true, check: []byte{1}, version: 23}
		}, "ledger.newer_version"},
		"a ledger of no version": {func(f *facts) {
			f.schema = schemaFacts{exists: true, mayUse: true, relations: 9, meta: true, check: []byte{1}}
		}, "ledger.damaged"},
	} {
		f := good()
		c.change(&f)
		err := f.refused(a, 22)
		switch {
		case err == nil && c.want != "":
			t.Errorf("%s: taken", name)
		case err != nil && c.want == "":
			t.Errorf("%s: %v", name, err)
		case err != nil && codeOf(t, err) != c.want:
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// fakeServer speaks PostgreSQL's protocol, accepts every connection, and answers every query with the same row. It
// returns where it listens.
func fakeServer(t *testing.T, row ...string) (address string) {
	t.Helper()
	l := ask(net.Listen("tcp", "127.0.0.1:0"))(t)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			converse(conn, row)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-ended
	})
	return "postgres://muster@" + l.Addr().String() + "/m?sslmode=disable"
}

func converse(conn net.Conn, row []string) {
	b := pgproto3.NewBackend(conn, conn)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.BackendKeyData{ProcessID: 7, SecretKey: []byte{1, 2, 3, 4}})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	for b.Flush() == nil {
		message, err := b.Receive()
		if err != nil {
			return
		}
		if _, asked := message.(*pgproto3.Query); !asked {
			return
		}
		columns, values := &pgproto3.RowDescription{}, &pgproto3.DataRow{}
		for _, v := range row {
			columns.Fields = append(columns.Fields, pgproto3.FieldDescription{Name: []byte("c"), DataTypeOID: 25})
			values.Values = append(values.Values, []byte(v))
		}
		b.Send(columns)
		b.Send(values)
		b.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")})
		b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	}
}

// Until a server is known to be PostgreSQL, only queries are sent that servers of all makes answer.
func TestServersOfOtherMakes(t *testing.T) {
	environment(t)
	for _, c := range []struct{ version, number, want string }{
		{"PostgreSQL 13.14 (Debian 13.14-1) on x86_64", "130014", "server.too_old"},
		{"CockroachDB CCL v23.1.11 (x86_64, built 2023)", "130000", "server.other_make"},
		{"Something 1", "", "server.other_make"},
	} {
		address := fakeServer(t, c.version, c.number)
		for _, readOnly := range []bool{false, true} {
			_, err := Open(t.Context(), address, Options{MayBegin: true, ReadOnly: readOnly, KeyFile: t.TempDir() + "/key"})
			if err == nil || codeOf(t, err) != c.want {
				t.Errorf("%s: %v, want %s", c.version, err, c.want)
			}
		}
	}
}

// refusing listens as a server that refuses every connection with that code.
func refusing(t *testing.T, code string) (host string) {
	t.Helper()
	l := ask(net.Listen("tcp", "127.0.0.1:0"))(t)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b := pgproto3.NewBackend(conn, conn)
			if _, err := b.ReceiveStartupMessage(); err == nil {
				b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: "so it is"})
				_ = b.Flush()
			}
			conn.Close()
		}
	}()
	return l.Addr().String()
}
