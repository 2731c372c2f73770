//go:build unix

package machines

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// patience is how long a test waits for what must happen. It is not a promise, and is not used up on a working
// machine.
const patience = 2 * time.Minute

// muster is the program as people have it, but that it writes down when its calls leave.
var muster string

func TestMain(m *testing.M) {
	os.Exit(withProgram(m))
}

func withProgram(m *testing.M) int {
	// The tests spend most of their time waiting, so that more run at once than there are processors.
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "machines")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	starts, err := replaced(dir)
	if err != nil {
		panic(err)
	}
	muster = build(dir, "muster", starts)
	return m.Run()
}

// build builds the program of this checkout, but for the files in whose place there are others.
func build(dir, name string, replaced map[string]string) string {
	path := filepath.Join(dir, name)
	overlay, err := overlay(dir, replaced)
	if err != nil {
		panic(err)
	}
	c := exec.Command("go", "build", "-o", path, "-overlay", overlay, "muster/cmd/muster")
	if out, err := c.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("go build: %v\n%s", err, out))
	}
	return path
}

// limits are a provider's: calls a second, 0 for none, and calls at once.
type limits struct{ rate, atOnce int }

// world is a provider, a definition of it and a ledger.
type world struct {
	*provider
	program    string // for single commands
	limits     limits
	dir        string
	definition string
	ledger     string // path or address
	env        []string
	left       string // the file with the moments when calls left
}

// newWorld has a provider with that latency. Requests without an answer may be settled after a second.
func newWorld(t *testing.T, ledger string, l limits, latency time.Duration) *world {
	t.Helper()
	w := &world{provider: newProvider(latency), program: muster, limits: l, dir: t.TempDir(), ledger: ledger}
	w.definition = filepath.Join(w.dir, "definition")
	w.left = filepath.Join(w.dir, "starts")
	w.env = []string{startsVariable + "=" + w.left,
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "TMPDIR=" + w.dir, "LC_ALL=C.UTF-8",
		"MUSTER_JUICYWAY_API_KEY=made-up", "MUSTER_LEDGER_KEY_FILE=" + filepath.Join(w.dir, "ledger.key")}
	if code, out := w.run(t, ledger, "providers", "export", "juicyway", w.definition); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	path := filepath.Join(w.definition, "provider.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{"  timeout: 35s\n", "  timeout: 2s\n"}, {"  after: 35s\n", "  after: 1s\n"}} {
		if n := bytes.Count(text, []byte(change[0])); n != 1 {
			t.Fatalf("the definition has %q %d times", change[0], n)
		}
		text = bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// onServer is a world whose ledger is in a database of its own on the shared server.
func onServer(t *testing.T, l limits, latency time.Duration) *world {
	t.Helper()
	shared, _ := postgrestest.Shared()
	return newWorld(t, postgrestest.Database(t, shared), l, latency)
}

// onFile is a world whose ledger is a file.
func onFile(t *testing.T, l limits, latency time.Duration) *world {
	t.Helper()
	return newWorld(t, filepath.Join(t.TempDir(), "muster.db"), l, latency)
}

// book writes a book of made-up merchants, numbered from first on.
func (w *world) book(t *testing.T, name string, first, rows int) string {
	t.Helper()
	path := filepath.Join(w.dir, name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	c := csv.NewWriter(f)
	lines := [][]string{{"first_name", "last_name", "email", "phone", "type", "billing_address.line1",
		"billing_address.city", "billing_address.state", "billing_address.zip_code", "billing_address.country"}}
	for i := first; i < first+rows; i++ {
		lines = append(lines, []string{fmt.Sprint("Ada", i), "Bello", fmt.Sprintf("ada%d@example.org", i),
			fmt.Sprintf("+23480%08d", i), "individual", fmt.Sprint(i, " Sample Rd"), "Ikeja", "Lagos", "100001", "NG"})
	}
	if err := errors.Join(c.WriteAll(lines), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs a command to its end.
func (w *world) run(t *testing.T, ledger string, args ...string) (code int, out string) {
	t.Helper()
	c := exec.Command(w.program, args...)
	c.Dir, c.Env = w.dir, append(w.env, "MUSTER_LEDGER="+ledger)
	text, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(text)
}

// sender is a running import. Its methods are for the test's goroutine.
type sender struct {
	name  string
	cmd   *exec.Cmd
	out   *output
	ended chan struct{} // closed when the process has ended
}

// output collects what a process prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start starts an import of a book with the world's ledger; it is killed when the test ends.
func (w *world) start(t *testing.T, name, book string, flags ...string) *sender {
	t.Helper()
	return w.startAt(t, muster, w.ledger, name, book, flags...)
}

// startAt starts a program with the ledger of that name.
func (w *world) startAt(t *testing.T, program, ledger, name, book string, flags ...string) *sender {
	t.Helper()
	rate := "none"
	if w.limits.rate > 0 {
		rate = fmt.Sprintf("%d/s", w.limits.rate)
	}
	args := append([]string{"import", book, "--provider", w.definition, "--env", "sandbox", "--base-url", w.at(t, name),
		"--ledger", ledger, "--rate", rate, "--concurrency", strconv.Itoa(w.limits.atOnce), "--yes",
		"--report", filepath.Join(w.dir, name+".csv")}, flags...)
	s := &sender{name: name, cmd: exec.Command(program, args...), out: &output{}, ended: make(chan struct{})}
	s.cmd.Dir, s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = w.dir, w.env, s.out, s.out
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait() // ProcessState says how it ended
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.kill(t)
		if t.Failed() {
			t.Logf("%s: %v\n%s", name, s.cmd.ProcessState, s.out)
		}
	})
	return s
}

// signal sends it a signal, if it still runs.
func (s *sender) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// kill ends it as a power failure does, and returns when it is dead.
func (s *sender) kill(t *testing.T) {
	t.Helper()
	s.signal(t, syscall.SIGKILL)
	<-s.ended
}

// awaitTurn returns when it waits for another sender to end.
func (s *sender) awaitTurn(t *testing.T) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !strings.Contains(s.out.String(), "waiting until it ends") {
		select {
		case <-again.C:
		case <-deadline.C:
			t.Fatalf("%s does not wait for its turn", s.name)
		}
	}
}

// code waits until it ends and returns its exit code.
func (s *sender) code(t *testing.T) int {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	select {
	case <-s.ended:
		return s.cmd.ProcessState.ExitCode()
	case <-deadline.C:
		t.Fatalf("%s does not end", s.name)
		return 0
	}
}

// running reports whether it has not ended.
func (s *sender) running() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// uncertain is how many requests of the ledger have no answer, by muster's own count.
func (w *world) uncertain(t *testing.T) int {
	t.Helper()
	code, out := w.run(t, w.ledger, "open", "--json")
	if code != 0 && code != 3 && code != 4 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	return strings.Count(out, `"state":"uncertain"`)
}
