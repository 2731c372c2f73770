// Package enrol is a run as a value: a book, its mapping and a provider's
// definition go in, together with a ledger and a place to send to; what became
// of every row comes out, in reports and as an [Ending].
//
// It knows no flags, no terminal and no exit codes. What it does it shows to an
// [Observer]; what it may not decide it asks an [Asker].
package enrol
