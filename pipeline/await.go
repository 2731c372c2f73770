package pipeline

import "time"

// Await says how a provider is asked about a request that it accepted and decides later: by the ID in its answer, or
// at the address in a header of that answer.
type Await struct {
	Call     Call      // a GET; its URI template knows {id}; no path with Location
	ID       []Pointer // in the answer that accepted the request
	Location string    // header of that answer with the address to ask at; "" with ID
	Answers  []Answer  // the first that matches
	Record   Record    // of the answer that says that the customer was created
	Every    time.Duration
	// For and Most bound how long and how often a run asks about one request.
	For  time.Duration
	Most int
}
