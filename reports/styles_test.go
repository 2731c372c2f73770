package reports

import (
	"testing"

	"muster/pipeline"
)

// In a chart only its colour connects a bar to the name of its state.
func TestEachStateHasItsOwnColourInAChart(t *testing.T) {
	of := map[string]pipeline.State{}
	for _, s := range pipeline.States() {
		c := stateColour(s).chart
		if other, taken := of[c]; taken {
			t.Errorf("%s and %s both have the colour %s", s, other, c)
		}
		of[c] = s
	}
}
