package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

// acme is a made-up provider with two keys and a group.
func acme() *pipeline.Provider {
	return &pipeline.Provider{
		Name: "acme",
		Fields: []pipeline.Field{
			{Path: "reference"}, {Path: "email"}, {Path: "name"},
			{Path: "people[].first"}, {Path: "people[].last"}, {Path: "city"},
		},
		Keys: []pipeline.Key{
			{Name: "reference", Label: pipeline.Localized{"": "reference"}, Field: "reference"},
			{Name: "email", Label: pipeline.Localized{"": "e-mail"}, Field: "email",
				Normalise: []pipeline.Normaliser{pipeline.Lower}},
		},
	}
}

var (
	sandbox = pipeline.Namespace{Provider: "acme", Env: "sandbox"}
	noon    = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

func clock() time.Time { return noon }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ask[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { t.Helper(); must(t, err); return v }
}

func openAt(t testing.TB, path string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), path, Options{MayBegin: true, Holder: "muster import made-up.csv", Now: clock})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// opened is a new ledger in a file with one run, r1.
func opened(t testing.TB) (*Ledger, *Space, string) {
	t.Helper()
	l, s, at := rooms(inFile).opened(t)
	return l, s, at.name
}

func space(t testing.TB, l *Ledger) *Space {
	t.Helper()
	s := ask(l.Space(t.Context(), sandbox, acme()))(t)
	if !l.readOnly {
		must(t, l.Hold(t.Context(), sandbox, HoldOptions{}))
	}
	return s
}

func intent(row int, reference, email string) *pipeline.Intent {
	in := &pipeline.Intent{
		Row: row, Name: "Casa " + reference, IdempotencyKey: fmt.Sprintf("idem-%d", row), At: noon,
		Body:    []byte(`{"reference":"` + reference + `","email":"` + email + `"}`),
		Entries: []pipeline.Entry{{Path: "reference", Value: reference}, {Path: "email", Value: email}},
	}
	for i, v := range []string{reference, email} {
		if v != "" {
			in.Keys = append(in.Keys,
				pipeline.KeyValue{Key: i, Value: v, Normalised: pipeline.Normalise(acme().Keys[i].Normalise, v)})
		}
	}
	return in
}

func settlement(in *pipeline.Intent, to pipeline.State) pipeline.Settlement {
	o := pipeline.Outcome{Row: in.Row, Ref: in.Ref, State: to, HTTPStatus: 201, At: in.At.Add(time.Second),
		RequestID: "req-1", Attempts: 1}
	if to.IsClaim() {
		o.CustomerID = fmt.Sprintf("cus-%d", in.Ref)
		o.ProviderStatus = "active"
		o.Related = []pipeline.RelatedID{{Name: "people[0]", ID: "p-1"}}
	}
	return pipeline.Settlement{Outcome: o, Attempts: []pipeline.Attempt{{Sent: o.At, Ended: o.At.Add(time.Second),
		Verdict: pipeline.VerdictCreated, HTTPStatus: 201, RequestID: o.RequestID}}}
}

func begun(t testing.TB, s *Space, run string, ins ...*pipeline.Intent) {
	t.Helper()
	must(t, s.l.Hold(t.Context(), s.ns, HoldOptions{}))
	must(t, wrote(s.Write(t.Context(), run, ins, nil)))
}

var errClaimed = errors.New("a key is another's")

// wrote returns the error of a Write, also where it left an intent out.
func wrote(claimed []int, err error) error {
	if err == nil && len(claimed) > 0 {
		return fmt.Errorf("%v: %w", claimed, errClaimed)
	}
	return err
}

func outcomes(t testing.TB, l *Ledger, run string) map[int]pipeline.Outcome {
	t.Helper()
	all := map[int]pipeline.Outcome{}
	last := -1
	for o, err := range l.Outcomes(t.Context(), run) {
		must(t, err)
		if o.Row <= last {
			t.Fatalf("row %d after row %d", o.Row, last)
		}
		last = o.Row
		all[o.Row] = o
	}
	return all
}

func finds(t testing.TB, s *Space, name, value string) *pipeline.Claim {
	t.Helper()
	return ask(s.Find(t.Context(), []pipeline.Tag{s.KeyTag(name, value)}))(t)[0]
}

