package enrol

import "context"

// Asker puts the questions of a run to the person who waits for it. Nothing is under way meanwhile, and it may take
// its time.
type Asker interface {
	// Ask returns Stopped when the run was interrupted at the question, or ctx ended.
	Ask(ctx context.Context, q Question) Answer
}

// Question asks whether requests may leave.
type Question struct {
	Run    string
	Target Target
	// Customers is how many are sent next.
	Customers int
	// Pilot is how many of them go first; 0 for no pilot. Unsettled is how many requests of earlier runs are settled
	// before that. Both are 0 after a pilot.
	Pilot     int
	Unsettled int
	// First is the first customer to be sent, where customers are real; nil where it is not known.
	First *Previewed
	// After is the pilot that was just sent; nil for the question before the
	// first request.
	After *Piloted
}

// Number is the number in the question: of customers or, when it is only about requests, of those. A person types it
// where customers may be real.
func (q Question) Number() int {
	if q.Customers == 0 {
		return q.Unsettled
	}
	return q.Customers
}

// Answer is a person's answer to a [Question].
type Answer int

const (
	No Answer = iota
	Yes
	Stopped // interrupted at the question
)
