package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// slotsPlan finds a value that says "bad" against the schema, one that says
// "other" in another shape, and an empty one required.
type slotsPlan []pipeline.Slot

func (p slotsPlan) Check(row int, values []string, d *pipeline.Draft) {
	d.Reset(row)
	for i, slot := range p {
		problem := pipeline.Problem{Field: slot.Path, Row: row, Column: slot.Column}
		switch {
		case strings.Contains(values[i], "bad"):
			problem.Code = pipeline.ProblemPattern
		case strings.Contains(values[i], "other"):
			problem.Code = pipeline.ProblemShape
		case values[i] == "":
			problem.Code = pipeline.ProblemRequired
		default:
			continue
		}
		d.Problems = append(d.Problems, problem)
	}
	if d.Body = fmt.Appendf(d.Body, "%q", values); len(d.Problems) > 0 {
		d.Body = nil
	}
}

// Name joins all values.
func (p slotsPlan) Name(value func(slot int) string) (string, pipeline.KeyValue, bool) {
	values := make([]string, len(p))
	for i := range p {
		values[i] = value(i)
	}
	name := fmt.Sprintf("%q", values)
	return name, pipeline.KeyValue{Value: name}, true
}

func slotsPlanFor(slots []pipeline.Slot) (RowPlan, error) { return slotsPlan(slots), nil }

// summary shows problems as FIELD CODE COLUMN@ROW.
func summary(problems []pipeline.Problem) []string {
	var out []string
	for _, p := range problems {
		column := "-"
		if p.Column != nil {
			column = p.Column.Name
		}
		out = append(out, fmt.Sprintf("%s %s %s@%d", p.Field, p.Code, column, p.Row))
	}
	return out
}

// One fault of a row makes one problem, whoever finds it: the reader, the
// mapping or the schema.
func TestChecker(t *testing.T) {
	header := headerOf("NIT", "Name", "Phone", "Idle")
	m, err := Compile(acme(), header,
		sheetOf(t, "field,column,convert\nnit,NIT,nit\nname,Name,\nphones[0].number,Phone,\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewChecker(m, slotsPlanFor)
	if err != nil {
		t.Fatal(err)
	}
	unread := func(column int, code pipeline.ProblemCode) []pipeline.Problem {
		return []pipeline.Problem{{Row: 7, Column: &header[column], Code: code}}
	}
	tests := []struct {
		name  string
		cells string // by semicolon
		read  []pipeline.Problem
		want  []string
	}{
		{"nothing wrong", "900123456;A;1;x", nil, nil},
		{"the schema's alone", "900123456;bad;;x", nil,
			[]string{"name pattern Name@7", "phones[0].number required Phone@7"}},
		{"a value that cannot be converted", "bad;A;1;x", nil, []string{"nit convert NIT@7"}},
		{"nor belongs to this shape", "other;A;1;x", nil, []string{"nit convert NIT@7", "nit other_shape NIT@7"}},
		{"an error value, and so an empty field", "900123456;;1;x", unread(1, pipeline.ProblemErrorCell),
			[]string{" error_cell Name@7"}},
		{"an error value, and what is said of its text", "900123456;bad;1;x", unread(1, pipeline.ProblemErrorCell),
			[]string{" error_cell Name@7", "name pattern Name@7"}},
		{"an error value that cannot be converted", "bad;A;1;x", unread(0, pipeline.ProblemErrorCell),
			[]string{" error_cell NIT@7"}},
		{"an altered number that breaks a rule", "900123456;bad;1;x", unread(1, pipeline.ProblemMangled),
			[]string{" mangled Name@7"}},
		{"an altered number of another shape", "900123456;other;1;x", unread(1, pipeline.ProblemMangled),
			[]string{" mangled Name@7", "name other_shape Name@7"}},
		{"faults of two cells", "900123456;bad;1;x", unread(2, pipeline.ProblemMangled),
			[]string{" mangled Phone@7", "name pattern Name@7"}},
		{"an error value that feeds nothing", "900123456;A;1;#N/A", unread(3, pipeline.ProblemErrorCell), nil},
		{"a cell past the header", "900123456;A;1;x", []pipeline.Problem{{Row: 7, Code: pipeline.ProblemExtraCell}},
			[]string{" extra_cell -@7"}},
	}
	var d pipeline.Draft
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kept := slices.Clone(tt.read)
			c.Check(pipeline.Row{Number: 7, Cells: strings.Split(tt.cells, ";"), Problems: tt.read}, &d)
			if diff := cmp.Diff(tt.want, summary(d.Problems)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if d.Row != 7 || (d.Body == nil) != (len(tt.want) > 0) {
				t.Errorf("row %d, body %q", d.Row, d.Body)
			}
			if diff := cmp.Diff(kept, tt.read); diff != "" {
				t.Errorf("the row's own problems were changed:\n%s", diff)
			}
		})
	}
}

