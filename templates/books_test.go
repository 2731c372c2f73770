package templates_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/templates"
)

// The column of a broken book that lists the problems that muster must find in the row, as "field code" pairs joined
// by "; ".
const problemsColumn = "problems"

// testBook is one of a definition's books, its cells trimmed as a reader trims them.
type testBook struct {
	name   string // connectfi/example.csv
	def    *templates.Definition
	slots  []pipeline.Slot
	rows   [][]string // by slot
	expect [][]string // sorted pairs, by row; empty in an example
}

// number is the row's as a spreadsheet program shows it.
func (b testBook) number(row int) int { return row + 2 }

func embeddedDefinitions(t *testing.T) []*templates.Definition {
	t.Helper()
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var defs []*templates.Definition
	for _, name := range set.Names() {
		d, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, d)
	}
	return defs
}

func readRecords(t *testing.T, d *templates.Definition, file string) [][]string {
	t.Helper()
	data, err := d.File(file)
	if err != nil {
		t.Fatalf("%s/%s: %v", d.Provider().Name, file, err)
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%s/%s has %d lines: %v", d.Provider().Name, file, len(records), err)
	}
	return records
}

func readBook(t *testing.T, d *templates.Definition, file string) testBook {
	t.Helper()
	p := d.Provider()
	b := testBook{name: p.Name + "/" + file, def: d}
	records := readRecords(t, d, file)
	for i, name := range records[0] {
		if name == problemsColumn {
			continue
		}
		field := p.FieldIndex(name)
		if field < 0 {
			t.Fatalf("%s, column %s: no such field", b.name, name)
		}
		b.slots = append(b.slots, pipeline.Slot{Path: name, Field: field,
			Column: &pipeline.Column{Index: i, Name: name}})
	}
	for _, record := range records[1:] {
		var values, expect []string
		for i, cell := range record {
			if records[0][i] != problemsColumn {
				values = append(values, pipeline.Trim(cell))
				continue
			}
			if cell != "" {
				expect = strings.Split(cell, "; ")
				slices.Sort(expect)
			}
		}
		b.rows, b.expect = append(b.rows, values), append(b.expect, expect)
	}
	return b
}

// check runs every row through the plan.
func (b testBook) check(t *testing.T, each func(row int, d *pipeline.Draft)) {
	t.Helper()
	plan, err := b.def.Plan(b.slots)
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	var d pipeline.Draft
	for i, values := range b.rows {
		plan.Check(b.number(i), values, &d)
		each(i, &d)
	}
}

func pairs(problems []pipeline.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Field+" "+string(p.Code))
	}
	slices.Sort(out)
	return out
}

// Every example is imported without problems, and the body has the cells' values, in the schema's order.
func TestExampleBooksAreClean(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		p := d.Provider()
		files, err := fs.Glob(os.DirFS("."), path.Join("providers", p.Name, "example*.csv"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no example (%v)", p.Name, err)
		}
		for _, file := range files {
			b := readBook(t, d, path.Base(file))
			seen := map[string]int{}
			b.check(t, func(row int, draft *pipeline.Draft) {
				at := fmt.Sprintf("%s row %d", b.name, b.number(row))
				if found := pairs(draft.Problems); len(found) > 0 {
					t.Errorf("%s: %s", at, strings.Join(found, "; "))
					return
				}
				compareBody(t, at, b, row, draft)
				if len(draft.Keys) == 0 || draft.Name == "" {
					t.Errorf("%s: %d keys and the name %q", at, len(draft.Keys), draft.Name)
				}
				for _, k := range draft.Keys {
					id := fmt.Sprint(k.Key, " ", k.Normalised)
					if first, ok := seen[id]; ok {
						t.Errorf("%s has a key of row %d", at, first)
					}
					seen[id] = b.number(row)
				}
			})
		}
	}
}

