package importer

import (
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
)

// Of the rows that wait for an outage to end one goes alone, and none once the run is halted.
func TestNobodyGoesOnceAnOutageHalts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(newBrake(nil), &Sending{Now: time.Now}, 0)
		lost := pipeline.Attempt{Verdict: pipeline.VerdictUnknown}
		for range mostUnknown {
			g.enter(t.Context())
			g.leave(t.Context(), false, lost, false)
		}
		went := make(chan bool, 8)
		for range 8 {
			go func() {
				alone, ok := g.enter(t.Context())
				if ok {
					g.leave(t.Context(), alone, lost, false)
				}
				went <- ok
			}()
		}
		n := 0
		for range 8 {
			if <-went {
				n++
			}
		}
		if n != len(outagePauses) || g.reason == nil || !IsOutage(g.reason.Message) {
			t.Errorf("%d went, then %v", n, g.reason)
		}
	})
}
