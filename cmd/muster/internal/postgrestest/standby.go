//go:build unix

package postgrestest

import (
	"errors"
	"testing"
)

// Standby starts a server that follows this one over a line at address, such as [Server.Address]. Both are there for the
// whole test.
func (s *Server) Standby(t testing.TB, address string) *Server {
	t.Helper()
	follows := newServer(t, s.programs)
	follows.run(t, "pg_basebackup", "-D", follows.data(), "-d", address, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	follows.Start(t)
	return follows
}

// Synchronous has the server acknowledge only what its standby has on disk too, and returns when that one follows. The
// standby is to be there already: it would ask for one of its own.
func (s *Server) Synchronous(t testing.TB) {
	t.Helper()
	Exec(t, s.Address(), "ALTER SYSTEM SET synchronous_standby_names = '*'")
	Exec(t, s.Address(), "SELECT pg_reload_conf()")
	await(t, func() error {
		if Count(t, s.Address(), "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 0 {
			return errors.New("no standby is synchronous")
		}
		return nil
	})
}

// Promote has a standby take the place of the server that it follows.
func (s *Server) Promote(t testing.TB) { t.Helper(); Exec(t, s.Address(), "SELECT pg_promote()") }
