package templates_test

import (
	"strings"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

// A problem says what the cell may contain: the field's own help or, when the mapping converts cells, the slot's
// rule.
func TestProblemsQuoteTheRuleOfTheCell(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	const own, cell = "the federal EIN", "with_hyphens"
	cells := businessCells()
	for _, tt := range []struct {
		name, path, value string
		rule              *pipeline.Message
		want              string
	}{
		{"required", "customer.businessFederalEin", "", nil, own},
		{"required, converted", "customer.businessFederalEin", "", pipeline.Say(cell), "rule=(" + cell + ")"},
		{"wrong", "customer.businessFederalEin", "12", nil, own},
		{"wrong, converted", "customer.businessFederalEin", "12", pipeline.Say(cell), "rule=(" + cell + ")"},
		{"one of a list", "businessRepresentatives[0].gender", "", nil, "required_one_of"},
		{"one of a list, converted", "businessRepresentatives[0].gender", "", pipeline.Say(cell), "rule=(" + cell +
			")"},
		{"the shape", "customerType", "", nil, "required_one_of"},
		{"the shape, converted", "customerType", "", pipeline.Say(cell), "rule=(" + cell + ")"},
		{"not of the list, which no cell can change", "businessRepresentatives[0].gender", "X", pipeline.Say(cell),
			"not_listed"},
	} {
		slots := slotsOf(t, d, sortedPaths(cells)...)
		values := make([]string, len(slots))
		for i := range slots {
			values[i] = cells[slots[i].Path]
			if slots[i].Path == tt.path {
				values[i], slots[i].Rule = tt.value, tt.rule
			}
		}
		if got := onlyMessage(t, d, slots, values); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s has no %s", tt.name, got, tt.want)
		}
	}
}

// onlyMessage is the message of a row's only problem.
func onlyMessage(t *testing.T, d *templates.Definition, slots []pipeline.Slot, values []string) string {
	t.Helper()
	plan, err := d.Plan(slots)
	if err != nil {
		t.Fatal(err)
	}
	var draft pipeline.Draft
	plan.Check(2, values, &draft)
	if len(draft.Problems) != 1 {
		t.Fatalf("the problems are %v", draft.Problems)
	}
	return draft.Problems[0].Message.String()
}
