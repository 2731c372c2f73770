//go:build !linux && !darwin

package terminal

// dropTypeAhead does nothing on a system where muster does not know how.
func dropTypeAhead(int) error { return nil }

// waitFor leaves waiting to the read, which Ctrl-C ends on a console.
func waitFor(int, int) error { return nil }
