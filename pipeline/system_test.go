package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strconv"
	"syscall"
	"testing"
)

// Errors of the system and of the standard library have a sentence, however they are wrapped.
func TestSystemMessages(t *testing.T) {
	_, noNumber := strconv.ParseInt("x", 10, 64)
	_, large := strconv.Atoi("99999999999999999999")
	_, absent := os.Open(t.TempDir() + "/none/such")
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, c := range []struct {
		err  error
		want MessageCode
	}{
		{absent, "system.at_path"},
		{&fs.PathError{Op: "write", Path: "a", Err: syscall.ENOSPC}, "system.at_path"},
		{&fs.PathError{Op: "write", Path: "a", Err: errors.New("odd")}, AsWritten},
		{&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EXDEV}, "system.at_path"},
		{syscall.ENOSPC, "system.no_room"},
		{syscall.EROFS, "system.read_only"},
		{syscall.EACCES, "system.permission"},
		{syscall.EADDRINUSE, "system.port_taken"},
		{syscall.Errno(9999), AsWritten},
		{refused, "system.refused"},
		{fmt.Errorf("a.csv: %w", fmt.Errorf("b: %w", refused)), "in_front"},
		{&net.DNSError{Name: "x.example", IsNotFound: true}, "system.no_host"},
		{&net.DNSError{Name: "x.example", IsTimeout: true}, "system.no_name_server"},
		{&net.DNSError{Name: "x.example", Err: "server misbehaving"}, AsWritten},
		{noNumber, "system.not_a_number"},
		{large, "system.number_too_large"},
		{context.DeadlineExceeded, "system.timeout"},
		{context.Canceled, "halt.interrupted"},
		{io.ErrUnexpectedEOF, "system.ended"},
		{errors.New("odd"), AsWritten},
	} {
		if got := MessageOf(c.err).Code; got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}
