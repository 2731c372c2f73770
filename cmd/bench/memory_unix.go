//go:build unix

package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
)

// forgetPeak makes this process as small as it can be: a process begins with the peak
// of the one that starts it.
func forgetPeak() error {
	debug.FreeOSMemory()
	if runtime.GOOS != "linux" {
		return nil
	}
	return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // proc(5): resets the peak
}

// peak is the most memory that an ended process had, in bytes.
func peak(of *os.ProcessState) int64 {
	usage, ok := of.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss) // there in bytes
	}
	return int64(usage.Maxrss) << 10
}
