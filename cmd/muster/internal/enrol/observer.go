package enrol

import (
	"errors"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/reports"
)

// Observer sees what a run does. It may be called from several goroutines at once, and must not block: a request
// waits for it.
//
// Maps, slices and pointers in an event belong to the run: copy them to keep them beyond See.
type Observer interface{ See(Event) }

// Observers are several observers as one; each sees every event.
type Observers []Observer

// See shows e to each of them, in their order.
func (o Observers) See(e Event) {
	for _, each := range o {
		each.See(e)
	}
}

// Event is one thing that a run did. No event contains personal data, except [RowFound], [RowEnded] and [Piloted],
// which say so themselves. Every event of a run names the run by its ID.
//
// The events are [Began], [Noted], [RowFound], [Found], [Planned], [SendBegan], [Staged], [CreateBegan],
// [CreateEnded], [LookedUp], [Paused], [Progressed], [Settled], [LedgerSilent], [Lost], [Piloted], [SendEnded], [Halted], [RowEnded],
// [Finished], [SettledOnly], [Counted], [OpenCounted], [NoLedger], [Waiting], [LeftAlone], [Refused], [Postponed] and
// [Moved].
type Event interface{ event() }

// Began: the run is in the ledger; only the book's header has been read. A check, which writes nothing, has no such
// event.
type Began struct{ Run pipeline.Run }

// Noted is a note for the person who waits.
type Noted struct {
	Run     string
	Message *pipeline.Message
	// Warning: nothing else says it, so that a quiet run shows it too.
	Warning bool
}

// RowFound: the check found a row that a person has to fix. For a customer of several rows there is one event.
// PERSONAL DATA: the message may quote the provider.
type RowFound struct {
	Run     string
	Outcome *pipeline.Outcome // valid until See returns
}

// Found: the whole book has been checked, and these are the kinds of its problems. It comes before [Planned], and
// only when there are any.
type Found struct {
	Run  string
	Rows int // of the book
	// Kinds are ordered by frequency; More counts the rows of further kinds.
	Kinds []*reports.Kind
	More  int
}

// Planned: the whole book has been checked, and this is what the run would do. It comes before the question.
type Planned struct {
	Run     string
	Target  Target
	BaseURL string // where requests go; of a rehearsal the stand-in's
	// Counts are the rows by state, Customers the same with a customer of several rows counted once; customers to be
	// sent are counted as pending.
	Counts    pipeline.Counts
	Customers pipeline.Counts
	Repeated  int // duplicates, in customers, that only repeat another row: nothing to fix
	Ready     int // customers that could be sent
	Sends     int // most customers to be sent: Ready, or fewer by the limit
	Pilot     int // how many of them go first; 0 for no pilot
	Known     int // customers of the namespace that the ledger has
	Unsettled int // requests of earlier runs without an answer
	// Asks: the provider can be asked what became of a request.
	Asks bool
	// Least is the shortest time for sending at the pace of Target.Limit; 0 without one.
	Least time.Duration
}

// SendBegan: from now on requests may be under way, until [SendEnded].
type SendBegan struct {
	Run   string
	Ready int // customers that it is to send
}

// SendEnded: no request is under way any more.
type SendEnded struct{ Run string }

// Staged is the run's new stage.
type Staged struct {
	Run   string
	Stage importer.Stage
}

// CreateBegan: a create is sent. There is one event for each attempt.
type CreateBegan struct {
	Run     string
	Row     int    // 0 for a request of an earlier run, whose row numbers mean nothing in this book
	KeyHash string // HMAC of the row's first key, in hex; "" when it has none
}

// CreateEnded: a create was answered, or given up.
type CreateEnded struct {
	Run     string
	Row     int
	KeyHash string
	// Attempt has verdict, status and times. Personal data in its message were replaced when the answer was read.
	Attempt pipeline.Attempt
	// RetryAfter is how long the answer asks to wait; 0 when it does not.
	RetryAfter time.Duration
}

// LookedUp: the provider was asked for a customer's record.
type LookedUp struct {
	Run  string
	Name string // of the look-up, in the definition
	// Answer is found or absent, or the verdict on a look-up that failed.
	Answer string
	Took   time.Duration
}

// Paused: the provider asks for a pause. Many requests may meet the same pause, each with its own event.
type Paused struct {
	Run   string
	Until time.Time
	Wait  time.Duration // until then, from now
}

// Progressed says how many rows are done. Copy its counts to keep them.
type Progressed struct {
	Run      string
	Progress importer.Progress
}

// Settled: a request ended, and that is on disk.
type Settled struct {
	Run     string
	KeyHash string // as in [CreateBegan]; "" for a request that this run did not make
	Outcome pipeline.Outcome
}

