package ledger

import (
	"errors"
	"testing"

	"muster/pipeline"
)

// On another server than the last one, a production namespace is sent to only after a person has confirmed it. From
// then on that is its server, and nobody is asked again.
func TestFailover(t *testing.T) {
	practice := pipeline.Namespace{Provider: "boats", Env: pipeline.EnvSandbox}
	for name, change := range map[string]string{
		"promoted": "UPDATE @.sender SET timeline = '000000FF'",
		"another":  "UPDATE @.sender SET system = '1'",
	} {
		t.Run(name, func(t *testing.T) {
			address, ok := serverForTests(t)
			if !ok {
				return
			}
			a := entered(t, address, "A", quick)
			must(t, errors.Join(a.hold(t.Context(), boats, HoldOptions{}, false),
				a.hold(t.Context(), practice, HoldOptions{}, false)))
			a.close()
			onSchema(t, a, change)

			b := entered(t, address, "B", quick)
			var failover *FailoverError
			err := b.hold(t.Context(), boats, HoldOptions{}, false)
			if !errors.As(err, &failover) || codeOf(t, err) != "server.failed_over" {
				t.Fatal(err)
			}
			if err := say(t, b, 1); err == nil {
				t.Error("written without the right")
			}
			must(t, b.hold(t.Context(), practice, HoldOptions{}, false))
			if !b.right.OtherServer() {
				t.Error("of the sandbox it is not said")
			}
			b.close()

			c := entered(t, address, "C", quick)
			must(t, c.hold(t.Context(), boats, HoldOptions{}, true))
			if !c.right.OtherServer() {
				t.Error("it is not said")
			}
			c.close()
			d := entered(t, address, "D", quick)
			must(t, d.hold(t.Context(), boats, HoldOptions{}, false))
			if d.right.OtherServer() {
				t.Error("it is said again")
			}
		})
	}
}

// A fail-over during a run that lost nothing of what the run wrote counts as a restart, and the next run is not
// asked.
func TestFailoverWithoutLoss(t *testing.T) {
	address, ok := serverForTests(t)
	if !ok {
		return
	}
	a := sending(t, address, "A", quick)
	a.use.Lock()
	onSchema(t, a, "UPDATE @.sender SET timeline = '000000FF'")
	a.use.Unlock()
	terminate(t, a)
	must(t, say(t, a, 1))
	a.close()
	b := sending(t, address, "B", quick)
	if b.right.OtherServer() {
		t.Error("it is said")
	}
}
