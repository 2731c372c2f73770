package reports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// codes are those of the sentences of steps, a step a line.
func codes(steps []Step) string {
	var lines []string
	for _, step := range steps {
		var all []string
		for _, m := range step.Sentences {
			all = append(all, strings.TrimPrefix(string(m.Code), "report."))
		}
		if step.Command != "" {
			all = append(all, "`"+step.Command+"`")
		}
		lines = append(lines, strings.Join(all, " "))
	}
	return strings.Join(lines, "\n")
}

func TestNextSteps(t *testing.T) {
	cannot := &pipeline.Provider{Settle: pipeline.Settle{By: pipeline.SettleNone,
		Advice: pipeline.Localized{"": "ask its support"}}}
	counts := func(s pipeline.State) pipeline.Counts { return pipeline.Counts{s: 1204} }
	for _, tt := range []struct {
		name   string
		ending Ending
		want   string
	}{
		{"no rows", Ending{}, "next_no_rows"},
		{"created", Ending{Counts: counts(pipeline.Created)}, "next_nothing"},
		{"known", Ending{Counts: counts(pipeline.Known)}, "next_nothing"},
		{"known, in a check", Ending{Counts: counts(pipeline.Known), Check: true}, "next_nothing_in_check"},
		{"existing", Ending{Counts: counts(pipeline.Existing)}, "next_existing"},
		{"existing, all without an ID", Ending{Counts: counts(pipeline.Existing), WithoutID: 1204},
			"next_without_id settle"},
		{"existing, some without an ID", Ending{Counts: counts(pipeline.Existing), WithoutID: 4, Ledger: "a.db",
			Workbook: "r.xlsx"},
			"next_without_id then_run `muster settle r.xlsx --ledger a.db`\nnext_existing"},
		{"invalid", Ending{Counts: counts(pipeline.Invalid)}, "next_invalid fix_in_book import_resends_nothing"},
		{"invalid, with the sheet Fix", Ending{Counts: counts(pipeline.Invalid), Fix: "muster import r.xlsx", ToFix: 1204},
			"next_invalid\nhow_to_fix `muster import r.xlsx`"},
		{"invalid, in a check", Ending{Counts: counts(pipeline.Invalid), Check: true},
			"next_invalid fix_in_book import_leaves_out"},
		{"invalid, in a rehearsal", Ending{Counts: counts(pipeline.Invalid), Fix: "muster import r.xlsx", ToFix: 1204, Rehearsal: true},
			"next_invalid\nhow_to_fix `muster import r.xlsx`\nnext_after_rehearsal"},
		{"invalid, in a rehearsal with a ledger", Ending{Counts: counts(pipeline.Invalid), Rehearsal: true,
			Ledger: "a.db"},
			"next_invalid fix_in_book import_resends_nothing\nnext_after_rehearsal"},
		{"invalid, beside a ledger", Ending{Counts: counts(pipeline.Invalid), Fix: "muster import r.xlsx",
			ToFix: 1204, Ledger: "a.db"}, "next_invalid\nhow_to_fix `muster import r.xlsx`\ngiven_up"},
		{"invalid, in a check beside a ledger", Ending{Counts: counts(pipeline.Invalid), Fix: "muster import r.xlsx",
			ToFix: 1204, Ledger: "a.db", Check: true}, "next_invalid\nhow_to_fix `muster import r.xlsx`"},
		{"rejected", Ending{Counts: counts(pipeline.Rejected)}, "next_rejected import_book"},
		{"rejected, with the sheet Fix", Ending{Counts: counts(pipeline.Rejected), Fix: "muster import r.xlsx", ToFix: 1204},
			"next_rejected\nhow_to_fix `muster import r.xlsx`"},
		{"duplicate", Ending{Counts: counts(pipeline.Duplicate)}, "next_duplicate"},
		{"duplicate, all with the same data", Ending{Counts: counts(pipeline.Duplicate), Repeated: 1204}, "next_repeated"},
		{"duplicate, some with the same data", Ending{Counts: counts(pipeline.Duplicate), Repeated: 4},
			"next_duplicate\nnext_repeated"},
		{"changed", Ending{Counts: counts(pipeline.Changed)}, "next_changed"},
		{"pending", Ending{Counts: counts(pipeline.Pending)}, "next_pending import_resends_nothing"},
		{"ready", Ending{Counts: counts(pipeline.Pending), Check: true}, "next_ready"},
		{"uncertain", Ending{Counts: counts(pipeline.Uncertain)},
			"next_uncertain provider_can_be_asked fill_in_ids settle"},
		{"uncertain, and more of other runs", Ending{Counts: counts(pipeline.Uncertain), Unanswered: 1, Ledger: "a.db",
			Workbook: "r.xlsx", PasswordFile: "pw"},
			"next_uncertain next_unanswered provider_can_be_asked fill_in_ids then_run " +
				"`muster settle r.xlsx --ledger a.db --password-file pw`"},
		{"of other runs only", Ending{Counts: counts(pipeline.Known), Unanswered: 1},
			"next_unanswered provider_can_be_asked fill_in_ids settle"},
		{"of other runs, without rows", Ending{Unanswered: 1},
			"next_unanswered provider_can_be_asked fill_in_ids settle"},
		{"a provider that cannot be asked", Ending{Counts: counts(pipeline.Uncertain), Provider: cannot},
			"next_uncertain provider_cannot_be_asked fill_in_ids settle"},
		{"uncertain, in a check", Ending{Counts: counts(pipeline.Uncertain), Check: true},
			"next_uncertain uncertain_in_check"},
		{"uncertain, in a rehearsal", Ending{Counts: counts(pipeline.Uncertain), Rehearsal: true},
			"next_uncertain uncertain_in_rehearsal\nnext_after_rehearsal"},
		{"the most urgent first", Ending{Counts: pipeline.Counts{pipeline.Invalid: 1, pipeline.Uncertain: 1,
			pipeline.Pending: 1}}, "next_uncertain provider_can_be_asked fill_in_ids settle\n" +
			"next_pending import_resends_nothing\nnext_invalid fix_in_book import_resends_nothing"},
	} {
		if d := cmp.Diff(tt.want, codes(NextSteps(tt.ending))); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
	many := NextSteps(Ending{Counts: counts(pipeline.Invalid)})[0].Sentences[0]
	if many.Arg("count") != 1204 || many.Arg("number") != pipeline.Total(1204) {
		t.Errorf("%v", many)
	}
}

func TestSettleCommand(t *testing.T) {
	for got, want := range map[string]string{
		SettleCommand("r.xlsx", "muster.db", ""):        "muster settle r.xlsx --ledger muster.db",
		SettleCommand("-r.xlsx", "muster.db", "secret"): "muster settle ./-r.xlsx --ledger muster.db --password-file secret",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestMeanings(t *testing.T) {
	seen := map[pipeline.MessageCode]bool{}
	for _, s := range pipeline.States() {
		m := Meaning(s)
		if m == nil || seen[m.Code] {
			t.Fatalf("%s: %v", s, m)
		}
		seen[m.Code] = true
	}
	if m := Meaning("fine"); m != nil {
		t.Errorf("%v", m)
	}
}
