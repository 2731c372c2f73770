package ledger

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"muster/pipeline"
)

const childVariable = "MUSTER_LEDGER_TEST_CHILD"

// TestMain is also the program of a second process, which writes to the ledger that an environment variable names,
// prints a line, and waits to be killed.
func TestMain(m *testing.M) {
	path := os.Getenv(childVariable)
	if path == "" {
		// Each history opens real files several times, so that few are run by default; -rapid.checks asks for more.
		if err := flag.Set("rapid.checks", "12"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	if err := child(path); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func child(path string) error {
	ctx := context.Background()
	l, err := Open(ctx, path, Options{MayBegin: true, Holder: "muster import child.csv"})
	if err != nil {
		return err
	}
	s, err := l.Space(ctx, sandbox, acme())
	if err != nil {
		return err
	}
	a, b := intent(2, "Plain-Reference-A", "plain-a@acme.test"), intent(3, "Plain-Reference-B", "plain-b@acme.test")
	if err := errors.Join(
		l.StartRun(ctx, pipeline.Run{ID: "r1", Namespace: sandbox}),
		wrote(s.Write(ctx, "r1", []*pipeline.Intent{a, b}, nil))); err != nil {
		return err
	}
	if err := wrote(s.Write(ctx, "r1", nil, []pipeline.Settlement{settlement(a, pipeline.Created)})); err != nil {
		return err
	}
	fmt.Println("ready")
	select {}
}

func startChild(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the second process says %q", line)
	}
	return cmd
}

func TestKilled(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "muster.db")
	cmd := startChild(t, path)

	link := filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink(path, link))
	for _, name := range []string{path, link} {
		_, err := Open(t.Context(), name, Options{MayBegin: true})
		var held *HeldError
		if !errors.As(err, &held) || held.Holder != "muster import child.csv" || held.Since.IsZero() {
			t.Fatalf("%s: got %v", name, err)
		}
	}
	r, err := Open(t.Context(), link, Options{ReadOnly: true})
	must(t, err)
	count(t, space(t, r).Unsettled, 1, "unsettled, read beside the writer")
	must(t, r.Close())

	must(t, cmd.Process.Kill())
	cmd.Wait()
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		for _, plain := range []string{"plain-reference-", "plain-a@", "plain-b@", "casa ", `"reference":`} {
			if bytes.Contains(bytes.ToLower(content), []byte(plain)) {
				t.Errorf("%s holds %q in clear", f.Name(), plain)
			}
		}
	}
	// A copy of the files that the kill left can be opened too, as a restored backup is.
	copied := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal", ".key"} {
		content, err := os.ReadFile(path + suffix)
		must(t, err)
		must(t, os.WriteFile(copied+suffix, content, 0o600))
	}
	for _, at := range []string{copied, path} {
		r, err := Open(t.Context(), at, Options{ReadOnly: true})
		must(t, err)
		count(t, space(t, r).Customers, 1, "customers, read after a kill")
		must(t, r.Close())
		l := openAt(t, at)
		s := space(t, l)
		got := outcomes(t, l, "r1")
		if len(got) != 2 || got[2].State != pipeline.Created || got[2].CustomerID == "" ||
			got[3].State != pipeline.Uncertain {
			t.Errorf("after the kill: %+v", got)
		}
		for in, err := range s.Sealed(t.Context()) {
			must(t, err)
			if in.Row != 3 || !strings.Contains(string(in.Body), "Plain-Reference-B") ||
				in.IdempotencyKey != "idem-3" || in.Name != "Casa Plain-Reference-B" || len(in.Keys) != 2 {
				t.Errorf("sealed: %+v", in)
			}
			must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(&in, pipeline.Rejected)})))
		}
		must(t, l.Close())
	}
}

func TestHeldInOneProcess(t *testing.T) {
	_, s, path := opened(t)
	for range 3 {
		if _, err := Open(t.Context(), path, Options{}); !isA[*HeldError](err) {
			t.Fatalf("got %v", err)
		}
	}
	begun(t, s, "r1", intent(2, "A", ""))
	must(t, s.l.Close())
	must(t, openAt(t, path).Close())
}

func TestManyStartAtOnce(t *testing.T) {
	for round := range 5 {
		path := filepath.Join(t.TempDir(), "muster.db")
		var wg sync.WaitGroup
		results := make(chan error, 6)
		var mu sync.Mutex
		var winners []*Ledger
		for i := range 6 {
			wg.Go(func() {
				l, err := Open(context.Background(), path, Options{MayBegin: true, Holder: fmt.Sprint("muster ", i)})
				if err == nil {
					mu.Lock()
					winners = append(winners, l)
					mu.Unlock()
				}
				results <- err
			})
		}
		wg.Wait()
		close(results)
		for err := range results {
			if err != nil && !isA[*HeldError](err) {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if len(winners) != 1 {
			t.Fatalf("round %d: %d have it", round, len(winners))
		}
		must(t, winners[0].Close())
	}
}

// TestManyBeginAtOnce: on a server several may have a new ledger open, and all of them have its key.
func TestManyBeginAtOnce(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	var all sync.WaitGroup
	var opened atomic.Int64
	for range 6 {
		all.Go(func() {
			_, err := at.with(t, Options{MayBegin: true})
			if err == nil {
				opened.Add(1)
			} else if !isA[*HeldError](err) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if opened.Load() == 0 {
		t.Error("none has it")
	}
	at.open(t)
}

func TestDamaged(t *testing.T) {
	_, s, path := opened(t)
	var ins []*pipeline.Intent
	for i := range 500 {
		ins = append(ins, intent(2+i, fmt.Sprint("A", i), ""))
	}
	begun(t, s, "r1", ins...)
	must(t, s.l.Close())
	content, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(content); i++ {
		content[i] = 0xa5
	}
	must(t, os.WriteFile(path, content, 0o600))
	for _, o := range []Options{{}, {ReadOnly: true}} {
		l, err := Open(t.Context(), path, o)
		if err == nil {
			l.Close()
		}
		if !cannotBeUsed("ledger.damaged")(err) {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	// A sealed request that was moved to another customer cannot be opened.
	_, s, _ = opened(t)
	begun(t, s, "r1", intent(2, "A", ""), intent(3, "B", ""))
	_, err = fileOf(s.l).writer.conn.ExecContext(t.Context(),
		"UPDATE sealed SET request = (SELECT request FROM sealed WHERE customer = 1)")
	must(t, err)
	var last error
	n := 0
	for _, err := range s.Sealed(t.Context()) {
		last, n = err, n+1
	}
	if n != 2 || !cannotBeUsed("ledger.damaged")(last) {
		t.Errorf("%d, %v", n, last)
	}
}
