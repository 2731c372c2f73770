package pipeline

import "time"

// Await is how a provider is asked about a request that it accepted and decides later: by
// the ID that its answer had, or at the address in a header of it.
type Await struct {
	Call     Call      // GET; its URI template knows {id}; without a path by Location
	ID       []Pointer // in the answer that accepted
	Location string    // name of the header of that answer with the address; "" with ID
	Answers  []Answer  // the first that matches
	Record   Record    // of the answer that says that the customer was made
	Every    time.Duration
	// For and Most bound how long and how often a run asks about one request.
	For  time.Duration
	Most int
}
