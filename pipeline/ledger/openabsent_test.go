package ledger

import (
	"testing"

	"muster/pipeline"
)

// TestOpenAbsent: a row that a person settled as absent is open until an import has met it.
func TestOpenAbsent(t *testing.T) { forStores(t, testOpenAbsent) }

func testOpenAbsent(t *testing.T, on rooms) {
	n := newNights(t, on)
	lost := []*pipeline.Intent{intent(2, "A", ""), intent(3, "B", ""), intent(4, "C", ""), intent(5, "D", "")}
	run := n.begin("/in/a.csv", "a1")
	begun(t, n.s, run.ID, lost...)
	n.end(run)
	n.n++ // settled on the day after
	for _, in := range lost {
		absent := Verdict{Ref: in.Ref, Kind: VerdictAbsent, By: "Ana Ruiz", At: noon.AddDate(0, 0, n.n), Run: run.ID,
			Row: in.Row}
		ask(n.s.Settle(t.Context(), []Verdict{absent}))(t)
	}
	n.want("settled", "n1:2 pending 2", "n1:3 pending 2", "n1:4 pending 2", "n1:5 pending 2")

	r := ask(n.l.Dismiss(t.Context(), "n1", 5, "Ana Ruiz"))(t)
	if r.Outcome.State != pipeline.Pending {
		t.Errorf("dismissed in the state %s", r.Outcome.State)
	}
	n.want("dismissed", "n1:2 pending 2", "n1:3 pending 2", "n1:4 pending 2")

	// Another book has the merchant, and sends it.
	other := n.begin("/in/b.csv", "b1")
	again := intent(9, "A", "")
	begun(t, n.s, other.ID, again)
	must(t, wrote(n.s.Write(t.Context(), other.ID, nil, []pipeline.Settlement{settlement(again, pipeline.Rejected)})))
	n.end(other)
	n.want("sent by another book", "n1:3 pending 2", "n1:4 pending 2", "n3:9 rejected 0")

	f := ask(n.l.Forget(t.Context(), noon.AddDate(1, 0, 0), true))(t)
	if f.Open != 3 {
		t.Errorf("forget keeps %d open rows", f.Open)
	}

	// An import of the book with a limit leaves it pending; one that goes through does not.
	n.run("/in/a.csv", "a2", n.row(3, pipeline.Pending, "B", ""))
	n.want("with a limit", "n1:3 pending 2", "n1:4 pending 2", "n3:9 rejected 0")
	n.run("/in/a.csv", "a3", n.row(3, pipeline.Invalid, "B", "b"))
	n.want("imported again", "n3:9 rejected 0", "n5:3 invalid 5")
}
