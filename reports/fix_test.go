package reports

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func fixHead() Head {
	h := testHead()
	h.Fix.Columns = []string{"NIT", "Razón social", "Correo", "", "País"}
	h.Fix.Origin = &pipeline.Origin{Run: h.Run.ID, Command: "import", Provider: "./acme/", Definition: "acme",
		Env: "production", Book: pipeline.OriginBook{Path: "clientes.csv"},
		Flags: []string{"--env", "production", "--ledger", "my ledger.db", "--account", "it's"}}
	h.Fix.Choices = []Choice{{Column: 1, Values: []string{"CO", "VE"}},
		{Column: 4, Values: strings.Fields(strings.Repeat("ABW AFG ", 50))}}
	h.Run.Namespace.Env = "production"
	return h
}

func invalid(row int, problems ...Problem) Line {
	return Line{Outcome: pipeline.Outcome{Row: row, State: pipeline.Invalid, Message: said("m")},
		Cells: []string{"007", "=1+1", "", "x", "1e5"}, Problems: problems}
}

func TestFixHasTheRowsToFix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "it's.xlsx")
	cells := []string{"007", "=1+1", "", "x", "1e5"}
	line := func(row int, s pipeline.State, code string) Line {
		return Line{Outcome: pipeline.Outcome{Row: row, State: s, Code: code, Message: said("why " + string(s))},
			Cells: cells}
	}
	lines := []Line{
		line(2, pipeline.Created, ""), line(3, pipeline.Known, ""), line(4, pipeline.Existing, ""),
		invalid(5, wrong("Correo", "C5", "required", "is required"),
			wrong("NIT", "A5", "too_short", "needs nine digits"),
			wrong("NIT", "A5", "pattern", "needs digits")),
		line(6, pipeline.Duplicate, pipeline.CodeSameData), line(7, pipeline.Duplicate, pipeline.CodeOtherData),
		line(8, pipeline.Changed, ""), line(9, pipeline.Rejected, "nit_blocked"), line(10, pipeline.Uncertain, ""),
		line(11, pipeline.Pending, ""),
		invalid(12, wrong("", "", "required", "a value is needed for at least one of NIT"),
			wrong("phone", "", "pattern", "is no number")),
		invalid(13, wrong("Correo", "C13", "error_cell", "has the error value #N/A"),
			wrong("Razón social", "B13", "mangled", "is no date"),
			wrong("", "G13", "extra_cell", "is filled")),
		{Outcome: pipeline.Outcome{Row: 14, State: pipeline.Invalid}, Cells: []string{"900123456789012345",
			"a\x01b", "", "", ""},
			Problems: []Problem{wrong("NIT", "A14", "mangled", "is a number of more than 15 digits")}},
	}
	head := fixHead()
	head.Fix.Labels = map[int]pipeline.Localized{2: {"": "E-mail"}}
	writeReport(t, path, head, lines, Tail{Counts: countsOf(lines)})
	f := openBook(t, path)
	rows, err := f.GetRows(pipeline.FixSheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"muster row", "muster problem", "NIT", "Razón social", "Correo", "", "País"},
		{"5", "NIT needs nine digits\nNIT needs digits\nCorreo is required", "007", "=1+1", "", "x", "1e5"},
		{"7", "why duplicate", "007", "=1+1", "", "x", "1e5"},
		{"8", "changed: why changed", "007", "=1+1", "", "x", "1e5"},
		{"9", "rejected: why rejected", "007", "=1+1", "", "x", "1e5"},
		{"12", "a value is needed for at least one of NIT\nphone is no number", "007", "=1+1", "", "x", "1e5"},
		{"13", "Razón social is no date\nCorreo has the error value #N/A\n" +
			`report.past_last_column cell="G13"`, "007", "", "", "x", "1e5", "", ""},
		{"14", "NIT is a number of more than 15 digits\nreport.no_cell_text", "900123456789012400", ""},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	comments, err := f.GetComments(pipeline.FixSheet)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, c := range comments {
		for _, run := range c.Paragraph {
			said[c.Cell] += run.Text
		}
	}
	if d := cmp.Diff(map[string]string{
		"E1": `report.field_label label="E-mail"`,
		"E2": "Correo is required",
		"C2": "NIT needs nine digits\nNIT needs digits",
		"A3": "why duplicate", "A4": "changed: why changed", "A5": "rejected: why rejected",
		"A6": "a value is needed for at least one of NIT\nphone is no number",
		"E7": "Correo has the error value #N/A",
		"D7": "Razón social is no date",
		"I7": `report.past_last_column cell="G13"`,
		"C8": "NIT is a number of more than 15 digits",
		"D8": "report.no_cell_text",
	}, said); d != "" {
		t.Error(d)
	}
	// A cell that could not be read is an error value until it is fixed, and a number that lost digits is still a
	// number.
	for _, at := range []string{"D7", "E7", "I7", "D8"} {
		if formula, err := f.GetCellFormula(pipeline.FixSheet, at); err != nil || formula != "NA()" {
			t.Errorf("%s is %q (%v), want an error value", at, formula, err)
		}
	}
	for at, want := range map[string]excelize.CellType{"C2": excelize.CellTypeInlineString,
		"D2": excelize.CellTypeInlineString, "G2": excelize.CellTypeInlineString, "C8": excelize.CellTypeUnset,
		"A2": excelize.CellTypeUnset} {
		if kind, err := f.GetCellType(pipeline.FixSheet, at); err != nil || kind != want {
			t.Errorf("%s is of type %v (%v), want %v", at, kind, err, want)
		}
	}
	plain, wrong := styleOf(t, f, "D2"), styleOf(t, f, "C2")
	if wrong.Fill.Color[0] == "" || len(plain.Fill.Color) > 0 ||
		styleOf(t, f, "E2").Fill.Color[0] != wrong.Fill.Color[0] {
		t.Errorf("the cells to fix do not stand out: %v, %v", wrong.Fill, plain.Fill)
	}
	for _, at := range []string{"C2", "D2", "E2", "E3", "G2"} {
		if s := styleOf(t, f, at); s.NumFmt != 49 {
			t.Errorf("%s has format %d, want text", at, s.NumFmt)
		}
	}
	if panes, err := f.GetPanes(pipeline.FixSheet); err != nil || !panes.Freeze || panes.XSplit != 2 ||
		panes.YSplit != 1 {
		t.Errorf("header and the first two columns are not frozen: %+v (%v)", panes, err)
	}
	rules, err := f.GetDataValidations(pipeline.FixSheet)
	if err != nil || len(rules) != 2 || rules[0].Sqref != "D2:D8" || rules[0].Formula1 != `"CO,VE"` ||
		rules[1].Sqref != "G2:G8" || rules[1].Formula1 != "'muster lists'!$A$1:$A$100" {
		t.Errorf("drop-downs %+v (%v)", rules, err)
	}
	if visible, err := f.GetSheetVisible("muster lists"); err != nil || visible {
		t.Errorf("the lists are to be seen (%v)", err)
	}
	for row, want := range []string{"Fix!E2", "Fix!C2", "Fix!C2", "Fix!A6", "Fix!A6", "Fix!E7", "Fix!D7",
		"Fix!I7", "Fix!C8"} {
		if there, to, err := f.GetCellHyperLink("Problems", pipeline.CellRef(0, row+2)); err != nil || !there ||
			to != want {
			t.Errorf("problem %d leads to %q (%v), want %s", row+1, to, err, want)
		}
	}
	if got := summaryText(t, f); !strings.Contains(got, `muster import '`) ||
		!strings.Contains(got, `it'\''s.xlsx' --env production --ledger 'my ledger.db' --account 'it'\''s'`) {
		t.Errorf("the summary does not name the command:\n%s", got)
	}
	if d, err := f.GetSheetDimension(pipeline.FixSheet); err != nil || d != "A1:I8" {
		t.Errorf("dimension %s (%v)", d, err)
	}
}

