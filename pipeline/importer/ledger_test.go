package importer_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

var errDiskFull = errors.New("disk full")

// memoryLedger is a ledger that records every broken promise: intents and outcomes out of order, illegal moves, keys
// of two live customers, more open intents than allowed.
type memoryLedger struct {
	judged    func() // called once, before the first outcomes are recorded
	takes     func() // called before each Take
	mu        sync.Mutex
	customers []*customer // ref is the position + 1
	live      map[pipeline.Tag]int64
	outcomes  map[string]map[int]pipeline.Outcome
	joined    []pipeline.Member
	run       string
	wrong     []string

	writes  int
	records int // calls of Record
	asked   int // calls of FindIDs
	// failFrom is the number of the first Write that fails, failUntil that of the first one that works again; 0 is
	// never.
	failFrom, failUntil int
	slow                time.Duration
	// fullFrom is the number of the first Write from which on a Write with intents fails.
	fullFrom int
	// onWrite is called in each Write with its number, and how many intents it begins and settles.
	onWrite func(n, begin, settle int)
	// crashAt is the Write at which the process dies: after its commit, or with
	// crashBefore before it.
	crashAt     int
	crashBefore bool
	crashed     bool
	mostAllowed int
	mostOpen    int
	// moment is called at each step towards the disk and back; when it returns true the process is dead, and learns
	// nothing of the result.
	moment func() bool
	// unsealed is the error for the first sealed request that is read.
	unsealed error
	// meanwhile is called with every intent that is about to be written, so that another sender may claim its keys
	// first.
	meanwhile func(in *pipeline.Intent)
	// fails is the error of a Write that fails; nil stands for a full disk.
	fails error
	right *fakeRight // needed for intents; nil: not needed
	// unfound is the error of every Find.
	unfound error
	// noRecord is the error of every Record once the rows are checked.
	noRecord error
}

type customer struct {
	state     pipeline.State
	run       string
	row       int
	open      bool   // without an outcome on disk in the life of this process
	denied    bool   // one of its attempts was denied
	elsewhere bool   // another sender has settled it
	during    string // the run that was sending when another sender began this customer
	body      pipeline.Tag
	fields    map[string]string
	keys      []pipeline.Tag
	key       string // idempotency key of the intent
	intent    pipeline.Intent
	outcome   pipeline.Outcome
}

func newMemoryLedger() *memoryLedger {
	return &memoryLedger{live: map[pipeline.Tag]int64{}, outcomes: map[string]map[int]pipeline.Outcome{},
		mostAllowed: 1 << 30}
}

// start begins a run, possibly after a crash, with what is on disk.
func (l *memoryLedger) start(run string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.run, l.outcomes[run] = run, map[int]pipeline.Outcome{}
	l.writes, l.crashed, l.mostOpen = 0, false, 0
	for _, c := range l.customers {
		c.open = false
	}
}

func (l *memoryLedger) heal() { l.failFrom, l.failUntil, l.crashAt = 0, 0, 0 }

func (l *memoryLedger) broken(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

func (l *memoryLedger) faults() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.wrong)
}

func (l *memoryLedger) failing() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failFrom > 0
}

func (l *memoryLedger) isCrashed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.crashed
}

func (l *memoryLedger) openIntents() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.countOpen()
}

func (l *memoryLedger) countOpen() (n int) {
	for _, c := range l.customers {
		if c.open {
			n++
		}
	}
	return n
}

// settledIn counts the run's intents that have an outcome.
func (l *memoryLedger) settledIn(run string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.customers {
		if c.run == run && !c.open {
			n++
		}
	}
	return n
}

// holds reports whether an intent is on disk as it is sent: without an outcome if this run began it or, where again
// allows it, at least without an answer.
func (l *memoryLedger) holds(in *pipeline.Intent, again bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if in.Ref < 1 || int(in.Ref) > len(l.customers) {
		return false
	}
	c := l.customers[in.Ref-1]
	return c.row == in.Row && c.key == in.IdempotencyKey && bytes.Equal(c.intent.Body, in.Body) &&
		(c.open && c.run == l.run || again && c.state == pipeline.Uncertain)
}

