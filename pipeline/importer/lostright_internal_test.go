package importer

import (
	"errors"
	"fmt"
	"testing"

	"muster/pipeline"
)

// Who lost the right to another sender goes on when that one has ended; who lost it because the ledger did not keep what
// it had acknowledged is given the ledger's own hint.
func TestLostRightAdvises(t *testing.T) {
	taken := errors.New("another sender has it")
	for _, c := range []struct {
		err  error
		want pipeline.MessageCode
	}{
		{taken, "halt.run_when_free"},
		{&pipeline.Mistake{Err: taken}, "halt.run_when_free"},
		{fmt.Errorf("of the ledger: %w", pipeline.Wrong("server.lost_data").Try("server.check_after_failover")),
			"server.check_after_failover"},
	} {
		if halt := lostRight(c.err); halt.Hint == nil || halt.Hint.Code != c.want {
			t.Errorf("%v: %v", c.err, halt.Hint)
		}
	}
}
