package importer

import (
	"encoding/binary"
	"math"
	"math/bits"

	"muster/pipeline"
)

// plannedRow is what the first pass keeps of every row: 16 bytes.
type plannedRow struct {
	data   uint64 // hash of what would be sent; 0 for an empty row
	number int32
	lines  int16 // rows of the book
	kind   rowKind
	flags  rowFlags
}

// rowFlags are further facts about a row.
type rowFlags uint8

const (
	flagLost      rowFlags = 1 << iota // another row is sent instead
	flagSame                           // it would send what its customer in the ledger was created from
	flagDenied                         // an earlier run saw it denied
	flagOwnDenial                      // and found the row at fault
	flagRefused                        // an earlier run saw it refused, with the same data
)

// turn says when a row is sent: in the first turn are the rows of which nothing bad is known, in the second those that
// were refused, in the last those that were denied, which may halt the run. None keeps rows of an earlier turn from
// being sent, or takes their places in the limit and in the pilot.
func (r *plannedRow) turn() int {
	switch {
	case r.is(flagDenied):
		return lastTurn
	case r.is(flagRefused):
		return 1
	}
	return 0
}

const lastTurn = 2

func (r *plannedRow) is(f rowFlags) bool { return r.flags&f != 0 } // any of them

// rival is the index of the row that is sent instead of another, and that of the key in Provider.Keys that they
// share.
type rival struct{ row, key int }

// lose marks a row as not to be sent.
func (p *Plan) lose(index int, to rival) {
	p.rows.at(index).flags |= flagLost
	p.rivals.set(index, int64(to.row)<<16|int64(to.key))
}

// rivalOf is the rival of a row that is not sent.
func (p *Plan) rivalOf(index int) rival {
	v := p.rivals.at(index)
	return rival{int(v >> 16), int(v & math.MaxUint16)}
}

// rowKind is what a row is by itself, before the other rows of the book are considered. Of several rows with one key
// the one of the highest rank is sent.
type rowKind uint8

const (
	kindInvalid   rowKind = iota // breaks the schema, and the ledger does not know it
	kindHeld                     // breaks the schema, and an attempt of it is unsettled
	kindReady                    // passes, and the ledger does not know it
	kindChanged                  // its customer was created from other data, or its keys lead to two
	kindUnsettled                // an attempt of it is unsettled
	kindEqual                    // equal to what was created
	kindEqualNoID                // equal to what exists at the provider under an unknown ID
	kindFixed                    // its fixed copy was enrolled
	kindFixedNoID                // the same, under an unknown ID
	kindFixedOpen                // its fixed copy was sent, and never answered
	kindRepeats                  // of a sheet Fix: a duplicate in its book, not altered
)

// rank orders rows with one key: first the one equal to what was created, then the first one that is not invalid.
func (k rowKind) rank() int {
	switch k {
	case kindInvalid, kindHeld:
		return 0
	case kindEqual, kindEqualNoID:
		return 2
	}
	return 1
}

// chunkLength is how many values are kept in one piece.
const chunkLength = 1 << 12

// chunks is a list that is not copied as it grows.
type chunks[T any] struct {
	pieces [][]T
	n      int
}

func (c *chunks[T]) len() int { return c.n }

func (c *chunks[T]) at(i int) *T { return &c.pieces[i/chunkLength][i%chunkLength] }

func (c *chunks[T]) add(v T) {
	switch {
	case c.n == 0:
		c.pieces = [][]T{nil}
	case c.n%chunkLength == 0:
		c.pieces = append(c.pieces, make([]T, 0, chunkLength))
	}
	last := &c.pieces[len(c.pieces)-1]
	*last = append(*last, v)
	c.n++
}

// sparse is a list in which few or all indexes have a value; in a long list those without one cost nothing.
type sparse [][]int64

func (s sparse) at(i int) int64 {
	if piece := i / chunkLength; piece < len(s) && s[piece] != nil {
		return s[piece][i%chunkLength]
	}
	return 0
}

func (s *sparse) set(i int, v int64) {
	piece := i / chunkLength
	for piece >= len(*s) {
		*s = append(*s, nil)
	}
	if (*s)[piece] == nil {
		(*s)[piece] = make([]int64, chunkLength)
	}
	(*s)[piece][i%chunkLength] = v
}

