package templates_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/templates"
)

func blank(t *testing.T, d *templates.Definition, o templates.BlankOptions) *templates.Blank {
	t.Helper()
	b, err := d.Blank(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// workbook writes a blank book and reads it again.
func workbook(t *testing.T, b *templates.Blank, words templates.Words) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := b.WriteXLSX(&out, words); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// codes words a message as its code and its arguments, and a text of a
// definition in a language.
type codes struct{ lang string }

func (c codes) Message(m *pipeline.Message) string {
	if m != nil && m.Code == "definition.text" {
		return m.Arg("text").(pipeline.Localized).In(c.lang)
	}
	return m.String()
}

func paths(columns []templates.BlankColumn) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c.Path)
	}
	return out
}

// checkExamples checks the example row as an import would, if it were not marked.
func checkExamples(t *testing.T, d *templates.Definition, columns []templates.BlankColumn, example func(i int) string) {
	t.Helper()
	s := newSheet(t, d, paths(columns)...)
	cells := map[string]string{}
	for i, c := range columns {
		cells[c.Path] = example(i)
	}
	s.body(t, cells)
}

// A blank workbook has a sheet for each shape, in every language.
func TestBlankWorkbooks(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		for _, lang := range []string{"en", "es"} {
			t.Run(d.Provider().Name+" "+lang, func(t *testing.T) {
				b := blank(t, d, templates.BlankOptions{})
				f := workbook(t, b, codes{lang})
				want := []string{"template.sheet_book"}
				if len(d.Provider().Shapes) > 0 {
					want = slices.Clone(d.Provider().Shapes)
				}
				if diff := cmp.Diff(append(want, "template.sheet_fields"),
					visibleSheets(t, f)[:len(want)+1]); diff != "" {
					t.Fatalf("sheets (-want +got):\n%s", diff)
				}
				for i, s := range b.Sheets {
					checkBlankSheet(t, d, f, want[i], s, lang)
				}
			})
		}
	}
}

// checkBlankSheet checks one sheet: its header has the names of the fields, its example row can be imported, every
// column has a comment, and all its cells are text.
func checkBlankSheet(t *testing.T, d *templates.Definition, f *excelize.File, name string, s templates.BlankSheet,
	lang string) {
	t.Helper()
	rows, err := f.GetRows(name)
	if err != nil || len(rows) != 4 {
		t.Fatalf("sheet %s has %d rows (%v)", name, len(rows), err)
	}
	if diff := cmp.Diff(append([]string{pipeline.OriginColumn}, paths(s.Columns)...), rows[2]); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if rows[3][0] != "template.example_mark" {
		t.Errorf("the row of examples is marked %q", rows[3][0])
	}
	checkExamples(t, d, s.Columns, func(i int) string { return rows[3][i+1] })
	checkPages(t, f, name, len(s.Columns)+1)
	about := commentsOf(t, f, name)
	need := map[templates.Need]string{templates.Needed: "need=(template.needed)",
		templates.NeededInEntry: "need=(template.needed_in_group)", templates.Optional: "need=(template.optional)"}
	labels, band := map[string]bool{}, ""
	for i, c := range s.Columns {
		at, label := pipeline.CellRef(i+1, 3), rows[1][i+1]
		if help := c.Field.Help.In(lang); help == "" || !strings.Contains(about[at], help[1:]) ||
			!strings.Contains(about[at], need[c.Need]) {
			t.Errorf("the comment on %s says %q", c.Path, about[at])
		}
		all, _ := d.Provider().FieldByPath(c.Path)
		for _, v := range all.Enum {
			if help := c.Field.Help.In(lang); strings.HasPrefix(help, v) && !strings.Contains(about[at], help) {
				t.Errorf("the comment on %s spells %q in another way: %q", c.Path, v, about[at])
			}
		}
		if i+1 < len(rows[0]) && rows[0][i+1] != "" {
			band = rows[0][i+1] // over the columns up to the next one
		}
		if labels[band+"\n"+label] || band == "" {
			t.Errorf("in the band %q the label %q stands over two columns", band, label)
		}
		labels[band+"\n"+label] = true
		if starred := strings.HasSuffix(label, "*"); starred != (c.Need == templates.Needed) {
			t.Errorf("%s is %v and its label %q", c.Path, c.Need, label)
		}
		for _, row := range []int{4, 5, 5000} {
			if id := formatOf(t, f, name, i+1, row); id != 49 {
				t.Errorf("%s has the number format %d in row %d", c.Path, id, row)
			}
		}
	}
}

