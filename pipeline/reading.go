package pipeline

import "cmp"

// Reading is what a user says of how a book is read. The zero value leaves all of it
// to be found out.
type Reading struct {
	// HeaderRow is the number of the row that holds the header, 0 to find it, or
	// [NoHeader].
	HeaderRow int
	Encoding  string // of a CSV
	Quotes    string // what quotation marks mean in a CSV
	AllRows   bool   // rows below the table are rows too
}

// NoHeader stands for the header's row in a book that has none.
const NoHeader = -1

// Or is r with what it does not say taken from other.
func (r Reading) Or(other Reading) Reading {
	return Reading{HeaderRow: cmp.Or(r.HeaderRow, other.HeaderRow), Encoding: cmp.Or(r.Encoding, other.Encoding),
		Quotes: cmp.Or(r.Quotes, other.Quotes), AllRows: r.AllRows || other.AllRows}
}
