package runtext

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// Every error becomes one line, and one that says what to do.
func TestFailure(t *testing.T) {
	for _, c := range []struct {
		err  error
		hint *pipeline.Message
		want []string
	}{
		{errors.Join(errors.New("first"), errors.New("second")), nil, []string{"muster: first; second"}},
		{pipeline.Wrong("run.no_provider"), pipeline.Say("run.again"),
			[]string{"muster: --provider is missing", "  try: run the same command again to go on"}},
		{context.Canceled, nil, []string{"muster: interrupted"}},
	} {
		if diff := cmp.Diff(c.want, Failure(english(t), c.err, c.hint)); diff != "" {
			t.Error(diff)
		}
	}
}
