package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestBackup: the copy is a ledger of its own that has the same customers and opens the same requests, made while
// another muster writes and by a reader; only its owner can read it, and it replaces no file.
func TestBackup(t *testing.T) {
	l, s, path := opened(t)
	made, open := intent(2, "A", "a@example.org"), intent(3, "B", "")
	begun(t, s, "r1", made, open)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(made, pipeline.Created)})))
	copies := t.TempDir()
	by := map[string]*Ledger{"writer": l, "reader": ask(Open(t.Context(), path, Options{ReadOnly: true}))(t)}
	defer by["reader"].Close()
	for name, from := range by {
		to := filepath.Join(copies, name+".db")
		must(t, from.Backup(t.Context(), to))
		for _, file := range []string{to, to + ".key"} {
			if info := ask(os.Stat(file))(t); info.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode %v", file, info.Mode())
			}
		}
		c := openAt(t, to)
		if c.Older() != "" {
			t.Errorf("%s: a copy is older than its ledger", name)
		}
		other := space(t, c)
		if claim := finds(t, other, "reference", "A"); claim == nil || claim.Outcome.CustomerID == "" {
			t.Errorf("%s: %+v", name, claim)
		}
		n := 0
		for in, err := range other.Sealed(t.Context()) {
			must(t, err)
			if n++; string(in.Body) != string(open.Body) {
				t.Errorf("%s: another request was in the seal", name)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d unsettled requests", name, n)
		}
		if diff := cmp.Diff(outcomes(t, l, "r1"), outcomes(t, c, "r1")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		must(t, c.Close())
		var fault *BackupError
		if err := from.Backup(t.Context(), to); !errors.As(err, &fault) || !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: over a file: %v", name, err)
		}
		must(t, os.Remove(to))
		if err := from.Backup(t.Context(), to); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: over a key file: %v", name, err)
		}
	}
	if err := l.Backup(t.Context(), filepath.Join(copies, "none", "x.db")); !isA[*BackupError](err) {
		t.Errorf("into no folder: %v", err)
	}
	for _, e := range ask(os.ReadDir(copies))(t) {
		if strings.HasPrefix(e.Name(), ".muster-") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// older makes a ledger with an earlier schema version, as the muster of that version did.
func older(t *testing.T, path string, version int) {
	t.Helper()
	scripts := ask(schema())(t)[:version]
	must(t, createPrivate(path))
	secret := ask(beginKey(path + ".key"))(t)
	h := ask(connect(t.Context(), address(path, modeWrite)))(t)
	must(t, begin(t.Context(), h, strings.Join(scripts, "\n"), version, ask(derive(secret))(t)))
	_, err := h.conn.ExecContext(t.Context(), `INSERT INTO namespace (provider, env, account, customers)
		VALUES ('acme', 'sandbox', '', 0);
		INSERT INTO run (id, namespace, base_url, book, sheet, sha256, mapping, version, digest, credentials, started)
			VALUES ('old', 1, 'https://acme.example', 'old.csv', '', '', '', 'v0', '', x'', 1)`)
	must(t, errors.Join(err, h.close()))
}

// TestOlderLedgerOnServer: a rehearsal does not upgrade a ledger on a server either.
func TestOlderLedgerOnServer(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	if _, err := Open(t.Context(), address, Options{KeepVersion: true}); codeOf(t, err) != "ledger.older_version" {
		t.Error(err)
	}
}

// TestOlderLedgers: a ledger of every earlier schema version opens, keeps its data, and is copied first, with its
// key; one that cannot be copied is not migrated.
func TestOlderLedgers(t *testing.T) {
	now := len(ask(schema())(t))
	for version := 1; version < now; version++ {
		path := filepath.Join(t.TempDir(), "muster.db")
		older(t, path, version)
		if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !isA[*VersionError](err) {
			t.Errorf("version %d, to a reader: %v", version, err)
		}
		if _, err := Open(t.Context(), path, Options{KeepVersion: true}); !isA[*VersionError](err) {
			t.Errorf("version %d, to a rehearsal: %v", version, err)
		}
		l := openAt(t, path)
		if runs := ask(l.Runs(t.Context()))(t); len(runs) != 1 || runs[0].ID != "old" {
			t.Errorf("version %d: %+v", version, runs)
		}
		if e := ask(l.Examine(t.Context()))(t); len(e.Faults) > 0 || e.Version != now {
			t.Errorf("version %d: %+v", version, e)
		}
		// The copy has the old schema, and opens with its own key file.
		again := openAt(t, l.Older())
		if again.Older() == "" {
			t.Errorf("version %d: the copy is not older", version)
		}
		must(t, errors.Join(again.Close(), l.Close()))
		if l := openAt(t, path); l.Older() != "" {
			t.Errorf("version %d: copied again", version)
		}
	}
	path := filepath.Join(t.TempDir(), "muster.db")
	older(t, path, 1)
	taken := path + ".v1-" + noon.Format("20060102-150405") + ".backup"
	must(t, os.WriteFile(taken, nil, 0o600))
	if _, err := Open(t.Context(), path, Options{Now: clock}); !isA[*BackupError](err) {
		t.Errorf("with its copy's name taken: %v", err)
	}
	must(t, os.Remove(taken))
	if l := openAt(t, path); l.Older() == "" {
		t.Error("it was brought up to date without a copy")
	}
}
