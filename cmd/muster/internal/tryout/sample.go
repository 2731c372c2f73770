package tryout

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/templates"
)

// Sample is one made-up customer.
type Sample struct {
	From    string // the file that it comes from
	Columns []string
	Cells   []string
	Fresh   []Fresh
}

// Fresh is a field whose value differs from the example's, so that the customer is a new one.
type Fresh struct{ Field, Value string }

var errOneRow = errors.New("one row")

// NewSample makes a customer from a definition's example: the first row of its first example book in folder ("" for
// none), else the examples of its schema. The fields that make a customer the same get new values of the same form;
// set gives further values, by field. random gives numbers in [0,1).
func NewSample(ctx context.Context, def *templates.Definition, folder string, set map[string]string,
	random func() float64) (*Sample, error) {
	s, err := exampleOf(ctx, def, folder)
	if err != nil {
		return nil, err
	}
	p := def.Provider()
	for field, value := range set {
		if p.FieldIndex(field) < 0 {
			m := pipeline.Wrong("tryout.unknown_field", "field", field)
			if meant := pipeline.Nearest(field, def.Columns()); meant != "" {
				m.Try("definition.try_name", "name", meant)
			}
			return nil, m
		}
		if i := slices.Index(s.Columns, field); i >= 0 {
			s.Cells[i] = value
		} else {
			s.Columns, s.Cells = append(s.Columns, field), append(s.Cells, value)
		}
	}
	for k := range p.Keys {
		if err := s.freshen(def, k, set, random); err != nil {
			return nil, err
		}
	}
	if problems, err := s.problems(def); err != nil {
		return nil, err
	} else if len(problems) > 0 {
		return nil, pipeline.Wrong("tryout.example_invalid", "file", s.From, "problem", problems[0]).
			Try("tryout.fix_example")
	}
	return s, nil
}

// exampleOf is the unchanged example.
func exampleOf(ctx context.Context, def *templates.Definition, folder string) (*Sample, error) {
	var names []string
	if folder != "" {
		all, err := def.Files()
		if err != nil {
			return nil, err
		}
		names = all
	}
	for _, name := range names {
		ext := strings.ToLower(filepath.Ext(name))
		if !strings.HasPrefix(name, "example") || ext != ".csv" && ext != ".xlsx" {
			continue
		}
		s, err := firstRow(ctx, def, filepath.Join(folder, name))
		if err != nil || s != nil {
			return s, err
		}
	}
	blank, err := def.Blank(templates.BlankOptions{})
	if err != nil {
		return nil, err
	}
	s := &Sample{From: "body.schema.json"}
	for _, c := range blank.Sheets[0].Columns {
		switch {
		case c.Example != "":
			s.Columns, s.Cells = append(s.Columns, c.Path), append(s.Cells, c.Example)
		case c.Need == templates.Needed:
			return nil, pipeline.Wrong("tryout.no_example", "field", c.Path).Try("tryout.add_example")
		}
	}
	return s, nil
}

// firstRow is the first row of a book whose columns are fields; nil when it has none.
func firstRow(ctx context.Context, def *templates.Definition, path string) (s *Sample, err error) {
	b, err := enrol.Open(ctx, def, enrol.Source{Path: path})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	err = b.Rows(ctx, func(row pipeline.Row) error {
		s = &Sample{From: path}
		for _, c := range b.Header() {
			if cell := row.Cells[c.Index]; cell != "" && def.Provider().FieldIndex(c.Name) >= 0 {
				s.Columns, s.Cells = append(s.Columns, c.Name), append(s.Cells, strings.Clone(cell))
			}
		}
		return errOneRow
	})
	if errors.Is(err, errOneRow) {
		err = nil
	}
	return s, err
}

// mostTries bounds how often a new value is made up: a random check digit is right once in ten times.
const mostTries = 200

// freshen gives the columns of a key new values that the schema accepts.
func (s *Sample) freshen(def *templates.Definition, key int, set map[string]string, random func() float64) error {
	p := def.Provider()
	field := p.KeyField(key)
	if field < 0 {
		return nil
	}
	for i, column := range s.Columns {
		if _, given := set[column]; given || p.FieldIndex(column) != field || s.Cells[i] == "" {
			continue
		}
		old := s.Cells[i]
		for try := range mostTries {
			s.Cells[i] = fresh(old, try, random)
			problems, err := s.problems(def)
			if err != nil {
				return err
			}
			if s.Cells[i] != old && !slices.ContainsFunc(problems, func(p pipeline.Problem) bool { return p.Field == column }) {
				break
			}
			if try == mostTries-1 {
				return pipeline.Wrong("tryout.no_fresh_value", "field", column).Try("tryout.set_it", "field", column)
			}
		}
		if f := (Fresh{column, s.Cells[i]}); p.Keys[key].Secret {
			s.Fresh = append(s.Fresh, Fresh{column, pipeline.LastFour(f.Value)})
		} else {
			s.Fresh = append(s.Fresh, f)
		}
	}
	return nil
}

// problems are the customer's problems by the schema.
func (s *Sample) problems(def *templates.Definition) ([]pipeline.Problem, error) {
	var slots []pipeline.Slot
	for i, c := range s.Columns {
		slots = append(slots, pipeline.Slot{Path: c, Field: def.Provider().FieldIndex(c),
			Column: &pipeline.Column{Index: i, Name: c}})
	}
	plan, err := def.Plan(slots)
	if err != nil {
		return nil, err
	}
	var d pipeline.Draft
	plan.Check(1, s.Cells, &d)
	return d.Problems, nil
}

// Write writes the customer as a book.
func (s *Sample) Write(w io.Writer) error {
	c := csv.NewWriter(w)
	return c.WriteAll([][]string{s.Columns, s.Cells})
}
