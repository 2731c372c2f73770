package postgrestest

import (
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
)

// given counts the ports that [FreePort] has tried.
var given atomic.Uint32

// FreePort is an unused port for a server that starts later, or again after a pause. Nothing else takes it meanwhile: it
// is outside of the range from which systems give ports to connections and to tests that ask for any, and this process
// gets each one once.
func FreePort(t testing.TB) int {
	t.Helper()
	const first, all = 20000, 10000
	for range 100 {
		// Processes begin in different places.
		port := first + (os.Getpid()*97+int(given.Add(1)))%all
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("a hundred ports are taken")
	return 0
}