// checkPages checks that a printed page has no more columns than can be read, since all pages of a sheet are as wide.
func checkPages(t *testing.T, f *excelize.File, name string, columns int) {
	t.Helper()
	page, err := f.GetPageLayout(name)
	if err != nil || page.FitToWidth == nil {
		t.Fatalf("sheet %s fits no page: %v", name, err)
	}
	if each := columns / *page.FitToWidth; each > 15 {
		t.Errorf("sheet %s has %d columns on a page", name, each)
	}
}

// commentsOf are the comments of a sheet, by cell.
func commentsOf(t *testing.T, f *excelize.File, sheet string) map[string]string {
	t.Helper()
	comments, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]string{}
	for _, c := range comments {
		for _, p := range c.Paragraph {
			about[c.Cell] += p.Text
		}
	}
	return about
}

func visibleSheets(t *testing.T, f *excelize.File) []string {
	t.Helper()
	var out []string
	for _, s := range f.GetSheetList() {
		visible, err := f.GetSheetVisible(s)
		if err != nil {
			t.Fatal(err)
		}
		if visible {
			out = append(out, s)
		}
	}
	return out
}

func formatOf(t *testing.T, f *excelize.File, sheet string, column, row int) int {
	t.Helper()
	id, err := f.GetCellStyle(sheet, pipeline.CellRef(column, row))
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return style.NumFmt
}

// The labels say exactly what the schema requires: with only the needed cells a row passes, and without one of them
// it does not; an entry may be left out, and once it is there it needs what its labels say.
func TestNeededIsWhatIsNeeded(t *testing.T) {
	documents, err := findIn(t, alteredFiles(t, "connectfi", edit{schemaFile, `"if": {"properties": {"type"`,
		`"required": ["type"], "if": {"properties": {"type"`}))
	if err != nil {
		t.Fatal(err)
	}
	inEntries := 0
	for _, d := range append(embeddedDefinitions(t), documents) {
		o := templates.BlankOptions{Repeat: map[string]int{}}
		if d.Provider().Name == "connectfi" {
			o.Repeat = map[string]int{"businessRepresentatives": 2, "customer.addresses": 2,
				"businessRepresentatives.phones": 2}
		}
		for _, s := range blank(t, d, o).Sheets {
			book := newSheet(t, d, paths(s.Columns)...)
			cells, entries := map[string]string{}, map[string]map[string]string{}
			for _, c := range s.Columns {
				if c.Need == templates.Needed {
					cells[c.Path] = c.Example
					continue
				}
				if entries[c.Entry] == nil {
					entries[c.Entry] = map[string]string{}
				}
				entries[c.Entry][c.Path] = c.Field.Example
			}
			book.body(t, cells)
			for path := range cells {
				if draft := book.check(with(cells, path, "")); len(draft.Problems) == 0 {
					t.Errorf("%s %s: a row passes without %s", d.Provider().Name, s.Name, path)
				}
			}
			for _, c := range s.Columns {
				if c.Need == templates.NeededInEntry {
					inEntries++
					whole := join(cells, entries[c.Entry])
					book.body(t, whole)
					if draft := book.check(with(whole, c.Path, "")); len(draft.Problems) == 0 {
						t.Errorf("%s %s: an entry passes without %s", d.Provider().Name, s.Name, c.Path)
					}
				}
				if c.Need != templates.Needed && c.Need != templates.NeededInEntry &&
					!strings.HasSuffix(c.Path, "ocuments[0].value") {
					// The number of a document is only needed with some types.
					whole := join(cells, entries[c.Entry])
					book.body(t, with(whole, c.Path, ""))
				}
			}
		}
	}
	if inEntries < 40 {
		t.Errorf("only %d columns are needed in their entries", inEntries)
	}
}

