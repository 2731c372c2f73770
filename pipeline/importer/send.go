package importer

import (
	"context"
	"iter"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/pipeline"
)

// Sending is how the rows of a plan are sent.
type Sending struct {
	Ledger      Ledger
	Sender      Sender
	Asker       Asker // nil where the definition has no Await
	Concurrency int   // requests open at once, at least 1
	Limit       int   // send at most so many rows; 0 is all
	Pilot       Pilot
	MaxRejected MaxRejected
	// MaxWait is how long the run waits at the most when the provider asks it to,
	// pauses in a row together; 0 is no limit.
	MaxWait time.Duration
	Outage  Outage
	// NoWait says that "absent" counts at once: whoever answers is a stand-in, with
	// which nothing is still under way.
	NoWait bool
	// Proven says that an earlier run made customers at the same place with the
	// same credentials: an answer such as 403 is then about its row.
	Proven bool
	// Stop is closed at the first interrupt: no further row is taken, what is
	// in flight settles. Cancelling the context stops at once.
	Stop <-chan struct{}
	// Right is asked before every request; nil: it is always there.
	Right Right
	// Progress is called after every outcome, once it is on disk, and when there are fewer
	// rows to try, by one goroutine.
	Progress func(Progress)
	// Stage is called with what the run is at, by one goroutine at a time; it may
	// be nil.
	Stage func(Stage)
	// Settled is called with every request that ended, with its attempts, once that
	// is on disk, by one goroutine at a time; it may be nil.
	Settled func(pipeline.Settlement)
	// Lost is called with an outcome with a customer ID that the ledger could not
	// take (promise 3).
	Lost func(pipeline.Outcome)
	// Sealed gives the unanswered intents of the namespace, the oldest first;
	// nil: they are not settled.
	Sealed func(ctx context.Context) iter.Seq2[pipeline.Intent, error]
	// Here is how this run sends: what was sent elsewhere is settled only by what is
	// found, never by what is not.
	Here pipeline.Sent
	// Rate is the pace that was asked for, SetRate changes it (on 429); nil: the
	// pace stays.
	Rate    pipeline.Rate
	SetRate func(pipeline.Rate)
	// Note is called with a sentence for the person who waits; it may be nil.
	Note func(*pipeline.Message)
	Now  func() time.Time
	// Random gives numbers in [0,1) for backoff.
	Random func() float64
}

// Progress is how far a run has come.
type Progress struct {
	Settled int // outcomes on disk
	Ready   int // rows that this Send is to try in all
	// Counts are by state. They are the loop's own: what is kept is copied.
	Counts pipeline.Counts
}

// Pace is how fast a Send went.
type Pace struct {
	Calls   int           // creates, repeats among them
	Took    time.Duration // from first to last, pauses among it
	Slowest pipeline.Rate // to which 429s slowed it; the zero value when none did
}

// Send reads the book again and sends the rows that are ready. A *Halt says
// why some of them are left pending; nil that all were tried, or as many as
// the limit allows.
func (p *Plan) Send(ctx context.Context, how Sending) error {
	s := newSending(p, &how)
	guard, end := newGuard(ctx, s.brake, &how)
	defer end()
	s.caller.guard, s.clerk.guard = guard, guard
	if first := how.earliest(); first.After(how.Now()) {
		s.caller.pace.pause(first)
		how.Sender.Pause(first)
	}
	defer func() { p.Pace = s.caller.reached() }()
	err := s.settleAndSend(ctx)
	if left := s.settling.leaveRejudged(ctx); err == nil {
		err = left
	}
	return err
}

// sending is one Send: what its parts share, and the parts. The feeder reads the
// book and hands intents to the clerk; the clerk writes intents and outcomes,
// many to a commit, and hands on what is on disk; workers make the requests by
// the caller. Settling asks what became of requests without an answer, before
// the loop starts and after it has ended.
type sending struct {
	*Plan
	*brake
	how   *Sending
	queue *queue
	quota *quota
	pilot *piloting

	caller   *caller
	gate     *gate
	feeder   *feeder
	clerk    *clerk
	settling *settling
}

