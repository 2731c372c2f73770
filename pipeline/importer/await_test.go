package importer_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

func jobOf(ref int64) string { return fmt.Sprintf("job-%d", ref) }

// Ask answers with the decision on a request that was accepted.
func (p *fakeProvider) Ask(_ context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	reply := pipeline.Reply{Attempt: pipeline.Attempt{Sent: time.Now(), Ended: time.Now(), HTTPStatus: 200,
		Verdict: pipeline.VerdictCreated}}
	r, known := p.pending[in.Await]
	if !known || in.Await != jobOf(in.Ref) || len(in.Entries) == 0 {
		p.wrong = append(p.wrong, fmt.Sprintf("row %d is asked about by %q", in.Row, in.Await))
	}
	p.asked[in.Await]++
	if p.decides != nil {
		said := p.decides(r, p.asked[in.Await])
		reply.Verdict, reply.HTTPStatus, reply.Message = said.Verdict, said.HTTPStatus, said.Message
		reply.RetryAfter, reply.Doubted = said.RetryAfter, said.Doubted
	}
	if reply.Verdict == pipeline.VerdictCreated {
		rec, _ := p.process(r)
		reply.CustomerID = rec.id
	}
	return reply, p.token
}

// slowWorld is a world whose provider accepts requests, and decides them when it is asked.
func slowWorld(by pipeline.SettleBy) *world {
	w := worldOf(by)
	w.definition.Await = &pipeline.Await{Every: 5 * time.Second, For: 10 * time.Minute, Most: 4}
	w.provider.pending, w.provider.asked = map[string]request{}, map[string]int{}
	w.provider.does = func(request) step { return pends }
	return w
}

func asks(w *world) option { return func(s *importer.Sending) { s.Asker = w.provider } }

func verdict(v pipeline.Verdict, status int) pipeline.Reply {
	return pipeline.Reply{Attempt: pipeline.Attempt{Verdict: v, HTTPStatus: status, Message: said("said")}}
}

// TestWhatIsAcceptedIsAskedFor: a row gets what the provider decides, in this run or in the next one, and its request
// is never sent again, whatever other way of settling the definition has.
func TestWhatIsAcceptedIsAskedFor(t *testing.T) {
	still := verdict(pipeline.VerdictAccepted, 200)
	after := func(n int, then pipeline.Reply) func(request, int) pipeline.Reply {
		return func(_ request, times int) pipeline.Reply {
			if times < n {
				return still
			}
			return then
		}
	}
	made := verdict(pipeline.VerdictCreated, 200)
	slow := still
	slow.RetryAfter = time.Hour
	busy := verdict(pipeline.VerdictThrottled, 429)
	busyLong := busy
	busyLong.RetryAfter = time.Hour
	for _, c := range []struct {
		name        string
		decides     func(r request, times int) pipeline.Reply
		first, then pipeline.State
		asked       int // in both runs
	}{
		{"at once", after(1, made), "created", "known", 1},
		{"at the third question", after(3, made), "created", "known", 3},
		{"against it", after(2, verdict(pipeline.VerdictRefused, 200)), "rejected", "rejected", 2},
		{"after the bound", after(5, made), "uncertain", "created", 5},
		{"never", after(1000, made), "uncertain", "uncertain", 8},
		{"not known there", after(1000, made), "uncertain", "uncertain", 8},
		{"throttled each time", func(request, int) pipeline.Reply { return busy }, "uncertain", "uncertain", 8},
		{"throttled for longer than the bound", func(request, int) pipeline.Reply { return busyLong }, "uncertain",
			"uncertain", 2},
		{"asked to wait longer than the bound", func(request, int) pipeline.Reply { return slow }, "uncertain", "uncertain", 2},
		{"a new token first", after(2, verdict(pipeline.VerdictUnauthorized, 401)), "uncertain", "uncertain", 0},
	} {
		for _, by := range []pipeline.SettleBy{pipeline.SettleNone, pipeline.SettleResend, pipeline.SettleLookUpResend,
			pipeline.SettleLookUp} {
			bubble(t, c.name+" "+string(by), func(t *testing.T) {
				w := slowWorld(by)
				w.provider.decides = c.decides
				switch c.name {
				case "not known there":
					w.provider.decides = func(request, int) pipeline.Reply { return verdict(pipeline.VerdictUnknown, 404) }
				case "a new token first":
					w.provider.fixed = true
				}
				if by != pipeline.SettleNone && by != pipeline.SettleResend {
					w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) { return nil, nil }
				}
				open := pipeline.MessageCode("outcome.accepted")
				if c.name == "not known there" {
					open = "outcome.await_gone"
				}
				j := w.imports(t, people(1), asks(w))
				if s := j.results[0].State; s != c.first {
					t.Errorf("%s: %q", s, j.results[0].Message)
				}
				if c.first == "uncertain" && j.results[0].Message.Code != open {
					t.Errorf("%q", j.results[0].Message)
				}
				if c.first == "rejected" {
					return // it is judged again
				}
				time.Sleep(48 * time.Hour)
				j = w.imports(t, people(1), asks(w))
				if s := j.results[0].State; s != c.then || len(w.provider.requests()) != 1 {
					t.Errorf("then %s: %q, %d requests", s, j.results[0].Message, len(w.provider.requests()))
				}
				if c.then == "uncertain" && c.asked > 0 && j.results[0].Message.Code != open {
					t.Errorf("then %q", j.results[0].Message)
				}
				if n := w.provider.asked[jobOf(1)]; c.asked > 0 && n != c.asked {
					t.Errorf("asked %d times", n)
				}
			})
		}
	}
}

