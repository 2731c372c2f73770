package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/pipeline"
)

// Settling: what was sent and never answered is asked for again in the way
// that the definition allows, and in no other. Intents of earlier runs come
// first, whatever the book; those of this run, and those that are too young
// for an "absent" to count, come at its end.

// unanswered is one intent to settle.
type unanswered struct {
	in *pipeline.Intent
	// due is when "absent" begins to count, and when it is safe to send again.
	due time.Time
}

// canSettle says whether anything but a person can settle an intent.
func (s *sending) canSettle() bool {
	return s.how.Sealed != nil && s.setup.Provider.Settle.By != pipeline.SettleNone
}

// sealed lists the unsettled intents for which keep gives true, with their
// entries read from the request itself.
func (s *sending) sealed(ctx context.Context, keep func(*pipeline.Intent) bool) ([]unanswered, error) {
	var list []unanswered
	for in, err := range s.how.Sealed(ctx) {
		if err != nil {
			return nil, fmt.Errorf("read unanswered requests: %w", err)
		}
		if !keep(&in) {
			continue
		}
		entries, err := entriesOf(in.Body)
		if err != nil {
			return nil, fmt.Errorf("read the unanswered request of row %d: %w", in.Row, err)
		}
		in.Entries = entries
		// When its attempt ended is not known of a run that was killed: after its
		// timeout at the latest, and before this run began.
		ended := in.At.Add(s.setup.Provider.Timeout)
		if s.began.Before(ended) {
			ended = s.began
		}
		if e, seen := s.ended[in.Ref]; seen {
			ended = e
		}
		list = append(list, unanswered{&in, ended.Add(s.setup.Provider.Settle.After)})
	}
	return list, nil
}

// settleEarlier settles the intents of earlier runs that can be settled now.
func (s *sending) settleEarlier(ctx context.Context) error {
	s.rowOf = map[int64]int32{}
	for i := range s.rows {
		if r := &s.rows[i]; r.other < 0 && (r.kind == kindUnsettled || r.kind == kindHeld) {
			s.rowOf[r.ref] = int32(i)
		}
	}
	if !s.canSettle() {
		return nil
	}
	list, err := s.sealed(ctx, func(*pipeline.Intent) bool { return true })
	if err != nil || len(list) == 0 {
		return err
	}
	s.tell("%d requests of earlier runs were never answered; settling them first", len(list))
	return s.settleAll(ctx, list, false)
}

// settleRounds is how often an intent that gets no answer is asked for at the
// end of a run.
const settleRounds = 5

// settleRest settles the intents of this run, and those that settleEarlier
// found too young or without an answer, once they are due; several times, for
// a repeat can be lost like the first attempt.
func (s *sending) settleRest(ctx context.Context) error {
	if !s.canSettle() {
		return nil
	}
	left := 0
	for round := range settleRounds {
		list, err := s.sealed(ctx, func(in *pipeline.Intent) bool {
			_, open := s.ended[in.Ref]
			return open || s.young[in.Ref]
		})
		if err != nil || len(list) == 0 || s.stopping(ctx) {
			return err
		}
		if round > 1 && len(list) == left {
			return nil // two rounds in a row settled nothing more
		}
		left = len(list)
		slices.SortFunc(list, func(a, b unanswered) int { return a.due.Compare(b.due) })
		if wait := list[len(list)-1].due.Sub(s.now()); wait > time.Second {
			s.tell("%d requests had no answer; settling them takes %s more, for what is on its way must have arrived first", len(list), wait.Round(time.Second))
		}
		if err := s.settleAll(ctx, list, true); err != nil {
			return err
		}
	}
	return nil
}

// settling is how far one intent got.
type settling uint8

const (
	stillYoung  settling = iota // absent does not count yet
	stillSilent                 // asked, and as unknown as before
	settledNow
)

