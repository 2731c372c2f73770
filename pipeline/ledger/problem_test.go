package ledger

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// Arguments of every kind come back as they were.
func TestMessagesAreKept(t *testing.T) {
	city := pipeline.Localized{"": "the city", "es": "la ciudad"}
	problems := []pipeline.Problem{
		{Row: 4, Code: pipeline.ProblemTooLong, Message: pipeline.Say("with_rule",
			"problem", pipeline.Say("too_long", "count", 40, "most", 35), "rule", pipeline.Rule{Field: "city", Text: city})},
		{Row: 4, Code: pipeline.ProblemEnum, Message: pipeline.Say("not_listed", "values", []string{"M", "F"})},
		{Row: 4, Code: pipeline.ProblemRequired, Message: pipeline.Say("no_key", "keys", []pipeline.Localized{city, {"": "NIT"}})},
		{Row: 4, Code: pipeline.ProblemSchema, Message: pipeline.Say("unchecked", "reason", city)},
	}
	text, err := writeProblems(4, problems)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readProblems(4, text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range problems {
		for _, a := range problems[i].Message.Args {
			if diff := cmp.Diff(a.Value, got[i].Message.Arg(a.Name)); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", problems[i].Code, a.Name, diff)
			}
		}
	}
}

// A version before the languages of a definition kept a rule as one text.
func TestRulesOfOlderVersions(t *testing.T) {
	const text = `[{"code":"required","says":{"code":"required_rule","args":{"rule":{"field":"city","rule":"the city"}}}}]`
	got, err := readProblems(4, text)
	if err != nil {
		t.Fatal(err)
	}
	want := pipeline.Rule{Field: "city", Text: pipeline.Localized{"": "the city"}}
	if diff := cmp.Diff(want, got[0].Message.Arg("rule")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
