package importer

import (
	"muster/pipeline"
)

// MaxRejected is how many refusals a run may meet before it halts, without those of rows that an earlier run saw
// refused with the same data. The zero value is no limit.
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
	again    int // refusals beside them, of rows that an earlier run saw refused with the same data
	silent   int // outcomes in succession without an answer
	unsent   int // of them, those that certainly were not sent
}

// see counts one outcome; the run must halt when the result is not nil. refused says that an earlier run saw the row
// refused with the same data: that it is refused again is no news, and neither an answer nor a refusal for this
// purpose. Otherwise a few bad rows in each night's book would halt every run.
func (w *watch) see(o pipeline.Outcome, answered, refused bool) *Halt {
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
	if refused && o.State == pipeline.Rejected {
		w.again++
		return nil
	}
	w.answers++
	if o.State == pipeline.Rejected {
		w.rejected++
	}
	switch {
	case w.answers == firstAnswers && w.rejected == firstAnswers:
		return w.refusals("halt.all_refused", "count", firstAnswers)
	case w.limit.Rows > 0 && w.rejected > w.limit.Rows:
		return w.refusals("halt.too_many_rejected", "count", w.rejected, "most", w.limit.Rows)
	case w.limit.Percent > 0 && w.answers >= firstAnswers &&
		float64(w.rejected)*100 > w.limit.Percent*float64(w.answers):
		return w.refusals("halt.too_many_refused", "count", w.rejected, "of", w.answers, "percent", w.limit.Percent)
	}
	return nil
}

func (w *watch) refusals(code pipeline.MessageCode, pairs ...any) *Halt {
	halt := NewHalt(HaltRefusals, code, pairs...)
	if w.again > 0 {
		return halt.Try("halt.read_report_again", "count", w.again)
	}
	return halt.Try("halt.read_report")
}
