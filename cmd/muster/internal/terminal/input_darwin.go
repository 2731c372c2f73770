package terminal

import (
	"errors"

	"golang.org/x/sys/unix"
)

// dropTypeAhead drops what was typed at a terminal and not read yet, because it was typed before the question.
func dropTypeAhead(fd int) error {
	const read = 1 // FREAD of sys/fcntl.h
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, read); err != nil {
		return err
	}
	return nil
}

// waitFor blocks until one of two descriptors can be read, or is at its end. It uses select, because poll does not
// support terminals on macOS; select only takes low descriptors.
func waitFor(input, wake int) error {
	if max(input, wake) >= unix.FD_SETSIZE {
		return unix.EBADF
	}
	for {
		var fds unix.FdSet
		fds.Set(input)
		fds.Set(wake)
		_, err := unix.Select(max(input, wake)+1, &fds, nil, nil, nil)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
