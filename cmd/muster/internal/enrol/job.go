package enrol

import (
	"crypto/tls"
	"net/http"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/signature"
	"muster/pipeline/wording"
	"muster/templates"
)

// Job is the common part of a command's runs: everything but the books.
type Job struct {
	Definition *templates.Definition
	Target     Target
	Secrets    map[string]string // by name; made up in a rehearsal, see [RehearsalSecrets]
	// Certificate is the client certificate for servers that ask for one; nil for
	// none.
	Certificate *tls.Certificate
	Limits      Limits
	Ledger      LedgerFile
	Reports     Reports
	Again       Again
	Author      Author
	Words       *wording.Wording // for the problems of rows, and the reports
	English     *wording.Wording // for what programs read
	Zone        *time.Location   // for times in workbooks; nil is UTC

	Now    func() time.Time
	Random func() float64 // in [0,1)
	// Stop is closed when a person stops the run: no further row is taken, and requests under way are settled.
	// Cancelling the context stops at once.
	Stop <-chan struct{}
	// Observer sees what the runs do; it may be nil.
	Observer Observer
	// Asker is asked before anything leaves the machine; nil: nobody is asked, and everything may be sent.
	Asker Asker
	Probe Probe
}

// Probe lets a command show what is sent to the provider; the zero value shows nothing.
type Probe struct {
	Watch func(http.RoundTripper) http.RoundTripper // as in [submit.Options]; may be nil
	// Sends is called with an intent that is on disk, before each of its requests; it may be nil. It must not change
	// the intent.
	Sends func(in *pipeline.Intent)
}

// Limits bound what a run sends, and for how long.
type Limits struct {
	Rows        int // most customers to send; 0 is all
	Pilot       int // customers that go first, one of each kind; 0 for no pilot
	MaxRejected importer.MaxRejected
	MaxWait     time.Duration // for pauses that the provider asks for; 0 is no limit
	// TryNow sends even though the provider did not answer the last runs.
	TryNow bool
	// NoWait is that of [importer.Sending].
	NoWait bool
	// OutagePauses are those of [importer.Outage].
	OutagePauses []time.Duration
}

// LedgerFile is the ledger of a job.
type LedgerFile struct {
	// Path is a file's path, or the address of a server; "": a temporary ledger, which ends with the process.
	Path string
	// Missing is the error for a run that needs a path when there is none; else nil.
	Missing error
	Begin   bool   // creates the ledger if there is none
	Holder  string // describes this command to another muster: muster import book.csv
	Wait    bool   // waits while another muster sends, instead of failing
	// Options are further options for opening it.
	Options ledger.Options
}

// Again is what a results workbook says about the command line that made it.
type Again struct {
	Provider string // as the user named it
	// Flags import the rows again in the same way; none is a secret.
	Flags []string
}

// Author is who runs muster, and which version.
type Author struct {
	Version string
	Person  string // user name of the system; "" where it has none
	Machine string // host name; "" where it has none
}

// provider is the compiled definition.
func (j *Job) provider() *pipeline.Provider { return j.Definition.Provider() }

func (j *Job) see(e Event) {
	if j.Observer != nil {
		j.Observer.See(e)
	}
}

// RehearsalSecrets are made-up secrets, which the stand-in also gets.
func RehearsalSecrets(p *pipeline.Provider) map[string]string {
	made := map[string]string{}
	for _, s := range p.Auth.Secrets {
		if s.Name == p.Auth.Ready && p.Auth.Exchange != nil {
			continue // without a ready token, so that the exchange is rehearsed too
		}
		made[s.Name] = "rehearsal-" + strings.ToLower(s.Name)
		if p.Sign != nil && s.Name == p.Sign.Key {
			made[s.Name] = signature.MadeUpKey(p.Sign, made[s.Name])
		}
	}
	return made
}
