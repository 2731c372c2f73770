//go:build !windows

package pipeline

import "syscall"

// errnoHere words what this system alone calls so; nil for all else.
func errnoHere(syscall.Errno) *Message { return nil }
