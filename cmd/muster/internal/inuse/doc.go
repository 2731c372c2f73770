// Package inuse finds the settings that a command uses, and where each comes from, for --print-config.
package inuse
