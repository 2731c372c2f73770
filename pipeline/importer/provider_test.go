package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// step is what the provider does with one request.
type step int

const (
	accepts      step = iota // creates the customer, or says that it exists
	refuses                  // 422
	throttles                // 429
	maintains                // 503, with Retry-After
	rejects401               // 401
	forbids                  // 403
	silentAfter              // creates the customer, and its answer is lost
	silentBefore             // nothing is created, and no answer comes
	silentLate               // no answer comes, and the request arrives later
	breaks                   // 500, and the customer is created
	unsent                   // not a byte left
	hangs                    // silent until the context ends
	sameID                   // creates the customer, and answers with another's ID
	busy                     // 409: another request for this customer is under way
	doubted                  // creates nothing, and answers as if it had, without proof
	crossed                  // creates the customer, and answers with another's record
	acceptsLate              // 202: the request is processed later
	denies                   // 403 because of the row's data
	pends                    // 202: the request is decided when it is asked about
)

// request is one Create that the provider saw.
type request struct {
	row, attempt int // attempt counts from 1 for each intent
	ref          int64
	step         step
	token        int
	line         line
	key          string // its idempotency key
	at           time.Time
}

// record is a customer at the provider.
type record struct {
	id   string
	line line
	ours bool  // created by a request of ours
	ref  int64 // customer in the ledger whose request it was
	made time.Time
}

// fakeProvider is a provider and the way to it. Customers are told apart by either key. A second one with the same
// key exists already when the first was there before, and is a fault when a request of ours created the first.
type fakeProvider struct {
	ledger *memoryLedger

	mu   sync.Mutex
	does func(r request) step // nil accepts
	gate func(r request)      // called while the request is open, before it is answered
	ways
	records     []*record
	seen        []request
	tries       map[int64]int
	open        int
	mostAllowed int
	watched     int
	wrong       []string
	retryAfter  time.Duration
	lostAs      int  // status of an answer that says nothing: 0, or 202, which is no outage
	refusesMade bool // a repeat is refused even when the first attempt created the customer
	foundID     bool // an "exists" names the ID
	existsKeys  []string

	found   func(l *pipeline.LookUp, value string) ([]pipeline.Found, error)
	lookUps []string
	looking time.Duration // how long a look-up takes
	pauses  int

	pausedTo []time.Time

	token      int
	worked     map[int]bool
	right      *fakeRight // checked at the last moment; nil: not checked
	fixed      bool       // no other token can be had
	authorise  func(refused int) error
	authorised int
}

func newFakeProvider(l *memoryLedger) *fakeProvider {
	return &fakeProvider{ledger: l, tries: map[int64]int{}, worked: map[int]bool{}, token: 1, mostAllowed: 1 << 30,
		ways: ways{unique: []int{keyReference, keyTax}, replies: map[string]*record{}}}
}

func (p *fakeProvider) requests() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen)
}

func (p *fakeProvider) calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.seen)
}

func (p *fakeProvider) faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.wrong)
}

func (p *fakeProvider) byID(id string) *record {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.records {
		if r.id == id {
			return r
		}
	}
	return nil
}

// has adds customers that no request of ours created.
func (p *fakeProvider) has(lines ...line) {
	for _, l := range lines {
		p.records = append(p.records, &record{id: fmt.Sprintf("old-%d", len(p.records)+1), line: l,
			made: time.Now().Add(-time.Hour)})
	}
}

func (p *fakeProvider) find(l line) *record {
	return p.clash(l, []int{keyReference, keyTax})
}

func (p *fakeProvider) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	reply := pipeline.Reply{Attempt: pipeline.Attempt{Sent: time.Now(), Ended: time.Now()}}
	if p.right != nil {
		soon, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		if p.right.Wait(soon) != nil {
			reply.Verdict, reply.Withheld = pipeline.VerdictUnsent, true
			return reply, 0
		}
	}
	held := p.ledger.holds(in, p.again)
	if p.ledger.isCrashed() || p.dies() {
		reply.Verdict, reply.Message = pipeline.VerdictUnsent, said("the process is gone")
		return reply, 0
	}
	var l line
	for _, e := range in.Entries {
		for i, f := range acmeFields {
			if f.Path == e.Path {
				l[i] = e.Value
			}
		}
	}
	p.mu.Lock()
	if !held {
		p.wrong = append(p.wrong, fmt.Sprintf("the request of row %d left without an intent on disk", in.Row))
	}
	if string(in.Body) != bodyOf(l) {
		p.wrong = append(p.wrong, fmt.Sprintf("row %d was sent with a body that is not its own", in.Row))
	}
	p.open++
	if p.open > p.mostAllowed {
		p.wrong = append(p.wrong, fmt.Sprintf("%d requests at once, %d are allowed", p.open, p.mostAllowed))
	}
	p.tries[in.Ref]++
	r := request{row: in.Row, attempt: p.tries[in.Ref], ref: in.Ref, token: p.token, line: l, key: in.IdempotencyKey,
		at: reply.Sent}
	if p.does != nil {
		r.step = p.does(r)
	}
	p.seen = append(p.seen, r)
	gate := p.gate
	p.mu.Unlock()
	if gate != nil {
		gate(r)
	}
	if r.step == hangs {
		<-ctx.Done()
	}
	arrived := p.travel(ctx, r)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	reply.Ended = time.Now()
	if !arrived || p.dies() {
		p.lose(r)
		reply.Verdict = pipeline.VerdictUnknown
		return reply, r.token
	}
	p.arrivals()
	p.answer(r, &reply)
	if reply.Verdict != pipeline.VerdictUnauthorized && reply.HTTPStatus != p.lostAs && reply.HTTPStatus != 0 {
		p.worked[r.token] = true
	}
	return reply, r.token
}

