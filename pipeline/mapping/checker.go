package mapping

import (
	"math/bits"
	"slices"
	"time"

	"muster/pipeline"
)

// RowPlan checks and encodes the values of certain slots by a provider's definition.
type RowPlan interface {
	// Check checks the values against the provider's schema and encodes them. It
	// resets d, sets d.Row to row, as the Row of each problem, and leaves d.Body nil
	// where there are problems.
	Check(row int, values []string, d *pipeline.Draft)
	// Name gives the name and the first key that Check would find, false where
	// there is no key. It asks for the values that it needs.
	Name(value func(slot int) string) (name string, key pipeline.KeyValue, ok bool)
}

// Checker maps the rows of a book and checks them by plans for the mapping's
// slots. It is used by one goroutine at a time.
type Checker struct {
	mapping *Mapping
	planFor func([]pipeline.Slot) (RowPlan, error)
	// plans are those for rows of several lines: the n-th is for up to 2^n lines,
	// of which [Customers] bounds the number.
	plans [bits.UintSize + 1]slotPlan
	seen  seen
	// accents is kept from one pass to the next, and today is the day of the run.
	accents accents
	today   time.Time
	// apart says that the checker belongs to a [Part], so that accents in the rows above it may be unknown; unsure
	// says that this may have changed a result.
	apart, unsure bool
}

// slotPlan is a plan and the values of its slots; the zero value is one that has
// not been needed yet.
type slotPlan struct {
	plan        RowPlan
	values      []string
	inspections []inspection
	refers      []int // the slots that hold a reference
}

// NewChecker makes the plan for rows of one line at once, and returns the error
// of planFor as it is. planFor is called again for customers of more lines, when
// the first of them is met.
func NewChecker(m *Mapping, planFor func(slots []pipeline.Slot) (RowPlan, error)) (*Checker, error) {
	c := &Checker{mapping: m, planFor: planFor}
	if _, err := c.plan(1); err != nil {
		return nil, err
	}
	return c, nil
}

// Check maps, checks and encodes one row into d, which holds all problems of the
// row: of its reading, its mapping and the schema. d.Body is nil where there are
// any. What d holds is valid until the next call.
func (c *Checker) Check(row pipeline.Row, d *pipeline.Draft) {
	p, err := c.plan(row.Lines())
	if err != nil {
		d.Reset(row.Number)
		d.Body = nil
		d.Problems = append(d.Problems, pipeline.Problem{Row: row.Number, Code: pipeline.ProblemSchema,
			Message: pipeline.Say("unchecked", "reason", pipeline.MessageOf(err))})
		return
	}
	unconverted := c.inspect(p, row, c.mapping.Map(row, p.values))
	p.plan.Check(row.Number, p.values, d)
	p.recordMadeFrom(row, d)
	c.mapping.explain(row, d.Problems)
	c.mapping.place(row, d.Problems)
	unread := c.mapping.relevant(row.Problems)
	if differ := c.mapping.disagreements(row); len(differ) > 0 {
		unread = appendElsewhere(slices.Clone(unread), differ, unread)
	}
	if len(unread)+len(unconverted) > 0 {
		codesOf(unconverted, d.Problems)
		d.Problems = oneProblemPerFault(unread, unconverted, d.Problems)
		d.Body = nil
	}
	c.mapping.sayInvisible(row, d.Problems)
}

// Name says who a row is, without checking it: the name and the first of the
// keys that Check would find, false where it would find none.
func (c *Checker) Name(row pipeline.Row) (name string, key pipeline.KeyValue, ok bool) {
	p, err := c.plan(row.Lines())
	if err != nil {
		return "", key, false // as in Check, which reports why
	}
	return p.plan.Name(func(slot int) string {
		value := c.mapping.valueOf(slot, row)
		if in := &p.inspections[slot]; value != "" && in.slot.Column != nil && in.emptied(row, value) {
			return ""
		}
		return value
	})
}

