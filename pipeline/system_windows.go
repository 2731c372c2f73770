package pipeline

import "syscall"

// errnoHere is the sentence for an error that only Windows has (winerror.h); nil for all others.
func errnoHere(e syscall.Errno) *Message {
	switch e {
	case 32, 33: // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
		return Say("system.busy")
	case 39, 112: // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
		return Say("system.no_room")
	case 19: // ERROR_WRITE_PROTECT
		return Say("system.read_only")
	case 10048: // WSAEADDRINUSE
		return Say("system.port_taken")
	case 10054: // WSAECONNRESET
		return Say("system.broken_off")
	case 10060: // WSAETIMEDOUT
		return Say("system.timeout")
	case 10061: // WSAECONNREFUSED
		return Say("system.refused")
	}
	return nil
}
