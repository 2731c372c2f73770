package ledger

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// Arguments of every kind read back unchanged.
func TestMessagesAreKept(t *testing.T) { forStores(t, testMessagesAreKept) }

func testMessagesAreKept(t *testing.T, on rooms) {
	city := pipeline.Localized{"": "the city", "es": "la ciudad"}
	problems := []pipeline.Problem{
		{Row: 4, Code: pipeline.ProblemTooLong, Message: pipeline.Say("with_rule",
			"problem", pipeline.Say("too_long", "count", 40, "most", 35),
			"rule", pipeline.Rule{Field: "city", Text: city})},
		{Row: 4, Code: pipeline.ProblemEnum, Message: pipeline.Say("not_listed", "values", []string{"M", "F"})},
		{Row: 4, Code: pipeline.ProblemRequired, Message: pipeline.Say("no_key",
			"keys", []pipeline.Localized{city, {"": "NIT"}})},
		{Row: 4, Code: pipeline.ProblemSchema, Message: pipeline.Say("unchecked", "reason", city)},
	}
	var kept problemTexts
	text, err := kept.write(4, problems)
	if err != nil {
		t.Fatal(err)
	}
	got, err := new(problemTexts).problems(4, text)
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

// A version before definitions had languages stored a rule as one text.
func TestRulesOfOlderVersions(t *testing.T) {
	const text = `[{"code":"required","says":{"code":"required_rule","args":{"rule":{"field":"city","rule":"the city"}}}}]`
	got, err := new(problemTexts).problems(4, text)
	if err != nil {
		t.Fatal(err)
	}
	want := pipeline.Rule{Field: "city", Text: pipeline.Localized{"": "the city"}}
	if diff := cmp.Diff(want, got[0].Message.Arg("rule")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A version before messages stored sentences, which began with the cell where the cell itself was wrong.
func TestProblemsOfOlderVersions(t *testing.T) {
	const text = `[{"column":"NIT","index":5,"code":"error_cell","message":"F17 holds an error value; type the value"},` +
		`{"row":18,"column":"","index":6,"code":"extra_cell","message":"G18 is filled, but the header has no column G"},` +
		`{"field":"nit","column":"NIT","index":5,"code":"convert","message":"F17 is how this sentence began"},` +
		`{"field":"type","code":"not_listed","message":"(a constant of the mapping sheet) must be BUSINESS","secret":true}]`
	got, err := new(problemTexts).problems(17, text)
	if err != nil {
		t.Fatal(err)
	}
	said := func(text string) *pipeline.Message { return pipeline.Say(pipeline.AsWritten, "text", text) }
	nit := &pipeline.Column{Index: 5, Name: "NIT"}
	want := []pipeline.Problem{
		{Row: 17, Column: nit, Code: pipeline.ProblemErrorCell, Message: said("holds an error value; type the value")},
		{Row: 18, Column: &pipeline.Column{Index: 6}, Code: pipeline.ProblemExtraCell,
			Message: said("is filled, but the header has no column G")},
		{Field: "nit", Row: 17, Column: nit, Code: pipeline.ProblemConvert,
			Message: said("F17 is how this sentence began")},
		{Field: "type", Row: 17, Code: pipeline.ProblemEnum,
			Message: said("(a constant of the mapping sheet) must be BUSINESS"), Secret: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A message that many problems share is stored for each of them, and decoded once.
func TestMessagesAreReadOnce(t *testing.T) {
	short := pipeline.Say("too_short", "count", 6, "least", 9)
	var kept problemTexts
	var read []pipeline.Problem
	for row := range 2 * mostTexts {
		other := pipeline.Say("too_long", "count", row, "most", 9)
		text, err := kept.write(row, []pipeline.Problem{{Row: row, Message: short}, {Row: row + 1, Message: other}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := kept.problems(row, text)
		if err != nil || !got[0].Message.Equal(short) || got[1].Message.Arg("count") != row || got[1].Row != row+1 {
			t.Fatalf("row %d: %v, %v", row, got, err)
		}
		read = append(read, got[0])
	}
	if read[0].Message != read[1].Message {
		t.Error("one message became two")
	}
	if len(kept.written) > mostTexts || len(kept.read) > mostTexts {
		t.Errorf("%d and %d messages are remembered", len(kept.written), len(kept.read))
	}
}
