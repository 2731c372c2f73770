package main

import (
	"os"
	"syscall"
)

// mostMemory is the peak memory of a process that has ended, in bytes.
func mostMemory(p *os.ProcessState) int64 {
	if usage, ok := p.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}
