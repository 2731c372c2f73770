//go:build !linux

package main

import "os"

// mostMemory is 0: not every system reports it, or in the same unit.
func mostMemory(*os.ProcessState) int64 { return 0 }