func styleOf(t *testing.T, f *excelize.File, at string) *excelize.Style {
	t.Helper()
	id, err := f.GetCellStyle(pipeline.FixSheet, at)
	if err != nil {
		t.Fatal(err)
	}
	if id == 0 { // a missing cell has its column's style
		column, _, err := excelize.SplitCellName(at)
		if err != nil {
			t.Fatal(err)
		}
		if id, err = f.GetColStyle(pipeline.FixSheet, column); err != nil {
			t.Fatal(err)
		}
	}
	s, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func summaryText(t *testing.T, f *excelize.File) string {
	t.Helper()
	var b strings.Builder
	for _, row := range sheetRows(t, f, "Summary") {
		b.WriteString(strings.Join(row, " ") + "\n")
	}
	return b.String()
}

// Without rows to fix, and with --no-fix, there is no such sheet, and the workbook says which of the two it is. A
// cell of which a row has only a part must be entered again: when the sheet is imported unchanged, the row is invalid
// again.
func TestFixLeavesOutBrokenCells(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fix.xlsx")
	half := func(row int, message *pipeline.Message, cells ...string) Line {
		p := pipeline.Problem{Row: row, Code: pipeline.ProblemHalfRow, Message: message}
		l := invalid(row, Problem{Problem: p})
		l.Cells = cells
		return l
	}
	lines := []Line{
		half(2, pipeline.Say("half_row_begins", "count", 2, "columns", 5), "007", "EJEMPLO", "", "", ""),
		half(3, pipeline.Say("half_row_goes_on", "row", 2), "UNO SAS", "x", "y", "z", ""),
		half(4, pipeline.Say("half_row_moved", "cell", "C4"), "008", "UNO", "SAS", "y", "z"),
	}
	writeReport(t, path, fixHead(), lines, Tail{Counts: countsOf(lines)})
	rows, err := openBook(t, path).GetRows(pipeline.FixSheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"2", "half_row_begins count=2 columns=5", "007", ""},
		{"3", "half_row_goes_on row=2", "", "x", "y", "z"},
		{"4", "half_row_moved cell=\"C4\"", "008", "UNO", "", "y", "z"}}, rows[1:]); d != "" {
		t.Error(d)
	}
}