// The cells' rules accept every value that the schema accepts, and every example.
func TestRulesTakeWhatTheSchemaTakes(t *testing.T) {
	caught, judged := 0, map[[2]string]bool{}
	for _, d := range embeddedDefinitions(t) {
		f := workbook(t, blank(t, d, templates.BlankOptions{}), codes{"en"})
		for _, file := range []string{"example.csv", "broken.csv"} {
			book := readBook(t, d, file)
			for _, sheet := range visibleSheets(t, f) {
				rows, err := f.GetRows(sheet)
				if err != nil {
					t.Fatal(err)
				}
				rules, err := f.GetDataValidations(sheet)
				if err != nil {
					t.Fatal(err)
				}
				for _, rule := range rules {
					first, last, _ := strings.Cut(rule.Sqref, ":")
					column, row, err := excelize.CellNameToCoordinates(first)
					if err != nil || !strings.HasSuffix(last, "1048576") {
						t.Fatalf("rule for %s: %v", rule.Sqref, err)
					}
					if *rule.ErrorStyle != "warning" || !rule.AllowBlank || len(*rule.Error) == 0 ||
						len([]rune(*rule.Error)) > 225 ||
						len(rule.Formula1) > 260 {
						t.Errorf("rule for %s: %+v", rule.Sqref, rule)
					}
					slot := slices.IndexFunc(book.slots,
						func(s pipeline.Slot) bool { return s.Path == rows[2][column-1] })
					if slot < 0 || rule.Type != "custom" && rule.Type != "list" {
						t.Fatalf("a rule of type %s for %s", rule.Type, rows[2][column-1])
					}
					for i, values := range book.rows {
						value := values[slot]
						bad := slices.ContainsFunc(book.expect[i], func(p string) bool {
							// When the shape is unknown nothing else is checked.
							at, _, _ := strings.Cut(p, " ")
							return slices.Contains(d.Provider().ShapeAt, at) ||
								strings.HasPrefix(p, book.slots[slot].Path+" ")
						})
						if strings.ContainsFunc(value, func(r rune) bool { return r > 0xffff }) {
							continue // some programs count such a character as two, and warn too early
						}
						if value == "" || slices.Contains(d.Provider().ShapeAt, book.slots[slot].Path) {
							continue // a sheet is for one shape only
						}
						key := [2]string{rule.Formula1, value}
						good, done := judged[key]
						if !done {
							good = takes(t, rule, value, pipeline.CellRef(column-1, row))
							judged[key] = good
						}
						if !good && !bad {
							t.Errorf("%s row %d: %s is warned of, by %s", book.name, book.number(i),
								book.slots[slot].Path, rule.Formula1)
						}
						if !good {
							caught++
						}
					}
				}
			}
		}
	}
	if caught < 100 {
		t.Errorf("only %d values of the broken books are warned of", caught)
	}
}

// takes reports what the rule of a cell says of a value.
func takes(t *testing.T, rule *excelize.DataValidation, value, ref string) bool {
	t.Helper()
	if rule.Type == "list" {
		return strings.HasPrefix(rule.Formula1, "'") ||
			slices.Contains(strings.Split(strings.Trim(rule.Formula1, `"`), ","), value)
	}
	f := excelize.NewFile()
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := errors.Join(f.SetCellStr("Sheet1", ref, value), f.SetCellFormula("Sheet1", "A1",
		rule.Formula1)); err != nil {
		t.Fatal(err)
	}
	got, err := f.CalcCellValue("Sheet1", "A1")
	if err != nil {
		t.Fatalf("%s: %v", rule.Formula1, err)
	}
	return got == "TRUE"
}

