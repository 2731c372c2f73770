// Package openrows is what `muster open` shows: the books of a ledger with the rows
// that need a person, and what that person does.
package openrows
