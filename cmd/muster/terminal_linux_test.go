package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muster/pipeline/standin"
)

// onTerminal is muster at a terminal of 80 columns, as a person has it.
type onTerminal struct {
	t      *testing.T
	person *os.File // the person's end
	cmd    *exec.Cmd

	mu   sync.Mutex
	text bytes.Buffer // everything that was sent to the terminal
	more chan struct{}
	read chan struct{} // closed once all of it was read
}

func startOnTerminal(t *testing.T, dir string, env []string, args ...string) *onTerminal {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(person.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	self, err := os.Executable() // TestMain runs as muster by its name
	if err != nil {
		t.Fatal(err)
	}
	muster := filepath.Join(t.TempDir(), "muster")
	if err := os.Symlink(self, muster); err != nil {
		t.Fatal(err)
	}
	o := &onTerminal{t: t, person: person, more: make(chan struct{}, 1), read: make(chan struct{})}
	o.cmd = exec.Command(muster, args...)
	o.cmd.Dir, o.cmd.Env = dir, append(os.Environ(), env...)
	o.cmd.Stdin, o.cmd.Stdout, o.cmd.Stderr = tty, tty, tty
	o.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	// What the tests were started to ignore, as by nohup, a program at a terminal does not.
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	defer signal.Stop(hangUps)
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(o.read)
		part := make([]byte, 4096)
		for {
			n, err := person.Read(part)
			o.mu.Lock()
			o.text.Write(part[:n])
			o.mu.Unlock()
			select {
			case o.more <- struct{}{}:
			default:
			}
			if err != nil {
				return // the program has ended
			}
		}
	}()
	return o
}

func (o *onTerminal) shown() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// awaits waits until text is shown after that position, and returns where it ends.
func (o *onTerminal) awaits(text string, after int) int {
	o.t.Helper()
	deadline := time.NewTimer(60 * time.Second)
	defer deadline.Stop()
	for {
		if i := strings.Index(o.shown()[after:], text); i >= 0 {
			return after + i + len(text)
		}
		select {
		case <-o.more:
		case <-deadline.C:
			o.t.Fatalf("%q is not shown:\n%q", text, o.shown())
		}
	}
}

func (o *onTerminal) types(text string) {
	o.t.Helper()
	if _, err := o.person.WriteString(text); err != nil {
		o.t.Fatal(err)
	}
}

// ends waits for the program's end, and until all that it has shown was read, and returns its exit code.
func (o *onTerminal) ends() int {
	o.t.Helper()
	var exit *exec.ExitError
	err := o.cmd.Wait()
	<-o.read
	if errors.As(err, &exit) {
		return exit.ExitCode()
	} else if err != nil {
		o.t.Fatal(err)
	}
	return 0
}

