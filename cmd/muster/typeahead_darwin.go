package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// forgetTypeAhead drops what was typed at a terminal and not read yet: it
// answers no question that was not there when it was typed.
func forgetTypeAhead(fd int) error {
	const read = 1 // FREAD of sys/fcntl.h
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, read); err != nil {
		return fmt.Errorf("drop what was typed before the question: %w", err)
	}
	return nil
}