// Every field has a value somewhere in the example, except those that the definition fills itself.
func TestExampleBooksShowEveryField(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		b := readBook(t, d, "example.csv")
		if len(b.rows) < 5 {
			t.Errorf("%s has %d rows", b.name, len(b.rows))
		}
		shown := map[string]bool{}
		for _, values := range b.rows {
			for i, v := range values {
				shown[pipeline.PathPattern(b.slots[i].Path)] = shown[pipeline.PathPattern(b.slots[i].Path)] || v != ""
			}
		}
		for _, f := range d.Provider().Fields {
			if _, column := shown[f.Path]; f.Only != "" && column {
				t.Errorf("%s: %s has one legal value and needs no column", b.name, f.Path)
			} else if f.Only == "" && !shown[f.Path] {
				t.Errorf("%s: %s is nowhere", b.name, f.Path)
			}
			if len(f.Title) == 0 || len(f.Help) == 0 || f.Example == "" {
				t.Errorf("%s: field %s lacks a title, a description or an example", b.name, f.Path)
			}
		}
	}
}

// The workbook has the same rows as the CSV; cells that are real dates are the same days.
func TestExampleWorkbooksHoldTheSameRows(t *testing.T) {
	dates := 0
	for _, d := range embeddedDefinitions(t) {
		name := d.Provider().Name + "/example.xlsx"
		data, err := d.File("example.xlsx")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := len(f.GetSheetList()); n != 1 {
			t.Fatalf("%s has %d sheets", name, n)
		}
		sheet := f.GetSheetList()[0]
		got, err := f.GetRows(sheet)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := readRecords(t, d, "example.csv")
		for i, row := range got { // the file has no trailing empty cells
			for len(row) < len(want[0]) {
				row = append(row, "")
			}
			got[i] = row
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-csv +xlsx):\n%s", name, diff)
		}
		for r := 2; r <= len(got); r++ {
			for c := range want[0] {
				kind, err := f.GetCellType(sheet, pipeline.CellRef(c, r))
				if err != nil {
					t.Fatal(err)
				}
				if got[r-1][c] == "" || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
					continue
				}
				dates++
				if !strings.HasSuffix(want[0][c], "dateOfBirth") {
					t.Errorf("%s %s is not text", name, pipeline.CellRef(c, r))
				}
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if dates == 0 {
		t.Error("no example has a real date for readers to cope with")
	}
}

// Every row of a broken book has exactly the problems that it lists, each with the column to fix and without the
// cell's content.
func TestBrokenBooksAreFoundOut(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		b := readBook(t, d, "broken.csv")
		if len(b.expect[0]) > 0 {
			t.Errorf("%s: the first row should be clean", b.name)
		}
		columns := map[string]int{} // slot by path
		for i, s := range b.slots {
			columns[s.Path] = i
		}
		b.check(t, func(row int, draft *pipeline.Draft) {
			at := fmt.Sprintf("%s row %d", b.name, b.number(row))
			if diff := cmp.Diff(b.expect[row], pairs(draft.Problems)); diff != "" {
				t.Errorf("%s (-expected +found):\n%s", at, diff)
			}
			switch {
			case len(b.expect[row]) == 0 && len(draft.Problems) == 0:
				compareBody(t, at, b, row, draft)
			case draft.Body != nil && len(draft.Problems) > 0:
				t.Errorf("%s has problems and a body", at)
			}
			for _, p := range draft.Problems {
				slot, mapped := columns[p.Field]
				if !mapped {
					t.Errorf("%s: %s is no column of the book", at, p.Field)
					continue
				}
				want := b.slots[slot].Column
				if p.Column == nil || *p.Column != *want {
					t.Errorf("%s: %s is laid to column %v, want %v", at, p.Field, p.Column, *want)
				}
				field, value := d.Provider().Fields[b.slots[slot].Field], b.rows[row][slot]
				if p.Message == nil {
					t.Errorf("%s: %s has no message", at, p.Field)
				}
				if utf8.RuneCountInString(value) > 3 && strings.Contains(p.Message.String(), value) &&
					!strings.Contains(field.Help.In("en"), value) {
					t.Errorf("%s: the message for %s repeats the cell", at, p.Field)
				}
			}
		})
	}
}

