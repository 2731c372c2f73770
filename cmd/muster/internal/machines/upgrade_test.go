//go:build unix

package machines

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// newer builds a muster whose ledger has one more schema version, with an unused table.
func newer(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../../../../pipeline/ledger/migration")
	if err != nil {
		t.Fatal(err)
	}
	there, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := filepath.Join(dir, "script.sql")
	table := "CREATE TABLE made_up (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;\n"
	if err := os.WriteFile(script, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	replaced, err := replaced(dir)
	if err != nil {
		t.Fatal(err)
	}
	replaced[filepath.Join(folder, fmt.Sprintf("%04d_made_up.sql", len(there)+1))] = script
	return build(dir, "muster", replaced)
}

// TestUpgradeWhileOneWaits: a newer muster upgrades the ledger when no other sends, however many wait; an older one
// never writes to a newer schema.
func TestUpgradeWhileOneWaits(t *testing.T) {
	t.Parallel()
	if _, ok := postgrestest.Shared(); !ok {
		return
	}
	program := newer(t)
	w := onServer(t, limits{20, 4}, 60*time.Millisecond)
	p := newPair(t, w, w.ledger, 100)
	book := filepath.Join(w.dir, "book.csv")
	third := w.startAt(t, program, w.ledger, "third", book, "--wait")
	if code := p.sends.code(t); code != 0 {
		t.Errorf("%s: exit code %d", p.sends.name, code)
	}
	if code := p.waits.code(t); code != 0 && code != 2 {
		t.Errorf("%s: exit code %d", p.waits.name, code)
	}
	if code := third.code(t); code != 0 {
		t.Errorf("%s: exit code %d", third.name, code)
	}
	w.reports(t, third, p.rows)
	if code, out := w.run(t, w.ledger, "runs"); code != 2 {
		t.Errorf("an older muster reads a newer ledger: exit code %d\n%s", code, out)
	}
	w.program = program
	w.held(t, bars{rows: p.rows})
}