// A column that the book hides stays hidden, unless it has something to fix.
func TestFixHidesWhatTheBookHides(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	h := fixHead()
	h.Fix.Hidden = []int{0, 1}
	lines := []Line{invalid(2, wrong("NIT", "A2", "digits", "needs digits"))}
	lines[0].Cells = []string{"007", strings.Repeat("x", 80), "y", "", ""}
	writeReport(t, path, h, lines, Tail{Counts: countsOf(lines)})
	f := openBook(t, path)
	for letters, want := range map[string]bool{"A": true, "B": true, "C": true, "D": false, "E": true} {
		if got, err := f.GetColVisible(pipeline.FixSheet, letters); err != nil || got != want {
			t.Errorf("%s is visible: %t (%v)", letters, got, err)
		}
	}
	for letters, want := range map[string]float64{"D": 50, "E": 10} { // the text is long; "Correo" and a button
		if got, err := f.GetColWidth(pipeline.FixSheet, letters); err != nil || got != want {
			t.Errorf("%s is %g wide (%v), want %g", letters, got, err, want)
		}
	}
}

func TestNoFix(t *testing.T) {
	for _, c := range []struct {
		name  string
		noFix bool
		line  Line
	}{
		{"nothing to fix", false, Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created}}},
		{"left out", true, invalid(2)},
	} {
		path := filepath.Join(t.TempDir(), "r.xlsx")
		h := fixHead()
		h.Fix.Origin.NoFix = c.noFix
		writeReport(t, path, h, []Line{c.line}, Tail{})
		f := openBook(t, path)
		o, ours, err := pipeline.ParseOrigin(sheetRows(t, f, pipeline.OriginSheet)[1:])
		if err != nil || !ours || o.NoFix != c.noFix || o.Rows != 0 {
			t.Errorf("%s: %+v, %v, %v", c.name, o, ours, err)
		}
		if strings.Contains(strings.Join(f.GetSheetList(), ","), pipeline.FixSheet) ||
			strings.Contains(summaryText(t, f), "muster import") {
			t.Errorf("%s: there is a sheet Fix: %v", c.name, f.GetSheetList())
		}
		if visible, err := f.GetSheetVisible(pipeline.OriginSheet); err != nil || visible {
			t.Errorf("%s: the origin is to be seen (%v)", c.name, err)
		}
	}
}

// The summary says when a sheet is full, and when comments are left out.
func TestFixIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	to, err := openDestination(path, false, Kept{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := newWorkbook(to, fixHead())
	if err != nil {
		t.Fatal(err)
	}
	w := made.(*workbook)
	defer w.Abort()
	w.fix.rows, w.fix.comments.count, w.fix.comments.first = 4, commentsShown-2, "B2"
	for i := range 5 {
		if err := w.Line(invalid(i+2, wrong("NIT", fmt.Sprint("A", i+2), "required", "is required"))); err != nil {
			t.Fatal(err)
		}
	}
	w.fix.comments.count = 2
	if err := w.Close(Tail{}); err != nil {
		t.Fatal(err)
	}
	f := openBook(t, path)
	if rows := sheetRows(t, f, pipeline.FixSheet); len(rows) != 4 {
		t.Errorf("%d rows, want 3 and the header", len(rows))
	}
	text := summaryText(t, f)
	for _, want := range []string{`report.how_to_fix count=3 number=3`, `report.fix_is_full count=2 number=2`,
		`report.cells_without_comment count=1 number=1 comments=2`} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary does not say %q:\n%s", want, text)
		}
	}
}

