package reports

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// The sheet As sent has a line for each row and a column for each field; converted and wrong cells have a colour.
func TestAsSent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	h := testHead()
	h.Check, h.Sent = true, []string{"phone", "name"}
	lines := []Line{
		{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Pending}, Sent: []SentCell{
			{Value: "+573105551234", Changed: true}, {Value: "=1+1"}}},
		{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Invalid}, Sent: []SentCell{{Value: "12", Wrong: true}, {}},
			Problems: []Problem{wrong("Tel.", "A3", "pattern", "has another form")}},
		{Outcome: pipeline.Outcome{Row: 5, State: pipeline.Invalid}, Sent: []SentCell{{Wrong: true}, {Value: "Ana"}}},
	}
	writeReport(t, path, h, lines, Tail{})
	f := openBook(t, path)
	const sheet = "As_sent"
	want := [][]string{{"row", "state", "phone", "name"},
		{"2", "ready", "+573105551234", "=1+1"}, {"3", "invalid", "12"}, {"5", "invalid", "", "Ana"}}
	if diff := cmp.Diff(want, sheetRows(t, f, sheet)); diff != "" {
		t.Error(diff)
	}
	fill := func(at string) string {
		id, err := f.GetCellStyle(sheet, at)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(style.Fill.Color)
	}
	plain := fill("D2")
	if fill("C2") == plain || fill("C3") == plain || fill("C2") == fill("C3") || fill("C4") != fill("C3") ||
		fill("D4") != plain {
		t.Errorf("converted %s, wrong %s, wrong and empty %s, others %s", fill("C2"), fill("C3"), fill("C4"), plain)
	}
	if formula, err := f.GetCellFormula(sheet, "D2"); formula != "" || err != nil {
		t.Errorf("a text became the formula %q, %v", formula, err)
	}
	// The kind of a problem links to its line of the sheet Problems.
	found := false
	for row := 1; row < 40; row++ {
		if linked, to, _ := f.GetCellHyperLink(pipeline.SummarySheet, pipeline.CellRef(0, row)); linked {
			found = found || to == "Problems!A2"
		}
	}
	if !found {
		t.Error("no kind leads to its first problem")
	}
}

func TestNothingAsSentWithoutFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	writeReport(t, path, testHead("Tel."), everyState()[1:2], Tail{})
	for _, name := range openBook(t, path).GetSheetList() {
		if name == "As_sent" {
			t.Error("a sheet of an import that is no rehearsal shows what was sent")
		}
	}
}
