package importer_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// longBook has a row for each part of a customer. A customer's cells are those of its rows, one after the other.
type longBook struct {
	customers []longCustomer
	pass      int
	alter     func(pass int, row *pipeline.Row)
}

type longCustomer struct {
	line line
	rows []int
}

func (b *longBook) Rows(_ context.Context, each func(pipeline.Row) error) error {
	b.pass++
	for _, c := range b.customers {
		row := pipeline.Row{Number: c.rows[0]}
		if len(c.rows) > 1 {
			row.Rows = slices.Clone(c.rows)
		}
		for i := range c.rows {
			line := c.line
			line[3] = fmt.Sprint("line ", i) // differs from line to line
			row.Cells = append(row.Cells, line[:]...)
		}
		if b.alter != nil {
			b.alter(b.pass, &row)
		}
		if err := each(row); err != nil {
			return err
		}
		clear(row.Rows)
		clear(row.Cells)
	}
	return nil
}

// longChecker finds a problem in each line but the first of a customer whose name begins with !, and those of
// cellChecker in the first line.
type longChecker struct{ cellChecker }

func (c *longChecker) Check(row pipeline.Row, d *pipeline.Draft) {
	c.cellChecker.Check(row, d)
	for i, number := range row.Rows {
		if i > 0 && strings.HasPrefix(row.Cells[2], "!") {
			d.Problems = append(d.Problems, pipeline.Problem{Row: number, Field: fmt.Sprintf("phones[%d]", i),
				Column: &columns[3], Code: pipeline.ProblemFormat, Message: pipeline.Say("is wrong")})
			d.Body = nil
		}
	}
}

