package jsonlines

import (
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// The lines, each with its members in alphabetical order. Members are only ever added. No line contains a name or a
// cell of a book.
//
// Times are RFC 3339, "" for none. A member with omitempty is left out when it is empty; every line of a type has all
// its other members.

// Line is one JSON line; printing it fills in its type.
type Line interface{ typed() any }

// Counts are rows or customers by state, with every state, so that scripts need no defaults.
type Counts map[pipeline.State]int

// CountsOf gives every state its number.
func CountsOf(c pipeline.Counts) Counts {
	all := Counts{}
	for _, s := range pipeline.States() {
		all[s] = c[s]
	}
	return all
}

// Note is something to know, in words.
type Note struct {
	Message string `json:"message"` // a sentence
	Run     string `json:"run"`     // the run's ID, as in all lines of a run
	Type    string `json:"type"`    // note
}

func (l Note) typed() any { l.Type = "note"; return l }

// Plan is what a run would do: the book is checked, nothing is sent yet.
type Plan struct {
	BaseURL        string  `json:"base_url"`        // where requests go
	Counts         Counts  `json:"counts"`          // customers that are not sent, by state
	Customers      int     `json:"customers"`       // rows of one customer counted once
	Env            string  `json:"env"`             // local, sandbox, production or a base URL
	KnownCustomers int     `json:"known_customers"` // those that the ledger has there
	Pilot          int     `json:"pilot"`           // customers that are sent first; 0 without a pilot
	Ready          int     `json:"ready"`           // customers that are sent at the most
	Rows           int     `json:"rows"`            // of the book
	Run            string  `json:"run"`             // the run's ID
	Seconds        float64 `json:"seconds"`         // that sending takes at the rate asked for; 0 without one
	Type           string  `json:"type"`            // plan
	Unsettled      int     `json:"unsettled"`       // requests of earlier runs without an answer
}

func (l Plan) typed() any { l.Type = "plan"; return l }

// Progress is how far the rows are, every five seconds.
type Progress struct {
	Counts    Counts             `json:"counts"`     // rows that are settled, by state
	InFlight  int                `json:"in_flight"`  // requests that have begun and not ended
	PerSecond float64            `json:"per_second"` // rows settled of late; 0 where that is not known
	Ready     int                `json:"ready"`      // rows that are tried in all
	Run       string             `json:"run"`        // the run's ID
	Settled   int                `json:"settled"`    // rows whose outcome is on disk
	Stage     importer.StageName `json:"stage"`      // what the run is at; "" before it has begun to send
	Type      string             `json:"type"`       // progress
}

func (l Progress) typed() any { l.Type = "progress"; return l }

// Pause is a wait that the provider asks for, or that an outage of it makes.
type Pause struct {
	HTTPStatus int     `json:"http_status"` // of the answer that asks for it; 0 where that is not known
	Reason     string  `json:"reason"`      // asked or outage
	Run        string  `json:"run"`         // the run's ID
	Seconds    float64 `json:"seconds"`     // to wait from now on
	Type       string  `json:"type"`        // pause
	Until      string  `json:"until"`       // the time at which requests go on
}

func (l Pause) typed() any { l.Type = "pause"; return l }

// Pilot is what became of the first rows, before the others are sent.
type Pilot struct {
	Left   int        `json:"left"`   // customers that are still to be sent
	Passed bool       `json:"passed"` // every row has its customer
	Rows   []PilotRow `json:"rows"`   // in the book's order
	Run    string     `json:"run"`    // the run's ID
	Type   string     `json:"type"`   // pilot
}

func (l Pilot) typed() any { l.Type = "pilot"; return l }

// PilotRow is what became of one row of a pilot; its members are a [Row]'s.
type PilotRow struct {
	Attempts       int            `json:"attempts,omitempty"`        // requests for it, of all runs
	Code           string         `json:"code,omitempty"`            // the provider's word for its refusal
	CustomerID     string         `json:"customer_id,omitempty"`     // the provider's
	HTTPStatus     int            `json:"http_status,omitempty"`     // of the last answer
	Message        string         `json:"message"`                   // why it is in that state; may be ""
	ProviderStatus string         `json:"provider_status,omitempty"` // of the customer, in the provider's word
	RequestID      string         `json:"request_id,omitempty"`      // by which the provider finds the request
	Row            int            `json:"row"`                       // as a spreadsheet program numbers it
	State          pipeline.State `json:"state"`                     // what became of it
}

// Halt says that a run stopped before its end.
type Halt struct {
	Hint    string              `json:"hint"`    // what to do; may be ""
	Message string              `json:"message"` // why
	Reason  importer.HaltReason `json:"reason"`  // why, in a word for scripts
	Run     string              `json:"run"`     // the run's ID
	Type    string              `json:"type"`    // halt
}

func (l Halt) typed() any { l.Type = "halt"; return l }

// Row is what became of one row, in the book's order: not of known rows, nor of
// those that were just not sent.
type Row struct {
	Attempts       int            `json:"attempts,omitempty"`        // requests for it, of all runs
	Code           string         `json:"code,omitempty"`            // the provider's word for its refusal
	CustomerID     string         `json:"customer_id,omitempty"`     // the provider's
	HTTPStatus     int            `json:"http_status,omitempty"`     // of the last answer
	Message        string         `json:"message"`                   // why it is in that state; may be ""
	Problems       []Problem      `json:"problems"`                  // what is wrong with its cells
	ProviderStatus string         `json:"provider_status,omitempty"` // of the customer, in the provider's word
	RequestID      string         `json:"request_id,omitempty"`      // by which the provider finds the request
	Row            int            `json:"row"`                       // as a spreadsheet program numbers it
	Run            string         `json:"run"`                       // the run's ID
	State          pipeline.State `json:"state"`                     // what became of it
	Type           string         `json:"type"`                      // row
}

func (l Row) typed() any { l.Type = "row"; return l }

// Problem is one thing that is wrong with a row.
type Problem struct {
	Cell    string               `json:"cell"`    // such as F17; "" where there is none
	Code    pipeline.ProblemCode `json:"code"`    // the rule that it breaks
	Column  string               `json:"column"`  // the column's name, else the field's path
	Message string               `json:"message"` // what is wrong
}

// Summary is the last line of each book.
type Summary struct {
	Account     string       `json:"account"`        // at the provider; "" without one
	Book        string       `json:"book"`           // its path
	Counts      Counts       `json:"counts"`         // rows by state
	Customers   int          `json:"customers"`      // rows of one customer counted once
	Env         string       `json:"env"`            // local, sandbox, production or a base URL
	ExitCode    int          `json:"exit_code"`      // of this book alone
	Halt        *SummaryHalt `json:"halt,omitempty"` // why the run stopped before its end
	NewProblems int          `json:"new_problems"`   // rows to fix that no earlier run left so
	Provider    string       `json:"provider"`       // its definition's name
	Report      []string     `json:"report"`         // paths of the reports
	Rows        int          `json:"rows"`           // of the book
	Run         string       `json:"run"`            // the run's ID
	Type        string       `json:"type"`           // summary
	Unsettled   int          `json:"unsettled"`      // requests without an answer, whichever run sent them
}

func (l Summary) typed() any { l.Type = "summary"; return l }

// SummaryHalt is the halt of a run, in its summary.
type SummaryHalt struct {
	Message string              `json:"message"` // why
	Reason  importer.HaltReason `json:"reason"`  // why, in a word for scripts
}

// LeftAlone says that a file of a folder is no book that muster reads.
type LeftAlone struct {
	File    string `json:"file"`    // its path
	Message string `json:"message"` // what to do with it, for people
	Type    string `json:"type"`    // left_alone
}

func (l LeftAlone) typed() any { l.Type = "left_alone"; return l }

// Refused says that a book of a folder cannot be imported as it is.
type Refused struct {
	Book   string               `json:"book"`   // its path
	Place  string               `json:"place"`  // where in it
	Reason pipeline.MessageCode `json:"reason"` // why; the sentence is on stderr
	Type   string               `json:"type"`   // refused
}

func (l Refused) typed() any { l.Type = "refused"; return l }

// Waiting says that another muster sends, and that this one goes on when it has ended.
type Waiting struct {
	Holder string `json:"holder"` // the other one: its command, process and host
	Ledger string `json:"ledger"` // its path or address
	Since  string `json:"since"`  // since when the other one has it
	Type   string `json:"type"`   // waiting
}

func (l Waiting) typed() any { l.Type = "waiting"; return l }

// Postponed says that a book of a folder is left to the next run: its file does not
// seem to be whole.
type Postponed struct {
	Book    string `json:"book"`    // its path
	Message string `json:"message"` // why
	Type    string `json:"type"`    // postponed
}

func (l Postponed) typed() any { l.Type = "postponed"; return l }

// Moved says that a book of a folder was put into the folder of finished ones, or of
// those that were refused.
type Moved struct {
	Book string `json:"book"` // the path that it had
	To   string `json:"to"`   // the path that it has
	Type string `json:"type"` // moved
}

func (l Moved) typed() any { l.Type = "moved"; return l }

// Settled is the end of a run of a folder without a book to import: it asked
// what became of earlier requests.
type Settled struct {
	Dir       string `json:"dir"`       // the folder
	Run       string `json:"run"`       // the run's ID
	Settled   int    `json:"settled"`   // requests of which it became known
	Type      string `json:"type"`      // settled
	Unsettled int    `json:"unsettled"` // those without an answer still
}

func (l Settled) typed() any { l.Type = "settled"; return l }

// ListedRun is a run in the list of `muster runs`.
type ListedRun struct {
	Account     string `json:"account"`      // at the provider; "" without one
	Book        string `json:"book"`         // its path when it was imported
	Counts      Counts `json:"counts"`       // rows by state
	Dismissed   int    `json:"dismissed"`    // rows of which a person said that nothing is to be done
	EndedCounts Counts `json:"ended_counts"` // rows by state, as the run left them
	Env         string `json:"env"`          // local, sandbox, production or a base URL
	Finished    string `json:"finished"`     // when it ended; "" when it was killed, or goes on
	Forgotten   string `json:"forgotten"`    // when its rows were removed; "" when they are there
	Halt        string `json:"halt"`         // why it stopped before its end; "" when it did not
	Provider    string `json:"provider"`     // its definition's name
	Run         string `json:"run"`          // the run's ID
	RunningBy   string `json:"running_by"`   // the muster that is at it now; "" when it is not known to go on
	SHA256      string `json:"sha256"`       // of the book, in hex
	Started     string `json:"started"`      // when it began
	Type        string `json:"type"`         // run
}

func (l ListedRun) typed() any { l.Type = "run"; return l }

// ShownRun is a run in `muster show RUN`.
type ShownRun struct {
	Account     string `json:"account"`      // at the provider; "" without one
	BaseURL     string `json:"base_url"`     // where requests went
	Book        string `json:"book"`         // its path when it was imported
	Counts      Counts `json:"counts"`       // rows by state
	Definition  string `json:"definition"`   // the digest of the provider's definition
	EndedCounts Counts `json:"ended_counts"` // rows by state, as the run left them
	Env         string `json:"env"`          // local, sandbox, production or a base URL
	Finished    string `json:"finished"`     // when it ended; "" when it was killed, or goes on
	Forgotten   string `json:"forgotten"`    // when its rows were removed; "" when they are there
	Halt        string `json:"halt"`         // why it stopped before its end; "" when it did not
	Machine     string `json:"machine"`      // on which it ran
	Mapping     string `json:"mapping"`      // the mapping sheet's path; "" without one
	Person      string `json:"person"`       // who ran it
	Provider    string `json:"provider"`     // its definition's name
	Run         string `json:"run"`          // the run's ID
	SHA256      string `json:"sha256"`       // of the book, in hex
	Sheet       string `json:"sheet"`        // of a workbook; "" of a CSV
	Started     string `json:"started"`      // when it began
	Type        string `json:"type"`         // run
	Version     string `json:"version"`      // of muster
}

func (l ShownRun) typed() any { l.Type = "run"; return l }

// ShownRow is a row in `muster show RUN:ROW`.
type ShownRow struct {
	At          string         `json:"at"`           // when it came into that state
	Attempts    int            `json:"attempts"`     // requests for it, of all runs
	Code        string         `json:"code"`         // the provider's word for its refusal, or muster's
	Customer    int64          `json:"customer"`     // its number in the ledger; 0 when nothing was sent
	CustomerID  string         `json:"customer_id"`  // the provider's
	DismissedAt string         `json:"dismissed_at"` // when a person said that nothing is to be done; "" where nobody did
	DismissedBy string         `json:"dismissed_by"` // who
	HTTPStatus  int            `json:"http_status"`  // of the last answer; 0 without one
	Message     string         `json:"message"`      // why it is in that state
	Problems    []ShownProblem `json:"problems"`     // what is wrong with its cells
	RequestID   string         `json:"request_id"`   // by which the provider finds the request
	Row         int            `json:"row"`          // as a spreadsheet program numbers it
	Rows        []int          `json:"rows"`         // those of the same customer in that book
	Run         string         `json:"run"`          // the run's ID
	State       pipeline.State `json:"state"`        // what became of it
	Type        string         `json:"type"`         // row
}

func (l ShownRow) typed() any { l.Type = "row"; return l }

// ShownProblem is one thing that is wrong with a row of an earlier run.
type ShownProblem struct {
	Code    pipeline.ProblemCode `json:"code"`    // the rule that it breaks
	Column  string               `json:"column"`  // the column's name, else the field's path
	Field   string               `json:"field"`   // the field's path; "" when none is concerned
	Message string               `json:"message"` // what is wrong
	Row     int                  `json:"row"`     // the line at fault, of a customer of several rows
}

// Customer is the history of a customer in `muster show`.
type Customer struct {
	Account           string               `json:"account"`             // at the provider; "" without one
	At                string               `json:"at"`                  // when it came into that state
	Attempts          []Attempt            `json:"attempts"`            // the requests for it, the oldest first
	Customer          int64                `json:"customer"`            // its number in the ledger
	CustomerID        string               `json:"customer_id"`         // the provider's
	Env               string               `json:"env"`                 // local, sandbox, production or a base URL
	KeyHashes         []string             `json:"key_hashes"`          // keyed hashes of its keys, as the log has them
	Message           string               `json:"message"`             // why it is in that state
	Met               []Met                `json:"met"`                 // rows of other runs that led to it
	Provider          string               `json:"provider"`            // its definition's name
	ProviderCreatedAt string               `json:"provider_created_at"` // as the provider spells it
	ProviderStatus    string               `json:"provider_status"`     // in the provider's word
	RelatedIDs        []pipeline.RelatedID `json:"related_ids"`         // IDs that came with it
	Row               int                  `json:"row"`                 // of the request
	Run               string               `json:"run"`                 // of the request
	Settled           []Word               `json:"settled"`             // what people said of it
	State             pipeline.State       `json:"state"`               // what became of its request
	Type              string               `json:"type"`                // customer
}

func (l Customer) typed() any { l.Type = "customer"; return l }

// Attempt is one request of a customer's history.
type Attempt struct {
	Code         string           `json:"code"`                   // the provider's word for its refusal
	Ended        string           `json:"ended"`                  // when it was answered, or given up
	HTTPStatus   int              `json:"http_status"`            // 0 without an answer
	Message      string           `json:"message"`                // the provider's
	Milliseconds *int64           `json:"milliseconds,omitempty"` // that it took, where both times are known
	RequestID    string           `json:"request_id"`             // by which the provider finds it
	Run          string           `json:"run"`                    // in which it was recorded
	Sent         string           `json:"sent"`                   // when it left
	Verdict      pipeline.Verdict `json:"verdict"`                // what the answer was taken for
}

// Word is what a person said of a customer with `muster settle`.
type Word struct {
	At         string             `json:"at"`          // when
	By         string             `json:"by"`          // who
	Checked    ledger.Checked     `json:"checked"`     // an ID with the provider: agrees, found, unchecked, "" unknown
	CustomerID string             `json:"customer_id"` // that was given; "" without one
	Row        int                `json:"row"`         // by which the customer was named; 0 when it was by a key
	Run        string             `json:"run"`         // of that row
	Says       ledger.VerdictKind `json:"says"`        // what
}

// Met is a row of another run that led to a customer.
type Met struct {
	At      string         `json:"at"`      // when
	Message string         `json:"message"` // why it is in that state
	Row     int            `json:"row"`     // as a spreadsheet program numbers it
	Run     string         `json:"run"`     // its run
	State   pipeline.State `json:"state"`   // what became of the row
}

// MovedLedger is what `muster ledger move` did.
type MovedLedger struct {
	Already   bool   `json:"already"`   // an earlier move has done it; then the counts are 0
	Customers int    `json:"customers"` // that are known
	From      string `json:"from"`      // the file
	KeyFile   string `json:"key_file"`  // of the ledger, from now on
	Rows      int    `json:"rows"`      // of all tables
	Runs      int    `json:"runs"`      // how many it has
	To        string `json:"to"`        // the address
	Type      string `json:"type"`      // moved_ledger
	Unsettled int    `json:"unsettled"` // requests without an answer
}

func (l MovedLedger) typed() any { l.Type = "moved_ledger"; return l }

// Ledger is what `muster ledger check` found.
type Ledger struct {
	Faults     []string         `json:"faults"`     // sentences; empty when it is sound
	Ledger     string           `json:"ledger"`     // its path
	Namespaces []LedgerOfTarget `json:"namespaces"` // what it holds, by place
	Runs       int              `json:"runs"`       // how many it has
	Schema     int              `json:"schema"`     // the version of its tables
	Type       string           `json:"type"`       // ledger
}

func (l Ledger) typed() any { l.Type = "ledger"; return l }

// LedgerOfTarget is what a ledger holds of one place.
type LedgerOfTarget struct {
	Account   string `json:"account"`   // at the provider; "" without one
	Customers int    `json:"customers"` // that are known
	Env       string `json:"env"`       // local, sandbox, production or a base URL
	InFlight  int    `json:"in_flight"` // requests of a run that goes on now; not among the unsettled
	Provider  string `json:"provider"`  // its definition's name
	Unsettled int    `json:"unsettled"` // requests without an answer
}

// Setting is one value that is in force, in --print-config.
type Setting struct {
	From     string `json:"from"`     // flag, environment, definition or default
	Name     string `json:"name"`     // of the flag, or of a secret's variable
	Note     string `json:"note"`     // why it is so; may be ""
	Type     string `json:"type"`     // setting
	Value    string `json:"value"`    // "" where there is none; of a secret set or missing
	Variable string `json:"variable"` // the environment's, where it is from there
}

func (l Setting) typed() any { l.Type = "setting"; return l }

// Version is what this muster was built from.
type Version struct {
	Arch     string `json:"arch"`     // of the machine, in Go's word
	Go       string `json:"go"`       // the version of Go
	Modified bool   `json:"modified"` // the sources were not those of the revision
	OS       string `json:"os"`       // in Go's word
	Revision string `json:"revision"` // of the sources; "" where the build did not know it
	Sum      string `json:"sum"`      // of the module, h1:...; "" of a build from a checkout
	Time     string `json:"time"`     // of the revision
	Type     string `json:"type"`     // version
	Version  string `json:"version"`  // the module's, or the revision
}

func (l Version) typed() any { l.Type = "version"; return l }