// TestWaitingHoldsNoPlace: with one request at a time, all rows are sent though none is decided; a pilot is decided
// before the other rows are sent.
func TestWaitingHoldsNoPlace(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := slowWorld(pipeline.SettleNone)
		w.provider.decides = func(_ request, times int) pipeline.Reply {
			if n := len(w.provider.seen); n != 20 {
				t.Errorf("asked when %d rows were sent", n)
			}
			return verdict(pipeline.VerdictCreated, 200)
		}
		if j := w.imports(t, people(20), asks(w), concurrency(1)); j.counts[pipeline.Created] != 20 {
			t.Errorf("counts %v", j.counts)
		}
	})
	bubble(t, "pilot", func(t *testing.T) {
		w := slowWorld(pipeline.SettleNone)
		p := &piloted{}
		j := w.imports(t, people(20), asks(w), w.pilot(3, p, nil))
		for _, o := range p.outcomes {
			if o.State != pipeline.Created {
				t.Errorf("row %d of the pilot is %s", o.Row, o.State)
			}
		}
		if j.counts[pipeline.Created] != 20 || len(p.outcomes) != 3 {
			t.Errorf("counts %v, %d outcomes of the pilot", j.counts, len(p.outcomes))
		}
	})
}

// TestAcceptedSurvivesTheEnd: a run that dies before asking leaves the handle to ask by; without a way to ask, an
// accepted request stays as it is.
func TestAcceptedSurvivesTheEnd(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := slowWorld(pipeline.SettleLookUpResend)
		w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) { return nil, nil }
		w.imports(t, people(3), unsettled)
		for range 2 {
			time.Sleep(time.Hour)
			if j := w.imports(t, people(3)); j.counts[pipeline.Uncertain] != 3 || len(j.creates) != 0 {
				t.Errorf("without a way to ask: %v, %d requests", j.counts, len(j.creates))
			}
		}
		if j := w.imports(t, nil, asks(w)); len(j.creates) != 0 || len(w.ledger.unanswered()) != 0 {
			t.Errorf("%d requests, %d unanswered", len(j.creates), len(w.ledger.unanswered()))
		}
		if j := w.imports(t, people(3), asks(w)); j.counts[pipeline.Known] != 3 || len(j.creates) != 0 {
			t.Errorf("in the end %v", j.counts)
		}
	})
}
