package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"muster/pipeline/importer"
)

// confirm asks before anything leaves the machine; the halt says no.
func (r *importRun) confirm(ctx context.Context, plan *importer.Plan, unsettled int) *importer.Halt {
	if r.target.namespace.Rehearsal() || plan.Ready+unsettled == 0 || r.flags.yes {
		return nil
	}
	n := plan.Ready
	if r.flags.limit > 0 {
		n = min(n, r.flags.limit)
	}
	what := "Send " + count(n, unit(plan))
	if unsettled > 0 {
		what += fmt.Sprintf(" and settle %s without an answer", count(unsettled, "earlier request"))
	}
	fmt.Fprintf(r.stderr, "%s at %s now? [y/N] ", what, r.target.baseURL)
	answer := make(chan string, 1)
	go func() {
		var line string
		if _, err := fmt.Fscanln(r.stdin, &line); err != nil && !errors.Is(err, io.EOF) {
			line = ""
		}
		answer <- strings.ToLower(line)
	}()
	select {
	case a := <-answer:
		if a == "y" || a == "yes" {
			return nil
		}
	case <-r.stops.stop:
	case <-ctx.Done():
	}
	return &importer.Halt{Reason: importer.HaltInterrupted, Err: errors.New("not confirmed"), Hint: "nothing was sent; run it again to go on"}
}
