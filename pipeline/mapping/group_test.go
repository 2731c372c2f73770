package mapping

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// linesBook lends its cells as strictly as the contract allows: they are
// overwritten as soon as the callback returns. Its first line is row 2.
type linesBook struct {
	lines  [][]string
	passes int
}

func (b *linesBook) Rows(_ context.Context, each func(pipeline.Row) error) error {
	b.passes++
	for i, line := range b.lines {
		cells := make([]string, len(line))
		for c, s := range line {
			cells[c] = strings.Clone(s)
		}
		row := pipeline.Row{Number: i + 2, Cells: cells}
		if slices.Contains(cells, "#N/A") {
			row.Problems = []pipeline.Problem{{Column: &pipeline.Column{Index: 1, Name: "Name"},
				Code: pipeline.ProblemErrorCell, Message: pipeline.Say("error_value")}}
		}
		if err := each(row); err != nil {
			return err
		}
		for c := range cells {
			cells[c] = "overwritten"
		}
	}
	return nil
}

const longSheet = "field,column,convert,value\nphones,NIT,digits | group-by,\nnit,NIT,digits,\nname,Name,,\n" +
	"phones[].number,Phone,digits,\nphones[].type,Type,,\naddress.city,,,Bogotá\n"

func longMapping(t testing.TB, sheet string) *Mapping {
	t.Helper()
	m, err := Compile(acme(), headerOf("NIT", "Name", "Phone", "Type"), sheetOf(t, sheet))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// said shows a customer: its rows, its values by path, its problems.
func said(m *Mapping, row pipeline.Row) string {
	lines := row.Lines() + 1 // one more than it has
	slots, values := m.SlotsFor(lines), make([]string, len(m.SlotsFor(lines)))
	for i := range values {
		values[i] = "left over"
	}
	var b strings.Builder
	problems := append(m.Map(row, values), m.disagreements(row)...)
	fmt.Fprintf(&b, "%d%v", row.Number, row.Rows)
	for i, s := range slots {
		if s.Column == nil {
			continue
		}
		if values[i] != "" {
			fmt.Fprintf(&b, " %s=%s", s.Path, values[i])
		}
		// A slot's column counts through the cells of all lines.
		if line := s.Column.Index / 4; line < row.Lines() && row.Cells[s.Column.Index] == "" && values[i] != "" {
			fmt.Fprint(&b, " OF NOTHING")
		}
	}
	for _, p := range append(problems, row.Problems...) {
		fmt.Fprintf(&b, " !%d%s %s %s", p.Row, pipeline.ColumnLetters(p.Column.Index), p.Field, p.Code)
	}
	return b.String()
}

// Adjacent rows with the same value are one customer; what is outside the group
// is the first row's, and the others say so or nothing.
func TestCustomers(t *testing.T) {
	tests := []struct {
		name  string
		lines [][]string
		want  []string
	}{
		{"no rows", nil, nil},
		{"each by itself", [][]string{{"1", "A", "01", ""}, {"2", "B", "", ""}},
			[]string{"2[] nit=1 name=A phones[0].number=01", "3[] nit=2 name=B"}},
		{"one of three, one of one, one of two", [][]string{{"1", "A", "01", "M"}, {"1", "A", "02", "L"},
			{"1", "", "", ""}, {"2", "B", "03", ""}, {"3", "C", "", "M"}, {"3", "C", "04", ""}},
			[]string{"2[2 3 4] nit=1 name=A phones[0].number=01 phones[0].type=M phones[1].number=02 phones[1].type=L",
				"5[] nit=2 name=B phones[0].number=03", "6[6 7] nit=3 name=C phones[0].type=M phones[1].number=04"}},
		{"the value is compared as it is converted, the others too",
			[][]string{{"1-2", "A", "", ""}, {"12", "A", "", ""}}, []string{"2[2 3] nit=12 name=A"}},
		{"another name", [][]string{{"1", "A", "", ""}, {"1", "B", "", ""}, {"1", "A", "", ""}, {"1", "C", "", ""}},
			[]string{"2[2 3 4 5] nit=1 name=A !3B name differs !5B name differs"}},
		{"a name that the first row lacks", [][]string{{"1", "", "", ""}, {"1", "B", "", ""}},
			[]string{"2[2 3] nit=1 !3B name differs"}},
		{"no value", [][]string{{"", "A", "", ""}, {"", "A", "", ""}, {"1", "A", "", ""}, {"", "A", "", ""}},
			[]string{"2[] name=A !2A  required", "3[] name=A !3A  required",
				"4[] nit=1 name=A !4A  differs !4A  differs", "5[] name=A !5A  required"}},
		{"no value, and no doubt whose line it is", [][]string{{"1", "A", "", ""}, {"", "B", "", ""},
			{"2", "C", "", ""}, {"2", "", "", ""}, {"", "", "", ""}},
			[]string{"2[] nit=1 name=A", "3[] name=B !3A  required", "4[4 5] nit=2 name=C !4A  differs",
				"6[] !6A  required"}},
		{"no value that can be converted", [][]string{{"none", "A", "", ""}, {"none", "A", "", ""}},
			[]string{"2[] nit=none name=A !2A nit convert !2A  convert",
				"3[] nit=none name=A !3A nit convert !3A  convert"}},
		{"problems in their rows", [][]string{{"1", "A", "x", ""}, {"1", "#N/A", "y", ""}},
			[]string{"2[2 3] nit=1 name=A phones[0].number=x phones[1].number=y !2C phones[0].number convert !3C " +
				"phones[1].number convert !3B name differs !3B  error_cell"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := longMapping(t, longSheet)
			c := m.Customers(&linesBook{lines: tt.lines})
			for range 2 {
				var got []string
				err := c.Rows(t.Context(), func(row pipeline.Row) error {
					got = append(got, said(m, row))
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// Several lines with group-by count together, and their values do not run into
// one another.
func TestCustomersOfSeveralColumns(t *testing.T) {
	m := longMapping(t, "field,column,convert\nphones,NIT,group-by\nphones,Type,upper | group-by\n"+
		"phones[].number,Phone,\nnit,NIT,\n")
	var got []string
	book := &linesBook{lines: [][]string{{"1", "", "01", "1a"}, {"1", "", "02", "1A"}, {"11", "", "03", "A"},
		{"11", "", "04", "B"}, {"11", "", "05", ""}}}
	err := m.Customers(book).Rows(t.Context(), func(row pipeline.Row) error {
		got = append(got, fmt.Sprint(row.Number, row.Lines(), len(row.Problems)))
		return nil
	})
	if diff := cmp.Diff([]string{"2 2 0", "4 1 0", "5 1 1", "6 1 1"}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// Whatever the order of the values: each run of equal ones is a customer of
// just those rows, and a value that comes again is refused, with both rows.
func TestCustomersAreRunsOfEqualValues(t *testing.T) {
	m := longMapping(t, longSheet)
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6", ""}), 0, 12).Draw(rt,
			"values")
		b := &linesBook{}
		var want [][]int
		first, again := map[string]int{}, 0
		for i, v := range values {
			b.lines = append(b.lines, []string{v, "A", fmt.Sprint(i), ""})
			if i > 0 && v != "" && v == values[i-1] {
				want[len(want)-1] = append(want[len(want)-1], i+2)
				continue
			}
			want = append(want, []int{i + 2})
			if before, met := first[v]; v != "" && met && again == 0 {
				again, first["again"] = i+2, before
			} else if !met {
				first[v] = i + 2
			}
		}
		c := m.Customers(b)
		var got [][]int
		err := c.Rows(context.Background(), func(row pipeline.Row) error {
			numbers := slices.Clone(row.Rows)
			if numbers == nil {
				numbers = []int{row.Number}
			}
			for i, n := range numbers {
				if cells := row.Cells[4*i : 4*i+4]; cells[2] != fmt.Sprint(n-2) {
					rt.Fatalf("row %d has the cells %q", n, cells)
				}
			}
			got = append(got, numbers)
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%q: %s", values, diff)
		}
		var wrong *pipeline.Mistake
		switch {
		case again == 0 && err != nil:
			rt.Fatalf("%q: %v", values, err)
		case again > 0 && (!errors.As(err, &wrong) || wrong.Place.Row != again || wrong.Hint == nil ||
			!strings.Contains(err.Error(), fmt.Sprintf("mapping.same_as_row columns=[NIT] row=%d", first["again"])) &&
				!strings.Contains(err.Error(), fmt.Sprintf("mapping.same_as_rows columns=[NIT] first=%d",
					first["again"]))):
			rt.Fatalf("%q: row %d is the value of row %d again, and the error is %v", values, again, first["again"],
				err)
		case again == 0 && b.passes > 1:
			rt.Fatalf("%d passes over a good book", b.passes)
		}
	})
}

// Two values with one hash are two values.
func TestHashCollisions(t *testing.T) {
	m := longMapping(t, longSheet)
	c := m.Customers(&linesBook{lines: [][]string{{"1", "", "", ""}, {"2", "", "", ""}, {"3", "", "", ""}}})
	all := map[uint64]bool{}
	for _, v := range []string{"1", "2", "3"} {
		key, _ := m.grouping.keyOf(nil, pipeline.Row{Cells: []string{v, "", "", ""}})
		all[maphash.Bytes(c.seed, key)] = true
	}
	if err := c.confirm(t.Context(), all); err != nil {
		t.Error(err)
	}
	if got := repeated([]uint64{5, 9, 5, 7, 9, 5}); len(got) != 2 || !got[5] || !got[9] {
		t.Error(got)
	}
}

// A customer of very many rows is a column that does not separate customers.
func TestCustomersAreBounded(t *testing.T) {
	m := longMapping(t, longSheet)
	b := &linesBook{}
	for i := range maxLines {
		b.lines = append(b.lines, []string{"1", "A", fmt.Sprint(i), ""})
	}
	largest := 0
	each := func(row pipeline.Row) error {
		largest = row.Lines()
		return nil
	}
	if err := m.Customers(b).Rows(t.Context(), each); err != nil || largest != maxLines {
		t.Fatal(err, largest)
	}
	b.lines = append(b.lines, []string{"1", "A", "", ""})
	var wrong *pipeline.Mistake
	if err := m.Customers(b).Rows(t.Context(), each); !errors.As(err, &wrong) || wrong.Place.Row != maxLines+2 ||
		!strings.Contains(err.Error(), "mapping.too_many_rows_of_one columns=[NIT] row=2 most=1000") {
		t.Error(err)
	}
	big := strings.Repeat("x", maxLinesBytes/2)
	b.lines = [][]string{{"1", "A", big, big}, {"2", "A", big, ""}, {"2", "A", big, "y"}}
	if err := m.Customers(b).Rows(t.Context(), each); !errors.As(err, &wrong) || wrong.Place.Row != 4 ||
		!strings.Contains(err.Error(), "mapping.too_much_of_one") {
		t.Error(err)
	}
}

// A line has its own entry of a group in a group too; columns with an empty
// index in their header need no line of the sheet.
func TestGroupsInGroups(t *testing.T) {
	m, err := Compile(acme(), headerOf("nit", "people[2].phones[].number", "people[0].phones[0].number"),
		sheetOf(t, "field,column,convert\npeople[2].phones,nit,group-by\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"nit<0:nit", "people[0].phones[0].number<2:people[0].phones[0].number",
		"people[2].phones[0].number<1:people[2].phones[].number",
		"people[2].phones[1].number<4:people[2].phones[].number"}
	if diff := cmp.Diff(want, fed(m.SlotsFor(2))); diff != "" {
		t.Error(diff)
	}
}

// Every mistake about groups names its line, and what to do about it.
func TestCompileRefusesGroups(t *testing.T) {
	const by = "field,column,convert,value\nphones,NIT,group-by,\n"
	tests := []struct {
		name, sheet string
		line        int
		says, hint  string
	}{
		{"no group-by", "field,column\nnit,NIT\nphones[].number,Name\n", 3,
			`mapping.index_empty field="phones[].number"`,
			`mapping.write_index_or_group example="phones[0].number" group="phones"`},
		{"no field", by + "nit,NIT,,\n", 2, `mapping.group_unfed group="phones"`,
			`mapping.feed_group example="phones[].type"`},
		{"a constant only", by + "phones[].type,,,MOBILE\n", 2, "mapping.group_unfed", ""},
		{"another group's field", by + "phones[].number,Name,,\npeople[0].phones[].number,Name,,\n", 4,
			`mapping.index_empty_elsewhere field="people[0].phones[].number" group="phones" place=line 2`,
			`mapping.write_index example="people[0].phones[0].number"`},
		{"two groups", by + "phones[].number,Name,,\npeople[0].phones,Name,group-by,\n", 4,
			`mapping.second_group place=line 2 group="phones"`, "mapping.keep_one"},
		{"one column twice", by + "phones[].number,Name,,\nphones,NIT,digits | group-by,\n", 4,
			"mapping.group_column_twice place=line 2", "mapping.keep_one"},
		{"a number", by + "phones[].number,Name,,\nphones[1].type,Name,,\n", 4,
			`mapping.index_numbered field="phones[1].type" place=line 2 group="phones"`,
			`mapping.write_without_index field="phones[].type" place=line 2`},
		{"a field that is no group", "field,column,convert\nnit,NIT,group-by\n", 2, `mapping.not_a_group field="nit"`,
			`mapping.groups_are provider="Acme" groups=[phones people`},
		{"a group without group-by", "field,column\nphones,NIT\n", 2, `mapping.group_is_no_field group="phones"`,
			`mapping.name_field_of_group example="phones[0].type"`},
		{"no column", "field,convert\nphones,group-by\n", 2, "mapping.group_without_column",
			"mapping.name_group_column"},
		{"a value", "field,column,convert,value\nphones,,group-by,5\n", 2, "mapping.group_has_value",
			"mapping.empty_value"},
		{"no such column", "field,column,convert\nphones,Nit,group-by\n", 2, `mapping.no_such_column column="Nit"`,
			"mapping.columns_are"},
		{"not last", "field,column,convert\nphones,NIT,group-by | digits\n", 2,
			`mapping.must_be_last conversion="group-by" next="digits"`, "mapping.put_last"},
		{"arguments", "field,column,convert\nphones,NIT,group-by(2)\n", 2, "mapping.takes_nothing",
			"mapping.does_group_by"},
		{"two empty indexes", by + "people[].phones[].number,Name,,\n", 3, "mapping.unknown_field", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sheetOf(t, tt.sheet)
			_, err := Compile(acme(), headerOf("NIT", "Name"), s)
			requireError(t, err, s.Path(), tt.line, tt.says, tt.hint)
		})
	}
	for header, says := range map[string]string{
		"phones[].number": `column B: mapping.index_empty field="phones[].number"`} {
		_, err := Compile(acme(), headerOf("nit", header), nil)
		requireError(t, err, "", 0, says, "mapping.write_index_or_group")
	}
	_, err := Compile(acme(), headerOf("nit", "phones[].number", "phones[0].type"),
		sheetOf(t, "field,column,convert\nphones,nit,group-by\n"))
	requireError(t, err, "", 0, `column C: mapping.index_numbered field="phones[0].type"`,
		`mapping.write_without_index field="phones[].type"`)
}
