// Package enrol is a run as a value: its input is a book with its mapping and a provider's definition, a ledger, and
// a place to send to; its output is what became of every row, in reports and as an [Ending].
//
// It knows no flags, no terminal and no exit codes. It shows what it does to an [Observer], and leaves decisions to
// an [Asker].
package enrol
