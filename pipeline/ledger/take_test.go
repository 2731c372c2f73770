package ledger

import (
	"errors"
	"os"
	"testing"

	"muster/pipeline"
)

// A run takes over what another left without an answer, once it is not settled; who has
// the right to send settles it, whoever took it over.
func TestTake(t *testing.T) {
	forStores(t, func(t *testing.T, on rooms) {
		l, s, _ := on.opened(t)
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r3", Namespace: sandbox, Started: noon}))
		a, b := intent(2, "A", "a@example.org"), intent(3, "B", "b@example.org")
		ask(s.Write(t.Context(), "r1", []*pipeline.Intent{a, b}, nil))(t)
		if !ask(s.Take(t.Context(), "r2", a.Ref))(t) || !ask(s.Take(t.Context(), "r3", a.Ref))(t) {
			t.Error("an open request was not taken over")
		}
		ask(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{givenBack(a)}))(t)
		if ask(s.Take(t.Context(), "r3", a.Ref))(t) || ask(s.Take(t.Context(), "r3", 4711))(t) {
			t.Error("there is nothing left to take over")
		}
		if !ask(s.Take(t.Context(), "r2", b.Ref))(t) {
			t.Error("an open request was not taken over")
		}
		ask(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{givenBack(b)}))(t)
	})
}

func givenBack(in *pipeline.Intent) pipeline.Settlement {
	return pipeline.Settlement{Outcome: pipeline.Outcome{Row: in.Row, Ref: in.Ref, State: pipeline.Pending}}
}

func refusedBy(in *pipeline.Intent) pipeline.Settlement {
	return pipeline.Settlement{Outcome: pipeline.Outcome{Row: in.Row, Ref: in.Ref, State: pipeline.Rejected}}
}

// Who has lost the right to send writes what it knows of its requests, unless the sender
// who has the right now has taken them over; a customer that was made is written always.
// It repeats nothing, and writes no person's verdict. A file's lock goes with its process.
func TestWhatIsWrittenWithoutTheRight(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	l, s, at := onServerAt(server).opened(t)
	all := map[string]*pipeline.Intent{}
	for i, name := range []string{"pending", "rejected", "made", "open", "pending and free", "rejected and free"} {
		all[name] = intent(2+i, name, decimal(int64(i))+"@example.org")
		begun(t, s, "r1", all[name])
	}
	next := takenOver(t, l, at)
	taken := []string{"pending", "rejected", "made", "open"}
	for _, name := range taken {
		if !ask(next.Take(t.Context(), "r2", all[name].Ref))(t) {
			t.Fatal("not taken over:", name)
		}
	}
	for _, st := range []pipeline.Settlement{givenBack(all["pending"]), refusedBy(all["rejected"])} {
		_, err := s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})
		var of *TakenError
		if !errors.As(err, &of) || of.Ref != st.Outcome.Ref || !of.SettledBefore() {
			t.Errorf("%s, of what was taken over: %v", st.Outcome.State, err)
		}
	}
	ask(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(all["made"], pipeline.Created),
		settlement(all["open"], pipeline.Uncertain), givenBack(all["pending and free"]),
		refusedBy(all["rejected and free"])}))(t)
	for name, in := range all {
		open := ask(next.Take(t.Context(), "r2", in.Ref))(t)
		if want := name == "pending" || name == "rejected" || name == "open"; open != want {
			t.Errorf("%s: open %v", name, open)
		}
	}
	count(t, next.Customers, 1, "customers")
	if _, err := s.Take(t.Context(), "r1", all["open"].Ref); !isA[*LostRightError](err) {
		t.Errorf("taken over without the right: %v", err)
	}
	_, err := s.Settle(t.Context(), []Verdict{{Ref: all["open"].Ref, Row: all["open"].Row, Kind: VerdictAbsent, By: "Ana"}})
	if !isA[*LostRightError](err) {
		t.Errorf("a verdict without the right: %v", err)
	}
}

// takenOver is another ledger's space, with the run r2 and the right to send that l had,
// whose connection has broken and is not made anew before l writes.
func takenOver(t *testing.T, l *Ledger, at spot) *Space {
	t.Helper()
	lost := l.store.(*postgresStore).writer
	lost.watch.end()
	onServer(t, "SELECT pg_terminate_backend("+decimal(int64(lost.link.facts.process))+")")
	other := at.open(t)
	s := ask(other.Space(t.Context(), sandbox, acme()))(t)
	must(t, other.Hold(t.Context(), sandbox, HoldOptions{Wait: true}))
	must(t, other.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	return s
}
