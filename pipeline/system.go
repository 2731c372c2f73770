package pipeline

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strconv"
	"syscall"
)

// systemMessage is muster's sentence for an error of the operating system or of the standard library, by its kind;
// nil for one without a sentence, and for an error that only wraps such a one.
func systemMessage(err error) *Message {
	switch e := err.(type) {
	case *fs.PathError:
		return atPath(e.Path, e.Err)
	case *os.LinkError:
		return atPath(e.New, e.Err)
	case *os.SyscallError:
		return systemMessage(e.Err)
	case *net.DNSError:
		switch {
		case e.IsNotFound:
			return Say("system.no_host", "host", e.Name)
		case e.IsTimeout:
			return Say("system.no_name_server", "host", e.Name)
		}
		return nil
	case *net.OpError:
		return systemMessage(e.Err)
	case *strconv.NumError:
		if errors.Is(e.Err, strconv.ErrRange) {
			return Say("system.number_too_large", "value", e.Num)
		}
		return Say("system.not_a_number", "value", e.Num)
	case syscall.Errno:
		return errnoMessage(e)
	}
	switch err {
	case fs.ErrNotExist:
		return Say("system.no_file")
	case fs.ErrExist:
		return Say("system.exists")
	case fs.ErrPermission:
		return Say("system.permission")
	case io.EOF, io.ErrUnexpectedEOF:
		return Say("system.ended")
	case context.Canceled:
		return Say("halt.interrupted")
	case context.DeadlineExceeded, os.ErrDeadlineExceeded:
		return Say("system.timeout")
	}
	return nil
}

func atPath(path string, err error) *Message {
	reason := systemMessage(err)
	if reason == nil || path == "" {
		return reason
	}
	return Say("system.at_path", "path", path, "reason", reason)
}

// errnoMessage is the sentence for an error of a system call; nil for rare ones.
func errnoMessage(e syscall.Errno) *Message {
	if m := errnoHere(e); m != nil {
		return m
	}
	switch {
	case errors.Is(e, fs.ErrNotExist):
		return Say("system.no_file")
	case errors.Is(e, fs.ErrPermission):
		return Say("system.permission")
	}
	switch e {
	case syscall.EEXIST:
		return Say("system.exists")
	case syscall.EROFS:
		return Say("system.read_only")
	case syscall.ENOSPC, syscall.EDQUOT:
		return Say("system.no_room")
	case syscall.EFBIG:
		return Say("system.file_too_large")
	case syscall.EISDIR:
		return Say("system.is_folder")
	case syscall.ENOTDIR:
		return Say("system.no_folder")
	case syscall.ENOTEMPTY:
		return Say("system.not_empty")
	case syscall.ENAMETOOLONG:
		return Say("system.long_name")
	case syscall.EMFILE, syscall.ENFILE:
		return Say("system.many_files")
	case syscall.EIO:
		return Say("system.disk_failed")
	case syscall.EXDEV:
		return Say("system.other_disk")
	case syscall.EBUSY, syscall.ETXTBSY:
		return Say("system.busy")
	case syscall.EADDRINUSE:
		return Say("system.port_taken")
	case syscall.EADDRNOTAVAIL:
		return Say("system.no_address")
	case syscall.ECONNREFUSED:
		return Say("system.refused")
	case syscall.ECONNRESET, syscall.EPIPE:
		return Say("system.broken_off")
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH:
		return Say("system.unreachable")
	case syscall.ETIMEDOUT:
		return Say("system.timeout")
	}
	return nil
}
