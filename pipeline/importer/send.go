package importer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/pipeline"
)

// Sending is how the rows of a plan are sent.
type Sending struct {
	Ledger      Ledger
	Sender      Sender
	Concurrency int // requests open at once, at least 1
	Limit       int // send at most so many rows; 0 is all
	Pilot       Pilot
	MaxRejected MaxRejected
	// Stop is closed at the first interrupt: no further row is taken, what is
	// in flight settles. Cancelling the context stops at once.
	Stop <-chan struct{}
	// Progress is told of every outcome once it is on disk, by one goroutine.
	Progress func(Progress)
	// Stage is told what the run is at, by one goroutine at a time; it may be nil.
	Stage func(Stage)
	// Settled is told of every request that ended, with its attempts, once that
	// is on disk, by one goroutine at a time; nil: of none.
	Settled func(pipeline.Settlement)
	// Lost is told of an outcome with a customer ID that the ledger could not
	// take (promise 3).
	Lost func(pipeline.Outcome)
	// Sealed gives the unanswered intents of the namespace, the oldest first;
	// nil: they are not settled.
	Sealed func(ctx context.Context) iter.Seq2[pipeline.Intent, error]
	// Rate is the pace that was asked for, SetRate changes it (on 429); nil: the
	// pace stays.
	Rate    pipeline.Rate
	SetRate func(pipeline.Rate)
	// Tell is given sentences for the person who waits; it may be nil.
	Tell func(string)
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
	s := &sending{
		Plan: p, how: how, sender: how.Sender, stop: how.Stop, now: how.Now, random: how.Random,
		halted:   make(chan struct{}),
		opened:   make(chan struct{}),
		places:   make(chan struct{}, 2*how.Concurrency),
		settled:  make(chan settled, 2*how.Concurrency),
		silence:  newSilence(how.Concurrency),
		watch:    watch{concurrency: how.Concurrency, limit: how.MaxRejected},
		counts:   pipeline.Counts{},
		began:    how.Now(),
		pace:     pace{asked: how.Rate.Interval(), interval: how.Rate.Interval()},
		ours:     map[int64]bool{},
		ended:    map[int64]time.Time{},
		rowsOf:   map[int64][]int32{},
		rejudged: map[int32]pipeline.Outcome{},
	}
	if how.SetRate != nil {
		s.pace.set = func(interval time.Duration) { how.SetRate(every(interval)) }
	}
	defer func() {
		p.Pace = Pace{Calls: int(s.calls.Load()), Took: s.took(), Slowest: every(s.pace.slowest)}
	}()
	err := s.settleAndSend(ctx)
	if left := s.leaveRejudged(ctx); err == nil {
		err = left
	}
	return err
}

// settleAndSend settles what can be settled now, sends what is ready, and
// settles the rest.
func (s *sending) settleAndSend(ctx context.Context) error {
	if err := s.settleEarlier(ctx); err != nil {
		return err
	}
	if err := s.sendPilot(ctx); err != nil {
		return err
	}
	if !s.stopping(ctx) && (s.toSend() > 0 || len(s.rejudged) > 0) {
		s.at(Stage{At: StageSending})
		if err := s.sendReady(ctx); err != nil {
			return err
		}
	}
	if !s.stopping(ctx) {
		if err := s.settleRest(ctx, false); err != nil {
			return err
		}
	}
	if s.stopping(ctx) {
		return interrupted()
	}
	return nil
}

// took is how long the run has lasted, without the time that a person took to
// answer.
func (s *sending) took() time.Duration { return s.now().Sub(s.began) - s.pilot.asking }

