package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// State is the outcome in which a run leaves a row. The words are the same in
// the ledger, the reports, the JSON and the code.
type State string

const (
	// Created: a request of muster's, whose answer became known in this run, created the customer. A claim, and
	// final.
	Created State = "created"
	// Known: an earlier run created it from the same data; nothing was sent.
	Known State = "known"
	// Existing: the provider already had this customer and its record agrees with the row. A claim, and final.
	Existing State = "existing"
	// Invalid: breaks the provider's schema or could not be mapped; never sent.
	Invalid State = "invalid"
	// Duplicate: another row of this book has the same key and is sent instead; never sent.
	Duplicate State = "duplicate"
	// Changed: the customer was created from other data, or the row's keys lead
	// to two customers; never sent.
	Changed State = "changed"
	// Rejected: the provider refused it for good.
	Rejected State = "rejected"
	// Uncertain: sent, result unknown. An intent is in
	// this state from the moment it is on disk, so that a crash needs no repair.
	Uncertain State = "uncertain"
	// Pending: not sent: limit, interruption, or the run was halted.
	Pending State = "pending"
)

// States lists all nine, in the order in which people read them.
func States() []State {
	return []State{Created, Known, Existing, Invalid, Duplicate, Changed, Rejected, Uncertain, Pending}
}

// moves are the legal moves of a customer in the ledger. The ledger refuses any other, so that a late writer cannot
// overwrite an answer.
var moves = map[State][]State{
	// The next run judges a row without a claim again.
	Pending: {Uncertain},
	// An unanswered attempt can only be settled: by its answer, by proof that nothing was sent (pending), or by
	// another attempt that is unanswered too.
	Uncertain: {Created, Existing, Rejected, Pending, Uncertain},
	// Claims are final.
	Created:  {},
	Existing: {},
}

// CanBecome reports whether a customer in state s may be moved to state t.
func (s State) CanBecome(t State) bool { return slices.Contains(moves[s], t) }

// IsClaim reports whether nothing is ever sent again for a customer in s.
func (s State) IsClaim() bool { return s == Created || s == Existing }

// NeedsFix reports whether a person has to fix or decide something before
// the row can be enrolled (exit code 3).
func (s State) NeedsFix() bool {
	return s == Invalid || s == Duplicate || s == Changed || s == Rejected
}

// Counts is the number of rows by state.
type Counts map[State]int

// Total is the number of rows in all states: the rows of the book, always.
func (c Counts) Total() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

// String lists the states that occur, in English and in the order of [States]: 3 created, 1 rejected; "" when there
// are none.
func (c Counts) String() string {
	var parts []string
	for _, s := range States() {
		if c[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
