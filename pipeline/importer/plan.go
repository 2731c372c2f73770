package importer

import (
	"hash/maphash"
	"math/bits"
	"sort"

	"muster/pipeline"
)

// Setup is what a run works with. Book and Checker are each used by one goroutine at
// a time; in the first pass they are used side by side.
type Setup struct {
	Provider *pipeline.Provider
	Book     Book
	Checker  Checker
	// Parts makes what checks parts of the book side by side in the first pass; nil:
	// Checker checks all of it. It is called before the pass, for several Parts.
	Parts func() Part
	// Ledger is nil where there is none: nothing is known of any row then, and what is
	// recorded of one has no tag of its data. Nothing may be sent.
	Ledger  Knowledge
	Records Records
	Run     string // the run's ID
	// IDs are those that the namespace has, where the definition promises no form of
	// them: a new one that looks otherwise is noted. nil: none is.
	IDs *pipeline.KnownIDs
	// Denied are the keys of rows that an earlier run saw denied (403, 404 and the
	// like), true where it was the row's own; they are sent last.
	Denied map[pipeline.Tag]bool
	// Spell names a field as the book spells its column; nil: by its path.
	Spell func(path string) string
	// Fixed knows the rows that were fixed outside of the book; nil: none was.
	Fixed Fixed
	// Repeats says of a row of a sheet Fix that it was a duplicate in its book and is as
	// it was there; nil: none is.
	Repeats func(row pipeline.Row) bool
	// Found is shown each row that a person has to fix, as far as the book and the ledger
	// show it, of a customer of several the first: those that break rules in the book's
	// order, with all lines, then the others, with neither lines nor cells. What it is
	// given is lent. nil: nobody is.
	Found func(o *pipeline.Outcome, row pipeline.Row)
	// Signatures keeps what a [Pilot] is chosen by, eight bytes a row more.
	Signatures bool
	// Bytes are the book's as text, by which the first pass guesses how many rows are
	// to come; 0: not known.
	Bytes int64
	// Once says that the book is not read again after the check, so that nothing is
	// kept by which a row that was changed since could be told: eight bytes a row less.
	Once bool
}

// Plan is a checked book: what each row is, and which are to be sent. It holds
// 16 bytes a row, eight of the row as it was read, eight of the customer that it
// leads to where that is known, eight of a row that is sent instead, and no cell of
// the book.
type Plan struct {
	setup Setup
	seeds [2]maphash.Seed
	rows  chunks[plannedRow]
	// cells are hashes of the rows as they were read; none where that is done once.
	cells chunks[uint64]
	// refs are the customers in the ledger that the rows' keys lead to, by index; 0
	// for none.
	refs sparse
	// rivals are the rows that are sent instead of others, with the keys, by index.
	rivals sparse
	// further are the numbers of the rows that belong to an earlier one, in the
	// book's order: of each of rows as many as it has lines, less one.
	further []int32
	// notes are the messages of rows that are `changed` or were fixed, by index.
	notes map[int32]*pipeline.Message
	// data are the tags of rows that are not to be sent, by index; they are known of
	// all but of rows that had lost their place to a later one.
	data map[int32]rowTags
	// held are the outcomes of rows that break the schema but may be known.
	held map[int32]pipeline.Outcome
	// heldBack are the rows whose unanswered attempt was settled, and which only
	// the limit kept from being sent, by number.
	heldBack map[int]bool
	// signatures are what a pilot is chosen by; nil unless they were asked for.
	signatures *signatures
	// Counts are the rows by state, as import would leave them if every row that
	// is ready were left pending. Customers are the same with those counted once
	// that have several rows.
	Counts    pipeline.Counts
	Customers pipeline.Counts
	// Repeated are the duplicates, among those of Customers, that only repeat another
	// row: there is nothing in them to fix.
	Repeated int
	// Ready is how many customers are to be sent; they are among the pending.
	Ready int
	// Pace is set by Send.
	Pace Pace
}

// rowTags are by what a ledger recognises a row: what it holds, and its keys.
type rowTags struct {
	data pipeline.Tag
	keys []pipeline.Tag
}

// found shows a row that a person has to fix.
func (s *Setup) found(o *pipeline.Outcome, row pipeline.Row) {
	if s.Found != nil {
		s.Found(o, row)
	}
}

// count adds a row of the plan, with all of its lines, to the counts.
func (p *Plan) count(r *plannedRow, s pipeline.State) {
	p.Counts[s] += int(r.lines)
	p.Customers[s]++
}

// Lines is of how many rows of the book the customer is made whose first row
// has that number; 0 where there is none.
func (p *Plan) Lines(row int) int {
	i, there := p.find(row)
	if !there {
		return 0
	}
	return int(p.rows.at(i).lines)
}

// deniedBefore says whether an earlier run saw the customer denied whose first row
// has that number, and whether that was for its own sake.
func (p *Plan) deniedBefore(row int) (before, own bool) {
	i, there := p.find(row)
	if !there {
		return false, false
	}
	r := p.rows.at(i)
	return r.is(flagDenied), r.is(flagOwnDenial)
}

// anyDenied says that an earlier run saw a row denied.
func (p *Plan) anyDenied() bool {
	for i := range p.rows.len() {
		if p.rows.at(i).is(flagDenied) {
			return true
		}
	}
	return false
}

// find gives the index of the customer whose first row has that number.
func (p *Plan) find(row int) (index int, there bool) {
	n := p.rows.len()
	index = sort.Search(n, func(i int) bool { return int(p.rows.at(i).number) >= row })
	return index, index < n && int(p.rows.at(index).number) == row
}

// holdBack says of a row that it is pending for the limit's sake alone.
func (p *Plan) holdBack(row int) {
	if p.heldBack == nil {
		p.heldBack = map[int]bool{}
	}
	p.heldBack[row] = true
}

// sameRow holds a row against what the first pass read (promise 2).
func (p *Plan) sameRow(index int, row pipeline.Row) error {
	if index >= p.rows.len() {
		return bookChanged("halt.more_rows", "count", p.Counts.Total())
	}
	if int(p.rows.at(index).number) != row.Number || *p.cells.at(index) != p.hashCells(row) {
		return bookChanged("halt.row_changed", "row", row.Number)
	}
	return nil
}

// hashCells is a hash of a row's cells, in their order, and of its numbers.
func (p *Plan) hashCells(row pipeline.Row) uint64 {
	h := uint64(len(row.Cells))
	for _, c := range row.Cells {
		h = mixed(h, maphash.String(p.seeds[0], c))
	}
	for _, number := range row.Rows {
		h = mixed(h, uint64(number))
	}
	return h
}

// mixed adds the next of several hashes to those before it (the multiplier is that of
// PCG, M. E. O'Neill 2014).
func mixed(h, next uint64) uint64 { return bits.RotateLeft64((h^next)*6364136223846793005, 29) }
