package importer

import (
	"encoding/binary"
	"math/bits"

	"muster/pipeline"
)

// plannedRow is what the first pass keeps of every row.
type plannedRow struct {
	data uint64 // hash of what would be sent; 0 where that is nothing
	// other is the index of the row that is sent instead of this one; -1 for none.
	other  int32
	number int32
	lines  int16 // of the book
	key    int16 // index in Provider.Keys of the key shared with other
	kind   rowKind
	// same: what the row would send is what its customer in the ledger was sent.
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
	kindFixedOpen                // was sent as another row, and never answered
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

// sparse is a list of which few or all have a value; those that have none cost
// nothing where it is long.
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

// owners says which row is sent for a key: a hash table of 16 bytes a slot with open
// addressing. It is one in pieces, each of which grows by a quarter, so that little of
// it is empty and little is there twice while it grows. Of a tag it keeps 104 bits.
type owners struct{ pieces [256]ownerPiece }

type ownerPiece struct {
	slots []ownerSlot
	used  int
}

type ownerSlot struct {
	tag  uint64
	more uint32
	row  uint32 // and 1 more; 0 is free
}

// find gives the slot of a tag, or the free one that it would have; nil where none
// is free yet.
func (o *owners) find(tag *pipeline.Tag) (slot *ownerSlot, piece *ownerPiece) {
	piece = &o.pieces[tag[15]]
	if len(piece.slots) == 0 {
		return nil, piece
	}
	return piece.find(binary.LittleEndian.Uint64(tag[:]), binary.LittleEndian.Uint32(tag[8:])), piece
}

func (p *ownerPiece) find(tag uint64, more uint32) *ownerSlot {
	at, _ := bits.Mul64(tag, uint64(len(p.slots)))
	for {
		s := &p.slots[at]
		if s.row == 0 || s.tag == tag && s.more == more {
			return s
		}
		if at++; at == uint64(len(p.slots)) {
			at = 0
		}
	}
}

// of is the row that owns a key; false where none does.
func (o *owners) of(tag *pipeline.Tag) (row int32, there bool) {
	if s, _ := o.find(tag); s != nil && s.row > 0 {
		return int32(s.row - 1), true
	}
	return 0, false
}

// set makes a row the one that owns a key.
func (o *owners) set(tag *pipeline.Tag, row int32) {
	slot, piece := o.find(tag)
	if slot == nil || slot.row == 0 {
		if (piece.used+1)*5 > len(piece.slots)*4 {
			piece.grow()
			slot, _ = o.find(tag)
		}
		piece.used++
	}
	*slot = ownerSlot{binary.LittleEndian.Uint64(tag[:]), binary.LittleEndian.Uint32(tag[8:]), uint32(row) + 1}
}

func (p *ownerPiece) grow() {
	was := p.slots
	p.slots = make([]ownerSlot, max(4, len(was)*5/4+1))
	for _, s := range was {
		if s.row > 0 {
			*p.find(s.tag, s.more) = s
		}
	}
}
