package importer_test

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// sentBy makes unanswered requests those of another definition, and has this run send as here says.
func sentBy(sent, here pipeline.Sent) option {
	return func(how *importer.Sending) {
		sealed := how.Sealed
		how.Here = here
		how.Sealed = func(ctx context.Context) iter.Seq2[pipeline.Intent, error] {
			return func(yield func(pipeline.Intent, error) bool) {
				for in, err := range sealed(ctx) {
					in.Sent = sent
					if !yield(in, err) {
						return
					}
				}
			}
		}
	}
}

// A request that another definition sent to another place is settled only by a record that is found there; when none
// is found it is neither sent again nor given up (promise 4).
func TestWhatWasSentElsewhere(t *testing.T) {
	base := pipeline.Sent{Digest: "base", BaseURL: "https://old.example.org", Create: "POST /v1/customers"}
	overlay := pipeline.Sent{Digest: "overlay", BaseURL: "https://new.example.org", Create: "POST /v1/customers/link"}
	otherHost, otherPath, edited := base, base, base
	otherHost.Digest, otherHost.BaseURL = "overlay", overlay.BaseURL
	otherPath.Digest, otherPath.Create = "overlay", overlay.Create
	edited.Digest = "edited"
	moved := base
	moved.BaseURL = overlay.BaseURL
	for _, c := range []struct {
		name    string
		by      pipeline.SettleBy
		here    pipeline.Sent
		prepare func(w *world)
		step    step
		state   pipeline.State
		says    string
		creates int
	}{
		{"made", pipeline.SettleLookUp, overlay, nil, silentAfter, pipeline.Created, "outcome.found", 0},
		{"absent", pipeline.SettleLookUp, overlay, nil, silentBefore, pipeline.Uncertain, "outcome.absent_elsewhere", 0},
		{"absent at another host", pipeline.SettleLookUp, otherHost, nil, silentBefore, pipeline.Uncertain,
			"outcome.absent_elsewhere", 0},
		{"absent at another path", pipeline.SettleLookUp, otherPath, nil, silentBefore, pipeline.Uncertain,
			"outcome.absent_elsewhere", 0},
		{"absent, by an edited definition at the same place", pipeline.SettleLookUp, edited, nil, silentBefore,
			pipeline.Pending, "outcome.absent", 0},
		{"absent at another address of the same definition", pipeline.SettleLookUp, moved, nil, silentBefore,
			pipeline.Uncertain, "outcome.absent_elsewhere", 0},
		{"a repeat at another address", pipeline.SettleResend, moved, nil, silentBefore, pipeline.Uncertain, "ask acme", 0},
		{"another person", pipeline.SettleLookUp, overlay,
			func(w *world) { w.provider.has(person(1).with(2, "Somebody Else")) }, silentBefore, pipeline.Uncertain,
			"fields=[name]", 0},
		{"made, and could be repeated", pipeline.SettleLookUpResend, overlay, nil, silentAfter, pipeline.Created,
			"outcome.found", 0},
		{"absent, and could be repeated", pipeline.SettleLookUpResend, overlay, nil, silentBefore, pipeline.Uncertain,
			"outcome.absent_elsewhere", 0},
		{"absent, and is repeated at the same place", pipeline.SettleLookUpResend, edited, nil, silentBefore,
			pipeline.Created, "outcome.created_by_repeat", 1},
		{"only a repeat would tell", pipeline.SettleResend, overlay, nil, silentAfter, pipeline.Uncertain, "ask acme", 0},
		{"a repeat tells", pipeline.SettleResend, edited, nil, silentAfter, pipeline.Created, "outcome.found", 1},
	} {
		bubble(t, c.name, func(t *testing.T) {
			w := worldOf(c.by)
			if c.prepare != nil {
				c.prepare(w)
			}
			steps := meets(c.step)
			w.provider.does = func(r request) step { return steps(r) }
			j := w.imports(t, []line{person(1)}, unsettled)
			if j.results[0].State != pipeline.Uncertain {
				t.Fatalf("the first run: %s", j.results[0].State)
			}
			time.Sleep(2 * time.Minute)
			j = w.imports(t, []line{person(1)}, sentBy(base, c.here))
			r := j.results[0]
			if r.State != c.state || !strings.Contains(r.Message.String(), c.says) || len(j.creates) != c.creates {
				t.Errorf("%s, %q after %d requests; want %s, %q after %d", r.State, r.Message, len(j.creates), c.state,
					c.says, c.creates)
			}
		})
	}
}
