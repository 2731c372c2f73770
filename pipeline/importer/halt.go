package importer

import (
	"muster/pipeline"
)

// MaxRejected is how many refusals a run may meet before it halts. The zero
// value is no limit.
type MaxRejected struct {
	Rows    int     // at most so many rows; 0 is no limit
	Percent float64 // at most so many of a hundred answers, from the 20th on; 0 is no limit
}

// firstAnswers is how many answers may all be refusals before the run halts.
const firstAnswers = 20

// watch decides from the outcomes, in the order in which they are settled, whether to halt. It is pure: no clock, no
// goroutine.
type watch struct {
	concurrency int
	limit       MaxRejected

	answers  int // outcomes that the provider decided
	rejected int
	silent   int // outcomes in succession without an answer
	unsent   int // of them, those that certainly were not sent
}

// see counts one outcome; the run must halt when the result is not nil.
func (w *watch) see(o pipeline.Outcome, answered bool) *Halt {
	if !answered {
		w.silent++
		if o.State == pipeline.Pending {
			w.unsent++
		}
		if w.silent >= w.concurrency+10 && w.unsent == w.silent {
			return NewHalt(HaltSilence, "halt.not_sent", "count", w.silent, "last", o.Message).
				Try("halt.provider_down_or_url")
		}
		if w.silent >= w.concurrency+10 {
			return NewHalt(HaltSilence, "halt.silent", "count", w.silent).Try("halt.provider_down")
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
		return refusals("halt.all_refused", "count", firstAnswers)
	case w.limit.Rows > 0 && w.rejected > w.limit.Rows:
		return refusals("halt.too_many_rejected", "count", w.rejected, "most", w.limit.Rows)
	case w.limit.Percent > 0 && w.answers >= firstAnswers &&
		float64(w.rejected)*100 > w.limit.Percent*float64(w.answers):
		return refusals("halt.too_many_refused", "count", w.rejected, "of", w.answers, "percent", w.limit.Percent)
	}
	return nil
}

func refusals(code pipeline.MessageCode, pairs ...any) *Halt {
	return NewHalt(HaltRefusals, code, pairs...).Try("halt.read_report")
}
