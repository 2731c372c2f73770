//go:build unix

package machines

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// TestRestoredBackup: a dump that is put back does not have who was enrolled after it. The next import notices: in
// production it sends nothing before a person allows it.
func TestRestoredBackup(t *testing.T) {
	t.Parallel()
	programs, ok := postgrestest.Programs()
	if _, shared := postgrestest.Shared(); !ok || !shared {
		return
	}
	w := onServer(t, limits{0, 4}, time.Millisecond)
	program := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(filepath.Join(programs, name), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	const rows, more = 3, 5
	before, after := w.book(t, "before.csv", 0, rows), w.book(t, "after.csv", 0, rows+more)
	others := w.book(t, "others.csv", 100, rows)
	send := func(name, book string, want int, flags ...string) (said string) {
		t.Helper()
		s := w.start(t, name, book, append(flags, "--env", "production")...)
		if code := s.code(t); code != want {
			t.Errorf("%s: exit code %d", name, code)
		}
		return s.out.String()
	}
	send("first", before, 0, "--new-ledger")
	dump := filepath.Join(w.dir, "ledger.dump")
	program("pg_dump", "--dbname", w.ledger, "--schema=muster", "--format=custom", "--file", dump)
	send("second", after, 0)
	send("apart", others, 0, "--account", "north") // nobody had sent for that account before the dump
	postgrestest.Exec(t, w.ledger, "DROP SCHEMA muster CASCADE")
	program("pg_restore", "--dbname", w.ledger, dump)

	const missing = "the ledger was restored from a backup since this was last imported"
	const refused = "an import will be refused"
	check := func(env string) string {
		t.Helper()
		code, said := w.run(t, w.ledger, "check", after, "--provider", w.definition, "--env", env)
		if code != 0 {
			t.Errorf("check: exit code %d", code)
		}
		return said
	}
	if said := check("production"); !strings.Contains(said, missing) || !strings.Contains(said, refused) {
		t.Errorf("a check does not say that the import will be refused:\n%s", said)
	}
	// In the sandbox nothing is refused.
	if said := check("sandbox"); strings.Contains(said, refused) || !strings.Contains(said, "or was restored from a backup") {
		t.Errorf("a check for the sandbox:\n%s", said)
	}
	if said := send("third", after, 2); !strings.Contains(said, missing) || !strings.Contains(said, "--yes-after-failover") {
		t.Error("it is not said why")
	}
	if said := send("apart again", others, 2, "--account", "north"); !strings.Contains(said, "account north from the server") {
		t.Error("it is not said why the account's first import is refused")
	}
	if _, asked := w.twice(); len(asked) > 0 {
		t.Errorf("asked for twice: %v", asked)
	}
	send("allowed", before, 0, "--yes-after-failover")
	if said := check("production"); strings.Contains(said, refused) {
		t.Errorf("a check after it was allowed:\n%s", said)
	}
	if said := send("fourth", before, 0); strings.Contains(said, missing) {
		t.Error("it is said again")
	}
	w.held(t, bars{rows: rows + more + rows})
}
