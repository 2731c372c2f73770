package mapping

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// clinic has one field of each kind that cells are looked at by.
func clinic() *pipeline.Provider {
	return &pipeline.Provider{Name: "clinic", Title: "Clinic", Fields: []pipeline.Field{
		{Path: "business_name", Required: true},
		{Path: "email"},
		{Path: "address.line1"},
		{Path: "country"},
		{Path: "purpose"},
		{Path: "rating", Enum: []string{"N/A", "good"}},
		{Path: "id", Required: true},
		{Path: "zip", Kind: "string"},
	}}
}

// takesAll is a schema that any value fits.
type takesAll struct{ values *[]string }

func (p takesAll) Check(row int, values []string, d *pipeline.Draft) {
	d.Reset(row)
	d.Body = append(d.Body, "{}"...)
	*p.values = append((*p.values)[:0], values...)
}

func (takesAll) Name(value func(slot int) string) (string, pipeline.KeyValue, bool) {
	return value(0), pipeline.KeyValue{}, true
}

// clinicCheck looks at one value of a field, and gives what becomes of it and the
// codes of what is wrong.
func clinicCheck(t *testing.T, field, convert, cell string) (value string, wrong []string, notes []string) {
	t.Helper()
	sheet := sheetOf(t, "field,column,convert\n"+field+",A,"+convert+"\n")
	m, err := Compile(clinic(), headerOf("A"), sheet)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	c, err := NewChecker(m, func([]pipeline.Slot) (RowPlan, error) { return takesAll{&values}, nil })
	if err != nil {
		t.Fatal(err)
	}
	var d pipeline.Draft
	c.Check(pipeline.Row{Number: 2, Cells: []string{cell}}, &d)
	for _, p := range d.Problems {
		wrong = append(wrong, string(p.Code)+" "+string(p.Message.Code))
	}
	for _, n := range c.Notes() {
		notes = append(notes, string(n.Code))
	}
	if name, _, _ := c.Name(pipeline.Row{Number: 2, Cells: []string{cell}}); name != values[0] {
		t.Errorf("%s of %q: the name is made of %q, the request of %q", field, cell, name, values[0])
	}
	return values[0], wrong, notes
}

