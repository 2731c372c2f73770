package ledger

import (
	"fmt"
	"strings"
	"time"

	"muster/pipeline"
)

// Says is what a person may say of a customer.
type Says string

const (
	// SaysID: the provider has the customer, under Word.CustomerID. Of an
	// uncertain customer that means that a request of muster's made it.
	SaysID Says = "id"
	// SaysAbsent: the provider does not have the customer that an unanswered
	// request was to make.
	SaysAbsent Says = "absent"
	// SaysAccept: the customer's data at the provider are now those of the row.
	SaysAccept Says = "accept"
)

// Word is a person's word on one customer.
type Word struct {
	Ref        int64
	Says       Says
	CustomerID string // with SaysID
	// Entries and Keys are the row's, with SaysAccept.
	Entries []pipeline.Entry
	Keys    []pipeline.KeyValue
	By      string    // who says it
	At      time.Time // when; zero is now
	// Run and Row say in which run's row the person met the customer; "" and 0
	// when the word is on a key. SaysAccept needs them.
	Run string
	Row int
}

// Told is what a word came to.
type Told struct {
	Ref        int64
	State      pipeline.State // of the customer, now; known after SaysAccept
	CustomerID string
	// Already: the ledger said so before, and nothing was written.
	Already bool
}

// WordFault is why a word cannot be taken.
type WordFault string

const (
	WordUnknown    WordFault = "unknown"     // this namespace has no such customer
	WordState      WordFault = "state"       // does not fit the state that the customer is in
	WordOtherID    WordFault = "other_id"    // the customer has another ID
	WordIDTaken    WordFault = "id_taken"    // another customer has the ID
	WordOpposed    WordFault = "opposed"     // another word of the same call says otherwise
	WordOtherKeys  WordFault = "other_keys"  // accept: no key of the row is one of the customer's
	WordKeyTaken   WordFault = "key_taken"   // accept: another customer has a key of the row
	WordIncomplete WordFault = "incomplete"  // says an ID without one, or accepts nothing
	WordOtherRow   WordFault = "another_row" // accept: the run did not leave that row `changed` by this customer
)

// WordMistake is one word that contradicts the ledger or another word.
type WordMistake struct {
	Index int // in the words that were given
	Ref   int64
	Says  Says
	Fault WordFault
	// State and CustomerID are the customer's.
	State      pipeline.State
	CustomerID string
	// Other is the customer that has the ID or the key, begun by OtherRun for
	// its row OtherRow; with WordOpposed the index of the other word.
	Other    int64
	OtherRun string
	OtherRow int
	Key      string // name of the key, with WordKeyTaken
}

// Error words the mistake for a person who knows the row that was meant.
func (m *WordMistake) Error() string {
	switch m.Fault {
	case WordUnknown:
		return "the ledger has no such customer here"
	case WordOtherID:
		return fmt.Sprintf("the customer is %s already, under the ID %s", m.State, m.CustomerID)
	case WordIDTaken:
		return fmt.Sprintf("that ID is the one of another customer (run %s, row %d)", m.OtherRun, m.OtherRow)
	case WordOpposed:
		return "another row says otherwise of the same customer"
	case WordOtherKeys:
		return "the row has no key in common with the customer"
	case WordKeyTaken:
		return fmt.Sprintf("the row's %s belongs to another customer (run %s, row %d)", m.Key, m.OtherRun, m.OtherRow)
	case WordIncomplete:
		return "the verdict is incomplete"
	case WordOtherRow:
		return "the run did not leave this row changed"
	}
	return fmt.Sprintf("the customer is %s, and %q is said of %s", m.State, string(m.Says), m.Says.of())
}

// of says which customers a word can be on.
func (s Says) of() string {
	switch s {
	case SaysAbsent:
		return "an uncertain one"
	case SaysAccept:
		return "a created or an existing one"
	}
	return "an uncertain one, or an existing one without an ID"
}

// WordsError: words that cannot be taken; none of the call was.
type WordsError struct{ Mistakes []WordMistake }

func (e *WordsError) Error() string {
	parts := make([]string, 0, len(e.Mistakes))
	for i := range e.Mistakes {
		parts = append(parts, e.Mistakes[i].Error())
	}
	return strings.Join(parts, "; ")
}

// sentence is what the reports say of a row that a person settled.
func (w *Word) sentence(at time.Time) *pipeline.Message {
	switch w.Says {
	case SaysAbsent:
		return pipeline.Say("outcome.settled_absent", "by", w.By, "at", at)
	case SaysAccept:
		return pipeline.Say("outcome.settled_accepted", "by", w.By, "at", at)
	}
	return pipeline.Say("outcome.settled_id", "by", w.By, "at", at)
}
