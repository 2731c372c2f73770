package mapping

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// Which dates cannot be, and which are worth a look, depends on the definition and
// on the day of the run.
func TestDatesByToday(t *testing.T) {
	provider := clinic()
	provider.Fields = append(provider.Fields,
		pipeline.Field{Path: "born", Format: "date", Day: pipeline.DayRule{BirthWithin: 120, MentionUnder: 18}},
		pipeline.Field{Path: "expires", Format: "date", Day: pipeline.DayRule{MentionExpired: true}},
		pipeline.Field{Path: "founded", Format: "date"})
	m, err := Compile(provider, headerOf("born", "expires", "founded"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	today := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	tests := []struct {
		born, expires, founded string
		wrong, notes           []string
	}{
		{"1984-02-29", "2026-03-01", "2090-01-01", nil, nil},
		{"2026-03-01", "", "", nil, []string{"cells.young"}},
		{"2026-03-02", "", "", []string{"A2 date cells.birth_in_future"}, nil},
		{"2093-04-08", "", "", []string{"A2 date cells.birth_in_future"}, nil},
		{"1906-03-01", "", "", nil, nil},
		{"1906-02-28", "", "", []string{"A2 date cells.birth_too_early"}, nil},
		{"0193-04-08", "", "", []string{"A2 date cells.birth_too_early"}, nil},
		{"2008-03-01", "", "", nil, nil},
		{"2008-03-02", "", "", nil, []string{"cells.young"}},
		{"1984-02-29", "2026-02-28", "", nil, []string{"cells.expired"}},
		{"2090-02-30", "", "", nil, nil}, // the schema's to say
		{"tomorrow", "long ago", "", nil, nil},
	}
	for _, tt := range tests {
		c, err := NewChecker(m, func([]pipeline.Slot) (RowPlan, error) { return takesAll{&values}, nil })
		if err != nil {
			t.Fatal(err)
		}
		row := pipeline.Row{Number: 2, Cells: []string{tt.born, tt.expires, tt.founded}}
		var d pipeline.Draft
		if c.Check(row, &d); len(d.Problems)+len(c.Notes()) > 0 {
			t.Errorf("%q: judged though nobody said which day it is", row.Cells)
		}
		c.On(today)
		c.Check(row, &d)
		var wrong, notes []string
		for _, p := range d.Problems {
			wrong = append(wrong, p.Cell()+" "+string(p.Code)+" "+string(p.Message.Code))
		}
		for _, n := range c.Notes() {
			notes = append(notes, string(n.Code))
		}
		if diff := cmp.Diff([][]string{tt.wrong, tt.notes}, [][]string{wrong, notes}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", row.Cells, diff)
		}
	}
}

// A date that is put together from several cells is judged too, by its first.
func TestJoinedDatesByToday(t *testing.T) {
	provider := clinic()
	provider.Fields = append(provider.Fields,
		pipeline.Field{Path: "born", Format: "date", Day: pipeline.DayRule{BirthWithin: 120}})
	m, err := Compile(provider, headerOf("Y", "M", "D"),
		sheetOf(t, "field,column,convert\nborn,Y,join(-)\nborn,M,\nborn,D,\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewChecker(m, slotsPlanFor)
	if err != nil {
		t.Fatal(err)
	}
	c.On(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	for cells, want := range map[string][]string{"1984 02 29": nil, "2084 02 29": {"born date Y@2"}} {
		var d pipeline.Draft
		if c.Check(pipeline.Row{Number: 2, Cells: strings.Fields(cells)}, &d); cmp.Diff(want, summary(d.Problems)) != "" {
			t.Errorf("%s: %q, want %q", cells, summary(d.Problems), want)
		}
	}
}