func TestInspect(t *testing.T) {
	placeholder := []string{"placeholder cells.placeholder"}
	isSpoilt := func(code string) []string { return []string{"spoilt cells." + code} }
	tests := []struct {
		field, convert, cell string
		want                 string
		wrong, notes         []string
	}{
		// What is good, though it looks odd.
		{"business_name", "", "Café & Té", "Café & Té", nil, nil},
		{"business_name", "", `Toys "R" Us`, `Toys "R" Us`, nil, nil},
		{"business_name", "", "AT&T", "AT&T", nil, nil},
		{"business_name", "", "R&D; Partners", "R&D; Partners", nil, nil},
		{"id", "", "&", "&", nil, nil},
		{"business_name", "", "TOTAL", "TOTAL", nil, nil},
		{"business_name", "", "½", "½", nil, []string{"cells.unlettered"}},
		{"business_name", "", "Who?", "Who?", nil, nil},
		{"business_name", "", "PE?A", "PE?A", nil, []string{"cells.question_marks"}},
		{"business_name", "as-is(PE?A)", "PE?A", "PE?A", nil, nil},
		{"business_name", "", "Kоmpania", "Kоmpania", nil, []string{"cells.look_alike"}},
		{"business_name", "", `"Ada"`, `"Ada"`, nil, []string{"cells.quoted"}},
		{"business_name", "", `"Peña"`, `"Peña"`, nil, []string{"cells.quoted"}},
		{"business_name", "", "'Ada'", "'Ada'", nil, []string{"cells.quoted"}},
		{"business_name", "", `"La 14" y "La 15"`, `"La 14" y "La 15"`, nil, nil},
		{"business_name", "", `"`, `"`, []string{"placeholder cells.nameless"}, nil},
		{"business_name", `"as-is('""Ada""')"`, `"Ada"`, `"Ada"`, nil, nil},
		{"business_name", "", `="Ada"`, `="Ada"`, nil, []string{"cells.formula"}},
		{"business_name", "", "=A1&B1", "=A1&B1", nil, []string{"cells.formula"}},
		{"business_name", "", "365", "365", nil, []string{"cells.unlettered"}},
		{"business_name", "", "7-Eleven", "7-Eleven", nil, nil},
		{"business_name", "", "Test 1", "Test 1", nil, []string{"cells.made_up"}},
		{"business_name", "", "PRUEBA SAS", "PRUEBA SAS", nil, []string{"cells.made_up"}},
		{"business_name", "", "Testino", "Testino", nil, nil},
		{"business_name", "", "[NAME]", "[NAME]", nil, []string{"cells.made_up"}},
		{"address.line1", "", "<street>", "<street>", nil, []string{"cells.made_up"}},
		{"address.line1", "", "12", "12", nil, nil},
		{"address.line1", "", "########", "", nil, []string{"cells.emptied"}},
		{"business_name", "", "[NULL]", "[NULL]", placeholder, nil},
		{"business_name", "", "Desconocido", "Desconocido", placeholder, nil},
		{"business_name", "", "TRUE", "TRUE", nil, []string{"cells.made_up"}},
		{"business_name", "", "Prueba", "Prueba", nil, []string{"cells.made_up"}},
		{"business_name", "as-is(Prueba)", "Prueba", "Prueba", nil, nil},
		{"business_name", "", "xXx", "xXx", nil, []string{"cells.made_up"}},
		{"business_name", "", "XX", "XX", nil, nil},
		{"address.line1", "", "asdf", "asdf", nil, []string{"cells.made_up"}},
		{"email", "", "notiene@example.org", "notiene@example.org", nil, []string{"cells.made_up"}},
		{"email", "", "ana.prueba@example.org", "ana.prueba@example.org", nil, nil},
		{"email", "", "@example.org", "@example.org", nil, nil},
		{"id", "", "999999999", "999999999", nil, []string{"cells.made_up"}},
		{"id", "", "990000000", "990000000", nil, []string{"cells.made_up"}},
		{"id", "", "900000001", "900000001", nil, nil},
		{"zip", "", "2108.0", "2108.0", nil, []string{"cells.with_decimals"}},
		{"zip", "", "2108.00", "2108.00", nil, []string{"cells.with_decimals"}},
		{"zip", "whole", "2108.0", "2108", nil, nil},
		{"zip", "digits", "2108.0", "2108.0", []string{"convert cells.decimals_of_whole"}, nil},
		{"zip", "", "2108.50", "2108.50", nil, nil},
		{"zip", "", "10.0.0", "10.0.0", nil, nil},
		{"zip", "", "A.0", "A.0", nil, nil},
		{"zip", "", "100", "100", nil, nil},
		{"business_name", "", "Nan", "Nan", nil, nil},
		{"business_name", "", "Na", "Na", nil, nil},
		{"business_name", "", "7", "7", nil, []string{"cells.unlettered"}},
		{"business_name", "", "李", "李", nil, nil},
		{"business_name", "", "IRMÃ” LTDA", "IRMÃ” LTDA", nil, nil},
		{"business_name", "", "“PEÑA”", "“PEÑA”", nil, nil},
		{"business_name", "", "ÑANDÚ ÁÉÍÓÚ SÃO", "ÑANDÚ ÁÉÍÓÚ SÃO", nil, nil},
		{"business_name", "", "√2 SAS ‚Ärzte‘ ¬A", "√2 SAS ‚Ärzte‘ ¬A", nil, nil},
		{"country", "", "NA", "NA", nil, nil},
		{"address.line1", "", "S/N", "S/N", nil, nil},
		{"rating", "", "N/A", "N/A", nil, nil},
		{"purpose", "", "one\ntwo", "one\ntwo", nil, nil},
		{"business_name", "collapse", "one\ntwo\tthree", "one two three", nil, nil},
		{"business_name", `"as-is(Null, TOTAL)"`, "Null", "Null", nil, nil},
		{"business_name", "as-is(Null) | upper", "Null", "NULL", nil, nil},
		{"business_name", `"as-is('Caf&eacute;')"`, "Caf&eacute;", "Caf&eacute;", nil, nil},
		// Spoilt texts.
		{"business_name", "", "Pe\ufffda", "Pe\ufffda", isSpoilt("replacement"), nil},
		{"business_name", "", "CafÃ© PeÃ±a SAS", "CafÃ© PeÃ±a SAS", isSpoilt("read_twice"), nil},
		{"business_name", "", "Café PeÃ±a", "Café PeÃ±a", isSpoilt("read_twice"), nil},
		{"business_name", "", "MUÃ‘OZ", "MUÃ‘OZ", isSpoilt("read_twice"), nil},
		{"business_name", "", "GARC\u00c3\u008dA", "GARC\u00c3\u008dA", isSpoilt("read_twice"), nil},
		{"business_name", "", "Joeâ€™s", "Joeâ€™s", isSpoilt("read_twice"), nil},
		{"business_name", "", "Pe√±a", "Pe√±a", isSpoilt("read_twice"), nil},
		{"business_name", "", "Joe‚Äôs", "Joe‚Äôs", isSpoilt("read_twice"), nil},
		{"business_name", "", "Pe├▒a", "Pe├▒a", isSpoilt("read_twice"), nil},
		{"business_name", "", "Peï¿½a", "Peï¿½a", isSpoilt("read_twice"), nil},
		{"business_name", "", "Caf&eacute; &amp; Pan", "Caf&eacute; &amp; Pan", isSpoilt("entity"), nil},
		{"business_name", "", "a&#233;b", "a&#233;b", isSpoilt("entity"), nil},
		{"id", "", "a\x07b", "a\x07b", isSpoilt("control"), nil},
		{"id", "", "a\u202eb", "a\u202eb", isSpoilt("bidi_override"), nil},
		{"business_name", "", "one\ntwo", "one\ntwo", isSpoilt("line_break"), nil},
		{"business_name", "", "one\ttwo", "one\ttwo", isSpoilt("line_break"), nil},
		{"business_name", "as-is(Null)", "NULL", "NULL", placeholder, nil},
		// Placeholders.
		{"business_name", "", "N/A", "N/A", placeholder, nil},
		{"business_name", "", "nan", "nan", placeholder, nil},
		{"business_name", "", "SIN NOMBRE", "SIN NOMBRE", placeholder, nil},
		{"business_name", "upper", "n/a", "N/A", placeholder, nil},
		{"business_name", "", "-", "-", placeholder, nil},
		{"business_name", "", "***", "***", []string{"placeholder cells.nameless"}, nil},
		{"id", "digits", "N/A", "N/A", placeholder, nil},
		{"id", "", "S/N", "S/N", placeholder, nil},
		{"email", "", "na", "", nil, []string{"cells.emptied"}},
		{"email", "digits", "No tiene", "", nil, []string{"cells.emptied"}},
		{"country", "country-a2", "N/A", "", nil, []string{"cells.emptied"}},
		{"rating", "", "-", "", nil, []string{"cells.emptied"}},
		{"business_name", "reference", "N/A", "", placeholder, nil},
		// Invisible characters.
		{"business_name", "", "EJEMPLO\u00adCUATRO", "EJEMPLO\u00adCUATRO", nil, []string{"cells.invisible"}},
		{"email", "digits", "tre\u200bs", "tre\u200bs", []string{"convert cells.with_invisible"}, nil},
	}
	for _, tt := range tests {
		value, wrong, notes := clinicCheck(t, tt.field, tt.convert, tt.cell)
		if tt.convert != "reference" && value != tt.want {
			t.Errorf("%s of %q through %s: %q, want %q", tt.field, tt.cell, tt.convert, value, tt.want)
		}
		if diff := cmp.Diff([][]string{tt.wrong, tt.notes}, [][]string{wrong, notes}); diff != "" {
			t.Errorf("%s of %q through %s (-want +got):\n%s", tt.field, tt.cell, tt.convert, diff)
		}
	}
}

