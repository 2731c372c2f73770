//go:build !linux && !darwin

package terminal

// dropTypeAhead does nothing where it is not known how to.
func dropTypeAhead(int) error { return nil }

// waitFor leaves the waiting to the read: a console ends it at Ctrl-C.
func waitFor(int, int) error { return nil }
