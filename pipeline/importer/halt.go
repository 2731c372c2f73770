package importer

import (
	"muster/pipeline"
)

// MaxRejected is how many refusals a run may meet before it halts. The zero
// value is no limit.
type MaxRejected struct {
	Rows    int     // at most so many; 0 is no limit
	Percent float64 // at most so many of a hundred answers, from the 20th on; 0 is no limit
}

// firstAnswers is how many answers may all be refusals before the run halts.
const firstAnswers = 20

// watch decides from the outcomes, in the order in which they settle, whether
// to go on. It is pure: no clock, no goroutine.
type watch struct {
	concurrency int
	limit       MaxRejected

	answers  int // outcomes that the provider decided
	rejected int
	silent   int // outcomes in a row without an answer
	unsent   int // of them, those that certainly were not sent
}

const downHint = "the provider or the network seems to be down; run again when it is back"

// see takes one outcome into account; not nil says that the run must halt.
func (w *watch) see(o pipeline.Outcome, answered bool) *Halt {
	if !answered {
		w.silent++
		if o.State == pipeline.Pending {
			w.unsent++
		}
		if w.silent >= w.concurrency+10 && w.unsent == w.silent {
			return Haltf(HaltSilence, "%d rows in a row could not be sent; the last: %s", w.silent, o.Message).
				Try("the provider or the network seems to be down, or the base URL is wrong; run again when it is back")
		}
		if w.silent >= w.concurrency+10 {
			return Haltf(HaltSilence, "%d requests in a row had no answer that says what became of them", w.silent).
				Try(downHint)
		}
		return nil
	}
	w.silent, w.unsent = 0, 0
	w.answers++
	if o.State == pipeline.Rejected {
		w.rejected++
	}
	switch {
	case w.answers == firstAnswers && w.rejected == firstAnswers:
		return refusals("the first %d answers are all refusals", firstAnswers)
	case w.limit.Rows > 0 && w.rejected > w.limit.Rows:
		return refusals("%d rows were rejected, more than the %d that --max-rejected allows", w.rejected, w.limit.Rows)
	case w.limit.Percent > 0 && w.answers >= firstAnswers &&
		float64(w.rejected)*100 > w.limit.Percent*float64(w.answers):
		return refusals("%d of %d answers are refusals, more than the %g%% that --max-rejected allows", w.rejected,
			w.answers, w.limit.Percent)
	}
	return nil
}

func refusals(format string, args ...any) *Halt {
	return Haltf(HaltRefusals, format, args...).
		Try("read the provider's messages in the report; the rows that were not sent are pending")
}
