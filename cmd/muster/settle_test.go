package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/ledger"
)

// unanswered makes a ledger with one Passport run of n rows from row 2 on, all uncertain, in the sandbox.
func unanswered(t *testing.T, n int) (path, run string) {
	t.Helper()
	path, run = filepath.Join(t.TempDir(), "l.db"), "20261121-063015-4f2a"
	l, err := ledger.Open(t.Context(), path, ledger.Options{MayBegin: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	ns := pipeline.Namespace{Provider: "passport", Env: "sandbox"}
	s, err := l.Space(t.Context(), ns, def.Provider())
	if err == nil {
		err = l.StartRun(t.Context(), pipeline.Run{ID: run, Namespace: ns, Book: "made-up.csv"})
	}
	if err != nil {
		t.Fatal(err)
	}
	var intents []*pipeline.Intent
	for i := range n {
		nit := fmt.Sprintf("999%06d", i)
		intents = append(intents, &pipeline.Intent{Row: 2 + i, Body: []byte("{}"), IdempotencyKey: nit, At: time.Now(),
			Entries: []pipeline.Entry{{Path: "identification_number", Value: nit}},
			Keys:    []pipeline.KeyValue{{Key: 0, Value: nit, Normalised: nit}}})
	}
	if _, err := s.Write(t.Context(), run, intents, nil); err != nil {
		t.Fatal(err)
	}
	return path, run
}

// uuid is a customer ID of that number, as Passport has them.
func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// call runs muster in this process.
func call(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	p := newProgram()
	p.stdin, p.stdout, p.stderr, p.terminal = strings.NewReader(""), &out, &errs, false
	p.getenv = func(string) string { return "" }
	code = p.run(args)
	return code, out.String(), errs.String()
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "verdicts.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSettleWorkbook: the verdicts in a report that is a workbook are read from its sheets of results, however many,
// and not from its first sheet.
func TestSettleWorkbook(t *testing.T) {
	path, run := unanswered(t, 3)
	f := excelize.NewFile()
	for sheet, rows := range map[string][][]any{
		"Summary": {{"Results of run " + run}, {"state", "rows"}},
		"Results": {{"row", "state", "customer_id", "key", "run", "Settle "},
			{2, "uncertain", "", 999000000, run, uuid(2)}, {3, "uncertain", "", "999000001", run, " "}},
		"Results 2": {{"row", "state", "customer_id", "key", "run", "Settle "},
			{4, "uncertain", " " + uuid(4), "999000002", run, ""}},
		"Problems": {{"row", "column"}},
	} {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &rows[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	// The report's first sheet is its summary.
	if err := f.MoveSheet("Summary", f.GetSheetList()[0]); err != nil {
		t.Fatal(err)
	}
	book := filepath.Join(t.TempDir(), "results.xlsx")
	if err := f.SaveAs(book); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := call("settle", book, "--ledger", path)
	if code != exitOK || !strings.Contains(stdout, "row 2, 999000000: created, ID "+uuid(2)+" (not checked") ||
		!strings.Contains(stdout, "row 4, 999000002: created, ID "+uuid(4)+" (not checked") ||
		!strings.HasSuffix(stdout, "settled 2 rows, 0 already settled\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if _, stdout, _ = call("show", run, "--ledger", path); !strings.Contains(stdout, "3 rows: 2 created, 1 uncertain") {
		t.Errorf("%s", stdout)
	}
}

// TestSettleRefuses: each mistake names file, row and column as the person spells them, and nothing of the sheet is
// settled.
func TestSettleRefuses(t *testing.T) {
	path, run := unanswered(t, 4)
	for _, c := range []struct{ name, sheet, want string }{
		{"a key of another row", "row,key,settle\n2,999000001," + uuid(9) + "\n",
			`row 2, column key: this is not the key of row 2`},
		{"two verdicts", "row,settle\n2,absent\n2," + uuid(9) + "\n",
			`row 3, column settle: row 2 of this sheet has another entry`},
		{"two customers with one ID", "row,Settle\n2," + uuid(9) + "\n3," + uuid(9) + "\n",
			`row 3, column Settle: this is the ID of another customer \(run .*, row 2\)`},
		{"two columns that disagree", "row,state,customer_id,settle\n2,uncertain," + uuid(9) + ",other\n",
			`row 2, column settle: differs from the column customer_id`},
		{"accept of an uncertain row by key", "key,settle\n999000000,accept\n",
			`row 2, column settle: accept needs to know the run`},
		{"another run", "row,run,settle\n2,20200101-000000-0000,absent\n",
			`row 2, column run: the ledger has no such run`},
		{"neither row nor key", "row,key,settle\n,,absent\n", `row 2, column key: neither a row nor a key`},
		{"a cell that holds an error", "row,settle\n2,#N/A\n", `row 2, column settle: .*#N/A`},
		{"a verdict past the header", "row,settle\n2,,absent\n", `row 2: C2 is filled, but the header has no column C`},
		{"the same column twice", "row,settle,Settle\n2,,absent\n", `columns "settle" and "Settle" are both settle`},
	} {
		args := []string{"settle", written(t, "row,settle\n"), "--ledger", path, "--provider", "passport", "--env",
			"sandbox"}
		if !strings.Contains(c.sheet, "run,") && !strings.Contains(c.name, "by key") {
			args = append(args, "--run", run)
		}
		if c.name != "the same column twice" && !strings.Contains(c.name, "by key") &&
			strings.HasPrefix(c.sheet, "row,settle\n") {
			c.sheet += "5," + uuid(5) + "\n" // correct by itself
		}
		args[1] = written(t, c.sheet)
		code, stdout, stderr := call(args...)
		if code != exitUsage || stdout != "" || !regexp.MustCompile(`verdicts\.csv(, |: )(the )?`+
			c.want).MatchString(stderr) {
			t.Errorf("%s: exit code %d\n%s%s", c.name, code, stdout, stderr)
		}
		if _, stdout, _ := call("show", run, "--ledger", path); !strings.Contains(stdout, "4 rows: 4 uncertain") {
			t.Errorf("%s: something was settled: %s", c.name, stdout)
		}
	}
}

func TestSettleListsManyMistakes(t *testing.T) {
	path, run := unanswered(t, 1)
	sheet := "row,settle\n"
	for i := range 60 {
		sheet += fmt.Sprintf("%d,absent\n", 100+i)
	}
	code, _, stderr := call("settle", written(t, sheet), "--ledger", path, "--run", run)
	if code != exitUsage || strings.Count(stderr, "has no outcome for row") != mistakesShown ||
		!strings.Contains(stderr, "... and 10 more mistakes") || !strings.Contains(stderr, "60 mistakes") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

func TestSettleWaitsForNobody(t *testing.T) {
	path, run := unanswered(t, 1)
	l, err := ledger.Open(t.Context(), path, ledger.Options{Holder: "muster import made-up.csv"})
	if err != nil {
		t.Fatal(err)
	}
	sheet := written(t, "row,settle\n2,absent\n")
	if code, _, stderr := call("settle", sheet, "--ledger", path, "--run", run); code != exitHeld ||
		!strings.Contains(stderr, "muster import made-up.csv") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	// A dry run writes nothing, and may read meanwhile.
	if code, stdout, stderr := call("settle", sheet, "--ledger", path, "--run", run, "--dry-run"); code != exitOK ||
		!strings.Contains(stdout, "would settle 1 row") {
		t.Errorf("dry run: exit code %d\n%s%s", code, stdout, stderr)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := call("settle", sheet, "--ledger", path, "--run", run, "--by",
		"Ana\nRuiz"); code != exitOK || !strings.Contains(stdout, "settled 1 row") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if _, stdout, _ := call("show", run+":2", "--ledger", path); !strings.Contains(stdout, "settled by Ana Ruiz on ") {
		t.Errorf("%s", stdout)
	}
}

// A report that is a workbook names its run in its hidden sheet.
func TestReportSaysItsRun(t *testing.T) {
	dir := t.TempDir()
	report := filepath.Join(dir, "results.xlsx")
	if code, _, stderr := call("import", "../../templates/providers/passport/example.csv", "--provider", "passport",
		"--ledger", filepath.Join(dir, "m.db"), "--report", report); code != exitOK {
		t.Fatal(stderr)
	}
	sheets, err := enrol.ReadVerdicts(t.Context(), report, book.Options{}, everyLanguage())
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 1 || sheets[0].OwnRun == "" || sheets[0].OwnRun != sheets[0].FirstRun {
		t.Errorf("%d sheets, of run %q, whose rows are of run %q", len(sheets), sheets[0].OwnRun, sheets[0].FirstRun)
	}
}