func count(t testing.TB, f func(context.Context) (int, error), want int, what string) {
	t.Helper()
	if got := ask(f(t.Context()))(t); got != want {
		t.Errorf("%s: got %d, want %d", what, got, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must(t, os.WriteFile(at("book.csv"), []byte(strings.Repeat("reference,email\n", 100)), 0o600))
	must(t, os.WriteFile(at("short"), []byte("hello"), 0o600))
	must(t, os.Mkdir(at("folder"), 0o700))
	must(t, os.WriteFile(at("empty"), nil, 0o600))
	other, err := connect(t.Context(), address(at("other.db"), "mode=rwc"))
	must(t, err)
	_, err = other.conn.ExecContext(t.Context(), "CREATE TABLE t (x)")
	must(t, errors.Join(err, other.close()))
	newer := openAt(t, at("newer.db"))
	_, err = fileOf(newer).writer.conn.ExecContext(t.Context(), "PRAGMA user_version = 99")
	must(t, errors.Join(err, newer.Close()))

	for _, c := range []struct {
		path string
		o    Options
		want func(error) bool
	}{
		{"none", Options{}, func(err error) bool { return errors.Is(err, ErrNone) }},
		{"none", Options{ReadOnly: true, MayBegin: true}, func(err error) bool { return errors.Is(err, ErrNone) }},
		{"empty", Options{}, func(err error) bool { return errors.Is(err, ErrNone) }},
		{"empty", Options{ReadOnly: true}, func(err error) bool { return errors.Is(err, ErrNone) }},
		{"book.csv", Options{MayBegin: true}, cannotBeUsed("ledger.is_")},
		{"short", Options{MayBegin: true}, cannotBeUsed("ledger.is_")},
		{"short", Options{ReadOnly: true}, cannotBeUsed("ledger.is_")},
		{"folder", Options{MayBegin: true}, cannotBeUsed("ledger.is_")},
		{"other.db", Options{MayBegin: true}, cannotBeUsed("ledger.is_")},
		{"other.db", Options{ReadOnly: true}, cannotBeUsed("ledger.is_")},
		{"newer.db", Options{}, isA[*VersionError]},
		{"newer.db", Options{ReadOnly: true}, isA[*VersionError]},
		{"no/such/folder/x.db", Options{MayBegin: true}, cannotBeUsed("ledger.no_access")},
	} {
		l, err := Open(t.Context(), at(c.path), c.o)
		if err == nil {
			l.Close()
		}
		if !c.want(err) {
			t.Errorf("%s %+v: got %v (%T)", c.path, c.o, err, err)
			continue
		}
		if !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: the error does not name it: %v", c.path, err)
		}
	}
	for _, name := range []string{"book.csv.lock", "book.csv.key", "none", "none.lock", "none.key", "folder.lock",
		"other.db.lock", "empty.key"} {
		if _, err := os.Lstat(at(name)); err == nil {
			t.Errorf("%s was left behind", name)
		}
	}
}

func cannotBeUsed(code string) func(error) bool {
	return func(err error) bool { return errors.Is(err, ErrUnusable) && strings.Contains(err.Error(), code) }
}

func isA[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func TestKeyFile(t *testing.T) { forStores(t, testKeyFile) }

func testKeyFile(t *testing.T, on rooms) {
	_, s, at := on.opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	must(t, s.l.Close())
	key, err := os.ReadFile(at.key)
	must(t, err)
	refused := func(want KeyFault) {
		t.Helper()
		for _, o := range []Options{{MayBegin: true}, {ReadOnly: true}} {
			_, err := at.with(t, o)
			var e *KeyError
			if !errors.As(err, &e) || e.Fault != want {
				t.Errorf("%+v: got %v, want the key to be %s", o, err, want)
			}
		}
	}
	must(t, os.Remove(at.key))
	refused(KeyMissing)
	if _, err := os.Lstat(at.key); err == nil {
		t.Error("a lost key was replaced by a new one")
	}
	must(t, os.WriteFile(at.key, []byte("not a key\n"), 0o600))
	refused(KeyMalformed)
	must(t, os.WriteFile(at.key, key[:40], 0o600))
	refused(KeyMalformed)
	must(t, os.WriteFile(at.key, []byte(strings.Repeat("ab", 32)+"\n"), 0o600))
	refused(KeyForeign)
	must(t, os.WriteFile(at.key, key, 0o600))
	if finds(t, space(t, at.open(t)), "reference", "A") == nil {
		t.Error("with its key back the ledger does not know its customer")
	}
}

func TestCrashBeforeTheFirstCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	secret, err := beginKey(path + ".key")
	must(t, err)
	must(t, createPrivate(path))
	l := openAt(t, path)
	if again, err := readKey(path + ".key"); err != nil || string(again) != string(secret) {
		t.Errorf("the key of the first start was not used again: %v", err)
	}
	must(t, l.Close())
	must(t, openAt(t, path).Close())
}

func TestOddNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a b.db", "what?.db", "no#1.db", "50%.db", "%41.db", "ñ;&=+.db", "?mode=memory",
		"x?immutable=1#y"} {
		path := filepath.Join(dir, name)
		must(t, openAt(t, path).Close())
		for _, file := range []string{path, path + ".key", path + ".lock"} {
			info, err := os.Stat(file)
			must(t, err)
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode %v", file, info.Mode())
			}
		}
		l, err := Open(t.Context(), path, Options{ReadOnly: true})
		must(t, err)
		must(t, l.Close())
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 8*3 {
		t.Errorf("files left: %v", entries)
	}
}

