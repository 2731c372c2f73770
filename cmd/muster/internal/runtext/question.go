package runtext

import (
	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
)

// Question is the text of a run's question, without how to answer it.
func Question(q enrol.Question) *pipeline.Message {
	place := q.Target.Place()
	switch {
	case q.After != nil && q.After.Passed():
		return pipeline.Say("run.ask_after_pilot", "count", q.Customers, "place", place)
	case q.After != nil:
		return pipeline.Say("run.ask_after_failures", "failed", q.After.Failed, "count", q.Customers, "place", place)
	case q.Customers == 0:
		return pipeline.Say("run.ask_to_settle", "count", q.Unsettled, "place", place)
	}
	earlier := pipeline.Say("run.earlier_requests", "count", q.Unsettled)
	switch {
	case q.Pilot > 0 && q.Unsettled > 0:
		return pipeline.Say("run.ask_to_send_after_both", "count", q.Customers, "place", place, "pilot", q.Pilot,
			"requests", earlier)
	case q.Pilot > 0:
		return pipeline.Say("run.ask_to_send_with_pilot", "count", q.Customers, "place", place, "pilot", q.Pilot)
	case q.Unsettled > 0:
		return pipeline.Say("run.ask_to_send_after_settling", "count", q.Customers, "place", place, "requests", earlier)
	}
	return pipeline.Say("run.ask_to_send", "count", q.Customers, "place", place)
}
