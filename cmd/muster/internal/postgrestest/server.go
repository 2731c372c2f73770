//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// programsVariable names the folder with initdb and postgres, for tests that stop a server.
const programsVariable = "MUSTER_TEST_POSTGRES_BIN"

// Programs is the folder with the programs for a test's own server; false when there is none.
func Programs() (dir string, ok bool) {
	dir = os.Getenv(programsVariable)
	return dir, dir != ""
}

// Server is a PostgreSQL of one test, at the same address during the whole test.
type Server struct {
	programs, dir string
	port          int
	settings      []string             // such as ssl=on
	as            *syscall.SysProcAttr // the user to run as: it refuses to run as root
	process       *exec.Cmd            // nil when stopped
	frozen        []int                // processes
}

// NewServer starts a server from the programs in a folder, with fsync on, as by default. It ends with the test.
func NewServer(t testing.TB, programs string) *Server {
	t.Helper()
	s := newServer(t, programs)
	s.run(t, "initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.Start(t)
	return s
}

// newServer is a server with a folder and a port, which is stopped when the test ends.
func newServer(t testing.TB, programs string) *Server {
	t.Helper()
	dir, as := folder(t)
	s := &Server{programs: programs, dir: dir, as: as, port: FreePort(t)}
	t.Cleanup(func() { s.Stop(t, syscall.SIGQUIT) })
	return s
}

// folder makes a folder for programs that refuse to run as root, and returns the user to run them as.
func folder(t testing.TB) (dir string, as *syscall.SysProcAttr) {
	t.Helper()
	// Not t.TempDir, which another user cannot enter.
	dir, err := os.MkdirTemp("", "postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if os.Getuid() != 0 {
		return dir, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	return dir, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.programs, name), args...)
	c.Dir, c.SysProcAttr = s.dir, s.as
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	return c
}

func (s *Server) run(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := s.command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// Address is where the server listens, by TCP and without encryption.
func (s *Server) Address() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
}

// Start starts a server that was stopped, and returns when it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	args := []string{"-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.dir}
	for _, setting := range append([]string{"listen_addresses=127.0.0.1", "max_connections=50", "shared_buffers=32MB"},
		s.settings...) {
		args = append(args, "-c", setting)
	}
	s.process = s.command("postgres", args...)
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, func() error {
		err := answers(t, s.Address())
		if err != nil {
			said, _ := os.ReadFile(log.Name())
			err = fmt.Errorf("%w\n%s", err, said)
		}
		return err
	})
}

// answers returns nil when a server accepts a connection.
func answers(t testing.TB, address string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// await returns when there returns nil; after a minute its last error fails the test.
func await(t testing.TB, there func() error) {
	t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for err := there(); err != nil; err = there() {
		select {
		case <-again.C:
		case <-late.C:
			t.Fatal(err)
		}
	}
}

// Restart restarts the server, with settings such as ssl=on instead of its former ones.
func (s *Server) Restart(t testing.TB, settings ...string) {
	t.Helper()
	s.Stop(t, syscall.SIGINT)
	s.settings = settings
	s.Start(t)
}

// Put writes a file into the server's data folder, where settings find it by name.
func (s *Server) Put(t testing.TB, name string, content []byte) {
	t.Helper()
	path := filepath.Join(s.data(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if s.as != nil {
		if err := os.Chown(path, int(s.as.Credential.Uid), int(s.as.Credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
}

// Stop stops the server and returns when it has ended: SIGINT rolls back what is under way and closes all connections
// ("fast"), SIGQUIT ends it as a power failure would ("immediate"). It does nothing when the server is stopped.
func (s *Server) Stop(t testing.TB, how syscall.Signal) {
	t.Helper()
	if s.process == nil {
		return
	}
	s.Thaw(t)
	if err := s.process.Process.Signal(how); err != nil {
		t.Error(err)
	}
	// The exit code only says how it was stopped.
	if err := s.process.Wait(); s.process.ProcessState == nil {
		t.Error(err)
	}
	s.process = nil
}

// Freeze stops every process of the server, as suspending the machine does, without closing any connection.
func (s *Server) Freeze(t testing.TB) {
	t.Helper()
	ctx, conn := connect(t, s.Address())
	rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity")
	if err != nil {
		t.Fatal(err)
	}
	if s.frozen, err = pgx.CollectRows(rows, pgx.RowTo[int]); err != nil {
		t.Fatal(err)
	}
	// After Thaw its backend finds that the connection is closed.
	defer conn.PgConn().Conn().Close()
	s.frozen = append(s.frozen, s.process.Process.Pid) // it would start new ones
	s.signal(t, syscall.SIGSTOP)
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGCONT)
	s.frozen = nil
}

func (s *Server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	for _, pid := range s.frozen {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) { // a worker that had ended
			t.Fatal(err)
		}
	}
}
