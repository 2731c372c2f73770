package templates

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"muster/pipeline"
)

// problems converts the validator's errors to problems of cells.
func (p *Plan) problems(err error, s *shape, d *pipeline.Draft) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		d.Problems = append(d.Problems, pipeline.Problem{Row: d.Row, Code: pipeline.ProblemSchema,
			Message: pipeline.Say("unchecked", "reason", pipeline.MessageOf(err))})
		return
	}
	first := len(d.Problems)
	p.leafErrors(invalid, s, d)
	p.tidy(first, d)
}

// tidy sorts the problems of a row, which begin at first, in the order of the book, and removes repeats.
func (p *Plan) tidy(first int, d *pipeline.Draft) {
	if len(d.Problems) == first { // a row that the schema refuses always has a problem
		p.add(d, "", func(*pipeline.Field, any) finding {
			return finding{pipeline.ProblemSchema, pipeline.Say("breaks_schema"), false}
		})
	}
	found := d.Problems[first:]
	// One problem a cell where one is enough: with a wrong length or date, the pattern's problem is left out.
	kept := slices.DeleteFunc(slices.Clone(found), func(a pipeline.Problem) bool {
		return a.Code == pipeline.ProblemPattern && slices.ContainsFunc(found, func(b pipeline.Problem) bool {
			return b.Field == a.Field && b.Code != pipeline.ProblemPattern
		})
	})
	slices.SortStableFunc(kept, func(a, b pipeline.Problem) int { return p.position(a) - p.position(b) })
	kept = slices.CompactFunc(kept, func(a, b pipeline.Problem) bool { return a.Field == b.Field && a.Code == b.Code })
	d.Problems = append(d.Problems[:first], kept...)
}

// position is the sort key of a problem by the book's columns; those without a column come last.
func (p *Plan) position(x pipeline.Problem) int {
	if x.Column == nil {
		return len(p.slots) + 1<<16
	}
	return x.Column.Index
}

func (p *Plan) leafErrors(e *jsonschema.ValidationError, s *shape, d *pipeline.Draft) {
	if len(e.Causes) > 0 {
		for _, c := range e.Causes {
			p.leafErrors(c, s, d)
		}
		return
	}
	p.broken(p.build.bookPath(instancePath(e.InstanceLocation)), e.ErrorKind, s, d)
}

// broken adds the problem of a broken rule, at a path of the book.
func (p *Plan) broken(path string, rule jsonschema.ErrorKind, s *shape, d *pipeline.Draft) {
	missing, ok := rule.(*kind.Required)
	if !ok {
		p.add(d, path, func(f *pipeline.Field, _ any) finding { return brokenRule(rule, f) })
		return
	}
	for _, name := range missing.Missing {
		at := joinPath(path, name)
		var lacking []string
		if part := findPart(s.root, pipeline.PathPattern(at)); part != nil {
			lacking = requiredLeaves(part, at)
		}
		if len(lacking) == 0 {
			lacking = []string{at} // a group of which no single field is required
		}
		for _, leaf := range lacking {
			p.add(d, leaf, missingValue)
		}
	}
}

// add adds a problem of the field at a path in the book. find gets the field and the rule for its values.
func (p *Plan) add(d *pipeline.Draft, path string, find func(f *pipeline.Field, rule any) finding) {
	field := p.def.field(path)
	problem := pipeline.Problem{Field: path, Row: d.Row, Secret: field.Secret}
	var slot *pipeline.Slot
	if i, ok := p.slotAt(path); ok {
		slot = &p.slots[i]
		problem.Column = slot.Column
		problem.Constant = problem.Column == nil
	}
	rule := ruleOf(field, slot)
	found := find(field, rule)
	problem.Code, problem.Message = found.code, found.with(rule)
	d.Problems = append(d.Problems, problem)
}

// slotAt is the slot at a path; for a list whose values are in one cell, that cell's.
func (p *Plan) slotAt(path string) (slot int, ok bool) {
	if i, ok := p.byPath[path]; ok {
		return i, true
	}
	first, there := p.byPath[path+"[0]"]
	second, several := p.byPath[path+"[1]"]
	if !there || !several || p.slots[first].Column == nil || p.slots[second].Column == nil ||
		p.slots[first].Column.Index != p.slots[second].Column.Index {
		return 0, false
	}
	return first, true
}

// field is the provider's field at a path; one without rules when there is none.
func (d *Definition) field(path string) *pipeline.Field {
	if i := d.provider.FieldIndex(path); i >= 0 {
		return &d.provider.Fields[i]
	}
	return &pipeline.Field{}
}

// findPart finds the part at a path with empty indexes.
func findPart(p *part, path string) *part {
	for _, name := range strings.Split(path, ".") {
		name, isItem := strings.CutSuffix(name, "[]")
		if p = p.member(name); p == nil {
			return nil
		}
		if isItem {
			if p = p.item; p == nil {
				return nil
			}
		}
	}
	return p
}

func instancePath(location []string) string {
	var b strings.Builder
	for _, t := range location {
		if _, err := strconv.Atoi(t); err == nil {
			b.WriteString("[" + t + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(t)
	}
	return b.String()
}
