package enrol_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/standin"
	"muster/reports"
)

// saved rewrites a workbook with a change, by a program that keeps parts that it does not know.
func saved(t *testing.T, path string, change func(*excelize.File) error) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(change(f), f.Save(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// unsealed turns a workbook into one of a muster without seals.
func unsealed(f *excelize.File) error {
	rows, err := f.GetRows(pipeline.OriginSheet)
	for i, row := range rows {
		if len(row) > 0 && row[0] == "sealed" {
			return errors.Join(err, f.RemoveRow(pipeline.OriginSheet, i+1))
		}
	}
	return errors.Join(err, errors.New("no seal"))
}

// A file in the place of a report: one that a muster wrote and nobody changed is replaced, with any ledger;
// everything else is kept.
func TestWhichReportsAreKept(t *testing.T) {
	for _, c := range []struct {
		name, file string
		ledger     bool // in a file
		password   string
		change     func(t *testing.T, path string)
		kept       bool
		says       string // codes of the notes
	}{
		{"workbook", "r.xlsx", true, "", nil, false, ""},
		{"workbook without a ledger", "r.xlsx", false, "", nil, false, ""},
		{"protected workbook", "r.xlsx", true, "open", nil, false, ""},
		{"protected workbook without a ledger", "r.xlsx", false, "open", nil, false, ""},
		{"saved without a change", "r.xlsx", true, "", func(t *testing.T, path string) {
			saved(t, path, func(*excelize.File) error { return nil })
		}, true, "kept_fix"},
		{"saved, without a ledger", "r.xlsx", false, "", func(t *testing.T, path string) {
			saved(t, path, func(*excelize.File) error { return nil })
		}, true, "kept_fix"},
		{"with an ID", "r.xlsx", true, "", func(t *testing.T, path string) {
			saved(t, path, func(f *excelize.File) error { return f.SetCellStr("Uncertain", "D2", "by-hand-1") })
		}, true, "kept_entries kept_fix"},
		{"older", "r.xlsx", false, "", func(t *testing.T, path string) { saved(t, path, unsealed) }, false, ""},
		{"older, with an ID", "r.xlsx", false, "", func(t *testing.T, path string) {
			saved(t, path, func(f *excelize.File) error {
				return errors.Join(unsealed(f), f.SetCellStr("Uncertain", "D2", "by-hand-1"))
			})
		}, true, "kept_entries kept_fix"},
		{"older, saved by Excel", "r.xlsx", false, "", func(t *testing.T, path string) {
			saved(t, path, func(f *excelize.File) error {
				return errors.Join(unsealed(f), f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel"}))
			})
		}, true, "kept_fix"},
		{"another workbook", "r.xlsx", false, "", func(t *testing.T, path string) {
			f := excelize.NewFile()
			if err := errors.Join(f.SetCellStr("Sheet1", "A1", "mine"), f.SaveAs(path), f.Close()); err != nil {
				t.Fatal(err)
			}
		}, true, ""},
		{"no workbook at all", "r.xlsx", false, "", writeText("mine"), true, ""},
		{"CSV", "r.csv", true, "", nil, false, ""},
		{"CSV without a ledger", "r.csv", false, "", nil, false, ""},
		{"CSV with an ID", "r.csv", false, "", replaceText("uncertain,,", "uncertain,by-hand-1,"), true,
			"kept_entries"},
		{"CSV with a note", "r.csv", true, "", replaceText("\n3,invalid,", "\n3,invalid: asked,"), true, ""},
		{"CSV saved by Excel", "r.csv", false, "", replaceText("\n", "\r\n"), true, ""},
		{"another CSV", "r.csv", false, "", writeText("name,city\nAna,Cali\n"), true, ""},
		{"JSON lines", "r.jsonl", true, "", nil, false, ""},
		{"JSON lines without a ledger", "r.jsonl", false, "", nil, false, ""},
		{"JSON lines with a note", "r.jsonl", true, "", replaceText(`{"row":3`, `{"row":3,"note":"asked"`), true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := rehearsal(t, "passport")
			w.sendTo(standin.Fault{Kind: standin.ResetAfter, Nth: 1})
			w.job.Reports.Paths, w.job.Reports.Password = []string{w.path(c.file)}, c.password
			w.job.Reports.Languages = func() []reports.Words { return []reports.Words{w.job.Words} }
			from := enrol.Source{Path: w.write("book.csv", merchants("999000022", "12"))}
			once := func() enrol.Ending {
				if !c.ledger {
					w.job.Ledger.Path = w.path("other" + filepath.Base(t.TempDir()) + ".db")
				}
				e, err := w.run(t.Context(), from)
				if err != nil {
					t.Fatal(err)
				}
				return e
			}
			once()
			if c.change != nil {
				c.change(t, w.path(c.file))
			}
			w.seen.events = nil
			before := w.read(c.file)
			e := once()
			kept, err := filepath.Glob(w.path("r.edited-*" + filepath.Ext(c.file)))
			if err != nil || (len(kept) == 1) != c.kept || len(e.Reports) != 1 || e.Reports[0] != w.path(c.file) {
				t.Fatalf("kept %q, want %v; reports %q; %v", kept, c.kept, e.Reports, err)
			}
			if c.kept {
				if text, err := os.ReadFile(kept[0]); err != nil || string(text) != before {
					t.Errorf("what is kept is not what was there: %v", err)
				}
			}
			if got := keptNotes(w.seen); (got != "") != c.kept || c.kept && got != strings.TrimSpace("report_kept "+c.says) {
				t.Errorf("said %q, want %q", got, c.says)
			}
		})
	}
}

// An edited file that cannot be moved, because its name would be too long, stays; the new report is listed where
// reports are listed.
func TestANumberedReportIsNamed(t *testing.T) {
	w := rehearsal(t, "passport")
	path, numbered := w.path(strings.Repeat("n", 240)+".csv"), w.path(strings.Repeat("n", 240)+"-2.csv")
	w.job.Reports.Paths = []string{path}
	writeText("mine")(t, path)
	e, err := w.run(t.Context(), enrol.Source{Path: w.write("book.csv", merchants("999000022"))})
	if err != nil || len(e.Reports) != 1 || e.Reports[0] != numbered {
		t.Fatalf("%v, %v", e.Reports, err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("%q, %v", text, err)
	}
	if got := keptNotes(w.seen); got != "report_numbered" {
		t.Errorf("said %q", got)
	}
}

// keptNotes are the codes of the notes about kept files.
func keptNotes(seen *recorder) string {
	var codes []string
	for _, e := range eventsOf[enrol.Noted](seen) {
		if e.Message.Code != "sentences" || !e.Warning {
			continue
		}
		all, _ := e.Message.Arg("all").([]*pipeline.Message)
		for _, m := range all {
			codes = append(codes, strings.TrimPrefix(string(m.Code), "enrol."))
		}
	}
	return strings.Join(codes, " ")
}

func writeText(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func replaceText(from, to string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), from) {
			t.Fatalf("%v: %s", err, text)
		}
		writeText(strings.ReplaceAll(string(text), from, to))(t, path)
	}
}
