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
		"postgres://127.0.0.1/m?PASSWORD=hush&sslmode=bad":                       "server.settings_unusable",
		"postgres://127.0.0.1/m#hush":                                            "server.address_unreadable",
		"postgres://127.0.0.1/m/hush":                                            "server.address_unreadable",
		"postgres://127.0.0.1/m?a=%zz":                                           "server.address_unreadable",
		"postgres://127.0.0.1:port/m":                                            "server.settings_unusable",
		"postgres://127.0.0.1/m?sslmode=often":                                   "server.settings_unusable",
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
		if strings.Contains(err.Error(), "hush") && !strings.Contains(want, "address_unreadable") &&
			want != "server.settings_unusable" {
			t.Errorf("%s: the password is shown: %v", name, err)
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
