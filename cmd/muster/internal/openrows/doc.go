// Package openrows is the output of `muster open`: the books of a ledger with the rows that need a person, and what
// that person should do.
package openrows