// denied are the keys of the customers that were denied and not created; true for those whose row was found at fault.
func (l *memoryLedger) denied() map[pipeline.Tag]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	tags := map[pipeline.Tag]bool{}
	for _, c := range l.customers {
		own := l.outcomes[c.run][c.row].State == pipeline.Rejected
		for _, tag := range c.keys {
			if c.denied && !c.state.IsClaim() {
				tags[tag] = tags[tag] || own
			}
		}
	}
	return tags
}

// proven reports whether a customer was ever created.
func (l *memoryLedger) proven() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.customers, func(c *customer) bool { return c.state == pipeline.Created })
}

// unanswered are the uncertain customers.
func (l *memoryLedger) unanswered() (list []*customer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.customers {
		if c.state == pipeline.Uncertain {
			list = append(list, c)
		}
	}
	return list
}

func (l *memoryLedger) KeyTag(name, normalised string) (tag pipeline.Tag) {
	sum := sha256.Sum256(fmt.Appendf(nil, "key %q %q", name, normalised))
	copy(tag[:], sum[:])
	return tag
}

func (l *memoryLedger) BodyTag(entries []pipeline.Entry) (tag pipeline.Tag) {
	var b bytes.Buffer
	for _, e := range entries {
		fmt.Fprintf(&b, "%q %q,", e.Path, e.Value)
	}
	sum := sha256.Sum256(b.Bytes())
	copy(tag[:], sum[:])
	return tag
}

// OlderKeyTags are none: no older muster wrote to this ledger.
func (l *memoryLedger) OlderKeyTags(pipeline.KeyValue) []pipeline.Tag { return nil }

func (l *memoryLedger) SameBody(c *pipeline.Claim, entries []pipeline.Entry) bool {
	return l.BodyTag(entries) == c.Body
}

func (l *memoryLedger) Find(_ context.Context, tags []pipeline.Tag) ([]*pipeline.Claim, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unfound != nil {
		return nil, l.unfound
	}
	claims := make([]*pipeline.Claim, len(tags))
	for i, tag := range tags {
		if ref, ok := l.live[tag]; ok {
			c := l.customers[ref-1]
			claims[i] = &pipeline.Claim{Ref: ref, State: c.state, Body: c.body, Outcome: c.outcome}
		}
	}
	return claims, nil
}

func (l *memoryLedger) Differences(_ context.Context, ref int64, entries []pipeline.Entry) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sent := maps.Clone(l.customers[ref-1].fields)
	var differ []string
	for _, e := range entries {
		if sent[e.Path] != e.Value {
			differ = append(differ, e.Path)
		}
		delete(sent, e.Path)
	}
	return append(differ, slices.Sorted(maps.Keys(sent))...), nil
}

// recordable are the outcomes of rows that need no request. pending is only recorded for a row whose attempt is
// settled.
var recordable = []pipeline.State{pipeline.Known, pipeline.Existing, pipeline.Invalid, pipeline.Duplicate,
	pipeline.Changed, pipeline.Uncertain}

