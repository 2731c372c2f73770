package ledger

import (
	"strings"
	"testing"
)

func TestIsAddress(t *testing.T) {
	for name, want := range map[string]bool{
		"muster.db":                          false,
		"":                                   false,
		"/srv/postgres/muster.db":            false,
		"postgres":                           false,
		"postgres:/muster.db":                false,
		"postgres://muster@db/muster":        true,
		"postgresql://db/muster?schema=a":    true,
		"POSTGRES://db/muster":               true,
		"mysql://db/muster":                  false,
		"C:\\ledgers\\muster.db":             false,
		"folder/postgres://not/at/the/start": false,
	} {
		if got := IsAddress(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestShownHasNoPassword(t *testing.T) {
	for name, want := range map[string]string{
		"muster.db":                               "muster.db",
		"a:secret@b.db":                           "a:secret@b.db",
		"postgres://muster@db/muster":             "postgres://muster@db/muster",
		"postgres://muster:secret@db/muster":      "postgres://muster@db/muster",
		"postgres://muster:@db/muster":            "postgres://muster@db/muster",
		"postgres://db/m?password=secret&user=a":  "postgres://db/m?user=a",
		"postgres://db/m?sslpassword=secret":      "postgres://db/m",
		"postgres://m:se%zz@db/muster":            "postgres://...",
		"postgres://m:12/se@db/muster":            "postgres://...",
		"postgres://m:12?se@db/muster":            "postgres://...",
		"postgres://m:12#se@db/muster":            "postgres://...",
		"postgres://db/m?sslmode=disable&b=1&a=2": "postgres://db/m?sslmode=disable&b=1&a=2",
	} {
		if got := Shown(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestDumpCommand(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://m@db/muster":                     "--dbname=postgres://m@db/muster --schema=muster",
		"postgres://m@db/muster?schema=a&sslmode=on": "--dbname=postgres://m@db/muster?sslmode=on --schema=a",
	} {
		got := strings.Join(dumpCommand(address), " ")
		if got != "pg_dump "+want+" --format=custom --file=ledger.dump" {
			t.Errorf("%s: %s", address, got)
		}
	}
}