// settleAll settles each of list, several at once. wait says whether to wait
// until they are due. It gives up on the rest when the provider is silent: the
// rows that are sent next find that out by themselves.
func (s *sending) settleAll(ctx context.Context, list []unanswered, wait bool) error {
	var (
		g      errgroup.Group
		mu     sync.Mutex // one writer at a time, and one count of silence
		silent int
		next   = make(chan unanswered)
	)
	for range min(s.how.Concurrency, len(list)) {
		g.Go(func() error {
			for u := range next {
				mu.Lock()
				givenUp := silent >= s.how.Concurrency+10
				mu.Unlock()
				if givenUp || s.stopping(ctx) || wait && !s.sleep(ctx, u.due.Sub(s.now())) {
					continue
				}
				done, how, halt := s.settleOne(ctx, u)
				mu.Lock()
				if how == stillSilent {
					silent++
				} else if how == settledNow {
					silent = 0
				}
				err := s.keepSettlement(ctx, u, done, how, wait)
				mu.Unlock()
				if err != nil {
					halt = s.ledgerHalt(err)
				}
				if halt != nil {
					s.stopNow(halt)
				}
			}
			return nil
		})
	}
	for _, u := range list {
		next <- u
	}
	close(next)
	if err := g.Wait(); err != nil {
		return err
	}
	if s.halt != nil {
		return s.halt
	}
	return nil
}

// settleOne asks what became of one intent.
func (s *sending) settleOne(ctx context.Context, u unanswered) (done pipeline.Settlement, how settling, halt *Halt) {
	p := s.setup.Provider
	due := !s.now().Before(u.due)
	again := func() (pipeline.Settlement, settling, *Halt) {
		done, halt := s.deliver(ctx, u.in, true)
		if done.Outcome.State == pipeline.Created && done.Outcome.Message == "" {
			done.Outcome.Message = "an attempt had no answer; the same request again made the customer, or gave the first answer"
		}
		if done.Outcome.State == pipeline.Uncertain {
			return done, stillSilent, halt
		}
		return done, settledNow, halt
	}
	if p.Settle.By == pipeline.SettleResend {
		if !due {
			return done, stillYoung, nil
		}
		return again()
	}
	l := s.lookUpNamed(p.Settle.LookUp)
	value := ""
	for _, k := range u.in.Keys {
		if l != nil && p.Keys[k.Key].Name == l.Key {
			value = k.Value
		}
	}
	if value == "" {
		return done, stillSilent, nil
	}
	found, err := s.lookUp(ctx, l, value)
	o := pipeline.Outcome{Row: u.in.Row, Ref: u.in.Ref, Run: s.setup.Run, At: u.in.At}
	switch {
	case err != nil:
		return done, stillSilent, s.lookUpHalt(err)
	case len(found) > 0:
		done.Outcome = s.takeRecord(u.in, o, found, true)
		switch {
		case done.Outcome.State == pipeline.Uncertain: // several agree
			return done, stillSilent, nil
		case done.Outcome.State == pipeline.Rejected && !due: // ours may be on its way still
			return pipeline.Settlement{}, stillYoung, nil
		}
		return done, settledNow, nil
	case !due:
		return done, stillYoung, nil
	case p.Settle.By == pipeline.SettleLookUpResend && s.now().Sub(u.in.At) < p.Settle.Window:
		return again()
	}
	o.State = pipeline.Pending
	o.Message = fmt.Sprintf("sent at %s and never answered; the provider says that it does not have this customer: run again to send it",
		u.in.At.UTC().Format(time.RFC3339))
	done.Outcome = o
	return done, settledNow, nil
}

func (s *sending) lookUpNamed(name string) *pipeline.LookUp {
	for i := range s.setup.Provider.LookUps {
		if s.setup.Provider.LookUps[i].Name == name {
			return &s.setup.Provider.LookUps[i]
		}
	}
	return nil
}

// lookUpHalt is not nil when the credentials are the reason.
func (s *sending) lookUpHalt(err error) *Halt {
	var refused CredentialsError
	if errors.As(err, &refused) {
		return &Halt{Reason: HaltCredentials, Err: err, Hint: credentialsHint}
	}
	return nil
}