// owners says which row is sent for a key: a hash table of 16 bytes a slot, in pieces that grow by a fifth, so that
// little of it is empty and little is copied when one grows; by more where more tags are expected. It keeps 104 bits
// of a tag.
type owners struct {
	pieces  [256]ownerPiece
	slots   int    // that a piece should have for the expected tags
	fetched uint32 // sink for reads that only fetch memory
}

// expect sets how many tags there will be in all, as far as that can be estimated.
func (o *owners) expect(tags int64) {
	// By chance some pieces get more than their share: nearly none by more than four times its square root.
	each := float64(tags) / float64(len(o.pieces))
	o.slots = int((each+4*math.Sqrt(each))*10/9) + 4
}

// ownerPiece is an ordered list of tags with gaps: a tag is where it would be if all were spread evenly, or after
// that place without a gap between.
type ownerPiece struct {
	slots []ownerSlot
	used  int
}

type ownerSlot struct {
	tag  uint64
	more uint32
	row  uint32 // and 1 more; 0 is a gap
}

func slotOf(tag *pipeline.Tag, row int32) (piece byte, s ownerSlot) {
	return tag[15], ownerSlot{binary.LittleEndian.Uint64(tag[:]), binary.LittleEndian.Uint32(tag[8:]), uint32(row) + 1}
}

// of is the row that owns a key; false where none does.
func (o *owners) of(tag *pipeline.Tag) (row int32, there bool) {
	piece, s := slotOf(tag, 0)
	p := &o.pieces[piece]
	if at, there := p.find(&s); there {
		return int32(p.slots[at].row - 1), true
	}
	return 0, false
}

// fetch reads the places of several tags at once, so that their cache misses overlap.
func (o *owners) fetch(tags []pipeline.Tag) {
	for i := range tags {
		piece, s := slotOf(&tags[i], 0)
		if p := &o.pieces[piece]; len(p.slots) > 0 {
			first, _ := bits.Mul64(s.tag, uint64(p.even()))
			o.fetched ^= p.slots[first].more
		}
	}
}

// set makes a row the one that owns a key.
func (o *owners) set(tag *pipeline.Tag, row int32) {
	piece, s := slotOf(tag, row)
	p := &o.pieces[piece]
	at, there := p.find(&s)
	if there {
		p.slots[at] = s
		return
	}
	for (p.used+1)*10 > len(p.slots)*9 || !p.insert(at, s) {
		p.grow(o.slots)
		at, _ = p.find(&s)
	}
}

// find is where a tag is, or would be inserted.
func (p *ownerPiece) find(s *ownerSlot) (at int, there bool) {
	if len(p.slots) == 0 {
		return 0, false
	}
	first, _ := bits.Mul64(s.tag, uint64(p.even()))
	for at = int(first); at < len(p.slots); at++ {
		switch o := &p.slots[at]; {
		case o.row == 0 || o.tag > s.tag:
			return at, false
		case o.tag == s.tag && o.more == s.more:
			return at, true
		}
	}
	return at, false
}

// even is the number of slots over which tags are spread; the others take those that are pushed past the last of
// them.
func (p *ownerPiece) even() int { return len(p.slots) - len(p.slots)/64 }

// insert pushes the slots from a place to the next gap one further; false where there is no gap.
func (p *ownerPiece) insert(at int, s ownerSlot) bool {
	gap := at
	for gap < len(p.slots) && p.slots[gap].row != 0 {
		gap++
	}
	if gap == len(p.slots) {
		return false
	}
	copy(p.slots[at+1:gap+1], p.slots[at:gap])
	p.slots[at] = s
	p.used++
	return true
}

// mostGrowth bounds how much a piece grows at once, so that a wrong estimate costs little.
const mostGrowth = 4

// grow spreads the tags, in their order, over more slots: as many as expected, unless that is too many.
func (p *ownerPiece) grow(expected int) {
	was := p.slots
	n := len(was)
	for least := min(expected, max(mostGrowth*n, 64)); ; least = 0 {
		n = max(n+n/5+4, least)
		p.slots = make([]ownerSlot, n)
		next := 0
		for i := range was {
			if was[i].row == 0 {
				continue
			}
			first, _ := bits.Mul64(was[i].tag, uint64(p.even()))
			if next = max(next, int(first)); next == n {
				break
			}
			p.slots[next] = was[i]
			next++
		}
		if next < n {
			return
		}
	}
}
