package ledger

import (
	"errors"
	"slices"
	"testing"

	"muster/pipeline"
)

func TestFindIDs(t *testing.T) { forStores(t, testFindIDs) }

func testFindIDs(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
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
func TestFindIDsOfOtherSpelling(t *testing.T) { forStores(t, testFindIDsOfOtherSpelling) }

func testFindIDsOfOtherSpelling(t *testing.T, on rooms) {
	const id = "rehearsal-0c4a77de-6f0b-4a5f-9d3e-9b1f0a2c7e11"
	_, s, rows := disputed(t, on)
	in := intent(90, "R-90", "other@acme.test")
	begun(t, s, "r1", in)
	made := settlement(in, pipeline.Created)
	made.Outcome.CustomerID = id
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{made})))
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

// TestSoleIDs: a settlement that is Sole is refused, with all that is written together, while another customer has its
// ID, in whatever spelling; not for the customer's own, nor for one that makes no claim.
func TestSoleIDs(t *testing.T) { forStores(t, testSoleIDs) }

func testSoleIDs(t *testing.T, on rooms) {
	const id = "rehearsal-0c4a77de-6f0b-4a5f-9d3e-9b1f0a2c7e11"
	_, s, _ := on.opened(t)
	a, b, c := intent(2, "A", ""), intent(3, "B", ""), intent(4, "C", "")
	begun(t, s, "r1", a, b)
	sole := func(in *pipeline.Intent, state pipeline.State, id string) pipeline.Settlement {
		st := settlement(in, state)
		st.Outcome.CustomerID, st.Sole = id, true
		return st
	}
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{sole(a, pipeline.Created, id)})))
	for _, other := range []string{id, "rehearsal-0C4A77DE-6F0B-4A5F-9D3E-9B1F0A2C7E11"} {
		_, err := s.Write(t.Context(), "r1", []*pipeline.Intent{c}, []pipeline.Settlement{sole(b, pipeline.Created, other)})
		var taken *IDTakenError
		if !errors.As(err, &taken) || !taken.IDTaken() || taken.Ref != a.Ref || c.Ref != 0 {
			t.Fatalf("%v, and the intent is %d", err, c.Ref)
		}
	}
	count(t, s.Customers, 1, "customers")
	count(t, s.Unsettled, 1, "unsettled")
	must(t, wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{c}, []pipeline.Settlement{
		sole(b, pipeline.Created, "cus-another")})))
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{sole(c, pipeline.Rejected, "")})))
	count(t, s.Customers, 2, "customers")
}

// TestProvenIDs: the newest come first, whether they are among the newest of the ledger or older than many of another
// namespace.
func TestProvenIDs(t *testing.T) { forStores(t, testProvenIDs) }

func testProvenIDs(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	want := []string{}
	for _, row := range rows {
		if id := settlement(row, pipeline.Created).Outcome.CustomerID; ask(s.FindIDs(t.Context(), []string{id}))(t)[0] != nil {
			want = append(want, id)
		}
	}
	slices.Reverse(want)
	for _, behind := range []bool{false, true} {
		if behind {
			alter(t, l, `INSERT INTO customer (ref, namespace, state, run, row, at, body, layout, fields, keys,
				idempotency_key) VALUES (20000, 99, 'rejected', 1, 1, 0, x'', 1, x'', x'', '')`)
		}
		for most := 1; most < len(want)+2; most++ {
			if got := ask(s.ProvenIDs(t.Context(), most))(t); !slices.Equal(got, want[:min(most, len(want))]) {
				t.Errorf("behind %v, %d: %q, want %q", behind, most, got, want)
			}
		}
	}
}
