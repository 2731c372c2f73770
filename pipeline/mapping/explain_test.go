package mapping

import (
	"testing"

	"muster/pipeline"
)

// helped is acme with rules of its own for some fields, and a list for one.
func helped() *pipeline.Provider {
	p := acme()
	for i := range p.Fields {
		switch f := &p.Fields[i]; f.Path {
		case "nit":
			f.Help = pipeline.Localized{"": "nine digits, no dots"}
		case "name":
			f.Help = pipeline.Localized{"": "a short name"}
		case "phones[].type":
			f.Enum = []string{"MOBILE", "LANDLINE"}
		}
	}
	return p
}

// A message of the schema about a converted cell says that it is about what the
// conversion gives, and what the cell may have in it; never by the field's own
// rule alone.
func TestExplain(t *testing.T) {
	const sheet = "field,column,convert\nnit,NIT,nit\nname,Name,upper\nname,Surname,\naddress.city,City,\n" +
		"phones[0].number,Phone,digits\nphones[0].type,Type,map(t.csv)\nreference,Ref,rest\n" +
		"phones[1].number,NIT,nit\nphones[1].type,Type,upper\n"
	required := pipeline.Say("required_rule", "rule", pipeline.Say("mapping.cell_nit"))
	long := pipeline.Say("too_long", "count", 10, "most", 9)
	of := func(problem *pipeline.Message, rule any) *pipeline.Message {
		return pipeline.Say("with_rule", "problem", problem, "rule", rule)
	}
	help := pipeline.Rule{Field: "nit", Text: pipeline.Localized{"": "nine digits, no dots"}}
	listed := pipeline.Say("not_listed", "values", []string{"MOBILE", "LANDLINE"})
	dir := t.TempDir()
	writeFile(t, dir, "t.csv", "from,to\nfijo,LAND LINE\n")
	writeFile(t, dir, "m.csv", sheet)
	m, err := Compile(helped(), headerOf("NIT", "Name", "Surname", "City", "Phone", "Type", "Ref"),
		sheetAt(t, dir+"/m.csv"))
	if err != nil {
		t.Fatal(err)
	}
	cells := []string{"900.123.456-8", "Ana", "Ejemplo", "Cali", "310.555", "fijo", "x"}
	for _, tt := range []struct {
		name, field string
		column      int
		cell        string
		code        pipeline.ProblemCode
		message     *pipeline.Message
		want        string
	}{
		{"an empty cell", "nit", 0, "", pipeline.ProblemRequired, required, required.String()},
		{"says what is needed", "nit", 0, "1", pipeline.ProblemTooLong, of(long, pipeline.Say("mapping.cell_nit")),
			`mapping.after_cell convert="nit" problem=(too_long count=10 most=9) cell=(mapping.cell_nit)`},
		{"does not", "nit", 0, "1", pipeline.ProblemPattern,
			of(pipeline.Say("wrong_form"), pipeline.Say("mapping.cell_nit")),
			`mapping.after_must_be convert="nit" problem=(wrong_form) rule="nine digits, no dots" cell=(mapping.cell_nit)`},
		{"a field without a rule", "phones[0].number", 4, "1", pipeline.ProblemPattern,
			of(pipeline.Say("wrong_form"), pipeline.Say("mapping.cell_digits")),
			`mapping.after_cell convert="digits" problem=(wrong_form) cell=(mapping.cell_digits)`},
		{"by a table", "phones[0].type", 5, "fijo", pipeline.ProblemEnum, listed,
			`mapping.table_gives table="t.csv" problem=(not_listed values=[MOBILE LANDLINE])`},
		{"a conversion that takes no more", "phones[1].type", 5, "fijo", pipeline.ProblemEnum, listed,
			`mapping.after convert="upper" problem=(not_listed values=[MOBILE LANDLINE])`},
		{"only in other case", "phones[1].type", 5, "fijo", pipeline.ProblemTooLong, of(long, help),
			of(long, help).String()},
		{"converted to nothing", "reference", 6, "x", pipeline.ProblemRequired, pipeline.Say("required"),
			`mapping.nothing_left convert="rest"`},
		{"one of several keys", "reference", 6, "x", pipeline.ProblemRequired, pipeline.Say("no_key", "keys", "x"),
			`no_key keys="x"`},
		{"of several cells", "name", 1, "Ana", pipeline.ProblemTooLong, of(long, help),
			"mapping.joined columns=[Surname] problem=(" + of(long, help).String() + ")"},
		{"of several empty cells", "name", 1, "", pipeline.ProblemRequired, pipeline.Say("required"), "required"},
		{"of another shape", "nit", 0, "1", pipeline.ProblemShape, pipeline.Say("of_other_shape"), "of_other_shape"},
		{"a copied cell", "address.city", 3, "x", pipeline.ProblemTooLong, of(long, help), of(long, help).String()},
	} {
		row := pipeline.Row{Number: 2, Cells: append([]string(nil), cells...)}
		row.Cells[tt.column] = tt.cell
		problems := []pipeline.Problem{{Field: tt.field, Column: &pipeline.Column{Index: tt.column}, Code: tt.code,
			Message: tt.message}}
		m.explain(row, problems)
		if got := problems[0].Message.String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// In a long book the problems of every line are of its own cells.
func TestExplainLines(t *testing.T) {
	m := longMapping(t, "field,column,convert\nphones,NIT,group-by\nphones[].number,Phone,digits\n")
	row := pipeline.Row{Number: 2, Rows: []int{2, 3}, Cells: []string{"1", "A", "01", "", "1", "A", "", ""}}
	short := pipeline.Say("too_short", "count", 1, "least", 2)
	problems := []pipeline.Problem{
		{Field: "phones[0].number", Column: &pipeline.Column{Index: 2}, Code: pipeline.ProblemTooShort, Message: short},
		{Field: "phones[1].number", Column: &pipeline.Column{Index: 6}, Code: pipeline.ProblemRequired,
			Message: pipeline.Say("required")},
		{Field: "phones[1].number", Code: pipeline.ProblemTooShort, Message: short},
	}
	m.explain(row, problems)
	for i, want := range []pipeline.MessageCode{"mapping.after_cell", "required", "too_short"} {
		if got := problems[i].Message.Code; got != want {
			t.Errorf("problem %d: %s, want %s", i, got, want)
		}
	}
}

// The values of a table are listed where the field lists its own, and nowhere
// else: a table may have what is personal.
func TestTablesAreListedForListsOnly(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "t.csv", "from,to\nfijo,LANDLINE\ncelular,MOBILE\n")
	for field, want := range map[string][2]string{
		"phones[0].type": {`mapping.not_among table="t.csv" values=[celular fijo]`,
			`mapping.cell_among table="t.csv" values=[celular fijo]`},
		"name": {`mapping.not_in_table table="t.csv"`, `mapping.cell_of_table table="t.csv"`},
	} {
		writeFile(t, dir, "m.csv", "field,column,convert\n"+field+",A,map(t.csv)\n")
		m, err := Compile(helped(), headerOf("A"), sheetAt(t, dir+"/m.csv"))
		if err != nil {
			t.Fatal(err)
		}
		problems := m.Map(pipeline.Row{Number: 2, Cells: []string{"fax"}}, make([]string, 1))
		if len(problems) != 1 || problems[0].Message.String() != want[0] || m.Slots()[0].Rule.String() != want[1] {
			t.Errorf("%s: %v, rule %v", field, problems, m.Slots()[0].Rule)
		}
	}
	many := &tableUsed{"t", map[string]string{}}
	for _, c := range "abcdefghijklm" {
		many.to[string(c)] = "x"
	}
	const want = "x values=(first_of_many values=[a b c d e f g h] total=13)"
	if got := pipeline.Say("x", "values", many.values()).String(); got != want {
		t.Errorf("of many: %s, want %s", got, want)
	}
}