func (p *fakeProvider) answer(r request, reply *pipeline.Reply) {
	said := func(v pipeline.Verdict, status int, code string) {
		reply.Verdict, reply.HTTPStatus, reply.Code, reply.Message = v, status, code, said(code+" said")
	}
	switch r.step {
	case refuses:
		if p.forget(r) && !p.refusesMade {
			r.step = accepts
			p.answer(r, reply)
			return
		}
		said(pipeline.VerdictRefused, 422, "no")
	case throttles:
		said(pipeline.VerdictThrottled, 429, "slow")
		reply.RetryAfter = p.retryAfter
	case maintains:
		said(pipeline.VerdictThrottled, 503, "maintenance")
		reply.RetryAfter = p.retryAfter
	case rejects401:
		said(pipeline.VerdictUnauthorized, 401, "who")
	case forbids:
		said(pipeline.VerdictHalt, 403, "forbidden")
	case silentBefore, hangs:
		said(pipeline.VerdictUnknown, p.lostAs, "")
	case silentLate:
		p.arriveAt(r, reply.Ended.Add(p.lateBy(r)))
		said(pipeline.VerdictUnknown, 0, "")
	case unsent:
		said(pipeline.VerdictUnsent, 0, "")
	case busy:
		said(pipeline.VerdictBusy, 409, "conflict")
	case acceptsLate:
		p.arriveAt(r, reply.Ended.Add(p.lateBy(r)))
		said(pipeline.VerdictUnknown, 202, "")
	case pends:
		p.pending[jobOf(r.ref)] = r
		said(pipeline.VerdictAccepted, 202, "")
		reply.Await = jobOf(r.ref)
	case denies:
		if p.forget(r) {
			r.step = accepts
			p.answer(r, reply)
			return
		}
		said(pipeline.VerdictDenied, 403, "blocked")
	case doubted:
		said(pipeline.VerdictUnknown, 200, "down")
		reply.Doubted = true
	case accepts, silentAfter, breaks, sameID, crossed:
		rec, made := p.process(r)
		if made {
			said(pipeline.VerdictCreated, 201, "")
			reply.Message, reply.CustomerID, reply.ProviderStatus = nil, rec.id, "ACTIVE"
			reply.CreatedAt = rec.made.UTC().Format(time.RFC3339Nano)
			if other := p.ledger.someID(rec.id); r.step == sameID && other != "" {
				reply.CustomerID = other
			}
		} else {
			said(pipeline.VerdictExists, 409, "exists")
			reply.ExistsKeys = p.existsKeys
			// muster must not use the ID of an answer that created nothing.
			reply.CustomerID = rec.id
			if p.foundID {
				reply.FoundID = rec.id
			}
		}
		switch r.step {
		case crossed:
			*reply = pipeline.Reply{Attempt: pipeline.Attempt{Sent: reply.Sent, Ended: reply.Ended}, Doubted: made}
			said(pipeline.VerdictUnknown, 201, "")
		case silentAfter:
			*reply = pipeline.Reply{Attempt: pipeline.Attempt{Sent: reply.Sent, Ended: reply.Ended}}
			said(pipeline.VerdictUnknown, p.lostAs, "")
		case breaks:
			*reply = pipeline.Reply{Attempt: pipeline.Attempt{Sent: reply.Sent, Ended: reply.Ended}}
			said(pipeline.VerdictUnknown, 500, "broken")
		}
	}
}

var errNoLookUp = errors.New("no look-up")

func (p *fakeProvider) LookUp(_ context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	if p.dies() {
		return nil, errNoLookUp
	}
	if p.looking > 0 {
		time.Sleep(p.looking)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrivals()
	p.lookUps = append(p.lookUps, l.Name+" "+value)
	if p.found == nil {
		return nil, errNoLookUp
	}
	return p.found(l, value)
}

func (p *fakeProvider) Authorise(_ context.Context, refused int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.token != refused {
		return nil
	}
	p.authorised++
	if p.authorise != nil {
		if err := p.authorise(refused); err != nil {
			return err
		}
	}
	p.token++
	return nil
}

func (p *fakeProvider) Worked(token int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.worked[token]
}

func (p *fakeProvider) Renewable() bool { return !p.fixed }

func (p *fakeProvider) Pause(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pauses++
	p.pausedTo = append(p.pausedTo, until)
}

// credentialsRefused is the error of a token exchange that is refused.
type credentialsRefused struct{ error }

func (credentialsRefused) CredentialsRefused() {}