func newSending(p *Plan, how *Sending) *sending {
	s := &sending{Plan: p, brake: newBrake(how.Stop), how: how, queue: newQueue(how.Concurrency),
		quota: newQuota(how.Limit), pilot: &piloting{}}
	s.caller = newCaller(p.setup, how, s.brake)
	s.gate = newGate(s.brake, how, p.setup.Provider.Timeout)
	s.settling = newSettling(p, how, s.brake, s.caller, s.quota, s.onDisk)
	s.feeder = &feeder{Plan: p, brake: s.brake, queue: s.queue, quota: s.quota, pilot: s.pilot,
		rejudged: s.settling.rejudged, now: how.Now}
	s.clerk = &clerk{brake: s.brake, queue: s.queue, quota: s.quota, how: how, plan: p, settling: s.settling,
		settled: s.onDisk, watch: watch{concurrency: how.Concurrency, limit: how.MaxRejected},
		counts: pipeline.Counts{}, denials: denials{proven: how.Proven}}
	return s
}

// onDisk hands on a settlement that is on disk.
func (s *sending) onDisk(done pipeline.Settlement) {
	s.pilot.see(done.Outcome)
	if s.how.Settled != nil {
		s.how.Settled(done)
	}
}

// settleAndSend settles what can be settled now, sends what is ready, and
// settles the rest. The rows that an earlier run saw denied come last of all: they
// may halt the run again, and are to keep nothing from being sent or settled.
func (s *sending) settleAndSend(ctx context.Context) error {
	if halt := s.knock(ctx); halt != nil {
		return halt
	}
	if err := s.settling.settleEarlier(ctx); err != nil {
		return err
	}
	if err := s.sendPilot(ctx); err != nil {
		return err
	}
	if err := s.sendAndSettle(ctx); err != nil {
		return err
	}
	if !s.anyDenied() {
		return nil
	}
	s.feeder.denied = true
	return s.sendAndSettle(ctx)
}

// sendAndSettle sends what is ready and settles what that leaves unanswered.
func (s *sending) sendAndSettle(ctx context.Context) error {
	if !s.stopping(ctx) && (s.toSend() > 0 || len(s.settling.rejudged) > 0) {
		s.begin(Stage{At: StageSending})
		if err := s.sendReady(ctx); err != nil {
			return err
		}
	}
	overtaken, err := s.settleRest(ctx)
	if err != nil {
		return err
	}
	if overtaken {
		s.feeder.again = true
		defer func() { s.feeder.again = false }()
		s.begin(Stage{At: StageSending})
		if err := s.sendReady(ctx); err != nil {
			return err
		}
		_, err = s.settleRest(ctx)
	}
	return err
}

// settleRest settles what is left without an answer. overtaken says that rows are to be
// judged anew of which another sender settled the requests.
func (s *sending) settleRest(ctx context.Context) (overtaken bool, err error) {
	if !s.stopping(ctx) {
		if err := s.settling.settleRest(ctx, false); err != nil {
			return false, err
		}
	}
	if !s.stopping(ctx) {
		if overtaken, err = s.settling.overtaken(ctx); err != nil {
			return false, err
		}
	}
	if s.stopping(ctx) {
		return false, s.ended()
	}
	return overtaken, nil
}

// begin says what rows are sent for.
func (s *sending) begin(stage Stage) {
	s.gate.sending = stage
	s.how.at(stage)
}

// sendReady starts the feeder, the clerk and the workers, and waits for them.
// It may be called again, for other rows.
func (s *sending) sendReady(ctx context.Context) error {
	s.queue.begin = make(chan fed, 2*s.how.Concurrency)
	s.queue.ready = make(chan *pipeline.Intent, 2*s.how.Concurrency)
	var g errgroup.Group
	g.Go(func() error {
		defer close(s.queue.begin)
		return s.feeder.feed(ctx)
	})
	g.Go(func() error {
		defer close(s.queue.ready)
		return s.clerk.keepLedger(ctx)
	})
	for range s.how.Concurrency {
		g.Go(func() error {
			s.work(ctx)
			return nil
		})
	}
	err := g.Wait()
	if halt := s.why(); halt != nil {
		return halt
	}
	return err
}

// ended is why a run that is stopping does: a halt, else a person.
func (s *sending) ended() *Halt {
	if halt := s.why(); halt != nil {
		return halt
	}
	return interrupted()
}

func interrupted() *Halt {
	return NewHalt(HaltInterrupted, "halt.interrupted").Try("run.again")
}

