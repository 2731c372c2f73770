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

// Job is what the runs of one command have in common: everything but the books.
type Job struct {
	Definition *templates.Definition
	Target     Target
	Secrets    map[string]string // by name; of a rehearsal made up, see [RehearsalSecrets]
	// Certificate is the client certificate for servers that ask for one; nil for
	// none.
	Certificate *tls.Certificate
	Limits      Limits
	Ledger      LedgerFile
	Reports     Reports
	Again       Again
	Author      Author
	Words       *wording.Wording // of the problems of rows, and of the reports
	English     *wording.Wording // of what programs read
	Zone        *time.Location   // of the times in workbooks; nil is UTC

	Now    func() time.Time
	Random func() float64 // in [0,1)
	// Stop is closed when a person wishes the run to end: no further row is
	// taken, and what is in flight settles. Cancelling the context stops at once.
	Stop <-chan struct{}
	// Observer sees what the runs do; it may be nil.
	Observer Observer
	// Asker is asked before anything leaves the machine; nil: nobody is asked,
	// and all may be sent.
	Asker Asker
	Probe Probe
}

// Probe is for a command that shows what goes to the provider; the zero value is for
// none.
type Probe struct {
	Watch func(http.RoundTripper) http.RoundTripper // as in [submit.Options]; may be nil
	// Sends is called with an intent that is on disk, before each request that is made
	// of it; it may be nil. The intent is only read.
	Sends func(in *pipeline.Intent)
}

// Limits are how far a run goes.
type Limits struct {
	Rows        int // customers sent at the most; 0 is all
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
	// Path is that of a file, or the address of a server; "": a throw-away one, which
	// is gone with the process.
	Path string
	// Missing is why there is no path, for a run that needs one; nil where there
	// is one, or none is needed.
	Missing error
	Begin   bool   // where there is no such ledger one is begun
	Holder  string // who holds it, as another muster says: muster import book.csv
	Wait    bool   // waits for a muster that sends with it, where else it would not begin
	// Options are how it is opened, but for what the fields above say.
	Options ledger.Options
}

// Again is what a results workbook has to say of the command line that made it.
type Again struct {
	Provider string // as the user named it
	// Flags are those that import the rows again as this run did; none is a
	// secret.
	Flags []string
}

// Author is who runs muster, and which.
type Author struct {
	Version string
	Person  string // the name that the system gives; "" where it has none
	Machine string // the host's name; "" likewise
}

// provider is the definition, compiled.
func (j *Job) provider() *pipeline.Provider { return j.Definition.Provider() }

func (j *Job) see(e Event) {
	if j.Observer != nil {
		j.Observer.See(e)
	}
}

// RehearsalSecrets are made up: the stand-in is given the same ones.
func RehearsalSecrets(p *pipeline.Provider) map[string]string {
	made := map[string]string{}
	for _, s := range p.Auth.Secrets {
		if s.Name == p.Auth.Ready && p.Auth.Exchange != nil {
			continue // so that the exchange is rehearsed too
		}
		made[s.Name] = "rehearsal-" + strings.ToLower(s.Name)
		if p.Sign != nil && s.Name == p.Sign.Key {
			made[s.Name] = signature.MadeUpKey(p.Sign, made[s.Name])
		}
	}
	return made
}
