package importer

import (
	"hash/maphash"
	"math/bits"
	"sort"

	"muster/pipeline"
)

// Setup is what a run works with. Book and Checker are each used by one goroutine at a time; in the first pass both
// run at once.
type Setup struct {
	Provider *pipeline.Provider
	Book     Book
	Checker  Checker
	// Parts makes Parts, which check parts of the book side by side in the first pass; nil: Checker checks all of it.
	// It is called several times before the pass.
	Parts func() Part
	// Ledger is nil where there is none: then no row is known, outcomes have no data tags, and nothing may be sent.
	Ledger  Knowledge
	Records Records
	Run     string // the run's ID
	// IDs are the IDs of the namespace, where the definition promises no form of them: a new one that looks different
	// gets a note. nil: no notes.
	IDs *pipeline.KnownIDs
	// Denied are the keys of rows that an earlier run saw denied (403, 404 and the like), true where the row was
	// found at fault; they are sent last.
	Denied map[pipeline.Tag]bool
	// Refusals knows which rows earlier runs saw refused; nil: none. They are sent last.
	Refusals Refusals
	// Spell names a field as the book spells its column; nil: by its path.
	Spell func(path string) string
	// Fixed knows the rows that were fixed in another book; nil: none.
	Fixed Fixed
	// Repeats reports that a row of a sheet Fix was a duplicate in its book and has not been altered; nil: none has.
	Repeats func(row pipeline.Row) bool
	// Found is called with each row that a person has to fix, as far as the book and the ledger show it, and for a
	// customer of several rows with the first: invalid rows in the book's order, with all lines, then the others,
	// with neither lines nor cells. Its arguments are valid until it returns. nil: not called.
	Found func(o *pipeline.Outcome, row pipeline.Row)
	// Signatures keeps the data by which a [Pilot] is chosen: eight more bytes a row.
	Signatures bool
	// Bytes is the size of the book as text, from which the first pass estimates the number of rows; 0: not known.
	Bytes int64
	// Once says that the book is not read again after the check, so that no hashes are kept to notice a changed row:
	// eight bytes a row less.
	Once bool
}

// Plan is a checked book: what each row is, and which are to be sent. It holds 16 bytes a row, eight for a hash of
// the row as it was read, eight for its customer where that is known, eight for a row that is sent instead, and no
// cell of the book.
type Plan struct {
	setup Setup
	seeds [2]maphash.Seed
	rows  chunks[plannedRow]
	// cells are hashes of the rows as they were read; empty with Setup.Once.
	cells chunks[uint64]
	// refs are the customers in the ledger to which the rows' keys lead, by index; 0 for none.
	refs sparse
	// rivals are the rows that are sent instead of others, with the shared key, by index.
	rivals sparse
	// further are the numbers of the rows that belong to an earlier one, in the book's order: for each customer all
	// of its lines but the first.
	further []int32
	// notes are the messages of rows that are `changed` or were fixed, by index.
	notes map[int32]*pipeline.Message
	// data are the tags of rows that are not to be sent, by index; rows that lost their place to a later one have
	// none.
	data map[int32]rowTags
	// held are the outcomes of invalid rows that may turn out to be known, by index.
	held map[int32]pipeline.Outcome
	// heldBack are the rows whose unanswered attempt was settled, and which only the limit kept from being sent, by
	// number.
	heldBack map[int]bool
	// signatures are the data by which a pilot is chosen; nil without Setup.Signatures.
	signatures *signatures
	reached    reached
	// Counts are the rows by state, as an import would leave them if every ready row stayed pending. Customers are
	// the same, with a customer of several rows counted once.
	Counts    pipeline.Counts
	Customers pipeline.Counts
	// Repeated counts those duplicates of Customers that only repeat another row: there is nothing in them to fix.
	Repeated int
	Zeros    Zeros
	// Ready is how many customers are to be sent; they are counted as pending.
	Ready int
	// Pace is set by Send.
	Pace Pace
}

// rowTags are the tags by which a ledger recognises a row: of its data, and of its keys.
type rowTags struct {
	data pipeline.Tag
	keys []pipeline.Tag
}

// found calls Found for a row that a person has to fix.
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

// Lines is how many rows of the book belong to the customer whose first row has that number; 0 where there is none.
func (p *Plan) Lines(row int) int {
	i, there := p.find(row)
	if !there {
		return 0
	}
	return int(p.rows.at(i).lines)
}

// deniedBefore reports whether an earlier run saw the customer denied whose first row has that number, and whether
// the row was found at fault.
func (p *Plan) deniedBefore(row int) (before, own bool) {
	i, there := p.find(row)
	if !there {
		return false, false
	}
	r := p.rows.at(i)
	return r.is(flagDenied), r.is(flagOwnDenial)
}

// refusedBefore reports whether an earlier run saw the customer refused, with the same data, whose first row has that
// number.
func (p *Plan) refusedBefore(row int) bool {
	i, there := p.find(row)
	return there && p.rows.at(i).is(flagRefused)
}

// turns says which turns rows of the book have.
func (p *Plan) turns() (has [lastTurn + 1]bool) {
	for i := range p.rows.len() {
		has[p.rows.at(i).turn()] = true
	}
	return has
}

// find gives the index of the customer whose first row has that number.
func (p *Plan) find(row int) (index int, there bool) {
	n := p.rows.len()
	index = sort.Search(n, func(i int) bool { return int(p.rows.at(i).number) >= row })
	return index, index < n && int(p.rows.at(index).number) == row
}

// holdBack marks a row that is pending only because of the limit.
func (p *Plan) holdBack(row int) {
	if p.heldBack == nil {
		p.heldBack = map[int]bool{}
	}
	p.heldBack[row] = true
}

// sameRow compares a row with what the first pass read (promise 2).
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

// mixed adds the next of several hashes to the combined one (the multiplier is that of PCG, M. E. O'Neill 2014).
func mixed(h, next uint64) uint64 { return bits.RotateLeft64((h^next)*6364136223846793005, 29) }
