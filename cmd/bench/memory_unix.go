//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

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