// plan returns the plan for rows of so many lines or somewhat more.
func (c *Checker) plan(lines int) (*slotPlan, error) {
	n := bits.Len(uint(lines - 1))
	p := &c.plans[n]
	if p.plan == nil {
		slots := c.mapping.SlotsFor(1 << n)
		plan, err := c.planFor(slots)
		if err != nil {
			return nil, err
		}
		p.plan, p.values, p.inspections = plan, make([]string, len(slots)), c.mapping.inspections(slots, c.today)
		for i, in := range p.inspections {
			if in.source != nil && in.source.refers() {
				p.refers = append(p.refers, i)
			}
		}
	}
	return p, nil
}

// relevant returns those of the reader's problems that affect the request. An error value or altered number in a
// column that feeds no field does not.
func (m *Mapping) relevant(problems []pipeline.Problem) []pipeline.Problem {
	idle := func(p pipeline.Problem) bool {
		return p.Column != nil && (p.Code == pipeline.ProblemErrorCell || p.Code == pipeline.ProblemMangled) &&
			slices.ContainsFunc(m.ignored, func(c pipeline.Column) bool { return c.Index == p.Column.Index })
	}
	if !slices.ContainsFunc(problems, idle) {
		return problems
	}
	return slices.DeleteFunc(slices.Clone(problems), idle)
}

// oneProblemPerFault puts together what the reader, the mapping and the schema
// found in a row, one problem for each fault. What is wrong with a cell itself
// says more than that it could not be converted or that its field is missing,
// and why a value could not be converted says more than which rule of the schema
// it breaks.
func oneProblemPerFault(unread, unconverted, broken []pipeline.Problem) []pipeline.Problem {
	if slices.ContainsFunc(unread, func(u pipeline.Problem) bool { return u.Code == pipeline.ProblemHalfRow }) {
		return slices.Clone(unread) // the other part of the row has the rest
	}
	all := appendElsewhere(slices.Clone(unread), unconverted, unread)
	for _, p := range broken {
		if !slices.ContainsFunc(unread, func(u pipeline.Problem) bool { return followsFromCell(p, u) }) &&
			!slices.ContainsFunc(unconverted, func(u pipeline.Problem) bool { return followsFromConversion(p, u) }) {
			all = append(all, p)
		}
	}
	return all
}

// codesOf gives a value that could not be converted the code of the schema rule that it breaks, if there is one,
// because programs rely on that code.
func codesOf(unconverted, broken []pipeline.Problem) {
	for i := range unconverted {
		p := &unconverted[i]
		switch p.Code {
		case pipeline.ProblemSpoilt, pipeline.ProblemPlaceholder, pipeline.ProblemZerosLost:
		default:
			continue
		}
		if j := slices.IndexFunc(broken, func(b pipeline.Problem) bool { return followsFromConversion(b, *p) }); j >= 0 {
			p.Code = broken[j].Code
		}
	}
}

// appendElsewhere appends those of more that are in no cell of known.
func appendElsewhere(all, more, known []pipeline.Problem) []pipeline.Problem {
	for _, p := range more {
		if !slices.ContainsFunc(known, func(k pipeline.Problem) bool { return sameCell(p, k) }) {
			all = append(all, p)
		}
	}
	return all
}

// followsFromCell reports whether the schema's problem follows from a cell that could not be read.
func followsFromCell(broken, unread pipeline.Problem) bool {
	return sameCell(broken, unread) && (broken.Code == pipeline.ProblemRequired ||
		unread.Code == pipeline.ProblemMangled && broken.Code != pipeline.ProblemShape)
}

// followsFromConversion reports whether the schema's problem follows from a value that could not be converted.
// Whether a cell belongs to another shape does not depend on its value.
func followsFromConversion(broken, unconverted pipeline.Problem) bool {
	return broken.Code != pipeline.ProblemShape && broken.Field == unconverted.Field
}

func sameCell(a, b pipeline.Problem) bool {
	return a.Row == b.Row && a.Column != nil && b.Column != nil && a.Column.Index == b.Column.Index
}
