//go:build !windows

package pipeline

import "syscall"

// errnoHere is the sentence for an error that only this system has; nil for all others.
func errnoHere(syscall.Errno) *Message { return nil }
