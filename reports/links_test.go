package reports

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// linksOf reads the links of a sheet: cell to target.
func linksOf(t *testing.T, path, part string) map[string]string {
	t.Helper()
	var sheet struct {
		Links []struct {
			Ref      string `xml:"ref,attr"`
			Location string `xml:"location,attr"`
		} `xml:"hyperlinks>hyperlink"`
	}
	if err := xml.Unmarshal([]byte(partOf(t, path, part)), &sheet); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, l := range sheet.Links {
		links[l.Ref] = l.Location
	}
	return links
}

// TestLinks: a row with problems links to the first of them, an uncertain one to where it is settled, on whichever
// sheets they are; other rows have no link.
func TestLinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	to, err := openDestination(path, false, Kept{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := newWorkbook(to, testHead())
	if err != nil {
		t.Fatal(err)
	}
	w := made.(*workbook)
	defer w.Abort()
	w.results.rows, w.problems.rows, w.results.links = 5, 6, 3
	two := []Problem{wrong("", "", "email", "<pageMargins"), wrong("", "", "date", "")}
	for _, l := range []Line{
		{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Invalid, Message: said("<pageMargins")}, Problems: two},
		{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Created}},
		{Outcome: pipeline.Outcome{Row: 9, State: pipeline.Rejected}, Problems: two},
		{Outcome: pipeline.Outcome{Row: 10, State: pipeline.Uncertain}},
		// on Results 2; its problems on both sheets
		{Outcome: pipeline.Outcome{Row: 11, State: pipeline.Invalid}, Problems: two},
		{Outcome: pipeline.Outcome{Row: 12, State: pipeline.Invalid}, Problems: two},
		{Outcome: pipeline.Outcome{Row: 13, State: pipeline.Uncertain}},
		{Outcome: pipeline.Outcome{Row: 14, State: pipeline.Uncertain}}, // beyond the limit
	} {
		if err := w.Line(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(Tail{}); err != nil {
		t.Fatal(err)
	}
	f := openBook(t, path)
	if d := cmp.Diff([]string{"Summary", "Results", "Results 2", "Problems", "Problems 2", "Uncertain", "About"},
		f.GetSheetList()); d != "" {
		t.Fatal(d)
	}
	// Summary is sheet1.xml; then the sheets in the order in which they began.
	if d := cmp.Diff(map[string]string{"A2": "Problems!A2", "A4": "Problems!A4", "A5": "Uncertain!A2"},
		linksOf(t, path, "xl/worksheets/sheet3.xml")); d != "" {
		t.Error(d)
	}
	second := ""
	for n := 4; n <= 6; n++ {
		part := fmt.Sprintf("xl/worksheets/sheet%d.xml", n)
		if links := linksOf(t, path, part); len(links) > 0 {
			second += fmt.Sprint(links)
		}
	}
	if want := "map[A2:Problems!A6 A3:'Problems 2'!A3 A4:Uncertain!A3]"; second != want {
		t.Errorf("%s, want %s", second, want)
	}
	if got := fmt.Sprint(sheetRows(t, f, pipeline.SummarySheet)); !strings.Contains(got,
		`report.rows_without_link count=1 number=1 most=65529`) {
		t.Error("a link that is left out is not said")
	}
}
