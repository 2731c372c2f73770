package ledger

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"muster/pipeline"
)

// A connection that fails says why, and what to do, in muster's own sentences.
func TestCannotConnect(t *testing.T) {
	environment(t)
	const closed = "127.0.0.1:1" // which no other program takes meanwhile
	hangsUp := ask(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer hangsUp.Close()
	go func() {
		for {
			conn, err := hangsUp.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	silent := ask(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer silent.Close()
	cases := map[string]string{
		"postgres://m@nowhere.invalid/m":                                    "server.host_unknown",
		"postgres://m@" + closed + "/m":                                     "server.nobody_there",
		"postgres:///m?host=/nowhere&user=m":                                "server.nobody_there",
		"postgres://m@" + hangsUp.Addr().String() + "/m?sslmode=disable":    "server.broke_off",
		"postgres://m@" + silent.Addr().String() + "/m?connect_timeout=1":   "server.no_answer",
		"postgres://m@" + refusing(t, "28P01") + "/m?sslmode=disable":       "server.no_password",
		"postgres://m@" + refusing(t, "28000") + "/m?sslmode=disable":       "server.not_let_in",
		"postgres://m@" + refusing(t, "42501") + "/m?sslmode=disable":       "server.no_right_to_connect",
		"postgres://m@" + refusing(t, "53300") + "/m?sslmode=disable":       "server.too_many",
		"postgres://m@" + refusing(t, "57P03") + "/m?sslmode=disable":       "server.not_now",
		"postgres://m@" + refusing(t, "57P04") + "/m?sslmode=disable":       "server.database_gone",
		"postgres://m@" + refusing(t, "3D000") + "/missing?sslmode=disable": "server.no_database",
	}
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		u := ask(url.Parse(server))(t)
		u.Path = "/missing_" + strings.ToLower(rand.Text()[:8])
		cases[u.String()] = "server.no_database"
		u = ask(url.Parse(server))(t)
		u.RawQuery = "sslmode=require"
		cases[u.String()] = "server.no_tls"
	}
	passes := map[string]bool{"server.nobody_there": true, "server.broke_off": true, "server.no_answer": true,
		"server.too_many": true, "server.not_now": true}
	for name, want := range cases {
		a := ask(parseAddress(name, false))(t)
		_, err := a.dial(t.Context())
		if err == nil {
			t.Errorf("%s: let in", name)
			continue
		}
		if got := codeOf(t, err); got != want {
			t.Errorf("%s: %s, want %s: %v", name, got, want, err)
		}
		if errors.Is(err, ErrUnreachable) != passes[want] || !errors.Is(err, ErrUnusable) {
			t.Errorf("%s: another run may get further: %v", want, !passes[want])
		}
	}
	t.Setenv("PGPASSWORD", "hush")
	a := ask(parseAddress("postgres://m@"+refusing(t, "28P01")+"/m?sslmode=disable", false))(t)
	if _, err := a.dial(t.Context()); codeOf(t, err) != "server.wrong_password" || strings.Contains(err.Error(), "hush") {
		t.Error(err)
	}
}

// A role that may not create the schema is given the SQL to run, one that owns an empty schema begins in it, and
// another program's tables are left alone.
func TestRights(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	name := "right_" + strings.ToLower(rand.Text()[:12])
	onServer(t, "CREATE ROLE "+name+" LOGIN; CREATE SCHEMA "+name)
	t.Cleanup(func() { onServer(t, "DROP SCHEMA "+name+" CASCADE; DROP ROLE "+name) })
	u := ask(url.Parse(server))(t)
	u.User = url.User(name)
	open := func(schema string) error {
		s, err := func() (*Ledger, error) {
			return Open(t.Context(), withQuery(t, u.String(), "schema", schema),
				Options{MayBegin: true, KeyFile: t.TempDir() + "/key", Now: time.Now})
		}()
		if err == nil {
			return s.Close()
		}
		return err
	}
	if err := open(name + "_other"); codeOf(t, err) != "server.may_not_create_schema" {
		t.Error(err)
	}
	if err := open(name); codeOf(t, err) != "server.may_not_use_schema" {
		t.Error(err)
	}
	onServer(t, "GRANT USAGE, CREATE ON SCHEMA "+name+" TO "+name)
	onServer(t, "CREATE TABLE "+name+".meta (name text)")
	if err := open(name); codeOf(t, err) != "server.schema_of_another" {
		t.Error(err)
	}
	onServer(t, "DROP TABLE "+name+".meta")
	if err := open(name); err != nil {
		t.Error(err)
	}
}

// What is wrong with a certificate is said, and whose it is.
func TestCertificates(t *testing.T) {
	environment(t)
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	outOfDate := func(from, to time.Time) error {
		return x509.CertificateInvalidError{Cert: &x509.Certificate{NotBefore: from, NotAfter: to}, Reason: x509.Expired}
	}
	for _, c := range []struct {
		err        error
		root       string
		own        bool
		want, hint string
	}{
		{outOfDate(past, past), "", false, "server.certificate_expired", "server.renew_certificate"},
		{outOfDate(future, future), "", false, "server.certificate_early", "server.check_clock"},
		{x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}, "", false, "server.certificate_bad",
			"server.renew_certificate"},
		{x509.UnknownAuthorityError{}, "", false, "server.certificate_unknown", "server.name_root"},
		{x509.UnknownAuthorityError{}, "ca.pem", false, "server.certificate_other_authority", "server.name_other_root"},
		{x509.HostnameError{Certificate: &x509.Certificate{}}, "", false, "server.certificate_other_host",
			"server.use_certified_name"},
		{&net.OpError{Op: "remote error", Err: errors.New("tls: expired certificate")}, "", false, "server.tls_refused",
			"server.check_certificate"},
		{&pgconn.PgError{Code: "28000"}, "", false, "server.not_let_in", "server.check_role_and_certificate"},
		{&pgconn.PgError{Code: "28000"}, "", true, "server.not_let_in", "server.check_role"},
		{io.ErrUnexpectedEOF, "", false, "server.broke_off", "server.check_running"},
		{io.ErrUnexpectedEOF, "", true, "server.broke_off", "server.check_certificate"},
	} {
		a := ask(parseAddress("postgres://m@db.internal/m?sslmode=verify-full", false))(t)
		a.root, a.certified = c.root, c.own
		err := a.cannotConnect(fmt.Errorf("the driver's: %w", c.err))
		var m *pipeline.Mistake
		if !errors.As(err, &m) || string(m.What.Code) != c.want || string(m.Hint.Code) != c.hint {
			t.Errorf("%v: %v, want %s, %s", c.err, err, c.want, c.hint)
		}
	}
}

// TestBytesInAnotherForm: a ledger is read as well where the server, its database or the role writes bytes in the old
// form, which the driver does not read.
func TestBytesInAnotherForm(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	at.name = withQuery(t, at.name, "bytea_output", "escape")
	must(t, at.open(t).Close()) // begins it
	l := at.open(t)
	s := space(t, l)
	must(t, l.Hold(t.Context(), sandbox, HoldOptions{}))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	in := intent(2, "R1", "")
	ask(s.Write(t.Context(), "r1", []*pipeline.Intent{in}, nil))(t)
	if open := ask(s.Unsettled(t.Context()))(t); open != 1 {
		t.Errorf("%d requests without an answer", open)
	}
	for range unprepared + 1 {
		if found := ask(s.Find(t.Context(), []pipeline.Tag{s.KeyTag("reference", "R1")}))(t); found[0] == nil {
			t.Error("the customer is not found")
		}
	}
}