// queue is what the feeder, the clerk and the workers hand to one another. A
// place is held from before an intent is written until its outcome is on disk,
// so that the places bound what a crash can leave uncertain; ahead bounds what of it
// was not even sent.
type queue struct {
	places  chan struct{}
	ahead   *ahead
	settled chan settled  // from the workers to the clerk
	opened  chan struct{} // closed when the first outcome is known: the first create goes alone
	refused chan struct{} // holds a token when the ledger did not take an intent
	// begin leads from the feeder to the clerk, ready from the clerk to the
	// workers; both are made anew each time that the loop is started.
	begin chan fed
	ready chan *pipeline.Intent
}

// fed is what the feeder hands on: an intent, or what is recorded of a row that was
// judged anew.
type fed struct {
	in     *pipeline.Intent
	judged *pipeline.Outcome // nil where in is not
}

func newQueue(concurrency int) *queue {
	return &queue{places: make(chan struct{}, 2*concurrency), ahead: newAhead(concurrency),
		settled: make(chan settled, 2*concurrency), opened: make(chan struct{}),
		refused: make(chan struct{}, 1)}
}

type settled struct {
	settlement pipeline.Settlement
	answered   bool              // the provider's answer decided it
	accepted   bool              // taken by the provider, who says later what becomes of it
	unsent     bool              // never tried: the run was stopped first
	denied     bool              // refused, maybe for what we may do and not for the row
	before     bool              // of a denied row: an earlier run saw it denied too
	own        bool              // of a denied row: an earlier run found that it was for the row's own sake
	denial     pipeline.Outcome  // of a denied row: what it is if it was refused for the row
	hint       *pipeline.Message // of a denied row
	proof      bool              // the path and the credentials are good: a customer was made or found
}

// work makes the requests of intents that are on disk.
func (s *sending) work(ctx context.Context) {
	for in := range s.queue.ready {
		s.queue.ahead.leave(1)
		alone, open := false, !s.stopping(ctx)
		if open {
			alone, open = s.gate.enter(ctx)
		}
		if !open || !s.caller.waitOut(ctx) {
			if open {
				s.gate.giveBack(alone)
			}
			s.queue.settled <- settled{unsent: true, settlement: pipeline.Settlement{Outcome: pipeline.Outcome{
				Row: in.Row, Ref: in.Ref, Run: s.setup.Run, State: pipeline.Pending,
				Message: pipeline.Say("outcome.stopped_first")}}}
			continue
		}
		began := s.how.Now()
		done, halt := s.caller.deliver(ctx, in, false)
		s.queue.ahead.asked(s.how.Now().Sub(began))
		if halt != nil {
			s.halt(halt)
		}
		if len(done.Attempts) == 0 {
			s.gate.giveBack(alone)
			s.queue.settled <- settled{unsent: true, settlement: done}
			continue
		}
		attempt := done.Attempts[len(done.Attempts)-1]
		if s.gate.leave(ctx, alone, attempt, done.Doubt != nil) {
			s.caller.silence.over() // how many rows an outage may cost is the gate's to say
		}
		last := attempt.Verdict
		end := settled{settlement: done, answered: decides(last), accepted: isAccepted(attempt),
			proof: last == pipeline.VerdictCreated || last == pipeline.VerdictExists}
		if last == pipeline.VerdictDenied {
			end.denied, end.denial, end.hint = true, done.Outcome, s.setup.denialHint(done.Outcome.HTTPStatus)
			end.settlement.Outcome = undecidedDenial(done.Outcome)
			end.before, end.own = s.deniedBefore(in.Row)
		}
		s.queue.settled <- end
	}
}

// isAccepted reports whether an answer says that the request is taken and not yet
// dealt with: nobody knows what becomes of the row, and the provider is there.
func isAccepted(a pipeline.Attempt) bool {
	return a.Verdict == pipeline.VerdictAccepted || a.Verdict == pipeline.VerdictUnknown && a.HTTPStatus == http.StatusAccepted
}

// decides reports whether an answer of the provider says what is to become of
// the row.
func decides(v pipeline.Verdict) bool {
	switch v {
	case pipeline.VerdictCreated, pipeline.VerdictExists, pipeline.VerdictRefused, pipeline.VerdictDenied,
		pipeline.VerdictBusy:
		return true
	}
	return false
}