// sendReady starts the feeder, the clerk and the workers, and waits for them.
// It may be called again, for other rows.
func (s *sending) sendReady(ctx context.Context) error {
	s.begin = make(chan *pipeline.Intent, 2*s.how.Concurrency)
	s.ready = make(chan *pipeline.Intent, 2*s.how.Concurrency)
	var g errgroup.Group
	g.Go(func() error {
		defer close(s.begin)
		return s.feed(ctx)
	})
	g.Go(func() error {
		defer close(s.ready)
		return s.keepLedger(ctx)
	})
	for range s.how.Concurrency {
		g.Go(func() error {
			s.work(ctx)
			return nil
		})
	}
	err := g.Wait()
	switch {
	case s.halt != nil:
		return s.halt
	case err != nil:
		return err
	}
	return nil
}

func interrupted() *Halt {
	return &Halt{Reason: HaltInterrupted, Err: errors.New("interrupted"), Hint: "run the same command again to go on"}
}

// sending is the state of one Send. The feeder reads the book and hands
// intents to the clerk; the clerk writes intents and outcomes, many to a
// commit, and hands on what is on disk; workers make the requests. A place is
// held from before an intent is written until its outcome is on disk, so that
// the places bound what a crash can leave uncertain.
type sending struct {
	*Plan
	how    Sending
	sender Sender
	stop   <-chan struct{}
	now    func() time.Time
	random func() float64

	places  chan struct{}
	begin   chan *pipeline.Intent
	ready   chan *pipeline.Intent
	settled chan settled
	opened  chan struct{} // closed when the first outcome is known: the first create goes alone

	halted   chan struct{} // closed by the first halt
	haltOnce sync.Once
	halt     *Halt

	began   time.Time
	pace    pace
	calls   atomic.Int64 // creates made
	repeats atomic.Int64 // of them, those after the first of a row

	// What settling knows, before the loop starts and after it has ended: rows
	// that wait for an intent, by its ref; intents that this run began; attempts
	// of this run without an answer, by ref, and when they ended; rows to
	// judge anew, which the feeder takes out.
	rowsOf   map[int64][]int32
	ours     map[int64]bool
	ended    map[int64]time.Time
	rejudged map[int32]pipeline.Outcome

	silence *silence
	pilot   piloting
	fed     int // rows that were handed to the clerk; the feeder's while the loop runs

	watch  watch           // the clerk's
	counts pipeline.Counts // the clerk's
	done   int             // the clerk's
}

type settled struct {
	settlement pipeline.Settlement
	answered   bool // the provider's answer decided it
	unsent     bool // never tried: the run was stopped first
}

// stopNow halts the run; the first reason counts.
func (s *sending) stopNow(h *Halt) {
	s.haltOnce.Do(func() {
		s.halt = h
		close(s.halted)
	})
}

func (s *sending) stopping(ctx context.Context) bool {
	select {
	case <-s.stop:
	case <-s.halted:
	case <-ctx.Done():
	default:
		return false
	}
	return true
}

// wait takes from c, unless the run is stopped first.
func wait[T any](ctx context.Context, s *sending, c <-chan T) bool {
	select {
	case <-c:
		return true
	case <-s.stop:
	case <-s.halted:
	case <-ctx.Done():
	}
	return false
}

// takePlace waits for a place, unless the run is stopped first. A place that
// comes free at the same moment does not count.
func (s *sending) takePlace(ctx context.Context) bool {
	select {
	case s.places <- struct{}{}:
		if !s.stopping(ctx) {
			return true
		}
		<-s.places
	case <-s.stop:
	case <-s.halted:
	case <-ctx.Done():
	}
	return false
}

// errStop ends a pass over the book early; it never leaves the package.
var errStop = errors.New("no more rows are taken")

