package enrol

import (
	"context"
	"errors"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/mapping"
	"muster/reports"
)

// Previewed is a customer as it would be sent. PERSONAL DATA, except secrets, which are masked.
type Previewed struct {
	Rows   []int // of the book
	Fields []PreviewedField
	// Problems keep it from being sent; they include those of Fields.
	Problems []pipeline.Problem
}

// PreviewedField is one field of it.
type PreviewedField struct {
	Column string // as the book names it, several joined with " + "; "" for none
	Cell   string // as the book has it, several joined in the same way
	Field  string // its path
	Value  string // as it would be sent; "" when it is left out
	// Changed: a conversion made Value. Filled: the definition did. Wrong: it has a problem.
	Changed, Filled, Wrong bool
}

var errPreviewed = errors.New("enough rows")

// Preview shows the first customers of the book, with the problems that a check finds.
func (j *Job) Preview(ctx context.Context, b *Book, most int) ([]Previewed, error) {
	b.prepare(ctx, j.Now())
	return j.preview(ctx, b, most, func(pipeline.Row) bool { return true })
}

// preview shows the first customers for which wanted returns true.
func (j *Job) preview(ctx context.Context, b *Book, most int, wanted func(pipeline.Row) bool) (
	all []Previewed, err error) {
	view := b.mapping.View(j.Now())
	var draft pipeline.Draft
	err = b.Rows(ctx, func(row pipeline.Row) error {
		if !wanted(row) {
			return nil
		}
		b.checker.Check(row, &draft)
		all = append(all, previewed(view, row, &draft))
		if len(all) == most {
			return errPreviewed
		}
		return nil
	})
	if errors.Is(err, errPreviewed) {
		err = nil
	}
	return all, err
}

// previewed is a row with the result of its check.
func previewed(view *mapping.View, row pipeline.Row, d *pipeline.Draft) Previewed {
	p := Previewed{Rows: slices.Clone(row.Rows), Problems: slices.Clone(d.Problems)}
	if p.Rows == nil {
		p.Rows = []int{row.Number}
	}
	view.Row(row, func(s mapping.Seen) {
		f := PreviewedField{Column: columnsOf(&s), Cell: strings.Clone(s.Cells), Field: s.Slot.Path,
			Value: strings.Clone(s.Value), Changed: s.Changed}
		if s.Secret {
			f.Cell, f.Value = pipeline.LastFour(f.Cell), pipeline.LastFour(f.Value)
		}
		f.Wrong = slices.ContainsFunc(d.Problems, func(p pipeline.Problem) bool { return p.Field == f.Field })
		if (f.Cell != "" || f.Value != "") && !s.Absent || f.Wrong {
			p.Fields = append(p.Fields, f)
		}
	})
	for _, e := range d.Entries {
		if e.Filled {
			p.Fields = append(p.Fields, PreviewedField{Field: strings.Clone(e.Path), Value: strings.Clone(e.Value),
				Filled: true})
		}
	}
	return p
}

// columnsOf names the columns that fill a field.
func columnsOf(s *mapping.Seen) string {
	names := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		names[i] = c.Name
	}
	return strings.Join(names, " + ")
}

// sights are what would be sent for each row, as a report shows it.
type sights struct {
	view  *mapping.View
	cells []reports.SentCell // of one row; reused
}

// sights are those of a run's reports, with the names of the fields; nil when no report shows them: in a rehearsal
// and a check a workbook does, unless it must not contain full values.
func (r *reporting) sights() (*sights, []string) {
	own := r.job.Reports
	workbook := own.Default && len(own.Paths) == 0 || slices.ContainsFunc(own.Paths, isWorkbook)
	if own.NoFix || !workbook || r.standing || r.command != commandCheck && !r.job.Target.Rehearsal() {
		return nil, nil
	}
	group, _ := r.book.mapping.Grouping()
	var fields []string
	for _, slot := range r.book.mapping.Slots() {
		path := slot.Path
		if rest, in := strings.CutPrefix(path, group+"[0]"); in && group != "" {
			path = group + "[]" + rest
		}
		fields = append(fields, path)
	}
	return &sights{view: r.book.mapping.View(r.job.Now())}, fields
}

// of returns the fields of a row, valid until the next call.
func (s *sights) of(res *importer.Result) []reports.SentCell {
	if s == nil {
		return nil
	}
	s.cells = s.cells[:0]
	row := pipeline.Row{Number: res.Row, Cells: res.Cells, Marked: res.Marked}
	s.view.Row(row, func(seen mapping.Seen) {
		cell := reports.SentCell{Value: seen.Value, Changed: seen.Changed}
		for i := range res.Problems {
			cell.Wrong = cell.Wrong || concerns(&res.Problems[i], &seen)
		}
		if seen.Secret {
			cell.Value = pipeline.LastFour(cell.Value)
		}
		s.cells = append(s.cells, cell)
	})
	return s.cells
}

// concerns reports whether a problem is about the field: about one of its columns, if it has any.
func concerns(p *pipeline.Problem, s *mapping.Seen) bool {
	if p.Column == nil {
		return p.Field == s.Slot.Path
	}
	return slices.ContainsFunc(s.Columns, func(c pipeline.Column) bool { return c.Index == p.Column.Index }) &&
		(p.Field == "" || pipeline.PathPattern(p.Field) == pipeline.PathPattern(s.Slot.Path))
}
