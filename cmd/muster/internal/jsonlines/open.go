package jsonlines

import (
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// OpenRow is a row that needs a person, in `muster open`.
type OpenRow struct {
	Account  string         `json:"account"`  // at the provider; "" without one
	Also     []RowOfBook    `json:"also"`     // where other books have the same row, unaltered
	AtHand   bool           `json:"at_hand"`  // the file is where it was, unaltered
	Book     string         `json:"book"`     // path of the book that has the row
	Code     string         `json:"code"`     // the provider's word for its refusal, or muster's
	Env      string         `json:"env"`      // local, sandbox, production or a base URL
	File     string         `json:"file"`     // that was read: the book, or a workbook with its sheet Fix
	Key      string         `json:"key"`      // of the row; "" unless the file is at hand
	Message  string         `json:"message"`  // why it is in that state
	Problems []ShownProblem `json:"problems"` // what is wrong with its cells
	Provider string         `json:"provider"` // its definition's name
	Row      int            `json:"row"`      // as a spreadsheet program numbers it
	Run      string         `json:"run"`      // that left it so
	Sheet    string         `json:"sheet"`    // of a workbook; "" of a CSV
	Since    string         `json:"since"`    // when the same row was first left in that state
	State    pipeline.State `json:"state"`    // invalid, duplicate, changed, rejected, uncertain or existing
	Todo     string         `json:"todo"`     // what a person does
	Type     string         `json:"type"`     // open
}

func (l OpenRow) typed() any { l.Type = "open"; return l }

// RowOfBook is a row of another book.
type RowOfBook struct {
	Book string `json:"book"` // its path
	Row  int    `json:"row"`  // as a spreadsheet program numbers it
	Run  string `json:"run"`  // that left it so
}

// OpenRows is the last line of `muster open`.
type OpenRows struct {
	Books    int    `json:"books"`     // with open rows
	Counts   Counts `json:"counts"`    // open rows by state
	InFlight int    `json:"in_flight"` // rows of runs that go on now, and settle them
	Ledger   string `json:"ledger"`    // its path
	Rows     int    `json:"rows"`      // that are open
	Type     string `json:"type"`      // open_rows
}

func (l OpenRows) typed() any { l.Type = "open_rows"; return l }

// Dismissed is a row of which a person said that nothing is to be done.
type Dismissed struct {
	At    string         `json:"at"`    // when
	By    string         `json:"by"`    // who
	Row   int            `json:"row"`   // as a spreadsheet program numbers it
	Run   string         `json:"run"`   // its run
	State pipeline.State `json:"state"` // in which it was
	Type  string         `json:"type"`  // dismissed
}

func (l Dismissed) typed() any { l.Type = "dismissed"; return l }

// Dismiss fills in who dismissed the row last, if anyone did.
func (l *ShownRow) Dismiss(all []ledger.Dismissal) {
	for _, d := range all {
		if d.Row == l.Row {
			l.DismissedAt, l.DismissedBy = Stamp(d.At), d.By
		}
	}
}