func TestFilesArePrivateWhileOpen(t *testing.T) {
	_, s, path := opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(entries) < 5 {
		t.Errorf("expected the ledger, -wal, -shm, .key and .lock: %v", entries)
	}
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", e.Name(), info.Mode())
		}
	}
}

func TestReadOnly(t *testing.T) { forStores(t, testReadOnly) }

func testReadOnly(t *testing.T, on rooms) {
	_, s, at := on.opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	r := ask(at.with(t, Options{ReadOnly: true}))(t)
	rs := space(t, r)
	if finds(t, rs, "reference", "A") == nil {
		t.Error("a reader does not see what is acknowledged")
	}
	begun(t, s, "r1", intent(3, "B", ""))
	if finds(t, rs, "reference", "B") == nil {
		t.Error("a reader does not see what was acknowledged since")
	}
	if err := wrote(rs.Write(t.Context(), "r1", []*pipeline.Intent{intent(4, "C", "")}, nil)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Write: %v", err)
	}
	unseen, err := r.Space(t.Context(), pipeline.Namespace{Provider: "acme", Env: "production"}, acme())
	must(t, err)
	count(t, unseen.Customers, 0, "customers")
	count(t, unseen.Unsettled, 0, "unsettled")
	if _, ok, err := unseen.LastRun(t.Context()); ok || err != nil {
		t.Errorf("LastRun: %v %v", ok, err)
	}
	if finds(t, unseen, "reference", "A") != nil {
		t.Error("a customer of another namespace was found")
	}
}

// TestReadOnlyLeavesNoFiles: who only reads a file begins nothing beside it.
func TestReadOnlyLeavesNoFiles(t *testing.T) {
	l, s, path := opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	must(t, l.Close())

	names := func() (names []string) {
		entries, err := os.ReadDir(filepath.Dir(path))
		must(t, err)
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	before := names()
	r, err := Open(t.Context(), path, Options{ReadOnly: true})
	must(t, err)
	count(t, space(t, r).Unsettled, 1, "unsettled, without -wal and -shm")
	must(t, r.Close())
	if after := names(); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("files before %v, after %v", before, after)
	}
	immutable, err := connect(t.Context(), address(path, modeImmutable))
	must(t, err)
	i, err := identify(t.Context(), immutable)
	if err != nil || i.application != applicationID {
		t.Errorf("from a read-only disk: %+v %v", i, err)
	}
	must(t, immutable.close())
}

func TestInMemory(t *testing.T) {
	l, err := InMemory(t.Context())
	must(t, err)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox}))
	s := space(t, l)
	in := intent(2, "A", "")
	begun(t, s, "r1", in)
	for o, err := range l.Outcomes(t.Context(), "r1") {
		must(t, err)
		must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
		if o.State != pipeline.Uncertain {
			t.Errorf("state %s", o.State)
		}
	}
	count(t, s.Customers, 1, "customers")
	must(t, l.Close())
	must(t, l.Close())
}

// said is a text of a provider, or of an older version of muster.
func said(text string) *pipeline.Message { return pipeline.Say(pipeline.AsWritten, "text", text) }

// TestDamagedLock: a damaged lock file is named, and may be deleted; the error does not blame the ledger.
func TestDamagedLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	must(t, openAt(t, path).Close())
	lock := path + ".lock"
	must(t, os.WriteFile(lock, bytes.Repeat([]byte("no lock "), 1000), 0o600))
	_, err := Open(t.Context(), path, Options{Now: clock})
	var m *pipeline.Mistake
	if !errors.As(err, &m) || m.Place != (pipeline.Place{Kind: "lock file", File: lock}) ||
		m.What.Code != "ledger.lock_damaged" || m.Hint.Code != "ledger.delete_lock" {
		t.Fatalf("%v", err)
	}
	must(t, os.Remove(lock))
	must(t, openAt(t, path).Close())
}
