// Package trial tests a definition with its own books: the examples, which the stand-in must enrol, and the book of
// broken rows.
package trial
