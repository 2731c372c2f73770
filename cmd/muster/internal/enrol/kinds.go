package enrol

import (
	"slices"

	"muster/pipeline"
	"muster/pipeline/mapping"
	"muster/reports"
)

// kinds counts the rows that a person has to fix, by kind, while the book is checked, and finds conversions that
// would fix them.
type kinds struct {
	run    string
	see    func(Event)
	book   *Book
	rules  mapping.Rules
	found  reports.Kinds
	trials map[*reports.Kind]*trial
}

// trial is nil inside when no conversion could help.
type trial struct {
	*mapping.Trial
	row int // the last row tried
}

func (j *Job) newKinds(run string, b *Book) (*kinds, error) {
	rules, err := j.Definition.FieldRules()
	if err != nil {
		return nil, err
	}
	return &kinds{run: run, see: j.see, book: b, rules: rules, trials: map[*reports.Kind]*trial{}}, nil
}

// add counts a row; row has its cells where some of them are wrong.
func (k *kinds) add(o *pipeline.Outcome, row pipeline.Row) {
	k.see(RowFound{Run: k.run, Outcome: o})
	if len(o.Problems) == 0 {
		k.found.AddRow(o)
		return
	}
	for i := range o.Problems {
		p := &o.Problems[i]
		number := p.Row
		if number == 0 {
			number = o.Row
		}
		if kind := k.found.Add(string(p.Code), p.Name(), number, p.Message); kind != nil && p.Column != nil {
			k.try(kind, p, number, row)
		}
	}
}

// try tries conversions on the cell of a problem.
func (k *kinds) try(kind *reports.Kind, p *pipeline.Problem, number int, row pipeline.Row) {
	t := k.trials[kind]
	if t == nil {
		t = &trial{Trial: k.book.mapping.Trial(k.rules, p.Field, p.Code)}
		k.trials[kind] = t
	}
	at := p.Column.Index
	if line := slices.Index(row.Rows, number); line > 0 {
		at += line * (len(row.Cells) / row.Lines())
	}
	if t.Trial == nil || t.row == number || at >= len(row.Cells) {
		return
	}
	t.row = number
	t.Take(row.Cells[at])
}

// end returns the kinds with their remedies, most frequent first, and how many rows are of further kinds, and shows
// them to the observer.
func (k *kinds) end(rows int) []*reports.Kind {
	all, more := k.found.All()
	for _, kind := range all {
		t := k.trials[kind]
		if t == nil || t.Trial == nil {
			continue
		}
		if r, ok := t.Remedy(); ok {
			kind.Remedy = &reports.Remedy{Convert: r.Convert, Rows: r.Fixes, Tried: r.Tried}
		}
	}
	if len(all) > 0 {
		k.see(Found{Run: k.run, Rows: rows, Kinds: all, More: more})
	}
	return all
}
