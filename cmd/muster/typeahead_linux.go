package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// forgetTypeAhead drops what was typed at a terminal and not read yet: it
// answers no question that was not there when it was typed.
func forgetTypeAhead(fd int) error {
	if err := unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		return fmt.Errorf("drop what was typed before the question: %w", err)
	}
	return nil
}
