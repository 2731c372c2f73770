package ledger

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// Whatever people say and correct, in whatever order, with rows sent again in between: no two customers share a key
// or an ID, the tables and counts agree, and what an answer proved stays.
func TestAnyVerdicts(t *testing.T) { forStores(t, testAnyVerdicts) }

func testAnyVerdicts(t *testing.T, on rooms) {
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		check := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		at := on(t)
		l, err := Open(ctx, at.name, Options{MayBegin: true, KeyFile: at.key})
		check(err)
		defer l.Close()
		s, err := l.Space(ctx, sandbox, acme())
		check(err)
		check(l.Hold(ctx, sandbox, HoldOptions{}))
		check(l.StartRun(ctx, pipeline.Run{ID: "r1", Namespace: sandbox}))
		row := 2
		var refs []int64
		send := func(reference string) {
			in := intent(row, reference, "")
			if err := wrote(s.Write(ctx, "r1", []*pipeline.Intent{in}, nil)); errors.Is(err, errClaimed) {
				return
			} else {
				check(err)
			}
			row++
			refs = append(refs, in.Ref)
		}
		for _, reference := range []string{"A", "B", "C"} {
			send(reference)
		}
		proven := settlement(&pipeline.Intent{Ref: refs[0], Row: 2}, pipeline.Created)
		check(wrote(s.Write(ctx, "r1", nil, []pipeline.Settlement{proven})))
		nameless := settlement(&pipeline.Intent{Ref: refs[1], Row: 3}, pipeline.Existing)
		nameless.Outcome.CustomerID = ""
		check(wrote(s.Write(ctx, "r1", nil, []pipeline.Settlement{nameless})))

		rt.Repeat(map[string]func(*rapid.T){
			"verdict": func(rt *rapid.T) {
				v := Verdict{Ref: rapid.SampledFrom(refs).Draw(rt, "ref"), By: "Ana Ruiz",
					Kind:    rapid.SampledFrom([]VerdictKind{VerdictID, VerdictAbsent}).Draw(rt, "kind"),
					Correct: rapid.Bool().Draw(rt, "correct")}
				if v.Kind == VerdictID {
					v.CustomerID = rapid.SampledFrom([]string{"x", "y", proven.Outcome.CustomerID}).Draw(rt, "id")
				}
				settled, err := s.Settle(ctx, []Verdict{v})
				var refused *VerdictsError
				if errors.As(err, &refused) {
					return
				}
				check(err)
				again, err := s.Settle(ctx, []Verdict{v})
				check(err)
				if !again[0].Already || again[0].State != settled[0].State ||
					again[0].CustomerID != settled[0].CustomerID {
					rt.Fatalf("%+v, and said again %+v", settled[0], again[0])
				}
			},
			"send again": func(rt *rapid.T) { send(rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "reference")) },
			"": func(rt *rapid.T) {
				e, err := l.Examine(ctx)
				check(err)
				if len(e.Faults) > 0 {
					rt.Fatalf("%v", e.Faults)
				}
				all, err := l.Customers(ctx, refs)
				check(err)
				ids, claims := map[string]int64{}, 0
				for _, c := range all {
					if !c.State.IsClaim() {
						continue
					}
					claims++
					if id := c.Outcome.CustomerID; id != "" && ids[id] != 0 {
						rt.Fatalf("customers %d and %d have the ID %s", ids[id], c.Ref, id)
					} else {
						ids[id] = c.Ref
					}
				}
				n, err := s.Customers(ctx)
				check(err)
				if n != claims {
					rt.Fatalf("%d customers, want %d", n, claims)
				}
				if c := all[0]; c.State != pipeline.Created || c.Outcome.CustomerID != proven.Outcome.CustomerID {
					rt.Fatalf("what an answer proved is %s, ID %s", c.State, c.Outcome.CustomerID)
				}
				states := map[int64]pipeline.State{}
				for o, err := range l.Outcomes(ctx, "r1") {
					check(err)
					states[o.Ref] = o.State
				}
				for _, c := range all {
					if states[c.Ref] != c.State {
						rt.Fatalf("customer %d is %s, and its row %s", c.Ref, c.State, states[c.Ref])
					}
				}
			},
		})
	})
}
