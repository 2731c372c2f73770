package importer

import (
	"errors"
	"testing"

	"muster/pipeline"
)

// noWay is the error of a call that every other call would meet too.
type noWay struct{ error }

func (noWay) Advice() *pipeline.Message { return pipeline.Say("halt.check_secrets") }

// An obstacle between muster and the provider halts the run with advice, and no other run is worth starting before it
// is removed.
func TestWhatStandsInTheWayHalts(t *testing.T) {
	denied := pipeline.Reply{Hint: pipeline.Localized{"": "ask"}}
	blocked := pipeline.Reply{Advice: pipeline.Say("halt.check_secrets")}
	for name, c := range map[string]struct {
		halt    *Halt
		reason  HaltReason
		lasting bool
	}{
		"an answer":                 {everyRequestHalt(denied), HaltProvider, true},
		"a page for logging in":     {everyRequestHalt(pipeline.Reply{LogIn: true}), HaltCredentials, true},
		"a certificate":             {everyRequestHalt(blocked), HaltConnection, true},
		"a certificate of look-ups": {lookUpHalt(errors.Join(noWay{errors.New("no trust")})), HaltConnection, true},
		"an interrupt":              {interrupted(), HaltInterrupted, false},
		"an outage":                 {goesOn(pipeline.Say("outcome.no_answer")), HaltSilence, false},
	} {
		// A look-up has messages of its own.
		if c.halt != nil && c.reason != HaltConnection && IsLasting(c.halt.Message) != c.lasting {
			t.Errorf("%s: lasting in the ledger: %t", name, !c.lasting)
		}
		if c.halt == nil || c.halt.Reason != c.reason || c.halt.Lasting() != c.lasting || c.halt.Hint == nil {
			t.Errorf("%s: %+v", name, c.halt)
		}
	}
	if halt := lookUpHalt(errors.New("no answer")); halt != nil {
		t.Errorf("a look-up without an answer: %v", halt)
	}
}
