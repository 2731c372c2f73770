package pipeline

import (
	"cmp"
	"encoding/hex"
	"net/url"
	"time"
)

// Namespace is the scope in which a customer exists once.
type Namespace struct {
	Provider string // the definition's name
	// Env is local, an environment of the definition, or a base URL.
	Env     string
	Account string // "" unless the user names one
}

// Run is one book imported once.
type Run struct {
	ID        string // 20261121-063015-4f2a: UTC, and two random bytes
	Namespace Namespace
	BaseURL   string
	Book      string // the path as the user gave it
	// Path is the book's, absolute; "" for standard input, and for runs of an older muster.
	Path string
	// Of is the book that the rows come from when this one is a sheet Fix: its path is absolute, and the rows have
	// its numbers. Zero for any other book.
	Of OriginBook
	// MovedTo is where the book was moved after the run, absolute; "" where it was not.
	MovedTo string
	Sheet   string // "" for CSV
	SHA256  string // of the book's file, hex
	Reading Reading
	// FixOf is the run whose sheet Fix the book is, where that was saved as a file of its own; "" for any other book.
	FixOf string
	// ReadAs is the encoding in which a CSV was read; "" where that is not known.
	ReadAs  string
	Mapping string // path of the mapping sheet; "" without one
	// MappingSHA256 is that of the mapping sheet and the tables that it names, hex; "" without one.
	MappingSHA256 string
	Person        string // who ran muster: the user name of the system
	Machine       string // on which host
	Version       string // of muster
	Digest        string // of the definition
	// Definition is its name, where that is not the namespace's; else "", and for runs of an older muster.
	Definition string
	// Credentials is a tag of the secrets that were used, by which a change is noticed; the zero tag in a rehearsal.
	Credentials Tag
	Started     time.Time
	Finished    time.Time // zero while it is not finished, and after a kill
	Halt        *Message  // why it did not finish; nil when it did
	Counts      Counts    // rows by state, including what became of them since
	// Ended are the counts at the end of the run; nil where they were not stored.
	Ended Counts
	// Forgotten is when its rows were forgotten; zero while they are stored.
	Forgotten time.Time
}

// DefinitionName is the name of the definition that the run had.
func (r *Run) DefinitionName() string { return cmp.Or(r.Definition, r.Namespace.Provider) }

// AtEnd are the rows by state at the end of the run, where they are known.
func (r *Run) AtEnd() Counts {
	if r.Ended != nil {
		return r.Ended
	}
	return r.Counts
}

// Rehearsal reports whether the run went to the built-in stand-in.
func (n Namespace) Rehearsal() bool { return n.Env == EnvLocal }

// Tried finds the last run that used a definition of that digest against its provider and learnt there that customers
// exist; false where there is none: then nobody knows whether the definition is right. A server on this machine
// counts as a stand-in, unless the user named an environment of the provider.
func Tried(runs []Run, digest string) (last Run, ok bool) {
	for i := range runs {
		r := &runs[i]
		u, err := url.Parse(r.Namespace.Env)
		if r.Digest != digest || r.Namespace.Rehearsal() || err == nil && Loopback(u.Hostname()) ||
			r.Counts[Created]+r.Counts[Existing] == 0 {
			continue
		}
		last, ok = *r, true
	}
	return last, ok
}

// String names the namespace as [Namespace.Message] does in English, for logs
// and tests.
func (n Namespace) String() string {
	text := n.Provider + " " + n.Env
	if n.Account != "" {
		text += ", account " + n.Account
	}
	return text
}

// Message names the namespace: passport sandbox, account north.
func (n Namespace) Message() *Message {
	if n.Account == "" {
		return Say("target.namespace", "provider", n.Provider, "env", n.Env)
	}
	return Say("target.namespace_account", "provider", n.Provider, "env", n.Env, "account", n.Account)
}

// Tag is the HMAC (SHA-256, 128 bits kept) by which the ledger recognises a key, a field or a whole body without
// storing it.
type Tag [16]byte

// String is the tag in hex, as the log and the story of a customer show it.
func (t Tag) String() string { return hex.EncodeToString(t[:]) }

