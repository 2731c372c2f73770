// Package trial tests a definition with its own books: those that have to be
// enrolled, with the stand-in, and that of broken rows.
package trial