// Every rule that a field has is broken by some row of the broken book.
func TestBrokenBooksBreakEveryRule(t *testing.T) {
	// Rules that depend on another field are not in any Field.
	conditional := map[string][]string{}
	for _, code := range []string{"required", "pattern", "too_long"} {
		conditional["connectfi"] = append(conditional["connectfi"], "customer.identificationDocuments[].value "+code,
			"businessRepresentatives[].identificationDocuments[].value "+code)
	}
	for _, d := range embeddedDefinitions(t) {
		b := readBook(t, d, "broken.csv")
		expected := map[string]bool{}
		for _, expect := range b.expect {
			for _, pair := range expect {
				expected[pipeline.PathPattern(pair)] = true
			}
		}
		rules := conditional[d.Provider().Name]
		for _, f := range d.Provider().Fields {
			for _, code := range rulesOf(f) {
				rules = append(rules, f.Path+" "+string(code))
			}
			if len(f.Shapes) > 0 && len(f.Shapes) < len(d.Provider().Shapes) && f.Required {
				rules = append(rules, f.Path+" "+string(pipeline.ProblemShape))
			}
		}
		for _, rule := range rules {
			if !expected[rule] {
				t.Errorf("%s: no row for %s", b.name, rule)
			}
		}
	}
}

// rulesOf are the problems that a cell of the field can have by itself. A trimmed cell is never blank, an empty one
// is missing; when format and pattern both require a form, the problem is that of the format.
func rulesOf(f pipeline.Field) []pipeline.ProblemCode {
	if f.Only != "" {
		return []pipeline.ProblemCode{pipeline.ProblemEnum}
	}
	var codes []pipeline.ProblemCode
	add := func(has bool, code pipeline.ProblemCode) {
		if has {
			codes = append(codes, code)
		}
	}
	add(f.Required, pipeline.ProblemRequired)
	add(len(f.Enum) > 0, pipeline.ProblemEnum)
	add(f.MinLength > 1, pipeline.ProblemTooShort)
	add(f.MaxLength > 0, pipeline.ProblemTooLong)
	add(f.Pattern != "" && f.Pattern != `\S` && f.Format == "", pipeline.ProblemPattern)
	switch f.Format {
	case "":
	case "date":
		codes = append(codes, pipeline.ProblemDate)
	case "email":
		codes = append(codes, pipeline.ProblemEmail)
	default:
		codes = append(codes, pipeline.ProblemFormat)
	}
	return codes
}

// compareBody builds the body from the row's cells in a simple way, in the order of the fields, and compares.
func compareBody(t *testing.T, at string, b testBook, row int, draft *pipeline.Draft) {
	t.Helper()
	cells := map[string]string{}
	for _, f := range b.def.Provider().Fields {
		if f.Only != "" {
			cells[f.Path] = f.Only
		}
	}
	for i, s := range b.slots {
		if v := b.rows[row][i]; v != "" {
			cells[s.Path] = v
		}
	}
	if !json.Valid(draft.Body) {
		t.Errorf("%s: the body is no JSON", at)
		return
	}
	want := tokens([]byte(writeBody(b.def.Provider().Fields, cells, "")))
	if diff := cmp.Diff(want, tokens(draft.Body)); diff != "" {
		t.Errorf("%s (-cells +body):\n%s", at, diff)
	}
}

// writeBody writes the value at a path; "" when there is none.
func writeBody(fields []pipeline.Field, cells map[string]string, at string) string {
	if v, ok := cells[at]; ok {
		quoted, _ := json.Marshal(v) // a string can always be encoded
		return string(quoted)
	}
	var parts, done []string
	for _, f := range fields {
		rest, below := strings.CutPrefix(f.Path, pipeline.PathPattern(at))
		if !below || rest == "" || at != "" && rest[0] != '.' && rest[0] != '[' {
			continue
		}
		if rest[0] == '[' {
			for i := range 10 { // as many as the books have, without gaps
				if item := writeBody(fields, cells, fmt.Sprintf("%s[%d]", at, i)); item != "" {
					parts = append(parts, item)
				}
			}
			if len(parts) == 0 {
				return ""
			}
			return "[" + strings.Join(parts, ",") + "]"
		}
		name := strings.TrimPrefix(rest, ".")
		name = name[:strings.IndexAny(name+".", ".[")]
		if slices.Contains(done, name) {
			continue
		}
		done = append(done, name)
		if value := writeBody(fields, cells, strings.TrimPrefix(at+"."+name, ".")); value != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", name, value))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// tokens decodes JSON, so that different spellings of a string are equal.
func tokens(data []byte) []any {
	var out []any
	dec := json.NewDecoder(bytes.NewReader(data))
	for token, err := dec.Token(); err == nil; token, err = dec.Token() {
		out = append(out, token)
	}
	return out
}
