package importer

import (
	"context"
	"iter"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/pipeline"
)

// Sending says how the rows of a plan are sent.
type Sending struct {
	Ledger      Ledger
	Sender      Sender
	Asker       Asker // nil where the definition has no Await
	Concurrency int   // requests open at once, at least 1
	Limit       int   // send at most so many rows; 0 is all
	Pilot       Pilot
	MaxRejected MaxRejected
	// MaxWait is how long the run waits at most when the provider asks for pauses, those in succession added up; 0 is
	// no limit.
	MaxWait time.Duration
	Outage  Outage
	// NoWait says that "absent" counts at once, because a stand-in answers, which has nothing under way.
	NoWait bool
	// Proven says that an earlier run created customers at the same place with the same credentials: an answer such
	// as 403 is then about its row.
	Proven bool
	// Stop is closed at the first interrupt: no further row is taken, requests under way are settled. Cancelling the
	// context stops at once.
	Stop <-chan struct{}
	// Right is checked before every request; nil: always held.
	Right Right
	// Progress is called after every outcome, once it is on disk, and when fewer rows are left to try, by one
	// goroutine.
	Progress func(Progress)
	// Stage is called when the run's stage changes, by one goroutine at a time; it may be nil.
	Stage func(Stage)
	// Settled is called with every request that ended, with its attempts, once it is on disk, by one goroutine at a
	// time; it may be nil.
	Settled func(pipeline.Settlement)
	// Lost is called with every outcome that has a customer ID and that the ledger could not write (promise 3).
	Lost func(pipeline.Outcome)
	// Sealed reads the unanswered intents of the namespace, oldest first; nil: they are not settled.
	Sealed func(ctx context.Context) iter.Seq2[pipeline.Intent, error]
	// Here says by which definition and to which place this run sends. A request sent elsewhere is settled only by a
	// record that is found, never because none is.
	Here pipeline.Sent
	// Rate is the pace that was asked for; SetRate changes the present one (on 429); nil: the pace stays.
	Rate    pipeline.Rate
	SetRate func(pipeline.Rate)
	// Silent is called with since when the ledger's server is not heard, and with zero when it is heard again; it may
	// be nil.
	Silent func(since time.Time)
	// Note is called with a sentence for the person at the terminal; it may be nil.
	Note func(*pipeline.Message)
	Now  func() time.Time
	// Random gives numbers in [0,1) for backoff.
	Random func() float64
}

// Progress is how far a run has come.
type Progress struct {
	Settled int // outcomes on disk
	Ready   int // rows that this Send will try in all
	// Counts are by state. They belong to the loop: copy them to keep them.
	Counts pipeline.Counts
}

// Pace is how fast a Send went.
type Pace struct {
	Calls   int           // creates, including repeats
	Took    time.Duration // from first to last, including pauses
	Slowest pipeline.Rate // slowest rate after 429s; the zero value when there were none
}

// Send reads the book again and sends the rows that are ready. A *Halt says why some of them stay pending; nil means
// that all were tried, or as many as the limit allows.
func (p *Plan) Send(ctx context.Context, how Sending) error {
	s := newSending(p, &how)
	guard, end := newGuard(ctx, s.brake, &how)
	defer end()
	s.caller.guard, s.clerk.guard = guard, guard
	if first := how.earliest(); first.After(how.Now()) {
		s.caller.pace.pause(how.Now(), first)
		how.Sender.Pause(first)
	}
	defer func() { p.Pace = s.caller.reached() }()
	err := s.settleAndSend(ctx)
	if left := s.settling.leaveRejudged(ctx); err == nil {
		err = left
	}
	return err
}

// sending is one Send: its parts, and what they share. The feeder reads the book and hands intents to the clerk; the
// clerk writes intents and outcomes, many to a commit, and hands on what is on disk; workers make the requests
// through the caller. Settling asks about requests without an answer, before the loop starts and after it has ended.
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