// One table has all shapes: every column once, and an example row for each shape that can be imported.
func TestBlankCSV(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		b := blank(t, d, templates.BlankOptions{})
		var out strings.Builder
		if err := b.WriteCSV(&out, codes{"en"}); err != nil {
			t.Fatal(err)
		}
		text, marked := strings.CutPrefix(out.String(), "\ufeff")
		records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || !marked || len(records) != 1+len(b.Sheets) {
			t.Fatalf("%d lines, a byte-order mark: %v (%v)", len(records), marked, err)
		}
		if diff := cmp.Diff(append([]string{pipeline.OriginColumn}, paths(b.Columns())...), records[0]); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(d.Columns(), records[0][1:]); diff != "" {
			t.Errorf("fields with a choice (-want +got):\n%s", diff)
		}
		for _, r := range records[1:] {
			if r[0] != "template.example_mark" {
				t.Errorf("a row of examples is marked %q", r[0])
			}
			checkExamples(t, d, b.Columns(), func(i int) string { return r[i+1] })
		}
	}
}

// Values that a drop-down cannot list itself, because there are too many or they contain a comma, are on a hidden
// sheet.
func TestListsOfValues(t *testing.T) {
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf(`"value %03d"`, i))
	}
	d, err := findIn(t, alteredFiles(t, "connectfi",
		edit{schemaFile, `"gender": {"type": "string", "enum": ["M", "F"]}`,
			`"gender": {"type": "string", "enum": [` + strings.Join(many, ", ") + `]}`},
		edit{schemaFile, `"enum": ["PRIMARY", "SECONDARY"]`, `"enum": ["first, or only", "second"]`}))
	if err != nil {
		t.Fatal(err)
	}
	f := workbook(t, blank(t, d, templates.BlankOptions{}), codes{"en"})
	if slices.Contains(visibleSheets(t, f), "template.sheet_lists") ||
		!slices.Contains(f.GetSheetList(), "template.sheet_lists") {
		t.Fatalf("sheets %q, visible %q", f.GetSheetList(), visibleSheets(t, f))
	}
	rules, err := f.GetDataValidations("individual")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"F4:F1048576": "'template.sheet_lists'!$A$1:$A$100",
		"I4:I1048576": "'template.sheet_lists'!$B$1:$B$2"}
	for _, r := range rules {
		if w, ok := want[r.Sqref]; ok && r.Formula1 != w {
			t.Errorf("the drop-down of %s is %s, want %s", r.Sqref, r.Formula1, w)
		}
		delete(want, r.Sqref)
	}
	last, err := f.GetCellValue("template.sheet_lists", "A100")
	comma, err2 := f.GetCellValue("template.sheet_lists", "B1")
	if len(want) > 0 || last != "value 099" || comma != "first, or only" || errors.Join(err, err2) != nil {
		t.Errorf("without a drop-down: %v; the lists hold %q and %q (%v)", want, last, comma, errors.Join(err, err2))
	}
}

// A field of another shape has the same name as in that shape's own sheet.
func TestFieldsOfOtherShapes(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	f := workbook(t, blank(t, d, templates.BlankOptions{Shape: "business"}), codes{"es"})
	rows, err := f.GetRows("template.sheet_fields")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[1] == "customer.phones[].phoneNumber" })
	if i < 0 || rows[i][0] != "Teléfono: número" {
		t.Errorf("row %d: %q", i, rows[max(i, 0)])
	}
}

// The explanation sheet has every field and every note of the definition.
func TestFieldsAreExplained(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		rows, err := workbook(t, blank(t, d, templates.BlankOptions{}), codes{"en"}).GetRows("template.sheet_fields")
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, r := range rows {
			all.WriteString(strings.Join(r, "|") + "\n")
		}
		for _, note := range d.Provider().Notes {
			if !strings.Contains(all.String(), note.In("en")) {
				t.Errorf("%s: the note %q is not there", d.Provider().Name, note)
			}
		}
		for _, f := range d.Provider().Fields {
			i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[1] == f.Path })
			if i < 0 {
				t.Errorf("%s: %s is not explained", d.Provider().Name, f.Path)
				continue
			}
			line := strings.Join(rows[i], "|")
			for _, want := range append([]string{f.Example, f.Help.In("en")[1:]}, f.Enum...) {
				if !strings.Contains(line, strings.TrimSuffix(want, ".")) {
					t.Errorf("%s: %s does not say %q", d.Provider().Name, f.Path, want)
				}
			}
		}
	}
}
