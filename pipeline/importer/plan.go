package importer

import (
	"hash/maphash"
	"slices"

	"muster/pipeline"
)

// Setup is what a run works with. Book and Checker are each used by one goroutine at
// a time; in the first pass they are used side by side.
type Setup struct {
	Provider *pipeline.Provider
	Book     Book
	Checker  Checker
	Ledger   Knowledge
	Records  Records
	Run      string // the run's ID
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
	// Signatures keeps what a [Pilot] is chosen by, eight bytes a row more.
	Signatures bool
}

// Plan is a checked book: what each row is, and which are to be sent. It holds
// some 40 bytes a row and no cell of the book.
type Plan struct {
	setup Setup
	seed  maphash.Seed
	rows  []plannedRow
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

// plannedRow is what the first pass keeps of a row.
type plannedRow struct {
	cells uint64 // hash of the row as it was read
	data  uint64 // hash of what would be sent
	// ref is the customer in the ledger that the row's keys lead to; 0 for none.
	ref int64
	// other is the index of the row that is sent instead of this one; -1 for none.
	other  int32
	number int32
	lines  int32 // of the book
	key    int16 // index in Provider.Keys of the key shared with other
	kind   rowKind
	// same: what the row would send is what the customer ref was sent.
	same bool
	// denied: an earlier run saw the row denied; ownDenial: for its own sake.
	denied, ownDenial bool
}

// rowKind is what a row is by itself, before the other rows of the book are
// looked at. Of several rows with one key the one of the highest kind is sent.
type rowKind uint8

const (
	kindInvalid   rowKind = iota // breaks the schema, nothing known of it
	kindHeld                     // breaks the schema; an attempt of it is unsettled
	kindReady                    // passes, and nothing is known of it
	kindChanged                  // its customer was created from other data, or it has two
	kindUnsettled                // an attempt of it is unsettled
	kindEqual                    // equal to what was created
	kindEqualNoID                // equal to what exists at the provider under an unknown ID
	kindFixed                    // was enrolled as another row that a person made of it
	kindFixedNoID                // likewise, under an unknown ID
)

// rank orders rows with one key: the one equal to what was created comes first,
// then the first that is not invalid.
func (k rowKind) rank() int {
	switch k {
	case kindInvalid, kindHeld:
		return 0
	case kindEqual, kindEqualNoID:
		return 2
	}
	return 1
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
	return int(p.rows[i].lines)
}

// deniedBefore says whether an earlier run saw the customer denied whose first row
// has that number, and whether that was for its own sake.
func (p *Plan) deniedBefore(row int) (before, own bool) {
	i, there := p.find(row)
	return there && p.rows[i].denied, there && p.rows[i].ownDenial
}

// find gives the index of the customer whose first row has that number.
func (p *Plan) find(row int) (index int, there bool) {
	return slices.BinarySearchFunc(p.rows, row, func(r plannedRow, number int) int { return int(r.number) - number })
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
	if index >= len(p.rows) {
		return bookChanged("halt.more_rows", "count", p.Counts.Total())
	}
	if r := p.rows[index]; int(r.number) != row.Number || r.cells != p.hashCells(row) {
		return bookChanged("halt.row_changed", "row", row.Number)
	}
	return nil
}

func (p *Plan) hashCells(row pipeline.Row) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, c := range row.Cells {
		h.WriteString(c)
		h.WriteByte(0)
	}
	for _, number := range row.Rows {
		maphash.WriteComparable(&h, number)
	}
	return h.Sum64()
}

func (p *Plan) hashEntries(d *pipeline.Draft) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, e := range d.Entries {
		h.WriteString(e.Path)
		h.WriteByte(0)
		h.WriteString(e.Value)
		h.WriteByte(0)
	}
	return h.Sum64()
}