// onDisk reports a settlement that is on disk.
func (s *sending) onDisk(done pipeline.Settlement) {
	s.pilot.see(done.Outcome)
	if s.settling.ours[done.Outcome.Ref] {
		s.reached.see(s.Plan, done.Outcome)
	}
	s.reached.waited(s.Plan, s.settling.rowsOf[done.Outcome.Ref], done.Outcome)
	if s.how.Settled != nil {
		s.how.Settled(done)
	}
}

// settleAndSend settles what can be settled now, sends what is ready, and settles the rest. The rows that an earlier
// run saw refused come after the others, and those that it saw denied last: they may halt the run again, and must not
// keep other rows from being sent or settled.
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
	for turn, has := range s.turns() {
		if turn == 0 || !has {
			continue
		}
		s.feeder.turn = turn
		if err := s.sendAndSettle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sendAndSettle sends the ready rows and settles those without an answer.
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

// settleRest settles the requests still without an answer. overtaken says that there are rows to judge again, because
// another sender settled their requests.
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

// begin sets the stage in which rows are sent.
func (s *sending) begin(stage Stage) {
	s.gate.sending = stage
	s.how.at(stage)
}

// sendReady starts the feeder, the clerk and the workers, and waits for them. It may be called again for other rows.
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

// ended is the halt of a run that is stopping; without another reason a person has interrupted it.
func (s *sending) ended() *Halt {
	if halt := s.why(); halt != nil {
		return halt
	}
	return interrupted()
}

func interrupted() *Halt {
	return NewHalt(HaltInterrupted, "halt.interrupted").Try("run.again")
}

// queue connects the feeder, the clerk and the workers. A place is held from before an intent is written until its
// outcome is on disk, so that the places bound how many rows a crash can leave uncertain; ahead bounds how many of
// those were not even sent.
type queue struct {
	places  chan struct{}
	ahead   *ahead
	settled chan settled  // from the workers to the clerk
	opened  chan struct{} // closed when the first outcome is known, because the first create goes alone
	refused chan struct{} // holds a token when the ledger left out an intent
	// begin goes from the feeder to the clerk, ready from the clerk to the workers; both are made anew each time the
	// loop is started.
	begin chan fed
	ready chan *pipeline.Intent
}

// fed is what the feeder hands on: an intent, or the outcome to record for a row that was judged again.
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
	accepted   bool              // the provider accepted the request, and decides later
	unsent     bool              // never tried: the run was stopped first
	denied     bool              // refused, perhaps because of the account and not the row
	before     bool              // of a denied row: an earlier run saw it denied too
	own        bool              // of a denied row: an earlier run found the row at fault
	denial     pipeline.Outcome  // of a denied row: its outcome if the row is at fault
	hint       *pipeline.Message // of a denied row
	proof      bool              // the path and the credentials are good: a customer was created or found
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
			s.caller.silence.over() // the gate decides how many rows an outage may cost
		}
		last := attempt.Verdict
		end := settled{settlement: done, answered: decides(last), accepted: isAccepted(attempt),
			proof: last == pipeline.VerdictCreated || last == pipeline.VerdictExists}
		if last == pipeline.VerdictDenied {
			end.denied, end.denial, end.hint = true, done.Outcome, s.setup.denialHint(done.Outcome.HTTPStatus)
			end.settlement.Outcome = undecidedDenial(done.Outcome)
			end.denial.Data = s.how.Ledger.BodyTag(in.Entries) // by which a later run knows that it was refused
			end.before, end.own = s.deniedBefore(in.Row)
		}
		s.queue.settled <- end
	}
}

// isAccepted reports whether an answer says that the request is accepted and not processed yet: the row's outcome is
// open, and the provider is up.
func isAccepted(a pipeline.Attempt) bool {
	return a.Verdict == pipeline.VerdictAccepted || a.Verdict == pipeline.VerdictUnknown && a.HTTPStatus == http.StatusAccepted
}

// decides reports whether an answer of the provider decides the row's outcome.
func decides(v pipeline.Verdict) bool {
	switch v {
	case pipeline.VerdictCreated, pipeline.VerdictExists, pipeline.VerdictRefused, pipeline.VerdictDenied,
		pipeline.VerdictBusy:
		return true
	}
	return false
}