// keepSettlement puts what was found on disk, and joins it to the row of this
// book that waits for it.
func (s *sending) keepSettlement(ctx context.Context, u unanswered, done pipeline.Settlement, how settling, last bool) error {
	if how == stillYoung {
		s.young[u.in.Ref] = true
		return nil
	}
	if n := len(done.Attempts); how == stillSilent && n > 0 {
		s.ended[u.in.Ref] = done.Attempts[n-1].Ended
	} else if how == stillSilent {
		s.young[u.in.Ref] = true // asked in vain; once more at the end
		return nil
	}
	o := &done.Outcome
	ours := s.ours[u.in.Ref]
	index, inBook := s.rowOf[u.in.Ref]
	direct := false
	switch {
	case ours:
		// The row of this run is the intent's own.
	case !inBook:
		o.Row = 0
	default:
		r := &s.rows[index]
		// What the intent came to is what the row comes to, when it is the same
		// customer in all its data, and, unless it made a claim, may be sent.
		if direct = r.same && (r.kind == kindUnsettled || o.State.IsClaim()); direct {
			o.Row = int(r.number)
		} else {
			o.Row = 0
		}
	}
	if err := s.how.Ledger.Write(context.WithoutCancel(ctx), s.setup.Run, nil, []pipeline.Settlement{done}); err != nil {
		if o.CustomerID != "" {
			s.how.Lost(*o)
		}
		return err
	}
	if ours || !inBook || how != settledNow {
		return nil
	}
	r := &s.rows[index]
	switch {
	case last && !direct:
		return s.leaveForNextRun(ctx, r, *o)
	case last:
	case direct && o.State == pipeline.Pending:
		r.kind = kindReady
		s.Ready++
	case !direct:
		s.rejudged[index] = *o
		if !o.State.IsClaim() {
			s.Ready++ // unless it breaks the schema
		}
	}
	return nil
}

// leaveForNextRun says of a row whose customer was settled at the end of the
// run, from other data than the row's, what the next run will look into.
func (s *sending) leaveForNextRun(ctx context.Context, r *plannedRow, o pipeline.Outcome) error {
	row := pipeline.Outcome{Row: int(r.number), Ref: o.Ref, State: pipeline.Pending,
		Message: "an earlier attempt with other data is settled now: run again to send this row"}
	if o.State.IsClaim() {
		row.State = pipeline.Changed
		row.Message = fmt.Sprintf("customer %s was enrolled from other data; run again to see which fields differ", o.CustomerID)
	}
	return s.setup.Records.Record(context.WithoutCancel(ctx), s.setup.Run, []pipeline.Outcome{row})
}

// rejudge judges a row anew whose unanswered attempt, made from other data or
// now against the schema, is settled. send says that it is to be sent.
func (s *sending) rejudge(ctx context.Context, row pipeline.Row, o pipeline.Outcome, d *pipeline.Draft) (send bool, err error) {
	s.setup.Checker.Check(row, d)
	out := pipeline.Outcome{Row: row.Number, Ref: o.Ref, Run: s.setup.Run}
	switch {
	case len(d.Problems) > 0:
		out.State, out.Problems = pipeline.Invalid, slices.Clone(d.Problems)
	case o.State.IsClaim():
		differ, err := s.setup.Ledger.Differences(ctx, o.Ref, d.Entries)
		if err != nil {
			return false, fmt.Errorf("compare row %d with what was sent: %w", row.Number, err)
		}
		out.State, out.Message = pipeline.Changed, changedMessage(o.CustomerID, differ)
	default:
		out.State, out.Message, send = pipeline.Pending, "not sent in this run; run again to send it", true
	}
	return send, s.setup.Records.Record(context.WithoutCancel(ctx), s.setup.Run, []pipeline.Outcome{out})
}

func (s *sending) tell(format string, args ...any) {
	if s.how.Tell != nil {
		s.how.Tell(fmt.Sprintf(format, args...))
	}
}

// entriesOf reads a request's leaves back from its body.
func entriesOf(body []byte) ([]pipeline.Entry, error) {
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		// What the decoder says may quote the body.
		return nil, errors.New("it is not the JSON that was sealed")
	}
	var entries []pipeline.Entry
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				sub := name
				if path != "" {
					sub = path + "." + name
				}
				walk(sub, member)
			}
		case []any:
			for i, item := range v {
				walk(path+"["+strconv.Itoa(i)+"]", item)
			}
		case string:
			entries = append(entries, pipeline.Entry{Path: path, Value: v})
		case nil:
		default:
			entries = append(entries, pipeline.Entry{Path: path, Value: fmt.Sprint(v)})
		}
	}
	walk("", doc)
	slices.SortFunc(entries, func(a, b pipeline.Entry) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return entries, nil
}
