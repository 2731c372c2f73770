package ledger

import (
	"testing"

	"muster/pipeline"
)

// Denied rows are found by their keys, with what is known of them; rows that have a customer, or were refused for
// their data, are not.
func TestDenied(t *testing.T) { forStores(t, testDenied) }

func testDenied(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	var all []*pipeline.Intent
	for row, ref := range []string{2: "OWN", 3: "PENDING", 4: "MADE", 5: "REFUSED"} {
		if ref != "" {
			all = append(all, intent(row, ref, ref+"@acme.test"))
		}
	}
	begun(t, s, "r1", all...)
	end := func(i int, to pipeline.State, v pipeline.Verdict) pipeline.Settlement {
		st := settlement(all[i], to)
		st.Attempts[0].Verdict, st.Attempts[0].HTTPStatus = v, 403
		return st
	}
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{
		end(0, pipeline.Pending, pipeline.VerdictDenied), end(1, pipeline.Pending, pipeline.VerdictDenied),
		end(2, pipeline.Created, pipeline.VerdictDenied), end(3, pipeline.Rejected, pipeline.VerdictRefused)})))
	must(t, s.Record(t.Context(), "r1", []pipeline.Outcome{{Row: 2, State: pipeline.Rejected, Ref: all[0].Ref}}))
	denied := ask(s.Denied(t.Context()))(t)
	for i, want := range [][2]bool{{true, true}, {true, false}, {}, {}} {
		for _, k := range all[i].Keys {
			own, there := denied[s.KeyTag(acme().Keys[k.Key].Name, k.Normalised)]
			if there != want[0] || own != want[1] {
				t.Errorf("row %d: there %t, its own %t; want %v", all[i].Row, there, own, want)
			}
		}
	}
	other := pipeline.Namespace{Provider: "acme", Env: "production"}
	if denied = ask(ask(l.Space(t.Context(), other, acme()))(t).Denied(t.Context()))(t); len(denied) > 0 {
		t.Errorf("in another namespace: %v", denied)
	}
}