// writeHundred writes book.csv, of a hundred merchants for Passport.
func writeHundred(t *testing.T, dir string) {
	t.Helper()
	var book strings.Builder
	book.WriteString("identification_number,business_name,email,mobile_phone_number\n")
	for i := range 100 {
		fmt.Fprintf(&book, "999%06d,EJEMPLO %d SAS,pagos%d@example.org,+57300%07d\n", i, i, i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "book.csv"), []byte(book.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAtATerminal is a pilot at a terminal: the plan, the question, the rows of the pilot, the second question, a bar
// with a pause in it, and an interrupt by Ctrl-C; then the same command goes on.
func TestAtATerminal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	throttle, err := standin.ParseFault("throttle:nth=9,times=1,retry-after=2")
	if err != nil {
		t.Fatal(err)
	}
	s, err := standin.New(standin.Options{Provider: def.Provider(), Check: def.CheckBody,
		Latency: 100 * time.Millisecond, Faults: []standin.Fault{throttle}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	writeHundred(t, dir)
	env := []string{"MUSTER_PASSPORT_TOKEN=made-up", "TERM=xterm", "NO_COLOR=1"}
	args := []string{"import", "book.csv", "--provider", "passport", "--base-url", server.URL, "--rate",
		"none", "--concurrency", "2", "--pilot", "4", "--report", "out.csv"}

	o := startOnTerminal(t, dir, env, args...)
	at := o.awaits("to send       100", 0)
	at = o.awaits(", 4 of them first as a pilot? [y/N] ", at)
	if n := s.Creates(); n != 0 {
		t.Errorf("%d creates before the question was answered", n)
	}
	o.types("y\n")
	at = o.awaits("pilot of 4 rows:", at)
	at = o.awaits("row 5      created", at)
	at = o.awaits("went well. Send the other 96 customers to", at)
	at = o.awaits("? [y/N] ", at)
	if n := s.Customers(); n != 4 {
		t.Errorf("%d customers were made before the second question was answered", n)
	}
	o.types("y\n")
	at = o.awaits("/100  429: waiting ", at)
	at = o.awaits("in flight", at)
	o.types("\x03")
	at = o.awaits("stopping: waiting for the requests in flight", at)
	at = o.awaits("stopped: interrupted", at)
	o.awaits("report: out.csv", at)
	if code := o.ends(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	for i, line := range strings.FieldsFunc(o.shown(), func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.HasPrefix(line, "\x1b[K[") && len(line)-len("\x1b[K") >= 80 {
			t.Errorf("line %d is a bar that breaks: %q", i, line)
		}
	}

	// It goes on; answered with no, it sends nothing.
	before := s.Creates()
	o = startOnTerminal(t, dir, env, args...)
	at = o.awaits("? [y/N] ", o.awaits("known", 0))
	o.types("n\n")
	o.awaits("stopped: the question was answered with no", at)
	if code := o.ends(); code != exitInterrupted || s.Creates() != before {
		t.Errorf("exit code %d, %d creates", code, s.Creates()-before)
	}
	// --yes asks nothing, and a dumb terminal gets no bar.
	o = startOnTerminal(t, dir, append(env, "TERM=dumb"), append(args, "--yes")...)
	if code := o.ends(); code != exitOK || strings.Contains(o.shown(), "[y/N]") || strings.Contains(o.shown(), "\x1b") {
		t.Errorf("exit code %d:\n%q", code, o.shown())
	}
	if s.Customers() != 100 {
		t.Errorf("%d customers", s.Customers())
	}
}

// A terminal that is closed, or whose connection breaks, is an interrupt: what is in flight settles, and the report is
// there. Output that nobody reads any more, as behind `| head`, stops nothing.
func TestOutputThatNobodySees(t *testing.T) {
	t.Parallel()
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	s, err := standin.New(standin.Options{Provider: def.Provider(), Check: def.CheckBody,
		Latency: 20 * time.Millisecond, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	dir := t.TempDir()
	writeHundred(t, dir)
	env := []string{"MUSTER_PASSPORT_TOKEN=made-up", "TERM=xterm", "MUSTER_LEDGR=l.db"} // a warning comes first
	args := []string{"import", "book.csv", "--provider", "passport", "--base-url", server.URL, "--concurrency", "2",
		"--yes", "--ledger", "l.db"}
	counted := func(report string) (created, pending, uncertain int) {
		t.Helper()
		raw, err := os.ReadFile(filepath.Join(dir, report))
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		return strings.Count(text, ",created,") + strings.Count(text, ",known,"), strings.Count(text, ",pending,"),
			strings.Count(text, ",uncertain,")
	}

	o := startOnTerminal(t, dir, env, append(args, "--rate", "10/s", "--report", "closed.csv")...)
	o.awaits("/100", 0)
	if err := o.person.Close(); err != nil {
		t.Fatal(err)
	}
	if code := o.ends(); code != exitInterrupted { // though the summary cannot be shown
		t.Errorf("the terminal was closed: exit code %d", code)
	}
	if created, pending, uncertain := counted("closed.csv"); created+pending != 100 || pending == 0 || uncertain > 0 {
		t.Errorf("the terminal was closed: %d created, %d pending, %d uncertain", created, pending, uncertain)
	}

	// Nobody reads the summary, the plan or the progress.
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Close(); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(o.cmd.Path, append(args, "--rate", "none", "--report", "unread.csv")...)
	c.Dir, c.Env, c.Stdout, c.Stderr = dir, o.cmd.Env, write, write
	var exit *exec.ExitError
	if err := c.Run(); err != nil && (!errors.As(err, &exit) || !exit.Exited()) {
		t.Errorf("nobody reads: %v", err)
	}
	if created, pending, uncertain := counted("unread.csv"); created != 100 || s.Customers() != 100 {
		t.Errorf("nobody reads: %d created, %d pending, %d uncertain, %d customers", created, pending, uncertain,
			s.Customers())
	}
}

// An interrupt at a question is a no; text typed before the question is not its answer.
func TestQuestionsAtATerminal(t *testing.T) {
	dir := t.TempDir()
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := def.File("example.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "book.csv"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"MUSTER_PASSPORT_TOKEN=made-up", "TERM=xterm"}
	args := []string{"import", "book.csv", "--provider", "passport", "--env", "production", "--base-url",
		"https://nowhere.invalid", "--new-ledger", "--report", "out.csv"}
	for _, c := range []struct{ before, types, says string }{
		{"", "\x03", "stopped: interrupted at the question"},
		{"", "y\n", "stopped: the question was answered with no"},
		{"5\n", "n\n", "stopped: the question was answered with no"},
	} {
		o := startOnTerminal(t, dir, env, args...)
		o.types(c.before)
		// The first customer in full, including values from the definition.
		at := o.awaits("row 2, as it would be sent:", 0)
		at = o.awaits("BUSINESS  (from the definition)", at)
		at = o.awaits("production, at", at)
		at = o.awaits("https://nowhere.invalid?", at)
		at = o.awaits("Type 5 to go on; anything else stops here: ", at)
		o.types(c.types)
		o.awaits(c.says, at)
		if code := o.ends(); code != exitInterrupted {
			t.Errorf("%q: exit code %d\n%s", c.types, code, o.shown())
		}
	}
}

// At a terminal states have colours and lines fit; NO_COLOR, a dumb terminal, --quiet and
// --json have no colours.
func TestColoursAtATerminal(t *testing.T) {
	dir := t.TempDir()
	const book = "business_name,email,mobile_phone_number,identification_number\n" +
		"EJEMPLO SAS,pagos@example.org,+573005550101,999000011\nMUESTRA SAS,none,+573005550102,999000022\n"
	if err := os.WriteFile(filepath.Join(dir, "book.csv"), []byte(book), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		env      []string
		flags    []string
		coloured bool
	}{
		{"colours", []string{"TERM=xterm", "NO_COLOR="}, nil, true},
		{"NO_COLOR", []string{"TERM=xterm", "NO_COLOR=1"}, nil, false},
		{"dumb", []string{"TERM=dumb", "NO_COLOR="}, nil, false},
		{"--quiet", []string{"TERM=xterm", "NO_COLOR="}, []string{"--quiet"}, false},
		{"--json", []string{"TERM=xterm", "NO_COLOR="}, []string{"--json"}, false},
	} {
		o := startOnTerminal(t, dir, c.env, append([]string{"check", "book.csv", "--provider", "passport"}, c.flags...)...)
		if code := o.ends(); code != exitFix {
			t.Errorf("%s: exit code %d", c.name, code)
		}
		shown := o.shown()
		got := strings.Contains(shown, "\x1b[31minvalid\x1b[0m")
		if got != c.coloured || strings.Contains(shown, "\x1b") != got {
			t.Errorf("%s: %q", c.name, shown)
		}
		bare := strings.NewReplacer("\r", "", "\x1b[31m", "", "\x1b[32m", "", "\x1b[0m", "")
		for line := range strings.Lines(bare.Replace(shown)) {
			if c.coloured && len(line) > 81 {
				t.Errorf("%s: a line of %d columns: %q", c.name, len(line), line)
			}
		}
	}
}
