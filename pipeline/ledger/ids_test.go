package ledger

import (
	"errors"
	"strings"
	"testing"

	"muster/pipeline"
)

func TestFindIDs(t *testing.T) {
	l, s, rows := disputed(t)
	other := pipeline.Namespace{Provider: "acme", Env: "production"}
	elsewhere := ask(l.Space(t.Context(), other, acme()))(t)
	has := settlement(rows[2], pipeline.Created).Outcome.CustomerID
	claims := ask(s.FindIDs(t.Context(), []string{"cus-none", has, "", has}))(t)
	if claims[0] != nil || claims[2] != nil || claims[1] == nil || claims[3] == nil {
		t.Fatalf("%+v", claims)
	}
	if c := claims[1]; c.Ref != rows[2].Ref || c.Outcome.Row != 2 || c.Outcome.Run != "r1" ||
		c.Outcome.CustomerID != has {
		t.Errorf("%+v", c)
	}
	if claims := ask(elsewhere.FindIDs(t.Context(), []string{has}))(t); claims[0] != nil {
		t.Errorf("in another namespace: %+v", claims[0])
	}
}

// A UUID in capitals is the same ID.
func TestFindIDsOfOtherSpelling(t *testing.T) {
	const id = "rehearsal-0c4a77de-6f0b-4a5f-9d3e-9b1f0a2c7e11"
	_, s, rows := disputed(t)
	in := intent(90, "R-90", "other@acme.test")
	begun(t, s, "r1", in)
	made := settlement(in, pipeline.Created)
	made.Outcome.CustomerID = id
	must(t, s.Write(t.Context(), "r1", nil, []pipeline.Settlement{made}))
	capitals := "rehearsal-0C4A77DE-6F0B-4A5F-9D3E-9B1F0A2C7E11"
	claims := ask(s.FindIDs(t.Context(), []string{"CUS-NONE", capitals, id}))(t)
	if claims[0] != nil || claims[1] == nil || claims[2] == nil || claims[1].Ref != in.Ref {
		t.Errorf("%+v", claims)
	}
	_, err := s.Settle(t.Context(), []Verdict{verdict(rows[4], VerdictID, capitals)})
	var refused *VerdictsError
	if !errors.As(err, &refused) || refused.Mistakes[0].Fault != FaultIDTaken {
		t.Errorf("a person may give it to another: %v", err)
	}
}

// A million customers have their IDs looked up by the index.
func TestIDsAreIndexed(t *testing.T) {
	l, _, _ := opened(t)
	rows, err := l.writer.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+
		strings.NewReplacer("?1", "1", "?2", "'[\"cus-1\"]'").Replace(findIDs))
	must(t, err)
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	must(t, rows.Err())
	must(t, rows.Close())
	if !strings.Contains(strings.Join(plan, "; "), "customer_by_id") {
		t.Errorf("%v", plan)
	}
}
