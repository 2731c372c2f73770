package pipeline

import "cmp"

// Reading is what a user says about how to read a book. The zero value lets muster find out everything.
type Reading struct {
	// HeaderRow is the number of the header's row, 0 to find it, or [NoHeader].
	HeaderRow int
	Encoding  string // of a CSV
	Quotes    string // the meaning of quotation marks in a CSV
	AllRows   bool   // rows below the table count too
}

// NoHeader is the HeaderRow of a book without a header.
const NoHeader = -1

// Or is r with what it leaves open taken from other.
func (r Reading) Or(other Reading) Reading {
	return Reading{HeaderRow: cmp.Or(r.HeaderRow, other.HeaderRow), Encoding: cmp.Or(r.Encoding, other.Encoding),
		Quotes: cmp.Or(r.Quotes, other.Quotes), AllRows: r.AllRows || other.AllRows}
}