// TestACustomerOfSeveralRows: it is checked, limited, sent and recorded once, and reported for each of its rows;
// counts are of rows.
func TestACustomerOfSeveralRows(t *testing.T) {
	w := newWorld()
	w.ledger.start("run-1")
	book := &longBook{customers: []longCustomer{
		{person(1), []int{3, 4, 6}},
		{person(2).with(2, "!Bo"), []int{7, 8, 9, 10, 11, 12}},
		{person(1), []int{13, 14}},
		{person(3), []int{15}},
		{person(4).with(2, "?Di"), []int{16, 20}},
		{person(5), []int{21, 22}},
	}}
	setup := importer.Setup{Provider: w.definition, Book: book, Checker: &longChecker{}, Ledger: w.ledger,
		Records: w.ledger, Run: "run-1"}
	plan, err := importer.Check(t.Context(), setup)
	if err != nil {
		t.Fatal(err)
	}
	want := pipeline.Counts{pipeline.Pending: 6, pipeline.Invalid: 8, pipeline.Duplicate: 2}
	if !maps.Equal(plan.Counts, want) {
		t.Errorf("rows %v, want %v", plan.Counts, want)
	}
	want = pipeline.Counts{pipeline.Pending: 3, pipeline.Invalid: 2, pipeline.Duplicate: 1}
	if !maps.Equal(plan.Customers, want) || plan.Ready != 3 {
		t.Errorf("customers %v, %d of them ready, want %v", plan.Customers, plan.Ready, want)
	}
	err = plan.Send(t.Context(), importer.Sending{Ledger: w.ledger, Sender: w.provider, Concurrency: 2, Limit: 2,
		Now: time.Now, Random: func() float64 { return 0 }, Progress: func(importer.Progress) {},
		Lost: func(pipeline.Outcome) { t.Error("lost") }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	counts, err := plan.Results(t.Context(), waiting, func(r importer.Result) error {
		text := fmt.Sprintf("%d of %d/%d %s %s", r.Row, r.Head, r.Lines, r.State, r.Cells[3])
		for _, p := range r.Problems {
			text += fmt.Sprintf(" !%d %s", p.Row, p.Field)
		}
		if r.State != pipeline.Created {
			text += ": " + r.Message.String()
		} else if r.CustomerID == "" {
			t.Errorf("row %d has no ID", r.Row)
		}
		got = append(got, text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wrong := "outcome.problem problem=(City is wrong)"
	marked := "outcome.problem problem=(Name must not begin with a question mark)"
	elsewhere := "sentences all=[outcome.same_customer_row row=8 problems=[" + wrong + "] " +
		"outcome.same_customer_row row=9 problems=[" + wrong + "] outcome.same_customer_row row=10 problems=[" + wrong +
		"] outcome.more_rows count=2]"
	lines := []string{
		"3 of 3/3 created line 0", "4 of 3/3 created line 1", "6 of 3/3 created line 2",
		"7 of 7/6 invalid line 0: " + elsewhere,
		"8 of 7/6 invalid line 1 !8 phones[1]: " + wrong, "9 of 7/6 invalid line 2 !9 phones[2]: " + wrong,
		"10 of 7/6 invalid line 3 !10 phones[3]: " + wrong, "11 of 7/6 invalid line 4 !11 phones[4]: " + wrong,
		"12 of 7/6 invalid line 5 !12 phones[5]: " + wrong,
		`13 of 13/2 duplicate line 0: outcome.duplicate_same_data row=3 key="reference"`,
		`14 of 13/2 duplicate line 1: outcome.duplicate_same_data row=3 key="reference"`,
		"15 of 15/1 created line 0",
		"16 of 16/2 invalid line 0 !16 name: " + marked,
		"20 of 16/2 invalid line 1: outcome.same_customer_row row=16 problems=[" + marked + "]",
		"21 of 21/2 pending line 0: waits", "22 of 21/2 pending line 1: waits",
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Error(diff)
	}
	want = pipeline.Counts{pipeline.Created: 4, pipeline.Pending: 2, pipeline.Invalid: 8, pipeline.Duplicate: 2}
	if !maps.Equal(counts, want) {
		t.Errorf("counts %v, want %v", counts, want)
	}
	var joined []string
	for _, m := range w.ledger.joined {
		joined = append(joined, fmt.Sprint(m.Row, "<", m.Head))
	}
	headed := []string{"4<3", "6<3", "8<7", "9<7", "10<7", "11<7", "12<7", "14<13", "20<16", "22<21"}
	if diff := cmp.Diff(headed, joined); diff != "" {
		t.Error(diff)
	}
	for row, lines := range map[int]int{3: 3, 4: 0, 7: 6, 15: 1, 22: 0} {
		if got := plan.Lines(row); got != lines {
			t.Errorf("row %d: %d lines, want %d", row, got, lines)
		}
	}
	for _, s := range append(w.ledger.faults(), w.provider.faults()...) {
		t.Error(s)
	}
}

// TestACustomerThatReadsDifferently: all cells of its lines, and which lines belong to it, must be as they were when
// checked.
func TestACustomerThatReadsDifferently(t *testing.T) {
	for name, alter := range map[string]func(row *pipeline.Row){
		"another cell in its last line": func(row *pipeline.Row) { row.Cells[len(row.Cells)-1] = "Pasto" },
		"its last line elsewhere":       func(row *pipeline.Row) { row.Rows[2] = 9 },
		"one line fewer": func(row *pipeline.Row) {
			row.Rows, row.Cells = row.Rows[:2], row.Cells[:2*len(columns)]
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.ledger.start("run-1")
			one := []longCustomer{{person(1), []int{3, 4, 5}}}
			book := &longBook{customers: one, alter: func(pass int, row *pipeline.Row) {
				if pass > 1 {
					alter(row)
				}
			}}
			plan, err := importer.Check(t.Context(), importer.Setup{Provider: w.definition, Book: book,
				Checker: &longChecker{}, Ledger: w.ledger, Records: w.ledger, Run: "run-1"})
			if err != nil {
				t.Fatal(err)
			}
			err = plan.Send(t.Context(), importer.Sending{Ledger: w.ledger, Sender: w.provider, Concurrency: 1,
				Now: time.Now, Random: func() float64 { return 0 }, Progress: func(importer.Progress) {}})
			if err == nil || w.provider.calls() != 0 {
				t.Errorf("%v, %d calls", err, w.provider.calls())
			}
		})
	}
}
