package mapping

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func acme() *pipeline.Provider {
	p := &pipeline.Provider{Name: "acme", Title: "Acme"}
	for _, path := range []string{"reference", "name", "nit", "address.city", "phones[].type", "phones[].number",
		"people[].phones[].number"} {
		p.Fields = append(p.Fields, pipeline.Field{Path: path})
	}
	return p
}

func headerOf(names ...string) []pipeline.Column {
	header := make([]pipeline.Column, len(names))
	for i, n := range names {
		header[i] = pipeline.Column{Index: i, Name: n}
	}
	return header
}

// fed shows slots as PATH<COLUMN or PATH=CONSTANT.
func fed(slots []pipeline.Slot) []string {
	var out []string
	for _, s := range slots {
		if s.Column == nil {
			out = append(out, s.Path+"="+s.Constant)
			continue
		}
		out = append(out, fmt.Sprintf("%s<%d:%s", s.Path, s.Column.Index, s.Column.Name))
	}
	return out
}

func names(columns []pipeline.Column) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c.Name)
	}
	return out
}

func TestCompile(t *testing.T) {
	tests := []struct {
		name    string
		header  []string
		sheet   string // "" for none
		fed     []string
		ignored []string
	}{
		{"headers alone", []string{"nit", "name"}, "", []string{"nit<0:nit", "name<1:name"}, nil},
		{"headers with indexes", []string{"phones[0].number", "phones[12].number", "people[3].phones[0].number"}, "",
			[]string{"phones[0].number<0:phones[0].number", "phones[12].number<1:phones[12].number",
				"people[3].phones[0].number<2:people[3].phones[0].number"}, nil},
		{"headers that are not to the letter", []string{"nit", "Name", "address city", "reference ", "nit.",
			"phones.number"}, "",
			[]string{"nit<0:nit"}, []string{"Name", "address city", "reference ", "nit.", "phones.number"}},
		{"headers with odd indexes", []string{"nit", "phones[01].number", "phones[-1].number", "phones[ 0].number",
			"phones[x].number", "phones[0]number", "phones[0].number[0]", "phones[100000].number"}, "",
			[]string{"nit<0:nit"}, []string{"phones[01].number", "phones[-1].number", "phones[ 0].number",
				"phones[x].number", "phones[0]number", "phones[0].number[0]", "phones[100000].number"}},
		{"columns without a header are nobody's", []string{"nit", "", "city", ""}, "", []string{"nit<0:nit"},
			[]string{"city"}},
		{"a sheet", []string{"NIT", "Razón social"}, "field,column\nnit,NIT\nname,Razón social\n",
			[]string{"nit<0:NIT", "name<1:Razón social"}, nil},
		{"headers beside a sheet", []string{"NIT", "name", "other"}, "field,column\nnit,NIT\n",
			[]string{"nit<0:NIT", "name<1:name"}, []string{"other"}},
		{"the sheet wins over the header", []string{"name", "nit", "NIT"}, "field,column\nnit,NIT\n",
			[]string{"nit<2:NIT", "name<0:name"}, []string{"nit"}},
		{"a constant wins over the header", []string{"name", "nit"}, "field,column,value\nnit,,999000011\n",
			[]string{"nit=999000011", "name<0:name"}, []string{"nit"}},
		{"two headers changed round", []string{"name", "reference"}, "field,column\nname,reference\nreference,name\n",
			[]string{"name<1:reference", "reference<0:name"}, nil},
		{"one column for several fields", []string{"NIT"}, "field,column\nnit,NIT\nreference,NIT\n",
			[]string{"nit<0:NIT", "reference<0:NIT"}, nil},
		{"one column for its own field and another", []string{"nit"}, "field,column\nreference,nit\n",
			[]string{"reference<0:nit", "nit<0:nit"}, nil},
		{"constants", []string{"nit"}, "field,column,value\nphones[0].type,,MOBILE\nphones[1].type,,PRIMARY\n",
			[]string{"phones[0].type=MOBILE", "phones[1].type=PRIMARY", "nit<0:nit"}, nil},
		{"a line break in the header", []string{"Razón\nsocial", "NIT\r\n(sin  DV)"},
			"field,column\nname,Razón social\nnit,NIT (sin DV)\n",
			[]string{"name<0:Razón\nsocial", "nit<1:NIT\r\n(sin  DV)"}, nil},
		{"the exact header before one that is alike", []string{"Razón\nsocial", "Razón social"},
			"field,column\nname,Razón social\n",
			[]string{"name<1:Razón social"}, []string{"Razón\nsocial"}},
		{"an empty sheet", []string{"nit"}, "field,column\n", []string{"nit<0:nit"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Compile(acme(), headerOf(tt.header...), sheetOf(t, tt.sheet))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.fed, fed(m.Slots())); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.ignored, names(m.Ignored())); diff != "" {
				t.Errorf("ignored (-want +got):\n%s", diff)
			}
			p := acme()
			for _, s := range m.Slots() {
				if p.Fields[s.Field].Path != pipeline.PathPattern(s.Path) {
					t.Errorf("%s is laid to the field %s", s.Path, p.Fields[s.Field].Path)
				}
			}
		})
	}
}

