// Package newfile writes files that are not there yet: what a command makes for a
// person never takes the place of what the person has.
package newfile
