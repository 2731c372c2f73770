//go:build !linux && !darwin

package main

// forgetTypeAhead does nothing where it is not known how to.
func forgetTypeAhead(int) error { return nil }