func sheetOf(t testing.TB, text string) *Sheet {
	t.Helper()
	if text == "" {
		return nil
	}
	s, err := ReadSheet(writeSheet(t, text), csvFiles)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every mistake in a sheet names its line, and what to do about it.
func TestCompileRefuses(t *testing.T) {
	tests := []struct {
		name, sheet string
		line        int
		says, hint  string
	}{
		{"unknown field", "field,column\nnit,NIT\nphone,NIT\n", 3,
			`mapping.unknown_field field="phone" provider="Acme"`,
			`mapping.list_fields name="acme"`},
		{"field in capitals", "field,column\nNIT,NIT\n", 2, `mapping.unknown_field field="NIT"`,
			`mapping.did_you_mean_field field="nit"`},
		{"field without its index", "field,column\nphones.number,NIT\n", 2, "mapping.unknown_field",
			`mapping.did_you_mean_field field="phones[0].number"`},
		{"empty index", "field,column\nphones[].number,NIT\n", 2, `mapping.index_empty field="phones[].number"`,
			`mapping.write_index_or_group example="phones[0].number" group="phones"`},
		{"index with a zero in front", "field,column\nphones[01].number,NIT\n", 2, "mapping.unknown_field", ""},
		{"index below zero", "field,column\nphones[-1].number,NIT\n", 2, "mapping.unknown_field", ""},
		{"index beyond measure", "field,column\nphones[99999999999999999999].number,NIT\n", 2, "mapping.unknown_field",
			""},
		{"a group", "field,column\nphones[0],NIT\n", 2, "mapping.unknown_field", ""},
		{"field twice from one column", "field,column\nnit,NIT\n\nnit,NIT\n", 4,
			`mapping.column_twice field="nit" place=line 2`, "mapping.keep_one"},
		{"column after a value", "field,column,value\nnit,,5\nnit,NIT,\n", 3,
			`mapping.field_twice field="nit" place=line 2`, "mapping.keep_one"},
		{"value after a column", "field,column,value\nnit,NIT,\nnit,,5\n", 3,
			`mapping.field_twice field="nit" place=line 2`, "mapping.keep_one"},
		{"value twice", "field,column,value\nnit,,5\nnit,,5\n", 3, `mapping.field_twice field="nit" place=line 2`,
			"mapping.keep_one"},
		{"value to be converted", "field,column,convert,value\nnit,,digits,5\n", 2, "mapping.value_not_converted",
			"mapping.write_value_as_sent"},
		{"chain of nothing", "field,column,convert\nnit,,digits\n", 2, `mapping.unfilled_field field="nit"`,
			"mapping.fill_or_delete"},
		{"column and value", "field,column,value\nnit,NIT,5\n", 2, `mapping.column_and_value field="nit"`,
			"mapping.empty_one_cell"},
		{"neither column nor value", "field,column,value\nnit,,\n", 2, `mapping.unfilled_field field="nit"`,
			"mapping.fill_or_delete"},
		{"no such column", "field,column\nnit,Nit\n", 2, `mapping.no_such_column column="Nit"`,
			"mapping.columns_are columns=[NIT Name Razón social]"},
		{"no such column, after a blank line", "field,column\n\n,\nnit,Nit\n", 4, `mapping.no_such_column column="Nit"`,
			""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sheetOf(t, tt.sheet)
			_, err := Compile(acme(), headerOf("NIT", "Name", "", "Razón\nsocial"), s)
			requireError(t, err, s.Path(), tt.line, tt.says, tt.hint)
			if !strings.Contains(err.Error(), fmt.Sprintf("line %d: ", tt.line)) {
				t.Errorf("%v does not name the line", err)
			}
		})
	}
}

