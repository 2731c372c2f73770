package wording

import (
	"slices"
	"testing"

	"muster/pipeline"
)

func TestInAll(t *testing.T) {
	if got := InAll(pipeline.Say("state_created")); !slices.Contains(got, "created") ||
		!slices.Contains(got, "creado") {
		t.Errorf("a word that every language has of its own: %q", got)
	}
	if got := InAll(pipeline.Say("as_written", "text", "x")); !slices.Equal(got, []string{"x"}) {
		t.Errorf("the same in every language: %q", got)
	}
}
