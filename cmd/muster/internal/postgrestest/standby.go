//go:build unix

package postgrestest

import (
	"errors"
	"testing"
)

// Standby starts a server that replicates this one over a line at address, such as [Server.Address]. Both run for the
// whole test.
func (s *Server) Standby(t testing.TB, address string) *Server {
	t.Helper()
	follows := newServer(t, s.programs)
	follows.run(t, "pg_basebackup", "-D", follows.data(), "-d", address, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	follows.Start(t)
	return follows
}

// Synchronous makes the server acknowledge only what its standby has on disk too, and returns when the standby has
// caught up. The standby must have been started before.
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

// Promote makes a standby the primary.
func (s *Server) Promote(t testing.TB) { t.Helper(); Exec(t, s.Address(), "SELECT pg_promote()") }
