package importer

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"math"
	"slices"

	"muster/pipeline"
)

// Pilot is a few rows that are sent before the others, one of each shape before a second of any, so that what a
// provider makes of a book shows on few customers. The rows of a pilot count in [Sending.Limit]. When no rows are
// left after the pilot, the run is an ordinary import.
//
// [Setup.Signatures] must be set.
type Pilot struct {
	// Rows is how many rows are sent first; 0 is no pilot.
	Rows int
	// GoOn is called with the outcomes of the pilot's rows, in the book's order, and how many rows are left; it
	// decides whether to send those. Uncertain rows have been settled before, as far as the definition allows. nil
	// goes on; anything else halts the run, and the rows left stay pending. Nothing is under way meanwhile, and it
	// may take its time.
	GoOn func(ctx context.Context, outcomes []pipeline.Outcome, left int) *Halt
}

// signatures are what rows look like to a provider, eight bytes each: the shape of the body in the highest eight
// bits; in the others which fields it has, and the values of fields that have only a few.
type signatures struct {
	seed maphash.Seed
	rows []uint64
	// shapes numbers the shapes in the order in which they are met, from 0: a hash of eight bits would sometimes make
	// two of them one.
	shapes map[string]uint8
	weigh  map[string]bool // by path: the field's value counts too, not only whether it is there
}

func newSignatures() *signatures {
	return &signatures{seed: maphash.MakeSeed(), shapes: map[string]uint8{}, weigh: map[string]bool{}}
}

func (s *signatures) add(p *pipeline.Provider, d *pipeline.Draft) {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteString(d.Shape)
	shape, met := s.shapes[d.Shape]
	if !met {
		shape = uint8(min(len(s.shapes), math.MaxUint8))
		s.shapes[d.Shape] = shape
	}
	for _, e := range d.Entries {
		h.WriteByte(0)
		h.WriteString(e.Path)
		weighs, seen := s.weigh[e.Path]
		if !seen {
			f, ok := p.FieldByPath(e.Path)
			weighs = ok && fewValues(f)
			s.weigh[e.Path] = weighs
		}
		if weighs {
			h.WriteByte(1)
			h.WriteString(e.Value)
		}
	}
	s.rows = append(s.rows, h.Sum64()>>8|uint64(shape)<<56)
}

// fewValues reports whether a field has only a few values, so that another value is another kind of customer: an
// enumeration, or a code of two or three capital letters, as schemas spell countries (ISO 3166-1) and currencies.
func fewValues(f pipeline.Field) bool {
	return len(f.Enum) > 0 || f.Kind == "boolean" || f.Pattern == "^[A-Z]{2}$" || f.Pattern == "^[A-Z]{3}$"
}

// pick chooses at most n of the rows for which ready is true, by index: the first of each shape of the body, in the
// book's order, then the first of each signature, then the second of each, and so on.
func (s *signatures) pick(n int, ready func(index int32) bool) map[int32]bool {
	met := map[uint64]int{}   // count by signature
	shape := map[uint8]bool{} // by the highest eight bits
	turns := [][]int32{nil}   // of each turn at most n, in the book's order; the first turn is that of shapes
	for i, signature := range s.rows {
		index := int32(i)
		turn := met[signature] + 1
		if turn > n || !ready(index) {
			continue
		}
		met[signature]++
		if !shape[uint8(signature>>56)] {
			shape[uint8(signature>>56)], turn = true, 0
		}
		for turn >= len(turns) {
			turns = append(turns, nil)
		}
		if len(turns[turn]) < n {
			turns[turn] = append(turns[turn], index)
		}
	}
	picked := map[int32]bool{}
	for _, turn := range turns {
		for _, index := range turn {
			if len(picked) == n {
				return picked
			}
			picked[index] = true
		}
	}
	return picked
}

// piloting is the state of a pilot.
type piloting struct {
	rows     map[int32]bool           // rows to send in this phase, by index; nil: all that are left
	taken    map[int32]bool           // rows that a pilot sent before
	outcomes map[int]pipeline.Outcome // by row number, empty until known; nil while no pilot is under way
}

// skips reports that a row is not sent in this phase of the run.
func (p *piloting) skips(index int32) bool {
	return p.taken[index] || p.rows != nil && !p.rows[index]
}

// see keeps the outcome of a pilot's row; a later one replaces an earlier one.
func (p *piloting) see(o pipeline.Outcome) {
	if _, ours := p.outcomes[o.Row]; ours {
		p.outcomes[o.Row] = o
	}
}

// toSend is how many rows are still to be sent in this run.
func (s *sending) toSend() int {
	return s.quota.of(s.Ready) - s.quota.taken()
}

// sendPilot sends the pilot's rows, settles those without an answer, and asks whether to go on.
func (s *sending) sendPilot(ctx context.Context) error {
	n := s.how.Pilot.Rows
	if n <= 0 || n >= s.toSend() && s.toSend() == s.Ready {
		return nil
	}
	if s.signatures == nil {
		return errors.New("no signatures")
	}
	n = s.quota.of(n)
	s.pilot.outcomes = map[int]pipeline.Outcome{}
	s.pilot.taken = map[int32]bool{}
	defer func() { s.pilot.rows, s.pilot.outcomes = nil, nil }()
	// A row whose attempt has just been settled, or whose key another sender took, may not be sent after all; then
	// another takes its place.
	for s.quota.taken() < n {
		s.pilot.rows = s.signatures.pick(n-s.quota.taken(), s.mayPilot)
		if len(s.pilot.rows) == 0 {
			break
		}
		for index := range s.pilot.rows {
			s.pilot.outcomes[int(s.rows.at(int(index)).number)] = pipeline.Outcome{}
		}
		s.begin(Stage{At: StagePilot, Of: len(s.pilot.rows)})
		if err := s.sendReady(ctx); err != nil {
			return err
		}
		for index := range s.pilot.rows {
			s.pilot.taken[index] = true
		}
		if s.stopping(ctx) {
			return s.ended()
		}
	}
	if s.quota.taken() == 0 {
		return nil
	}
	if err := s.settling.settleRest(ctx, true); err != nil {
		return err
	}
	left := s.toSend()
	if s.stopping(ctx) || left <= 0 || s.how.Pilot.GoOn == nil {
		return nil // the caller reports the interrupt
	}
	outcomes := make([]pipeline.Outcome, 0, len(s.pilot.outcomes))
	for _, o := range s.pilot.outcomes {
		if o.State != "" { // it was sent
			outcomes = append(outcomes, o)
		}
	}
	slices.SortFunc(outcomes, func(a, b pipeline.Outcome) int { return cmp.Compare(a.Row, b.Row) })
	asked := s.how.Now()
	halt := s.how.Pilot.GoOn(ctx, outcomes, left)
	s.caller.asking += s.how.Now().Sub(asked)
	s.caller.silence.over() // the time of the question counts as no silence
	if halt != nil {
		return halt
	}
	return nil
}

// mayPilot reports whether a row is to be sent and was not taken yet.
func (s *sending) mayPilot(index int32) bool {
	r := s.rows.at(int(index))
	_, again := s.settling.rejudged[index]
	return !s.pilot.taken[index] && r.turn() == 0 && !r.is(flagLost) && (r.kind == kindReady || again && r.kind == kindUnsettled)
}
