package standin

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"muster/pipeline"
)

// Options says which provider the server stands in for, and how it misbehaves.
type Options struct {
	Provider *pipeline.Provider
	// Check checks a create's body, as [pipeline.DecodeJSON] reads it, against the provider's schema. It returns the
	// shape that the body follows, its keys (normalised, in the order of Provider.Keys) and its problems; an error if
	// the body is not an object. It may be called from several goroutines at once and must neither keep nor change
	// the body.
	Check func(body any) (shape string, keys []pipeline.KeyValue, problems []pipeline.Problem, err error)
	// Sentence words the messages of answers; nil means that their codes are used. It may be called from several
	// goroutines at once.
	Sentence func(*pipeline.Message) string
	// Secrets are the accepted credentials, by Secret.Name. If it is empty, any that are not blank are accepted.
	Secrets map[string]string
	// Signing are the secrets and settings from which signatures are made, by Secret.Name. If the key is missing,
	// signatures are not checked.
	Signing map[string]string
	// IDPrefix is put before every ID: "rehearsal-" in a rehearsal.
	IDPrefix string
	// Latency is the delay before each answer, after the request was processed.
	Latency time.Duration
	// TokenLife is how long an issued token is good; 0 is an hour.
	TokenLife time.Duration
	// TokenUses is for how many requests an issued token is good; 0 is no limit.
	TokenUses int
	// Faults are tried in order; the first that is due applies to the request.
	Faults []Fault
	// Doubles lets several customers have the same key, like a provider that refuses no duplicates: a request that is
	// sent twice then creates two customers.
	Doubles bool
	// Bodies names the page that shows the request bodies from which customers were created ([BodiesPath]). Anyone on
	// this machine who knows the name can read it. With "" there is no such page.
	Bodies string
	// Seed makes IDs and random faults reproducible, request by request.
	Seed uint64
	// Now is the clock of tokens, customers and idempotency keys; nil is
	// time.Now.
	Now func() time.Time
}

// Server is the stand-in. It may serve any number of requests at once, and its methods may be called from several
// goroutines at once.
type Server struct {
	provider *pipeline.Provider
	check    func(body any) (string, []pipeline.KeyValue, []pipeline.Problem, error)
	sentence func(*pipeline.Message) string
	latency  time.Duration
	now      func() time.Time

	ids     identities
	routes  routes
	tokens  *tokens
	signs   *signatures // nil if they are not checked
	store   *store
	faults  *faults
	late    late
	meter   meter
	created createdAnswer
	await   *awaiting // nil if creates are decided at once
	errors  errorLayout
	bodies  string // the path of the page of bodies; "" for none
}

// New prepares the definition for serving. It fails on a definition that no server could stand in for (no answer that
// means created, no way to get a token) and on a fault that makes no sense.
func New(o Options) (*Server, error) {
	p := o.Provider
	switch {
	case p == nil:
		return nil, errors.New("no provider")
	case o.Check == nil:
		return nil, errors.New("no check")
	case o.Latency < 0, o.TokenLife < 0, o.TokenUses < 0:
		return nil, pipeline.Fail("standin.negative")
	case p.Auth.Header != "" && p.Auth.Exchange == nil && p.Auth.Ready == "":
		return nil, pipeline.Fail("standin.no_token", "provider", p.Name)
	}
	routes, err := newRoutes(p)
	if err != nil {
		return nil, pipeline.Fail("standin.of", "provider", p.Name, "cause", err)
	}
	created, await, err := createdAnswers(p)
	if err != nil {
		return nil, pipeline.Fail("standin.of", "provider", p.Name, "cause", err)
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	faults, err := newFaults(o.Faults, o.Seed, now())
	if err != nil {
		return nil, pipeline.Fail("standin.of", "provider", p.Name, "cause", err)
	}
	signs, err := newSignatures(p, o.Signing)
	if err != nil {
		return nil, pipeline.Fail("standin.of", "provider", p.Name, "cause", err)
	}
	sentence := o.Sentence
	if sentence == nil {
		sentence = (*pipeline.Message).String
	}
	s := &Server{
		provider: p,
		check:    o.Check,
		sentence: sentence,
		latency:  o.Latency,
		now:      now,
		ids:      identities{prefix: o.IDPrefix, seed: o.Seed, forms: p.Standin.IDs},
		routes:   routes,
		tokens:   newTokens(p.Auth, o.Secrets, o.TokenLife, o.TokenUses),
		signs:    signs,
		store:    newStore(len(p.Keys), p.Settle.Window, o.Doubles),
		faults:   faults,
		created:  created,
		await:    await,
		errors:   newErrorLayout(p.Errors),
	}
	if o.Bodies != "" {
		s.bodies = BodiesPath(o.Bodies)
	}
	return s, nil
}

// Customers is how many customers exist.
func (s *Server) Customers() int {
	s.processLate()
	return s.store.len()
}

// Creates is how many create requests were received, whatever their outcome.
func (s *Server) Creates() int { return int(s.meter.creates.Load()) }

// ServeHTTP answers as the provider does, changed by the fault that is due, if any.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.processLate()
	if strings.HasPrefix(r.URL.Path, ownPages) {
		s.serveOwnPage(w, r)
		return
	}
	s.meter.enter()
	v := visit{w: w, r: r, meter: &s.meter, now: s.now(),
		requestID: cmp.Or(s.provider.RequestIDHeader, "X-Request-Id")}
	defer v.leave()

	found := s.routes.find(r)
	v.answerType = jsonType
	if found.target == OnCreate {
		v.answerType = s.created.mediaType
	}
	s.meter.count(found.target)
	due := s.faults.next(arrival{found.target, s.routes.headTarget(r), v.now, v.said})
	v.ahead = due.ahead
	if due.fault != nil && due.fault.Kind.unprocessed() {
		s.failBefore(&v, due)
		return
	}
	a := s.process(r, found, due.ignoreKey)
	v.wait(s.latency)
	if due.fault != nil {
		s.failAfter(&v, due.fault, a)
		return
	}
	if a.created != nil {
		a.created.answered.Store(true)
	}
	v.write(a)
}

// process does what the request asks for and returns the answer.
func (s *Server) process(r *http.Request, to found, ignoreKey bool) answer {
	switch {
	case to.target == targetNone && to.allow != "":
		a := s.fail(http.StatusMethodNotAllowed, "method_not_allowed", s.say("standin.methods", "methods", to.allow))
		a.allow = to.allow
		return a
	case to.target == targetNone:
		return s.notFound(http.StatusNotFound)
	case to.target == OnLogin:
		if err := s.signs.check(r, pipeline.SignExchange, s.now()); err != nil {
			return s.unsigned(err)
		}
		return s.login(r)
	case !s.tokens.authorise(r, s.now()):
		return s.unauthorized()
	}
	if err := s.signs.check(r, kindOf(to.target), s.now()); err != nil {
		return s.unsigned(err)
	}
	switch {
	case to.target == OnCreate:
		a := s.create(r, ignoreKey)
		if a.refusal {
			s.meter.refused.Add(1)
		}
		return a
	case to.asks:
		return s.asked(to.value)
	case to.lookUp == nil:
		return s.fail(http.StatusBadRequest, "bad_request", s.say("standin.no_query"))
	}
	return s.lookUp(to)
}
