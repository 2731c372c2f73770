package enrol

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// TestCheckRecordsGiveBackWhatTheyGot: outcomes read back complete and by row, however they are stored.
func TestCheckRecordsGiveBackWhatTheyGot(t *testing.T) {
	columns := []*pipeline.Column{nil, {}, {Index: 1, Name: "nit"}, {Index: 1, Name: "nit"}, {Index: 2, Name: "e-mail"}}
	messages := []*pipeline.Message{nil, pipeline.Say("white_space"), pipeline.Say("required")}
	rapid.Check(t, func(t *rapid.T) {
		problem := rapid.Custom(func(t *rapid.T) pipeline.Problem {
			return pipeline.Problem{Field: rapid.SampledFrom([]string{"", "nit"}).Draw(t, "field"),
				Row:    rapid.IntRange(0, 2).Draw(t, "line"),
				Column: rapid.SampledFrom(columns).Draw(t, "column"), Constant: rapid.Bool().Draw(t, "constant"),
				Code:    rapid.SampledFrom([]pipeline.ProblemCode{"", pipeline.ProblemRequired}).Draw(t, "code"),
				Message: rapid.SampledFrom(messages).Draw(t, "message"), Secret: rapid.Bool().Draw(t, "secret")}
		})
		var want []pipeline.Outcome
		for row := 2; row < 60; row += rapid.IntRange(1, 9).Draw(t, "step") {
			o := pipeline.Outcome{Row: row, State: rapid.SampledFrom([]pipeline.State{pipeline.Invalid, pipeline.Invalid,
				pipeline.Known, pipeline.Duplicate}).Draw(t, "state")}
			switch {
			case o.State == pipeline.Known:
				o.Ref = int64(row)
			case o.State == pipeline.Invalid:
				o.Run, o.Data[3] = "run", rapid.SampledFrom([]byte{0, 0, 7}).Draw(t, "tag")
				o.Problems = rapid.SliceOfN(problem, 1, 4).Draw(t, "problems")
				for i := range o.Problems {
					if line := o.Problems[i].Row; line > 0 {
						o.Problems[i].Row = row + line - 1
					}
				}
			}
			want = append(want, o)
		}
		r := checkRecords{whole: rapid.Bool().Draw(t, "whole")}
		given := rapid.Permutation(want).Draw(t, "order")
		if rapid.Bool().Draw(t, "ascending") {
			given = want
		}
		if err := r.Record(t.Context(), "run", given); err != nil {
			t.Fatal(err)
		}
		var got []pipeline.Outcome
		for o, err := range r.Outcomes(t.Context(), "run") {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, o)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// TestBrokenRowsCostLittle: problems that differ only in their rows are stored once.
func TestBrokenRowsCostLittle(t *testing.T) {
	var b brokenRows
	said := pipeline.Say("required")
	for row := 1; row <= 3*brokenTogether; row++ {
		o := pipeline.Outcome{Row: row, State: pipeline.Invalid}
		for i := range 2 {
			o.Problems = append(o.Problems, pipeline.Problem{Row: row, Column: &pipeline.Column{Index: i}, Message: said})
		}
		if !b.add(&o) {
			t.Fatalf("row %d is not taken", row)
		}
	}
	if len(b.kinds) != 2 || len(b.parts) != 3 {
		t.Errorf("%d kinds of problems in %d parts, want 2 in 3", len(b.kinds), len(b.parts))
	}
}