func (l *memoryLedger) Record(_ context.Context, run string, outcomes []pipeline.Outcome) error {
	if err := l.judges(outcomes); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dies() {
		return errDiskFull
	}
	l.records++
	for _, o := range outcomes {
		old, there := l.outcomes[run][o.Row]
		if there && l.noRecord != nil {
			return l.noRecord
		}
		switch {
		case there && old.State == pipeline.Pending && o.State == pipeline.Rejected && old.Ref == o.Ref &&
			l.customers[o.Ref-1].denied: // the row was at fault, as is known by now
		case there && (old.State != pipeline.Uncertain || old.Ref != o.Ref || l.customers[old.Ref-1].run == run):
			l.wrong = append(l.wrong, fmt.Sprintf("row %d was recorded as %s of %d and is %s of %d", o.Row, o.State,
				o.Ref, old.State, old.Ref))
		case o.Run != run || !slices.Contains(recordable, o.State) &&
			(o.State != pipeline.Pending || !there && l.meanwhile == nil && !l.customers[o.Ref-1].elsewhere):
			l.wrong = append(l.wrong, fmt.Sprintf("row %d of %s was recorded as %s", o.Row, o.Run, o.State))
		}
		state := pipeline.State("")
		if o.Ref > 0 {
			state = l.customers[o.Ref-1].state
		}
		if (o.State == pipeline.Known || o.State == pipeline.Existing) && !state.IsClaim() ||
			o.State == pipeline.Uncertain && state != o.State {
			l.wrong = append(l.wrong, fmt.Sprintf("row %d was recorded as %s of %d, who is %q", o.Row, o.State,
				o.Ref, state))
		}
		l.outcomes[run][o.Row] = o
	}
	if l.dies() {
		return errDiskFull
	}
	return nil
}

