package ledger

import (
	"time"

	"muster/pipeline"
)

// VerdictKind is what a person may say of a customer.
type VerdictKind string

const (
	// VerdictID: the provider has the customer, under Verdict.CustomerID. For an uncertain customer this means that a
	// request of muster's created it.
	VerdictID VerdictKind = "id"
	// VerdictAbsent: the provider does not have the customer of an unanswered request.
	VerdictAbsent VerdictKind = "absent"
	// VerdictAccept: the customer's data at the provider are now those of the row.
	VerdictAccept VerdictKind = "accept"
)

// Checked is what the provider says about an ID that a person entered.
type Checked string

const (
	// CheckedAgrees: it has a record of the ID, which agrees with the request.
	CheckedAgrees Checked = "agrees"
	// CheckedFound: it has a record of the ID, with nothing in it to compare.
	CheckedFound Checked = "found"
	// CheckedNot: it was not asked, or its answer says nothing.
	CheckedNot Checked = "unchecked"
)

// Verdict is what a person says of one customer.
type Verdict struct {
	Ref        int64
	Kind       VerdictKind
	CustomerID string // with VerdictID
	Checked    Checked
	// Correct allows the verdict to replace an earlier one of a person.
	Correct bool
	// Entries and Keys are the row's, with VerdictAccept.
	Entries []pipeline.Entry
	Keys    []pipeline.KeyValue
	By      string    // who says it
	At      time.Time // when; zero is now
	// Run and Row say in which run's row the person met the customer; "" and 0
	// when the verdict is on a key. VerdictAccept needs them.
	Run string
	Row int
}

// Settled is what a verdict does, or did.
type Settled struct {
	Ref        int64
	State      pipeline.State // of the customer, afterwards; known after VerdictAccept
	CustomerID string
	// Already: the ledger had this verdict, or a later one has replaced it, and nothing was written.
	Already bool
	// Before is what settled the customer, with Already.
	Before Before
	// Corrected: this verdict replaces an earlier one.
	Corrected bool
}

// Before says what settled a customer before a verdict that changes nothing: a person, or where By is "" the answer
// to a request of the run of that ID.
type Before struct {
	By  string
	At  time.Time
	Run string
}

// VerdictFault is why a verdict is refused.
type VerdictFault string

const (
	FaultUnknown    VerdictFault = "unknown"     // this namespace has no such customer
	FaultState      VerdictFault = "state"       // the verdict does not fit the customer's state
	FaultOtherID    VerdictFault = "other_id"    // the customer has another ID
	FaultIDTaken    VerdictFault = "id_taken"    // another customer has the ID
	FaultOpposed    VerdictFault = "opposed"     // another verdict of the same call contradicts it
	FaultOtherKeys  VerdictFault = "other_keys"  // accept: the row and the customer have no key in common
	FaultKeyTaken   VerdictFault = "key_taken"   // accept: another customer has a key of the row
	FaultIncomplete VerdictFault = "incomplete"  // an ID verdict without an ID, or an accept without data
	FaultSettled    VerdictFault = "settled"     // a person said otherwise before, and Verdict.Correct is not set
	FaultSentAgain  VerdictFault = "sent_again"  // a correction of absent: the row was sent again since
	FaultOtherRow   VerdictFault = "another_row" // accept: the run did not leave that row `changed` by this customer
)

// VerdictError is one verdict that contradicts the ledger or another verdict.
type VerdictError struct {
	Index int // in the verdicts that were given
	Ref   int64
	Kind  VerdictKind
	Fault VerdictFault
	// State and CustomerID are the customer's present ones.
	State      pipeline.State
	CustomerID string
	// Other is the customer that has the ID or the key, begun by OtherRun for its row OtherRow; with FaultOpposed it
	// is the index of the other verdict.
	Other    int64
	OtherRun string
	OtherRow int
	By       string             // who settled it before, with FaultSettled
	At       time.Time          // and when
	Key      pipeline.Localized // label of the key, with FaultKeyTaken
}

// Error shows the code and the arguments of the sentence.
func (e *VerdictError) Error() string { return e.Sentence().String() }

// Sentence explains the fault; the caller names the row.
func (e *VerdictError) Sentence() *pipeline.Message {
	switch e.Fault {
	case FaultUnknown:
		return pipeline.Say("ledger.verdict_unknown")
	case FaultOtherID:
		return pipeline.Say("ledger.verdict_other_id", "state", e.State, "id", e.CustomerID)
	case FaultIDTaken:
		return pipeline.Say("ledger.verdict_id_taken", "run", e.OtherRun, "row", e.OtherRow)
	case FaultOpposed:
		return pipeline.Say("ledger.verdict_opposed")
	case FaultOtherKeys:
		return pipeline.Say("ledger.verdict_other_keys")
	case FaultKeyTaken:
		return pipeline.Say("ledger.verdict_key_taken", "key", e.Key, "run", e.OtherRun, "row", e.OtherRow)
	case FaultIncomplete:
		return pipeline.Say("ledger.verdict_incomplete")
	case FaultSettled:
		return pipeline.Say("ledger.verdict_settled", "state", e.State, "by", e.By, "at", pipeline.Moment(e.At))
	case FaultSentAgain:
		return pipeline.Say("ledger.verdict_sent_again", "run", e.OtherRun, "row", e.OtherRow)
	case FaultOtherRow:
		return pipeline.Say("ledger.verdict_other_row")
	}
	switch e.Kind {
	case VerdictAbsent:
		return pipeline.Say("ledger.verdict_absent_state", "state", e.State)
	case VerdictAccept:
		return pipeline.Say("ledger.verdict_accept_state", "state", e.State)
	}
	return pipeline.Say("ledger.verdict_id_state", "state", e.State)
}

// VerdictsError: verdicts that are refused; none of the call was applied.
type VerdictsError struct{ Mistakes []VerdictError }

// Error shows the codes and the arguments of the sentences.
func (e *VerdictsError) Error() string { return e.Sentence().String() }

// Sentence joins those of all mistakes.
func (e *VerdictsError) Sentence() *pipeline.Message {
	all := make([]*pipeline.Message, len(e.Mistakes))
	for i := range e.Mistakes {
		all[i] = e.Mistakes[i].Sentence()
	}
	return pipeline.Say("sentences", "all", all)
}

// sentence is the message in reports for a row that a person settled.
func (v *Verdict) sentence(at time.Time) *pipeline.Message {
	switch v.Kind {
	case VerdictAbsent:
		return pipeline.Say("outcome.settled_absent", "by", v.By, "at", at)
	case VerdictAccept:
		return pipeline.Say("outcome.settled_accepted", "by", v.By, "at", at)
	}
	switch v.Checked {
	case CheckedAgrees, CheckedFound:
		return pipeline.Say("outcome.settled_id_checked", "by", v.By, "at", at)
	case CheckedNot:
		return pipeline.Say("outcome.settled_id_unchecked", "by", v.By, "at", at)
	}
	return pipeline.Say("outcome.settled_id", "by", v.By, "at", at)
}

// IDEntered says that an outcome has its customer ID from a person.
func IDEntered(o *pipeline.Outcome) bool {
	if o.Message == nil {
		return false
	}
	switch o.Message.Code {
	case "outcome.settled_id", "outcome.settled_id_checked", "outcome.settled_id_unchecked":
		return true
	}
	return false
}