// Intent is one request that is about to be sent: on disk before it leaves.
type Intent struct {
	// Ref is the ledger's own number of the customer, set when the intent is written.
	Ref            int64
	Row            int
	Shape          string
	Name           string
	Body           []byte // sealed in the ledger, deleted when settled
	Entries        []Entry
	Keys           []KeyValue
	IdempotencyKey string // random, a UUID
	At             time.Time
	// Await is the handle for asking the provider about a request that it accepted: [Reply.Await]; "" when it did not
	// accept it.
	Await string
	// Sent says by which definition and where to it was sent; zero before it is.
	Sent Sent
}

// Attempt is one request that was made for an intent, and its answer.
type Attempt struct {
	Sent       time.Time
	Ended      time.Time
	Verdict    Verdict
	HTTPStatus int // 0 without an answer
	Code       string
	// Message is what the provider said ([AsWritten], personal data replaced), or why there is no answer; nil without
	// either.
	Message   *Message
	RequestID string
}

// RelatedID is an ID that the provider gave to a part of a customer.
type RelatedID struct {
	Name string `json:"name"` // businessRepresentatives[0]
	ID   string `json:"id"`
}

// Reply is a provider's answer to one create, read by the definition.
type Reply struct {
	Attempt
	CustomerID     string
	ProviderStatus string
	CreatedAt      string // as the provider spells it
	Related        []RelatedID
	// FoundID is the customer that an "exists" names, ExistsKeys are the keys that the provider says clashed.
	FoundID    string
	ExistsKeys []string
	Problems   []Problem     // the provider's complaints about fields
	RetryAfter time.Duration // 0 when the answer has none
	// Await, for an accepted request, is the handle for asking about it: an ID, or a path with its query.
	Await string
	// Doubted, with an unknown verdict, says that the answer calls the customer created without proof.
	Doubted bool
	// Withheld, with an unsent verdict, says that there was no attempt: the right to send could not be confirmed at
	// the last moment.
	Withheld bool
	// LogIn, with a halt, says that the answer leads to a page at which people log in.
	LogIn  bool
	Hint   Localized // the definition's; nil without one
	Advice *Message  // with a halt because of an obstacle between us and the provider: what to do
}

// Found is a customer's record as a look-up gives it.
type Found struct {
	ID             string
	ProviderStatus string
	CreatedAt      string
	RequestID      string
	Related        []RelatedID
	Values         map[string]string // by field path: those of Provider.Same and of the keys that the record has
}

// Outcome is the state in which a run leaves a row, with everything that is known of it.
type Outcome struct {
	Row int
	// Ref is the ledger's own number of the customer; 0 where it has none.
	Ref            int64
	State          State
	CustomerID     string
	ProviderStatus string
	HTTPStatus     int
	Code           string
	Message        *Message // nil where the state is enough
	RequestID      string
	Attempts       int
	// At and Run are those of the request that created the customer, if one did; else this run's.
	At                time.Time
	Run               string
	ProviderCreatedAt string
	Related           []RelatedID
	// Problems are what the provider said about single fields (rejected), or what muster found (invalid).
	Problems []Problem
	// Data is the tag of what the row would send, for rows that a person has to fix; zero where it is not known. New:
	// no earlier run of the namespace left the same, unaltered row in this state.
	Data Tag
	New  bool
	// Keys are the tags of the row's keys, for rows that a person has to fix. The ledger stores them and does not
	// return them.
	Keys []Tag
}

// Member is a row of a book that is one customer with an earlier row, its head: the customer's outcome is under the
// head's number.
type Member struct{ Row, Head int }

// Claim is what the ledger knows of one customer.
type Claim struct {
	Ref   int64
	State State // created, existing or uncertain
	Body  Tag   // of the whole body that was sent
	Form  int64 // the ledger's number of how Body was made
	// Definition is the ledger's number of the definition that sent it; 0 where that is not known.
	Definition int64
	Outcome    Outcome
}

// Settlement closes an intent: the outcome of its row and the attempts that
// led to it.
type Settlement struct {
	Outcome  Outcome // its Ref names the intent
	Attempts []Attempt
	// Await is that of the last attempt, when the provider accepted the request and has not decided; AskAt is when it
	// may first be asked about it.
	Await string
	AskAt time.Time
	// Doubt is an answer that called the customer created without proof; nil without one.
	Doubt *Message
	// Sole says that the ledger must refuse the settlement where another customer of the namespace has its ID.
	Sole bool
}
