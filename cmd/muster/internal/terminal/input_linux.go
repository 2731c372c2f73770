package terminal

import (
	"errors"

	"golang.org/x/sys/unix"
)

// dropTypeAhead drops what was typed at a terminal and not read yet, because it was typed before the question.
func dropTypeAhead(fd int) error {
	if err := unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		return err
	}
	return nil
}

// waitFor blocks until one of two descriptors can be read, or is at its end.
func waitFor(input, wake int) error {
	fds := []unix.PollFd{{Fd: int32(input), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
	for {
		_, err := unix.Poll(fds, -1)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
