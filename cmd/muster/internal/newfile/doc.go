// Package newfile writes files that do not exist yet: what a command writes for a person never replaces the person's
// own file.
package newfile
