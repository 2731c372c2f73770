package importer_test

import (
	"strings"
	"testing"

	"muster/pipeline"
)

// The ledger gets the keys of each row that a person has to fix, so that a later customer with them closes the row; a
// row without keys gets none.
func TestRowsToFixHaveTheirKeys(t *testing.T) {
	w := knowing(t)
	keyless := person(8).broken()
	keyless[0], keyless[1] = "", ""
	j := w.imports(t, []line{person(9).broken(), person(1).with(3, "Pasto"), person(7), person(7).with(3, "Pasto"),
		keyless})
	for i, want := range []struct {
		state pipeline.State
		line  line
	}{{pipeline.Invalid, person(9)}, {pipeline.Changed, person(1)}, {pipeline.Created, line{}},
		{pipeline.Duplicate, person(7)}, {pipeline.Invalid, line{}}} {
		o := w.ledger.outcomes[j.run][j.results[i].Row]
		if j.results[i].State != want.state {
			t.Errorf("row %d is %s, not %s", i, j.results[i].State, want.state)
		}
		switch has := len(o.Keys) > 0; {
		case has != (want.line[0] != ""):
			t.Errorf("row %d, %s, has %d keys", i, want.state, len(o.Keys))
		case has && o.Keys[0] != w.ledger.KeyTag("reference", strings.ToLower(want.line[0])):
			t.Errorf("row %d, %s, has the keys of another", i, want.state)
		}
	}
}