// Of several cells that make a value some may stand for nothing, not all of those
// that make one that is needed.
func TestInspectJoinedCells(t *testing.T) {
	m, err := Compile(clinic(), headerOf("A", "B"),
		sheetOf(t, "field,column,convert\nbusiness_name,A,\nbusiness_name,B,\n"))
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	c, err := NewChecker(m, func([]pipeline.Slot) (RowPlan, error) { return takesAll{&values}, nil })
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct {
		cells []string
		want  string
		wrong []string
	}{
		{[]string{"Ana", "N/A"}, "Ana", nil},
		{[]string{"Ana", "&"}, "Ana &", nil},
		{[]string{"-", "N/A"}, "- N/A", []string{"business_name placeholder A@2", "business_name placeholder B@2"}},
		{[]string{"Ana", "Pe\ufffda"}, "Ana Pe\ufffda", []string{"business_name spoilt B@2"}},
	} {
		var d pipeline.Draft
		c.Check(pipeline.Row{Number: 2, Cells: tt.cells}, &d)
		if diff := cmp.Diff(tt.wrong, summary(d.Problems)); diff != "" || values[0] != tt.want {
			t.Errorf("%d: %q, want %q; (-want +got):\n%s", i, values[0], tt.want, diff)
		}
	}
}

// What is found in a later row of a customer is placed in that row.
func TestInspectRowsOfOneCustomer(t *testing.T) {
	m := longMapping(t, longSheet)
	c, err := NewChecker(m, slotsPlanFor)
	if err != nil {
		t.Fatal(err)
	}
	width := m.grouping.width
	cells := make([]string, 2*width)
	for i := range cells {
		cells[i] = "A900"
	}
	column := m.grouping.own[1].column
	cells[width+column.Index] = "HOME\ufffd"
	var d pipeline.Draft
	c.Check(pipeline.Row{Number: 4, Rows: []int{4, 6}, Cells: cells}, &d)
	var spoilt []string
	for _, p := range d.Problems {
		if p.Code == pipeline.ProblemSpoilt {
			spoilt = append(spoilt, p.Cell())
		}
	}
	if diff := cmp.Diff([]string{pipeline.CellRef(column.Index, 6)}, spoilt); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, summary(d.Problems))
	}
	cells[width+column.Index] = "HO\u200bME"
	c.Check(pipeline.Row{Number: 4, Rows: []int{4, 6}, Cells: cells}, &d)
	if notes := c.Notes(); len(notes) != 1 || notes[0].Arg("row") != 6 {
		t.Errorf("noted %v, not a cell in row 6", notes)
	}
}
