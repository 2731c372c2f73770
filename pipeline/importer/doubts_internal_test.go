package importer

import (
	"context"
	"fmt"
	"testing"

	"muster/pipeline"
)

// nobody is a ledger in which no customer has an ID yet.
type nobody struct{ Knowledge }

func (nobody) FindIDs(_ context.Context, ids []string) ([]*pipeline.Claim, error) {
	return make([]*pipeline.Claim, len(ids)), nil
}

// When several answers have one ID, their order does not say which is right, and none of them gets it.
func TestOneIDForSeveralAtOnce(t *testing.T) {
	var all []pipeline.Settlement
	for i, id := range []string{"a", "b", "a", "c", "a"} {
		all = append(all, pipeline.Settlement{Outcome: pipeline.Outcome{Row: i + 2, Ref: int64(i + 1), Run: "r1",
			State: pipeline.Created, CustomerID: id}})
	}
	s := Setup{Provider: &pipeline.Provider{}, Ledger: nobody{}, Run: "r1"}
	if err := s.holdIDs(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, st := range all {
		got += fmt.Sprintf("%s %s, ", st.Outcome.State, st.Outcome.CustomerID)
		if (st.Doubt != nil) != (st.Outcome.State == pipeline.Uncertain) {
			t.Errorf("row %d is %s: %s", st.Outcome.Row, st.Outcome.State, st.Doubt)
		}
	}
	if want := "uncertain , created b, uncertain , created c, uncertain , "; got != want {
		t.Errorf("%s want %s", got, want)
	}
}