// The cells of a book of one column were not told apart where its name has that of a
// column beside others.
func TestOneColumn(t *testing.T) {
	for name, hint := range map[string]string{
		"NIT^Name^Mail":    "mapping.one_column column=\"NIT^Name^Mail\"",
		"nit Name":         "mapping.one_column column=\"nit Name\"",
		"\"NIT,Name\"":     "mapping.one_column column=\"\\\"NIT,Name\\\"\"",
		"NITS":             "mapping.columns_are columns=[NITS]",
		"From: a@exam.org": "mapping.columns_are columns=[From: a@exam.org]",
	} {
		_, err := Compile(acme(), headerOf(name), sheetOf(t, "field,column\nnit,NIT\n"))
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.What.String() != `mapping.no_such_column column="NIT"` ||
			!strings.Contains(m.Hint.String(), hint) {
			t.Errorf("%s: %v", name, m)
		}
	}
}

// A book of which nothing is taken is a mistake of its header, not a book of
// empty rows.
func TestCompileRefusesABookThatFeedsNothing(t *testing.T) {
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprint("Columna ", i)
	}
	for name, tt := range map[string]struct {
		header      []string
		sheet, hint string
	}{
		"other headers": {[]string{"NIT", "Razón\nsocial"}, "", `columns=[NIT Razón social] name="acme"`},
		"constants only": {[]string{"NIT"}, "field,column,value\nnit,,5\n",
			"mapping.name_columns_or_map columns=[NIT]"},
		"no header at all":    {nil, "", "mapping.name_columns_or_map"},
		"a hundred of others": {many, "", "Columna 98 Columna 99]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile(acme(), headerOf(tt.header...), sheetOf(t, tt.sheet))
			requireError(t, err, "", 0, `mapping.no_column_is_field provider="Acme"`, tt.hint)
		})
	}
}

// Every slot gets its own cell or its constant, in the order of the slots, and
// the row is left as it was.
func TestMap(t *testing.T) {
	m, err := Compile(acme(), headerOf("phones[1].number", "x", "nit", "phones[0].number"),
		sheetOf(t, "field,column,value\nreference,nit,\nphones[0].type,,MOBILE\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"reference<2:nit", "phones[0].type=MOBILE", "phones[1].number<0:phones[1].number", "nit<2:nit",
		"phones[0].number<3:phones[0].number"}
	if diff := cmp.Diff(want, fed(m.Slots())); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	values := make([]string, len(m.Slots()))
	for i := range values {
		values[i] = "of the row before"
	}
	cells := []string{"a", "b", "c", ""}
	m.Map(pipeline.Row{Number: 2, Cells: cells}, values)
	if diff := cmp.Diff([]string{"c", "MOBILE", "a", "c", ""}, values); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", ""}, cells); diff != "" {
		t.Errorf("the row's cells (-before +after):\n%s", diff)
	}
}

// A book's columns may stand in any order: each fills its own field still, and
// each is either used or ignored.
func TestCompileByAnyOrder(t *testing.T) {
	all := []string{"nit", "name", "phones[0].number", "phones[7].number", "address.city", "Nota", "NIT"}
	rapid.Check(t, func(rt *rapid.T) {
		header := rapid.Permutation(all).Draw(rt, "header")
		m, err := Compile(acme(), headerOf(header...), nil)
		if err != nil {
			rt.Fatal(err)
		}
		values := make([]string, len(m.Slots()))
		m.Map(pipeline.Row{Cells: header}, values)
		for i, s := range m.Slots() {
			if values[i] != s.Path {
				rt.Fatalf("%s is fed by %s", s.Path, values[i])
			}
		}
		if len(m.Slots()) != 5 || len(m.Ignored()) != 2 {
			rt.Fatalf("fed %v, ignored %v", fed(m.Slots()), names(m.Ignored()))
		}
	})
}
