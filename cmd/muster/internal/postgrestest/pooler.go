//go:build unix

package postgrestest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Pooler starts a PgBouncer in front of the server at address, in a mode such as transaction, and returns the address
// of the same database through it; false when PgBouncer is not installed. It ends with the test.
func Pooler(t testing.TB, address, mode string) (through string, ok bool) {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		return "", false
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	dir, as := folder(t)
	port := FreePort(t)
	settings := filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf(`[databases]
* = host=%s port=%s user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = %s
`, at.Hostname(), at.Port(), at.User.Username(), port, mode)
	if err := os.WriteFile(settings, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-q", settings)
	c.Dir, c.SysProcAttr = dir, as
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Process.Signal(syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		_ = c.Wait() // it was killed
	})
	at.Host = fmt.Sprintf("127.0.0.1:%d", port)
	await(t, func() error { return answers(t, at.String()) })
	return at.String(), true
}