// LedgerSilent: the server of the ledger is not heard, and nothing is sent meanwhile; or, with a zero Since, it is heard
// again.
type LedgerSilent struct {
	Run   string
	Since time.Time
}

// Lost: a customer was created, and the ledger could not record it (promise 3). Row and ID must be shown where a
// person will find them.
type Lost struct {
	Run        string
	Row        int
	CustomerID string
}

// Piloted: the rows of the pilot have been sent and settled.
type Piloted struct {
	Run string
	// Outcomes are in the book's order. PERSONAL DATA: their messages are the provider's, and problems may quote
	// cells.
	Outcomes []pipeline.Outcome
	Left     int // customers that are still to be sent
	// Failed are the outcomes without a customer, by state; empty when all is
	// well.
	Failed pipeline.Counts
	// Asked: a person decides now whether the others are sent.
	Asked bool
}

// Passed reports whether every row of the pilot has its customer.
func (p Piloted) Passed() bool { return p.Failed.Total() == 0 }

// Halted: the run stopped before it had tried every row.
type Halted struct {
	Run  string
	Halt *importer.Halt
}

// RowEnded is the outcome of one row, in the book's order. It comes after all sending, while the reports are written.
type RowEnded struct {
	Run string
	// Result is valid until See returns. PERSONAL DATA: name, key and cells.
	Result *importer.Result
}

// Finished is the end of a run, after its reports and before the ledger has it. A run that was stopped at once, or
// ended with an error, has no such event.
type Finished struct{ Ending Ending }

// SettledOnly is the end of a run without a book, which only settled requests.
type SettledOnly struct {
	Ending Ending // its Tally is empty; its Run too when the provider cannot be asked
	Was    int    // requests without an answer before
}

// Counted: a command has begun, with so many requests of its namespace without an answer. That number holds until a
// run of the command ends.
type Counted struct{ Unsettled int }

// OpenCounted: a command is ending, and so many rows of its namespace need a person; see [ledger.Ledger.Open].
type OpenCounted struct {
	Ledger string // its path
	Counts pipeline.Counts
	Older  pipeline.Counts // those of runs before the command
}

// NoLedger: there is no ledger yet with which the rows of a check could be compared.
type NoLedger struct{ Path string }

// Waiting: another muster sends, and the command waits until it ends. Nothing has begun.
type Waiting struct {
	Ledger string // its path or address
	Holder string // as it described itself: command, process and host; "" while it is still starting
	Since  time.Time
}

// LeftAlone: a file of a folder is not a book that muster can read, and somebody may wait for its merchants.
type LeftAlone struct {
	Path string
	Why  *pipeline.Message // with the file's name
	// Again: the same was reported of this file lately.
	Again bool
}

// Refused: a book of a folder cannot be imported as it is; the other books can.
type Refused struct {
	Book string
	Err  error // a [pipeline.Mistake]
	// Again: the same was reported of this file lately.
	Again bool
}

// Reason is the code of the mistake, and its place. Its sentence may quote the book, so that logs and scripts get
// this instead.
func (r Refused) Reason() (pipeline.MessageCode, pipeline.Place) {
	var mistake *pipeline.Mistake
	if !errors.As(r.Err, &mistake) {
		return "", pipeline.Place{}
	}
	code := pipeline.MessageOf(mistake.Reason()).Code
	return code, mistake.Place
}

// Postponed: a book of a folder is left to the next run, because its file does not seem to be complete.
type Postponed struct {
	Book string
	Why  *pipeline.Message // with the book's name
}

// Moved: a book of a folder was moved after it was finished or refused.
type Moved struct {
	Book    string
	To      string
	Refused bool              // it cannot be imported as it is
	Why     *pipeline.Message // nil when it was just imported, or refused
}

func (Began) event()        {}
func (Noted) event()        {}
func (RowFound) event()     {}
func (Found) event()        {}
func (Planned) event()      {}
func (SendBegan) event()    {}
func (SendEnded) event()    {}
func (Staged) event()       {}
func (CreateBegan) event()  {}
func (CreateEnded) event()  {}
func (LookedUp) event()     {}
func (Paused) event()       {}
func (Progressed) event()   {}
func (Settled) event()      {}
func (LedgerSilent) event() {}
func (Lost) event()         {}
func (Piloted) event()      {}
func (Halted) event()       {}
func (RowEnded) event()     {}
func (Finished) event()     {}
func (SettledOnly) event()  {}
func (Counted) event()      {}
func (OpenCounted) event()  {}
func (NoLedger) event()     {}
func (Waiting) event()      {}
func (LeftAlone) event()    {}
func (Refused) event()      {}
func (Postponed) event()    {}
func (Moved) event()        {}
