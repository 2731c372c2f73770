package runtext

import (
	"context"
	"errors"
	"strings"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Failure is the text for an error: what is wrong, and what to do, if anything.
func Failure(words *wording.Wording, err error, hint *pipeline.Message) []string {
	var many pipeline.Mistakes
	if errors.As(err, &many) {
		return mistakes(words, many)
	}
	// Joined errors are several lines; a log needs one.
	what := words.Error(err)
	if errors.Is(err, context.Canceled) {
		what = words.Say("halt.interrupted")
	}
	lines := []string{strings.ReplaceAll(words.Say("run.failed", "error", what), "\n", "; ")}
	if wrong, ok := errors.AsType[*pipeline.Mistake](err); ok {
		for _, line := range wrong.Quote.Lines() {
			lines = append(lines, "    "+line)
		}
	}
	if hint != nil {
		lines = append(lines, "  "+words.Say("run.try", "hint", hint))
	}
	return lines
}

// mistakes is the text for several mistakes that were found at once: each with what to do, unless that is the same as
// for the one before.
func mistakes(words *wording.Wording, all pipeline.Mistakes) []string {
	var lines []string
	for i, m := range all {
		hint := m.Hint
		if i+1 < len(all) && hint.String() == all[i+1].Hint.String() {
			hint = nil
		}
		lines = append(lines, Failure(words, m, hint)...)
	}
	return lines
}