// feed reads the book again and makes intents of the rows that are ready.
func (s *sending) feed(ctx context.Context) error {
	index, lines, left := 0, 0, len(s.pilot.rows)
	var d pipeline.Draft
	err := s.setup.Book.Rows(ctx, func(row pipeline.Row) error {
		if err := s.sameRow(index, row); err != nil {
			return err
		}
		if s.pilot.rows != nil && left == 0 {
			return errStop // the others are for later
		}
		lines += row.Lines()
		if s.pilot.skips(int32(index)) {
			index++
			return nil
		}
		left--
		r := &s.rows[index]
		send := r.kind == kindReady && r.other < 0
		settledAs, again := s.rejudged[int32(index)]
		if again {
			var err error
			if send, err = s.rejudge(ctx, row, settledAs, &d); err != nil {
				return err
			}
			delete(s.rejudged, int32(index))
		}
		index++
		if !send {
			return nil
		}
		if s.limitReached() {
			if again {
				s.holdBack(row.Number)
			}
			return errStop
		}
		if !again { // else it was checked just now
			s.setup.Checker.Check(row, &d)
		}
		if len(d.Problems) > 0 {
			return &Halt{Reason: HaltBook, Err: fmt.Errorf("row %d passed the first check and fails the second", row.Number), Hint: changedHint}
		}
		if !s.takePlace(ctx) {
			return errStop
		}
		s.begin <- s.intent(&d)
		s.fed++
		if s.fed == 1 && !wait(ctx, s, s.opened) {
			return errStop
		}
		return nil
	})
	var h *Halt
	switch {
	case errors.Is(err, errStop), err != nil && ctx.Err() != nil:
		return nil
	case errors.As(err, &h):
		s.stopNow(h)
		return nil
	case err != nil:
		s.stopNow(&Halt{Reason: HaltBook, Err: fmt.Errorf("the book can no longer be read: %w", err), Hint: "run again when it can"})
		return nil
	}
	if index != len(s.rows) {
		s.stopNow(bookChanged(fmt.Errorf("the book had %d rows when it was checked and has %d now", s.Plan.Counts.Total(), lines)))
	}
	return nil
}

func (s *sending) limitReached() bool { return s.how.Limit > 0 && s.fed == s.how.Limit }

// holdBack says of a row that it is pending for the limit's sake alone.
func (p *Plan) holdBack(row int) {
	if p.heldBack == nil {
		p.heldBack = map[int]bool{}
	}
	p.heldBack[row] = true
}

const changedHint = "leave the book alone while it is imported; run again"

func bookChanged(err error) *Halt { return &Halt{Reason: HaltBook, Err: err, Hint: changedHint} }

// sameRow holds a row against what the first pass read (promise 2).
func (p *Plan) sameRow(index int, row pipeline.Row) error {
	if index >= len(p.rows) {
		return bookChanged(fmt.Errorf("the book had %d rows when it was checked and has more now", p.Counts.Total()))
	}
	if r := p.rows[index]; int(r.number) != row.Number || r.cells != p.hashCells(row) {
		return bookChanged(fmt.Errorf("row %d reads differently from when it was checked", row.Number))
	}
	return nil
}

// intent copies what the draft lends.
func (s *sending) intent(d *pipeline.Draft) *pipeline.Intent {
	return &pipeline.Intent{Row: d.Row, Shape: d.Shape, Name: d.Name, Body: slices.Clone(d.Body), Entries: slices.Clone(d.Entries),
		Keys: slices.Clone(d.Keys), IdempotencyKey: newUUID(), At: s.now()}
}

// newUUID is a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// work makes the requests of intents that are on disk.
func (s *sending) work(ctx context.Context) {
	for in := range s.ready {
		if s.stopping(ctx) || !s.waitOut(ctx) {
			s.settled <- settled{unsent: true, settlement: pipeline.Settlement{Outcome: pipeline.Outcome{
				Row: in.Row, Ref: in.Ref, Run: s.setup.Run, State: pipeline.Pending, Message: "not sent: the run was stopped first"}}}
			continue
		}
		done, halt := s.deliver(ctx, in, false)
		if halt != nil {
			s.stopNow(halt)
		}
		last := done.Attempts[len(done.Attempts)-1].Verdict
		s.settled <- settled{settlement: done, answered: last == pipeline.VerdictCreated || last == pipeline.VerdictExists || last == pipeline.VerdictRefused}
	}
}
