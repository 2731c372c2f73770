package ledger

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/pipeline"
)

// environment clears the PostgreSQL variables and files of this machine.
func environment(t *testing.T) {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "PG") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
}

// codeOf is the code of a mistake, and of its hint.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	var m *pipeline.Mistake
	if !errors.As(err, &m) || m.What == nil || m.Hint == nil {
		t.Fatalf("no mistake with a hint: %v", err)
	}
	return string(m.What.Code)
}

func TestParseAddress(t *testing.T) {
	environment(t)
	for name, want := range map[string]struct{ schema, host, database string }{
		"postgres://muster@127.0.0.1/m":                            {"muster", "127.0.0.1", "m"},
		"postgresql://muster@[::1]:5433/m?schema=team_a":           {"team_a", "::1", "m"},
		"POSTGRES://muster@localhost/m?sslmode=disable&schema=b":   {"b", "localhost", "m"},
		"postgres://muster@db.internal/m?sslmode=require":          {"muster", "db.internal", "m"},
		"postgres:///m?host=/run/postgresql&user=muster":           {"muster", "/run/postgresql", "m"},
		"postgres://us%40er@127.0.0.1/m?application_name=a%20b%2B": {"muster", "127.0.0.1", "m"},
	} {
		a, err := parseAddress(name, false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.schema != want.schema || a.config.Host != want.host || a.config.Database != want.database {
			t.Errorf("%s: %q, %q, %q", name, a.schema, a.config.Host, a.config.Database)
		}
		if _, passed := a.config.RuntimeParams["schema"]; passed {
			t.Errorf("%s: the server would be given the schema", name)
		}
	}
}

func TestAddressRefused(t *testing.T) {
	environment(t)
	for name, want := range map[string]string{
		"postgres://muster:hush@127.0.0.1/m":                                     "server.password_in_address",
		"postgres://muster:hush@hush@127.0.0.1/m":                                "server.password_in_address",
		"postgres://muster:hu/sh@127.0.0.1/m":                                    "server.password_in_address",
		"postgres://muster:12#hush@127.0.0.1/m":                                  "server.password_in_address",
		"postgres://127.0.0.1/m?password=hush":                                   "server.password_in_address",
		"postgres://127.0.0.1/m?sslpassword=hush":                                "server.password_in_address",
		"postgres://127.0.0.1/m?PASSWORD=hush&sslmode=bad":                       "server.password_in_address",
		"postgres://127.0.0.1/m?pasword=hush":                                    "server.password_in_address",
		"postgres://127.0.0.1/m#hush":                                            "server.address_unreadable",
		"postgres://127.0.0.1/m/hush":                                            "server.address_unreadable",
		"postgres://127.0.0.1/m?a=%zz":                                           "server.address_unreadable",
		"postgres://127.0.0.1:port/m":                                            "server.no_port",
		"postgres://127.0.0.1:70000/m":                                           "server.no_port",
		"postgres://db.internal:0,127.0.0.1/m":                                   "server.no_port",
		"postgres://muster@::1/m":                                                "server.no_ipv6",
		"postgres://muster@[::1/m":                                               "server.no_ipv6",
		"postgres://muster@[::1]5432/m":                                          "server.no_ipv6",
		"postgres://my host/m":                                                   "server.address_unreadable",
		"postgres://127.0.0.1/m?sslmode=often":                                   "server.no_value",
		"postgres://127.0.0.1/m?ssl_mode=verify-full":                            "server.no_option",
		"postgres://127.0.0.1/m?SSLMODE=verify-full":                             "server.no_option",
		"postgres://127.0.0.1/m?target_session_attr=read-write":                  "server.no_option",
		"postgres://127.0.0.1/m?target_session_attrs=readwrite":                  "server.no_value",
		"postgres://127.0.0.1/m?connect_timeout=soon":                            "server.no_value",
		"postgres://127.0.0.1/m?schema=":                                         "server.schema_name",
		"postgres://127.0.0.1/m?schema=Muster":                                   "server.schema_name",
		"postgres://127.0.0.1/m?schema=pg_muster":                                "server.schema_name",
		"postgres://127.0.0.1/m?schema=information_schema":                       "server.schema_name",
		"postgres://127.0.0.1/m?schema=a%22b":                                    "server.schema_name",
		"postgres://db.internal/m?sslmode=disable":                               "server.plain",
		"postgres://db.internal/m?sslmode=prefer":                                "server.perhaps_plain",
		"postgres://db.internal/m?sslmode=allow":                                 "server.perhaps_plain",
		"postgres://127.0.0.1,db.internal/m?sslmode=disable":                     "server.plain",
		"postgres://127.0.0.1/m?sslrootcert=/nowhere/ca.pem&sslmode=verify-full": "server.settings_file",
	} {
		_, err := parseAddress(name, false)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		if got := codeOf(t, err); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if !errors.Is(err, ErrUnusable) {
			t.Errorf("%s: usable", name)
		}
		if strings.Contains(err.Error(), "hush") && !strings.Contains(want, "address_unreadable") {
			t.Errorf("%s: the password is shown: %v", name, err)
		}
	}
}

// Settings of the server are options that muster need not know.
func TestSettingsInAddress(t *testing.T) {
	environment(t)
	for _, setting := range []string{"TimeZone=UTC", "lock_timeout=5s", "work_mem=4MB", "search_path=a", "DateStyle=ISO",
		"statement_timeout=0", "foo=1"} {
		if a, err := parseAddress("postgres://127.0.0.1/m?"+setting, false); err != nil || len(a.settings) != 1 {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

// A setting that the server does not have, or a value that it does not take, is a mistake in the address. The server
// says which in words alone.
func TestSettingsTheServerRefuses(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	for setting, want := range map[string]string{
		"foo=1":                 "server.no_option",
		"foo=1&work_mem=4MB":    "server.setting_refused",
		"work_mem=much":         "server.setting_refused",
		"shared_buffers=1GB":    "server.setting_refused",
		"options=-c%20foo%3D1":  "server.setting_refused",
		"timezone=Bogota":       "server.setting_refused",
		"application_name=a%2B": "",
	} {
		at := ask(parseAddress(address+"&"+setting, false))(t)
		conn, err := at.dial(t.Context())
		if err == nil {
			closeConn(conn)
		}
		if want == "" && err == nil {
			continue
		}
		if err == nil || codeOf(t, err) != want || !errors.Is(err, ErrUnusable) || errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v, want %s", setting, err, want)
		}
	}
}

// A name that was meant as an address is never taken for the path of a file, and is not shown.
func TestMeantAsAddress(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, want := range map[string]string{
		"postgre://muster:hush@127.0.0.1/m":         "server.other_scheme",
		"jdbc:postgresql://127.0.0.1/m?user=hush":   "server.other_scheme",
		"mysql://127.0.0.1/hush":                    "server.other_scheme",
		"host=127.0.0.1 dbname=m password=hush":     "server.keys_and_values",
		"user=muster password=hush  dbname = hush ": "server.keys_and_values",
	} {
		_, opened := Open(t.Context(), name, Options{MayBegin: true})
		_, moved := Move(t.Context(), "muster.db", name, Options{})
		for _, err := range []error{opened, moved} {
			if codeOf(t, err) != want || !errors.Is(err, ErrUnusable) || strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// pgx's fallback to a connection without TLS is disabled beyond this machine.
func TestNoPlainFallback(t *testing.T) {
	environment(t)
	for name, plain := range map[string]bool{"postgres://db.internal/m": false, "postgres://localhost/m": true} {
		a, err := parseAddress(name, false)
		if err != nil {
			t.Fatal(err)
		}
		goesOn := a.config.TLSConfig == nil
		for _, f := range a.config.Fallbacks {
			goesOn = goesOn || f.TLSConfig == nil
		}
		if goesOn != plain {
			t.Errorf("%s goes on without TLS: %v", name, goesOn)
		}
	}
	if _, err := parseAddress("postgres://db.internal/m?sslmode=disable", true); err != nil {
		t.Errorf("it was allowed: %v", err)
	}
}

// A password comes from where psql takes it, and is shown nowhere.
func TestPasswordFile(t *testing.T) {
	environment(t)
	file := filepath.Join(t.TempDir(), "pgpass")
	must(t, os.WriteFile(file, []byte("127.0.0.1:5432:m:muster:hush\n"), 0o600))
	t.Setenv("PGPASSFILE", file)
	a, err := parseAddress("postgres://muster@127.0.0.1/m", false)
	if err != nil || a.config.Password != "hush" || strings.Contains(a.shown, "hush") {
		t.Errorf("%v", err)
	}
}

// An address that asks for encryption alone is taken, and it is known that nothing proves who the server is.
func TestUnverified(t *testing.T) {
	environment(t)
	authority := filepath.Join(t.TempDir(), "authority.pem")
	must(t, os.WriteFile(authority, madeUpAuthority(t), 0o600))
	for name, want := range map[string]bool{
		"postgres://db.internal/m":                                              true,
		"postgres://db.internal/m?sslmode=require":                              true,
		"postgres://localhost,db.internal/m?sslmode=require":                    true,
		"postgres://db.internal/m?sslmode=require&sslrootcert=" + authority:     false, // as verify-ca
		"postgres://db.internal/m?sslmode=verify-ca&sslrootcert=" + authority:   false,
		"postgres://db.internal/m?sslmode=verify-full&sslrootcert=" + authority: false,
		"postgres://db.internal/m?sslmode=verify-full":                          false,
		"postgres://localhost/m?sslmode=require":                                false,
	} {
		if a := ask(parseAddress(name, false))(t); a.unverified != want {
			t.Errorf("%s: unverified is %v", name, a.unverified)
		}
	}
	if a := ask(parseAddress("postgres://db.internal/m", true))(t); a.unverified {
		t.Error("nobody cares who allows a connection without encryption")
	}
}

// madeUpAuthority is the certificate of an authority, in PEM.
func madeUpAuthority(t *testing.T) []byte {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	must(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true}
	raw := ask(x509.CreateCertificate(nil, c, c, public, private))(t)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}