func (l *memoryLedger) Write(ctx context.Context, run string, begin []*pipeline.Intent,
	settle []pipeline.Settlement) (claimed []int, err error) {
	if l.slow > 0 {
		pause(l.slow)
	}
	if l.meanwhile != nil {
		for _, in := range begin {
			l.meanwhile(in)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil {
		l.wrong = append(l.wrong, "a write was cancelled")
	}
	if len(begin)+len(settle) == 0 {
		l.wrong = append(l.wrong, "an empty write")
	}
	if l.dies() {
		return nil, errDiskFull
	}
	if len(begin) > 0 && l.right.isLost() {
		return nil, errTaken
	}
	for _, st := range settle {
		if ref := st.Outcome.Ref; ref > 0 && l.customers[ref-1].elsewhere {
			return nil, settledElsewhere{}
		}
	}
	l.writes++
	if l.crashAt > 0 && l.writes == l.crashAt && l.crashBefore {
		l.crashed = true
	}
	if l.onWrite != nil {
		l.onWrite(l.writes, len(begin), len(settle))
	}
	if l.fullFrom > 0 && l.writes >= l.fullFrom && len(begin) > 0 {
		return nil, errDiskFull
	}
	if l.crashed || l.failFrom > 0 && l.writes >= l.failFrom && (l.failUntil == 0 || l.writes < l.failUntil) {
		return nil, cmp.Or(l.fails, errDiskFull)
	}
	for _, st := range settle {
		if st.Sole && l.hasID(st.Outcome) {
			return nil, idTaken{}
		}
	}
	for _, st := range settle {
		l.settle(run, st)
	}
	for i, in := range begin {
		if l.taken(in) {
			claimed = append(claimed, i)
			continue
		}
		l.begin(run, in)
	}
	l.mostOpen = max(l.mostOpen, l.countOpen())
	if l.mostOpen > l.mostAllowed {
		l.wrong = append(l.wrong, fmt.Sprintf("%d intents without an outcome, %d are allowed", l.mostOpen,
			l.mostAllowed))
	}
	l.crashed = l.crashed || l.crashAt > 0 && l.writes == l.crashAt
	if l.dies() {
		return nil, errDiskFull
	}
	return claimed, nil
}

func (l *memoryLedger) begin(run string, in *pipeline.Intent) {
	ref := int64(len(l.customers) + 1)
	c := &customer{state: pipeline.Uncertain, run: run, row: in.Row, open: true, body: l.BodyTag(in.Entries),
		fields: map[string]string{},
		key:    in.IdempotencyKey, intent: *in, outcome: pipeline.Outcome{Row: in.Row, Ref: ref,
			State: pipeline.Uncertain, Run: run}}
	for _, e := range in.Entries {
		c.fields[e.Path] = e.Value
	}
	c.intent.Ref, c.intent.Entries, c.intent.Body = ref, nil, bytes.Clone(in.Body)
	c.intent.Keys = slices.Clone(in.Keys)
	for _, other := range l.customers {
		if other.key == in.IdempotencyKey {
			l.wrong = append(l.wrong, fmt.Sprintf("the idempotency key of row %d is not its own", in.Row))
		}
	}
	p := acme()
	for _, k := range in.Keys {
		tag := l.KeyTag(p.Keys[k.Key].Name, k.Normalised)
		if owner, ok := l.live[tag]; ok {
			l.wrong = append(l.wrong, fmt.Sprintf("the %s of row %d is that of customer %d, who is %s",
				p.Keys[k.Key].Name, in.Row, owner, l.customers[owner-1].state))
		}
		l.live[tag] = ref
		c.keys = append(c.keys, tag)
	}
	if old, there := l.outcomes[run][in.Row]; there && old.State != pipeline.Pending || len(c.keys) == 0 ||
		len(in.Body) == 0 || len(in.IdempotencyKey) != 36 {
		l.wrong = append(l.wrong,
			fmt.Sprintf("row %d was begun; it has an outcome: %q, %d keys, %d bytes, idempotency key of %d", in.Row,
				old.State, len(c.keys), len(in.Body), len(in.IdempotencyKey)))
	}
	l.outcomes[run][in.Row] = c.outcome
	l.customers = append(l.customers, c)
	in.Ref = ref
}

func (l *memoryLedger) Join(_ context.Context, run string, members []pipeline.Member) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range members {
		if m.Head >= m.Row {
			l.wrong = append(l.wrong, fmt.Sprintf("row %d is joined to row %d", m.Row, m.Head))
		}
		l.joined = append(l.joined, m)
	}
	return nil
}

func (l *memoryLedger) settle(run string, st pipeline.Settlement) {
	o := st.Outcome
	if o.Ref < 1 || int(o.Ref) > len(l.customers) {
		l.wrong = append(l.wrong, fmt.Sprintf("row %d was settled and never begun", o.Row))
		return
	}
	c := l.customers[o.Ref-1]
	old, there := l.outcomes[run][o.Row]
	ours := c.run == run
	if o.Run != run || c.state != pipeline.Uncertain || !c.state.CanBecome(o.State) || ours && c.row != o.Row ||
		!ours && o.Row != 0 && (!there || old.State != pipeline.Uncertain || old.Ref != o.Ref) {
		l.wrong = append(l.wrong, fmt.Sprintf("row %d of %s (%s) was settled as row %d of %s (%s of %d), %s", c.row,
			c.run, c.state, o.Row, o.Run, old.State, old.Ref, o.State))
	}
	if o.Attempts != len(st.Attempts) {
		l.wrong = append(l.wrong, fmt.Sprintf("row %d says %d attempts and has %d", o.Row, o.Attempts,
			len(st.Attempts)))
	}
	c.open, c.state, c.outcome = false, o.State, o
	if st.Await != "" {
		c.intent.Await = st.Await
	}
	for _, a := range st.Attempts {
		c.denied = c.denied || a.Verdict == pipeline.VerdictDenied
	}
	if o.Row != 0 {
		l.outcomes[run][o.Row] = o
	}
	if o.State == pipeline.Rejected || o.State == pipeline.Pending {
		for _, tag := range c.keys {
			delete(l.live, tag)
		}
	}
}

func (l *memoryLedger) Outcomes(_ context.Context, run string) iter.Seq2[pipeline.Outcome, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	var outcomes []pipeline.Outcome
	for _, row := range slices.Sorted(maps.Keys(l.outcomes[run])) {
		o := l.outcomes[run][row]
		switch o.State {
		case pipeline.Known, pipeline.Existing, pipeline.Changed:
			if o.Ref > 0 {
				o.CustomerID = l.customers[o.Ref-1].outcome.CustomerID
			}
		}
		outcomes = append(outcomes, o)
	}
	return func(yield func(pipeline.Outcome, error) bool) {
		for _, o := range outcomes {
			if !yield(o, nil) {
				return
			}
		}
	}
}
