package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/pipeline"
)

// toMove is a ledger in a file with customers in every state, and with texts that PostgreSQL cannot store unchanged.
func toMove(t *testing.T) (l *Ledger, open *pipeline.Intent, path string) {
	t.Helper()
	l, s, path := opened(t)
	var ins []*pipeline.Intent
	for row, reference := range []string{"A", "B", "C", "D", "E"} {
		ins = append(ins, intent(row+2, reference, ""))
	}
	begun(t, s, "r1", ins...)
	created, rejected, existing := settlement(ins[0], pipeline.Created), settlement(ins[1], pipeline.Rejected),
		settlement(ins[2], pipeline.Existing)
	created.Outcome.RequestID = "a\x00b\xffc\x1a00"
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{created, rejected, existing,
		settlement(ins[3], pipeline.Pending)})))
	run := pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon, Finished: noon.Add(time.Hour),
		Counts: pipeline.Counts{pipeline.Created: 1}}
	must(t, l.FinishRun(t.Context(), run))
	return l, ins[4], path
}

// rowsOf are all rows of all tables, as text, without the entries of meta that differ between ledgers.
func rowsOf(t *testing.T, l *Ledger, tables []movedTable) string {
	t.Helper()
	var b strings.Builder
	must(t, l.read(t.Context(), func(tx *transaction) error {
		for _, table := range tables {
			var names []string
			for _, column := range table.columns {
				names = append(names, pgx.Identifier{column}.Sanitize())
			}
			columns := strings.Join(names, ", ")
			where := ""
			if table.name == "meta" {
				where = " WHERE name = 'check'"
			}
			if table.name == "session" || table.name == "sender" {
				continue
			}
			fmt.Fprintln(&b, table.name)
			err := tx.each("SELECT "+columns+" FROM "+pgx.Identifier{table.name}.Sanitize()+where+" ORDER BY "+columns,
				nil, func(r *cursor) error {
					for _, v := range r.values {
						fmt.Fprintf(&b, "%q ", fmt.Sprint(v))
					}
					b.WriteString("\n")
					return nil
				})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return b.String()
}

func tablesIn(t *testing.T, l *Ledger) (tables []movedTable) {
	t.Helper()
	must(t, l.read(t.Context(), func(tx *transaction) (err error) {
		tables, err = tablesOf(tx)
		return err
	}))
	return tables
}

// TestTablesOf: a table comes after those that its rows refer to.
func TestTablesOf(t *testing.T) {
	l, _, _ := opened(t)
	tables := tablesIn(t, l)
	before := map[string]bool{}
	for _, table := range tables {
		for _, of := range table.of {
			if !before[of] {
				t.Errorf("%s comes before %s", table.name, of)
			}
		}
		before[table.name] = true
		if len(table.columns) == 0 {
			t.Errorf("%s has no columns", table.name)
		}
	}
	for _, name := range []string{"meta", "namespace", "run", "customer", "key", "sealed", "outcome", "definition"} {
		if !before[name] {
			t.Errorf("%s is left out of %d tables", name, len(tables))
		}
	}
}

// TestMark: a marked file is refused with the new address, and by older musters too, and can be used again when the
// mark is removed.
func TestMark(t *testing.T) {
	l, _, path := opened(t)
	version := len(ask(schema())(t))
	s := fileOf(l)
	for _, arrived := range []bool{false, true} {
		must(t, s.setMark(t.Context(), version, mark{"postgres://db/muster", []byte("token"), arrived}))
		must(t, l.Close())
		want := map[bool]string{false: "ledger.move_interrupted", true: "ledger.moved"}[arrived]
		for _, o := range []Options{{}, {MayBegin: true}, {ReadOnly: true}} {
			l, err := Open(t.Context(), path, o)
			var moved *MovedError
			if !errors.As(err, &moved) || moved.To != "postgres://db/muster" || !cannotBeUsed(want)(err) {
				t.Errorf("%+v: %v", o, err)
			}
			if err == nil {
				must(t, l.Close())
			}
		}
		l = ask(Open(t.Context(), path, Options{moved: true}))(t)
		s = fileOf(l)
	}
	must(t, s.read(t.Context(), func(tx *transaction) error {
		known := 0
		err := tx.one("PRAGMA user_version", nil, &known)
		if known <= version {
			t.Errorf("an older muster would take version %d", known)
		}
		return err
	}))
	if m := ask(s.mark(t.Context()))(t); m.to != "postgres://db/muster" || string(m.token) != "token" || !m.arrived {
		t.Errorf("the mark reads %+v", m)
	}
	must(t, s.setMark(t.Context(), version, mark{}))
	must(t, l.Close())
	openAt(t, path)
}

// TestMoveRefusals are the refusals that need no server.
func TestMoveRefusals(t *testing.T) {
	_, _, path := opened(t)
	for _, c := range []struct{ from, to, want string }{
		{"postgres://db/a", "postgres://db/b", "ledger.move_from_server"},
		{path, "other.db", "ledger.move_to_file"},
		{path, "postgres://u:secret@db/b", "server.password_in_address"},
		{filepath.Join(t.TempDir(), "none.db"), "postgres://127.0.0.1/b", "ledger.none"},
	} {
		if _, err := Move(t.Context(), c.from, c.to, Options{}); !cannotBeUsed(c.want)(err) {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
	_, err := Move(t.Context(), path, "postgres://127.0.0.1/b", Options{})
	if !isA[*HeldError](err) {
		t.Errorf("a ledger that is in use: %v", err)
	}
}

// TestMove: all rows arrive, no customer looks new, open requests can be settled, and the file is refused.
func TestMove(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	l, open, path := toMove(t)
	tables, before := tablesIn(t, l), rowsOf(t, l, tablesIn(t, l))
	must(t, l.Close())
	o := Options{KeyFile: at.key, Now: clock}
	m := ask(Move(t.Context(), path, at.name, o))(t)
	if m.Already || m.Runs != 1 || m.Customers != 2 || m.Unsettled != 1 || m.KeyFile != at.key || m.Rows < 10 {
		t.Errorf("moved: %+v", m)
	}
	if info := ask(os.Stat(at.key))(t); info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has the mode %v", info.Mode())
	}
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !isA[*MovedError](err) {
		t.Errorf("the file is still used: %v", err)
	}
	again := ask(Move(t.Context(), path, at.name, o))(t)
	if !again.Already || again.To != m.To {
		t.Errorf("moved again: %+v", again)
	}
	moved := at.open(t)
	if again := ask(Move(t.Context(), path, at.name, o))(t); !again.Already {
		t.Errorf("moved again, while it is in use there: %+v", again)
	}
	if after := rowsOf(t, moved, tables); after != before {
		t.Errorf("the ledger had\n%s\nand has\n%s", before, after)
	}
	if e := ask(moved.Examine(t.Context()))(t); len(e.Faults) > 0 {
		t.Errorf("not sound: %v", e.Faults)
	}
	s := space(t, moved)
	if finds(t, s, "reference", "A") == nil || finds(t, s, "reference", "E") == nil || finds(t, s, "reference", "B") != nil {
		t.Error("who was enrolled is not known there")
	}
	must(t, moved.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	fresh := intent(2, "F", "")
	must(t, wrote(s.Write(t.Context(), "r2", []*pipeline.Intent{fresh},
		[]pipeline.Settlement{settlement(open, pipeline.Created)})))
	if fresh.Ref <= open.Ref {
		t.Errorf("a new customer has the number %d, after %d", fresh.Ref, open.Ref)
	}
}

// TestMoveRefusesWhatIsThere: another ledger at the address, and another key in the key file.
func TestMoveRefusesWhatIsThere(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	l, _, path := toMove(t)
	must(t, l.Close())
	must(t, os.WriteFile(at.key, []byte(strings.Repeat("ab", 32)+"\n"), 0o600))
	_, err := Move(t.Context(), path, at.name, Options{KeyFile: at.key})
	var fault *KeyError
	if !errors.As(err, &fault) || fault.Fault != KeyForeign {
		t.Errorf("another's key: %v", err)
	}
	must(t, os.Remove(at.key))
	must(t, at.open(t).Close())
	for _, key := range []string{at.key, ""} {
		if _, err = Move(t.Context(), path, at.name, Options{KeyFile: key}); !cannotBeUsed("ledger.move_target_taken")(err) {
			t.Errorf("onto a ledger: %v", err)
		}
	}
	openAt(t, path)
}

// TestMoveThatFails: nothing is left at the address, the file is used as before, and it can be moved later.
func TestMoveThatFails(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	l, _, path := toMove(t)
	must(t, l.Close())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Move(ctx, path, at.name, Options{KeyFile: at.key}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	l = openAt(t, path)
	_, err := fileOf(l).writer.conn.ExecContext(t.Context(), "UPDATE customer SET customer_id = '' WHERE state = 'created'")
	must(t, err)
	must(t, l.Close())
	if _, err := Move(t.Context(), path, at.name, Options{KeyFile: at.key}); !cannotBeUsed("ledger.move_not_sound")(err) {
		t.Errorf("a ledger that is not sound: %v", err)
	}
	l = openAt(t, path)
	_, err = fileOf(l).writer.conn.ExecContext(t.Context(), "UPDATE customer SET customer_id = 'c' WHERE state = 'created'")
	must(t, err)
	must(t, l.Close())
	if _, err := Open(t.Context(), at.name, Options{ReadOnly: true, KeyFile: at.key}); !errors.Is(err, ErrNone) {
		t.Errorf("something is left at the address: %v", err)
	}
	ask(Move(t.Context(), path, at.name, Options{KeyFile: at.key}))(t)
}

// TestMoveKilled: after a kill between marking the file and the commit on the server, or just after the commit, the
// same command finishes the move.
func TestMoveKilled(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	l, _, path := toMove(t)
	s := fileOf(l)
	version := len(ask(schema())(t))
	must(t, s.setMark(t.Context(), version, mark{to: Shown(at.name), token: []byte("never committed")}))
	must(t, l.Close())
	if _, err := Move(t.Context(), path, "postgres://127.0.0.1:1/elsewhere", Options{}); err == nil {
		t.Error("it was moved to another server")
	}
	o := Options{KeyFile: at.key}
	if _, err := Open(t.Context(), path, Options{}); !cannotBeUsed("ledger.move_interrupted")(err) {
		t.Errorf("the file sends people to where no ledger may be: %v", err)
	}
	if m := ask(Move(t.Context(), path, at.name, o))(t); m.Already || m.Customers != 2 {
		t.Errorf("done again: %+v", m)
	}
	if _, err := Open(t.Context(), path, Options{}); !cannotBeUsed("ledger.moved")(err) {
		t.Errorf("the file of a move that is done: %v", err)
	}
	if m := ask(Move(t.Context(), path, at.name, o))(t); !m.Already {
		t.Errorf("done already: %+v", m)
	}
	other := onServerAt(server)(t)
	if _, err := Move(t.Context(), path, other.name, o); !isA[*MovedError](err) {
		t.Errorf("to a second address: %v", err)
	}
}

// TestMoveTwice: a ledger that arrived is not moved again when the server has it no more: the file lacks who was
// enrolled since. It is found once the server's backup is restored.
func TestMoveTwice(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	l, _, path := toMove(t)
	must(t, l.Close())
	o := Options{KeyFile: at.key}
	ask(Move(t.Context(), path, at.name, o))(t)
	schema := ask(parseAddress(at.name, false))(t).schema
	onServer(t, "ALTER SCHEMA "+schema+" RENAME TO "+schema+"_away")
	for _, begun := range []bool{false, true} {
		want := "ledger.moved_gone"
		if begun {
			must(t, at.open(t).Close())
			want = "ledger.moved_other"
		}
		_, err := Move(t.Context(), path, at.name, o)
		if !cannotBeUsed(want)(err) || !isA[*MovedError](err) {
			t.Errorf("moved once more: %v", err)
		}
		if _, err := Open(t.Context(), path, Options{}); !cannotBeUsed("ledger.moved")(err) {
			t.Errorf("the file is used again: %v", err)
		}
	}
	onServer(t, "DROP SCHEMA "+schema+" CASCADE; ALTER SCHEMA "+schema+"_away RENAME TO "+schema)
	if m := ask(Move(t.Context(), path, at.name, o))(t); !m.Already {
		t.Errorf("restored: %+v", m)
	}
}

// TestMoveForestalled: where another ledger was begun at the address before an interrupted move was repeated, the
// file is used as before, and can be moved elsewhere.
func TestMoveForestalled(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at, other := onServerAt(server)(t), onServerAt(server)(t)
	l, _, path := toMove(t)
	never := mark{to: Shown(at.name), token: []byte("never committed")}
	must(t, fileOf(l).setMark(t.Context(), len(ask(schema())(t)), never))
	must(t, l.Close())
	must(t, at.open(t).Close())
	o := Options{KeyFile: other.key}
	if _, err := Move(t.Context(), path, other.name, o); !isA[*MovedError](err) {
		t.Errorf("to another address before it is known what is at the first: %v", err)
	}
	if _, err := Move(t.Context(), path, at.name, o); !cannotBeUsed("ledger.move_target_taken")(err) {
		t.Errorf("onto a ledger that was begun meanwhile: %v", err)
	}
	must(t, openAt(t, path).Close())
	if m := ask(Move(t.Context(), path, other.name, o))(t); m.Already || m.Customers != 2 {
		t.Errorf("moved elsewhere: %+v", m)
	}
}

// TestMoveUnknown: the mark after a COMMIT that failed.
func TestMoveUnknown(t *testing.T) {
	l, _, path := opened(t)
	version := len(ask(schema())(t))
	m := &move{file: l, store: fileOf(l), scripts: make([]string, version), marked: true,
		to: ask(parseAddress("postgres://127.0.0.1/b", false))(t)}
	must(t, m.store.setMark(t.Context(), version, mark{to: "postgres://127.0.0.1/b", token: []byte("token")}))
	if err := m.ended(errors.New("connection reset")); !cannotBeUsed("ledger.move_unknown")(err) {
		t.Errorf("no answer to COMMIT: %v", err)
	}
	if got := ask(m.store.mark(t.Context()))(t); got.to == "" {
		t.Error("the file can be used although the server may have the ledger")
	}
	if err := m.ended(&pgconn.PgError{Code: codeDiskFull}); cannotBeUsed("ledger.move_unknown")(err) || err == nil {
		t.Errorf("COMMIT was refused: %v", err)
	}
	if got := ask(m.store.mark(t.Context()))(t); got.to != "" {
		t.Error("the file cannot be used although the server has nothing")
	}
	m.committed = true
	if err := m.ended(errors.New("connection reset")); err != nil {
		t.Errorf("after COMMIT: %v", err)
	}
	must(t, l.Close())
	openAt(t, path)
}
