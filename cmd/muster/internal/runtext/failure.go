package runtext

import (
	"context"
	"errors"
	"strings"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Failure is what is printed of an error: what is wrong, and what to do, if there is
// something to do.
func Failure(words *wording.Wording, err error, hint *pipeline.Message) []string {
	// Joined errors come on lines of their own; a log wants one.
	what := words.Error(err)
	if errors.Is(err, context.Canceled) {
		what = words.Say("halt.interrupted")
	}
	lines := []string{strings.ReplaceAll(words.Say("run.failed", "error", what), "\n", "; ")}
	if hint != nil {
		lines = append(lines, "  "+words.Say("run.try", "hint", hint))
	}
	return lines
}