// The origin says which rows are one customer, for customers with any row in the sheet, and with all of their rows.
func TestFixSaysWhichRowsAreOneCustomer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	to, err := openDestination(path, false, Kept{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := newWorkbook(to, fixHead())
	if err != nil {
		t.Fatal(err)
	}
	w := made.(*workbook)
	defer w.Abort()
	w.fix.rows = 6 // including the header
	for _, row := range []struct{ number, head, lines int }{{2, 2, 1}, {3, 3, 2}, {5, 3, 2}, {6, 6, 3}, {7, 6, 3},
		{8, 6, 3}, {9, 9, 2}, {10, 9, 2}} {
		l := invalid(row.number, wrong("NIT", fmt.Sprint("A", row.number), "required", "is required"))
		l.Head, l.Lines = row.head, row.lines
		if err := w.Line(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(Tail{}); err != nil {
		t.Fatal(err)
	}
	o, ours, err := pipeline.ParseOrigin(sheetRows(t, openBook(t, path), pipeline.OriginSheet)[1:])
	if err != nil || !ours {
		t.Fatal(ours, err)
	}
	want := []pipeline.RowsOfOne{{First: 3, Last: 5, Rows: 2}, {First: 6, Last: 8, Rows: 3}}
	if d := cmp.Diff(want, o.Customers); d != "" {
		t.Error(d)
	}
}

// An origin reads back unchanged through a workbook.
func TestOriginComesBack(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-zá€=#'",_x(|][ -~áñ=\n]{0,8}[a-z0-9"')])?`)
		some := rapid.StringMatching(`[a-zá€=#'"(|][ -~áñ=\n]{0,8}[a-z0-9"')]`)
		table := rapid.MapOfN(some, some, 1, 3)
		want := pipeline.Origin{
			Run: some.Draw(t, "run"), Command: "check", Provider: text.Draw(t, "provider"),
			Definition: some.Draw(t, "definition"), Digest: text.Draw(t, "digest"),
			Env: text.Draw(t, "env"), BaseURL: text.Draw(t, "url"), Account: text.Draw(t, "account"),
			Flags: rapid.SliceOfN(some, 1, 4).Draw(t, "flags"),
			Book: pipeline.OriginBook{Path: some.Draw(t, "book"), Sheet: text.Draw(t, "sheet"),
				SHA256: text.Draw(t, "sha"), Header: append(rapid.SliceOfN(text, 0, 4).Draw(t, "header"), "last")},
			Mapping: pipeline.OriginMapping{Path: text.Draw(t, "mapping"), Tables: rapid.MapOfN(some, table, 1,
				2).Draw(t, "tables")},
		}
		for i := range rapid.IntRange(1, 3).Draw(t, "lines") {
			want.Mapping.Lines = append(want.Mapping.Lines,
				pipeline.MappingLine{Number: i + 2, Field: some.Draw(t, "field"),
					Column: text.Draw(t, "column"), Convert: text.Draw(t, "convert"), Value: text.Draw(t, "value")})
		}
		n++
		path := filepath.Join(dir, fmt.Sprint(n)+".xlsx")
		h := Head{Words: testWords{}, Run: pipeline.Run{ID: "r"},
			Fix: FixSource{Origin: &want, Columns: want.Book.Header}}
		w, err := Create(path, h)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(Tail{}); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows(pipeline.OriginSheet)
		if err != nil {
			t.Fatal(err)
		}
		got, ours, err := pipeline.ParseOrigin(rows[1:])
		if err != nil || !ours {
			t.Fatal(ours, err)
		}
		want.Sealed = true
		want.Sheets = map[string]pipeline.SheetRole{"Summary": pipeline.SummaryRole, "Results": pipeline.ResultsRole,
			"Problems": pipeline.ProblemsRole, "Fix": pipeline.FixRole, "About": pipeline.AboutRole}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}
