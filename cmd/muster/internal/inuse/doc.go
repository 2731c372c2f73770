// Package inuse is which settings a command has in use, and where each comes from:
// what --print-config prints.
package inuse
