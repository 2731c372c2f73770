package ledger

import "testing"

// TestHoldOverABrokenLine: a session that gets the lock, and loses the connection before it has recorded itself as
// the sender, does not have the right.
func TestHoldOverABrokenLine(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	for _, fault := range []commitFault{commitLost, answerLost} {
		first := sending(t, address, "first", quick)
		way := newLine(t, address)
		second := entered(t, way.address, "second", quick)
		got := make(chan error, 1)
		go func() {
			got <- second.hold(t.Context(), boats, HoldOptions{Wait: true, Waiting: func(*HeldError) {
				way.failCommit(fault)
				go first.close()
			}}, false)
		}()
		must(t, <-got)
		third := entered(t, address, "third", quick)
		if err := third.hold(t.Context(), boats, HoldOptions{}, false); !isA[*HeldError](err) {
			t.Errorf("fault %d: two have the right to send: %v", fault, err)
		}
		third.close()
		must(t, say(t, second, 1))
		second.close()
	}
}

// TestNobodyBefore: the first sender ever waits for nobody, the next one for the pace of the first.
func TestNobodyBefore(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	for _, before := range []bool{false, true} {
		s := sending(t, address, "sender", quick)
		if at, unannounced := s.right.TookOver(); at.IsZero() == before || unannounced {
			t.Errorf("somebody before %v: %v %v", before, at, unannounced)
		}
		s.close()
	}
}
