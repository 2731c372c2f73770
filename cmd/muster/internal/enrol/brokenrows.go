package enrol

import (
	"iter"
	"math"

	"muster/pipeline"
)

// brokenRows stores outcomes of rows that break rules in few bytes each: a book may have a million of them, with few
// kinds of problems. The zero value is empty.
type brokenRows struct {
	parts []brokenPart
	last  int // the last row added
	// kinds are problems without their rows, known are their indexes.
	kinds []pipeline.Problem
	known map[problemKind]uint32
}

// brokenPart is a piece of the list, so that nothing is copied when the list grows.
type brokenPart struct {
	run  string
	rows []brokenRow
	// problems are those of all rows, as indexes of kinds; data has a tag for each row, or is nil when no row has
	// one.
	problems []uint32
	data     []pipeline.Tag
}

// brokenRow is a row, and where its problems end.
type brokenRow struct{ row, end int32 }

// problemKind is a problem in comparable form: by the content of its column and not by its address.
type problemKind struct {
	problem pipeline.Problem
	column  pipeline.Column
}

const (
	brokenTogether = 1 << 12
	// mostProblemKinds bounds the shared problems; when a book has more kinds, further problems are stored one by
	// one.
	mostProblemKinds = 1 << 16
)

// add stores an outcome. It returns false for an outcome of another kind, or of a row above the last one. The tags of
// its keys are left out, as only a ledger needs them.
func (b *brokenRows) add(o *pipeline.Outcome) bool {
	if o.State != pipeline.Invalid || o.Ref != 0 || o.Message != nil || o.Code != "" || o.Row <= b.last ||
		o.Row > math.MaxInt32 {
		return false
	}
	b.last = o.Row
	if n := len(b.parts); n == 0 || len(b.parts[n-1].rows) == brokenTogether || b.parts[n-1].run != o.Run {
		b.parts = append(b.parts, brokenPart{run: o.Run})
	}
	p := &b.parts[len(b.parts)-1]
	for i := range o.Problems {
		p.problems = append(p.problems, b.kind(o.Problems[i], o.Row))
	}
	if p.data == nil && o.Data != (pipeline.Tag{}) {
		p.data = make([]pipeline.Tag, len(p.rows), brokenTogether)
	}
	if p.data != nil {
		p.data = append(p.data, o.Data)
	}
	p.rows = append(p.rows, brokenRow{int32(o.Row), int32(len(p.problems))})
	return true
}

// kind is the index of a problem.
func (b *brokenRows) kind(p pipeline.Problem, row int) uint32 {
	if p.Row != 0 {
		p.Row -= row - 1 // of several lines the first is 1
	}
	key := problemKind{problem: p}
	if p.Column != nil {
		key.column, key.problem.Column = *p.Column, nil
	}
	if i, ok := b.known[key]; ok && (b.kinds[i].Column == nil) == (p.Column == nil) {
		return i
	}
	i := uint32(len(b.kinds))
	if b.kinds = append(b.kinds, p); len(b.known) < mostProblemKinds {
		if b.known == nil {
			b.known = map[problemKind]uint32{}
		}
		b.known[key] = i
	}
	return i
}

// all returns the outcomes, ascending by row.
func (b *brokenRows) all() iter.Seq[pipeline.Outcome] {
	return func(yield func(pipeline.Outcome) bool) {
		for i := range b.parts {
			p := &b.parts[i]
			from := int32(0)
			for j, r := range p.rows {
				o := pipeline.Outcome{Row: int(r.row), State: pipeline.Invalid, Run: p.run}
				if p.data != nil {
					o.Data = p.data[j]
				}
				for _, kind := range p.problems[from:r.end] {
					problem := b.kinds[kind]
					if problem.Row != 0 {
						problem.Row += o.Row - 1
					}
					o.Problems = append(o.Problems, problem)
				}
				from = r.end
				if !yield(o) {
					return
				}
			}
		}
	}
}
