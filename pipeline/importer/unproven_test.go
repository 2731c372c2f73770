package importer_test

import (
	"slices"
	"testing"
	"time"

	"muster/pipeline"
)

// TestAnAnswerThatDecidesNothing: what is answered to a question about an accepted request, and decides nothing, is
// said of the row. Where the page about it is gone, a record that agrees settles it, and an absent one does not.
func TestAnAnswerThatDecidesNothing(t *testing.T) {
	unproven := verdict(pipeline.VerdictUnknown, 200)
	unproven.Doubted = true
	gone := verdict(pipeline.VerdictUnknown, 404)
	ours := pipeline.Found{ID: "old-1", CreatedAt: "2030-01-01T00:00:00Z", Values: map[string]string{"name": person(1)[2]}}
	other := pipeline.Found{ID: "old-1", Values: map[string]string{"name": "Somebody Else"}}
	for _, c := range []struct {
		name   string
		says   pipeline.Reply
		by     pipeline.SettleBy
		found  []pipeline.Found
		state  pipeline.State
		reason pipeline.MessageCode
		asked  int
	}{
		{"unproven", unproven, pipeline.SettleNone, nil, pipeline.Uncertain, "outcome.await_unproven", 4},
		{"unproven, and a record is there", unproven, pipeline.SettleLookUp, []pipeline.Found{ours}, pipeline.Uncertain,
			"outcome.await_unproven", 4},
		{"gone", gone, pipeline.SettleNone, nil, pipeline.Uncertain, "outcome.await_gone", 4},
		{"gone, and absent", gone, pipeline.SettleLookUpResend, nil, pipeline.Uncertain, "outcome.await_gone", 4},
		{"gone, and somebody else is there", gone, pipeline.SettleLookUp, []pipeline.Found{other}, pipeline.Uncertain,
			"outcome.await_gone", 4},
		{"gone, and a record is there", gone, pipeline.SettleLookUp, []pipeline.Found{ours}, pipeline.Created,
			"outcome.found", 1},
	} {
		bubble(t, c.name, func(t *testing.T) {
			w := slowWorld(c.by)
			found := slices.Clone(c.found)
			w.provider.decides = func(r request, _ int) pipeline.Reply {
				if c.state == pipeline.Created {
					made, _ := w.provider.process(r)
					found[0].ID = made.id
				}
				return c.says
			}
			w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) { return found, nil }
			j := w.imports(t, people(1), asks(w))
			r := j.results[0]
			if r.State != c.state || r.Message == nil || r.Message.Code != c.reason {
				t.Errorf("%s, %q; want %s, %s", r.State, r.Message, c.state, c.reason)
			}
			if n := w.provider.asked[jobOf(1)]; n != c.asked || len(w.provider.requests()) != 1 {
				t.Errorf("asked %d times, %d requests", n, len(w.provider.requests()))
			}
		})
	}
}

// TestALostAwait: a definition that lost its await says how many requests wait for it.
func TestALostAwait(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := slowWorld(pipeline.SettleNone)
		w.imports(t, people(3), unsettled)
		time.Sleep(time.Hour)
		w.definition.Await = nil
		noted := 0
		for _, m := range w.imports(t, people(3)).notes {
			if m.Code == "outcome.await_lost" {
				noted = m.Arg("count").(int)
			}
		}
		if noted != 3 {
			t.Errorf("%d requests are named", noted)
		}
	})
}

// TestElsewhereIsWaitedForOnce: silence that went elsewhere keeps no later run waiting: that nobody is found here
// settles nothing, however late it is asked.
func TestElsewhereIsWaitedForOnce(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleLookUp)
		steps := meets(silentBefore)
		w.provider.does = func(r request) step { return steps(r) }
		w.imports(t, people(1), unsettled)
		time.Sleep(2 * time.Minute)
		begun := time.Now()
		j := w.imports(t, people(1), sentBy(pipeline.Sent{Digest: "base", BaseURL: "https://old.example.org"},
			pipeline.Sent{Digest: "overlay", BaseURL: "https://new.example.org"}))
		if r := j.results[0]; r.Message.Code != "outcome.absent_elsewhere" || time.Since(begun) >= w.definition.Settle.After {
			t.Errorf("%q after %s", r.Message, time.Since(begun))
		}
	})
}