// Customers of several rows are checked by plans for as many rows or somewhat
// more, each made once, and each problem names its row.
func TestCheckerOfSeveralRows(t *testing.T) {
	m := longMapping(t, longSheet)
	var planned []int // the slots of each plan that was made
	c, err := NewChecker(m, func(slots []pipeline.Slot) (RowPlan, error) {
		planned = append(planned, len(slots))
		return slotsPlanFor(slots)
	})
	if err != nil {
		t.Fatal(err)
	}
	var d pipeline.Draft
	check := func(rows int, lines ...string) []string {
		row := pipeline.Row{Number: 2, Cells: strings.Split(strings.Join(lines, ";"), ";")}
		for i := range rows {
			row.Rows = append(row.Rows, 2+i)
		}
		if rows == 1 {
			row.Rows = nil
		}
		c.Check(row, &d)
		return slices.DeleteFunc(summary(d.Problems), func(s string) bool {
			return strings.Contains(s, "required") // of the lines that a larger plan has and the row has not
		})
	}
	tests := []struct {
		lines []string
		want  []string
	}{
		{[]string{"1;A;310;bad"}, []string{"phones[0].type pattern Type@2"}},
		{[]string{"1;A;310;m", "1;A;311;bad"}, []string{"phones[1].type pattern Type@3"}},
		{[]string{"1;A;310;m", "1;A;311;m", "1;B;312;m"}, []string{"name differs Name@4"}},
		{[]string{"1;A;310;m", "1;A;311;m", "1;A;312;m", "1;A;313;bad"}, []string{"phones[3].type pattern Type@5"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, check(len(tt.lines), tt.lines...)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.lines, diff)
		}
	}
	if want := []int{len(m.SlotsFor(1)), len(m.SlotsFor(2)), len(m.SlotsFor(4))}; !slices.Equal(planned, want) {
		t.Errorf("plans of %d slots were made, want %d", planned, want)
	}
}

// A plan that cannot be made is an error at the start, and of a later customer
// with more rows a problem of that customer.
func TestCheckerWithoutPlan(t *testing.T) {
	m := longMapping(t, longSheet)
	refused := errors.New("no such shape")
	_, err := NewChecker(m, func([]pipeline.Slot) (RowPlan, error) { return nil, refused })
	if !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	c, err := NewChecker(m, func(slots []pipeline.Slot) (RowPlan, error) {
		if len(slots) > len(m.Slots()) {
			return nil, refused
		}
		return slotsPlanFor(slots)
	})
	if err != nil {
		t.Fatal(err)
	}
	d := pipeline.Draft{Body: []byte("of the row before")}
	c.Check(pipeline.Row{Number: 2, Rows: []int{2, 3}, Cells: strings.Split("1;A;310;m;1;A;311;m", ";")}, &d)
	if got := summary(d.Problems); d.Row != 2 || d.Body != nil || !slices.Equal(got, []string{" schema -@2"}) {
		t.Errorf("row %d, body %q, %q", d.Row, d.Body, got)
	}
}

// A row is named by the values by which it is checked, whatever of them was
// converted.
func TestCheckerNames(t *testing.T) {
	m := longMapping(t, longSheet)
	c, err := NewChecker(m, slotsPlanFor)
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range [][]string{
		{"1;A;310;m"},
		{"bad;A;;bad"},
		{"1;A;310;m", "1;A;311;h"},
		{"1;A;310;m", "1;A;bad;h", "1;B;312;"},
		{"1;A;310;m", "1;A;311;h", "1;A;312;m", "1;A;313;h", "1;A;314;m"},
	} {
		row := pipeline.Row{Number: 2, Cells: strings.Split(strings.Join(lines, ";"), ";")}
		for i := range lines {
			row.Rows = append(row.Rows, 2+i)
		}
		if len(lines) == 1 {
			row.Rows = nil
		}
		p, err := c.plan(len(lines))
		if err != nil {
			t.Fatal(err)
		}
		m.Map(row, p.values)
		want := fmt.Sprintf("%q", p.values)
		if name, key, ok := c.Name(row); name != want || key.Value != want || !ok {
			t.Errorf("%q is named %s, want %s", lines, name, want)
		}
	}
	// A customer for whom there is no plan has no name either.
	c, err = NewChecker(m, func(slots []pipeline.Slot) (RowPlan, error) {
		if len(slots) > len(m.Slots()) {
			return nil, errors.New("no such shape")
		}
		return slotsPlanFor(slots)
	})
	if err != nil {
		t.Fatal(err)
	}
	row := pipeline.Row{Number: 2, Rows: []int{2, 3}, Cells: strings.Split("1;A;310;m;1;A;311;m", ";")}
	if name, _, ok := c.Name(row); name != "" || ok {
		t.Errorf("it is named %q", name)
	}
}
