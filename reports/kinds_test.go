package reports

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A kind is described in one line: how many rows it has, the first of them, the rule, once for each column, and the
// remedy.
func TestSentencesOfKinds(t *testing.T) {
	rule := func(problem string) *pipeline.Message {
		return pipeline.Say("with_rule", "problem", said(problem), "rule", pipeline.Rule{Field: "email",
			Text: pipeline.Localized{"": "one address"}})
	}
	var k Kinds
	for row := range 7 {
		k.Add("too_long", "Correo\n de  pagos", row+2, rule("has many characters"))
	}
	k.Add("email", "Correo\n de  pagos", 20, rule("is no e-mail address"))
	k.Add("email", "Correo\n de  pagos", 21, rule("is no e-mail address"))
	k.AddRow(&pipeline.Outcome{Row: 30, State: pipeline.Duplicate, Code: pipeline.CodeSameData, Message: said("twice")})
	k.AddRow(&pipeline.Outcome{Row: 31, State: pipeline.Changed, Message: said("another name")})
	k.AddRow(&pipeline.Outcome{Row: 32, State: pipeline.Known})
	kinds, more := k.All()
	kinds[0].Remedy = &Remedy{Convert: "truncate(35)", Rows: 6, Tried: 7}
	kinds[1].Remedy = &Remedy{Convert: "split(;,1)", Rows: 1, Tried: 1}
	var got []string
	for _, m := range Sentences(kinds, 16_462) {
		got = append(got, m.String())
	}
	want := []string{
		`report.kind_line column=(Correo de pagos) count=16462 number=7 total=16462 kind=(report.kind_detail_remedy ` +
			`what=(report.kind_too_long count=7) rows=(report.kind_first_rows rows=[2 3 4 5 6]) ` +
			`detail=(report.kind_rule rule="one address") convert="truncate(35)" fixes=(report.fixes number=6))`,
		`report.kind_line column=(Correo de pagos) count=16462 number=2 total=16462 kind=(report.kind_remedy ` +
			`what=(report.kind_email count=2) rows=(report.kind_rows count=2 rows=[20 21]) ` +
			`convert="split(;,1)" fixes=(report.fixes_of number=1 tried=1))`,
		`report.kind_line column=(report.whole_row) count=16462 number=1 total=16462 kind=(report.kind_detail ` +
			`what=(report.kind_changed count=1) rows=(report.kind_rows count=1 rows=[31]) ` +
			`detail=(another name))`,
		`report.kind_line column=(report.whole_row) count=16462 number=1 total=16462 kind=(report.kind ` +
			`what=(report.kind_same_data count=1) rows=(report.kind_rows count=1 rows=[30]))`,
	}
	if diff := cmp.Diff(want, got); diff != "" || more != 0 {
		t.Errorf("%d more\n%s", more, diff)
	}
}
