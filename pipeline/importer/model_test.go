package importer_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// life is the life of one process: it dies at a random step towards the disk or the provider, and then does nothing
// any more.
type life struct {
	mu   sync.Mutex
	left int // moments until death; 0 is never
	dead bool
	ends context.CancelFunc
}

func (l *life) moment() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left > 0 {
		if l.left--; l.left == 0 {
			l.dead = true
			l.ends()
		}
	}
	return l.dead
}

func (l *life) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

// model is a world with faults, and what was reported in it so far.
type model struct {
	*world
	by     pipeline.SettleBy
	key    int               // by which the settling look-up searches
	claims map[string]string // customer ID by reference, as reports gave it
	pilots option            // of the runs to come
	denied int               // in how many of ten rows the provider always denies
	// right is that of the next run; abandoned says that the run before never released it.
	right     *fakeRight
	abandoned bool
}

// genModel is a provider with one of the four ways of settling. A provider that settles by resending has unique
// references; one that refuses nothing has no customers from before.
func genModel(t *rapid.T, by pipeline.SettleBy) *model {
	m := &model{world: worldOf(by), by: by, key: keyTax, claims: map[string]string{}}
	p := m.provider
	if by == pipeline.SettleResend {
		if rapid.Bool().Draw(t, "only references are unique") {
			p.unique = []int{keyReference}
		}
		p.has(genOld(t)...)
	} else if rapid.Bool().Draw(t, "looks references up") && by != pipeline.SettleNone {
		m.definition.LookUps[0].Key, m.key = "reference", keyReference
	}
	if by != pipeline.SettleResend && rapid.Bool().Draw(t, "refuses nothing") {
		p.unique = nil
	} else if by != pipeline.SettleResend {
		// The look-up finds what the provider says exists.
		p.unique = []int{m.key}
		p.has(genOld(t)...)
	}
	p.honours = by == pipeline.SettleLookUpResend && rapid.Bool().Draw(t, "honours keys")
	return m
}

// faults lets a run meet any fault, the same for the same request; with none only refusals.
func (m *model) faults(t *rapid.T, none bool) {
	p := m.provider
	m.pilots = genPilot(t, none)
	m.right, m.ledger.meanwhile = &fakeRight{}, nil
	if !none && rapid.Bool().Draw(t, "loses the right") {
		m.right.loseAt = rapid.IntRange(1, 60).Draw(t, "when asked")
	}
	if !none && rapid.Bool().Draw(t, "others send too") {
		m.genOthers(t)
	}
	seed := rapid.Uint64().Draw(t, "seed")
	var kinds []step
	if !none {
		kinds = rapid.SliceOfN(rapid.SampledFrom([]step{silentAfter, silentBefore, silentLate, breaks, throttles, maintains,
			rejects401, unsent, hangs, sameID, doubted, busy, crossed, acceptsLate, denies}), 0, 6).Draw(t, "faults")
	}
	kinds = append(kinds, accepts, accepts, accepts)
	luck := func(r request, what uint64, n int) int {
		return seeded(seed ^ uint64(r.ref*31+int64(r.attempt))*8 + what).IntN(n)
	}
	refused := rapid.IntRange(0, 4).Draw(t, "refused")
	p.does = func(r request) step {
		s := kinds[luck(r, 0, len(kinds))]
		if s == accepts && refused > 0 && luck(request{ref: int64(len(r.line[0]) + int(r.line[0][len(r.line[0])-1]))},
			1, 10) < refused {
			return refuses
		}
		switch {
		case s == accepts && m.denies(r.line):
			return denies
		case s == hangs:
			s = silentBefore
		}
		return s
	}
	p.latency = func(r request) time.Duration { return time.Duration(luck(r, 2, 3000)) * time.Millisecond }
	p.lateBy = func(r request) time.Duration { return time.Duration(luck(r, 3, int(settleWait))) }
	p.lost = func(r request) time.Duration { return time.Duration(luck(r, 4, int(settleWait*3/2))) - settleWait/2 }
	p.retryAfter = time.Duration(rapid.SampledFrom([]int{0, 1, 1500}).Draw(t, "retry after")) * time.Second
	lookUps := 0
	p.found = func(l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
		if lookUps++; !none && luck(request{ref: int64(lookUps)}, 5, 4) == 0 {
			return nil, errNoLookUp
		}
		return p.looks(l, value)
	}
}

// genOthers lets another sender claim some lines between check and send.
func (m *model) genOthers(t *rapid.T) {
	seed := rapid.Uint64().Draw(t, "others")
	m.ledger.meanwhile = func(in *pipeline.Intent) {
		l := lineOf(in)
		switch seeded(seed ^ uint64(in.Row)).IntN(12) {
		case 0:
			m.another(l, pipeline.Created)
		case 1:
			m.another(l.with(3, "Pasto"), pipeline.Created)
		case 2:
			m.another(l.with(0, "other "+l[0]), pipeline.Created)
		case 3:
			m.another(l, pipeline.Uncertain)
		case 4:
			m.anotherMade(l, pipeline.Uncertain, true)
		}
	}
}

// lives makes one run, which dies after so many moments (0: it does not), and checks what every run must keep.
func (m *model) lives(t *rapid.T, lines []line, c, moments int) *journey {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l := &life{left: moments, ends: cancel}
	m.ledger.moment, m.provider.moment = l.moment, l.moment
	defer func() { m.ledger.moment, m.provider.moment = nil, nil }()
	known := m.ledger.proven()
	proven := func(s *importer.Sending) { s.Proven = known }
	before, others := len(m.ledger.unanswered()), m.ledger.others()
	m.right.took, m.right.unannounced = time.Now(), m.abandoned
	defer func() { m.abandoned = l.over() || m.right.isLost() }()
	var j *journey
	if moments == 0 {
		j = m.importsBook(ctx, t, &memoryBook{lines: lines}, concurrency(c), m.pilots, proven, by(m.right))
		m.holdResults(t, j)
		if len(j.lost) > 0 {
			t.Errorf("lost %v", j.lost)
		}
	} else if j = m.dies(ctx, t, l, lines, concurrency(c), m.pilots, proven, by(m.right)); j == nil {
		return nil
	}
	others = m.ledger.others() - others
	if open := m.ledger.openIntents(); open > 2*c {
		t.Errorf("%d intents have no outcome, 2 x %d are allowed", open, c)
	}
	silent := 0
	for _, r := range j.creates {
		if r.attempt == 1 {
			silent++
		}
	}
	if n := len(m.ledger.unanswered()); n > before+silent+others+2*c {
		t.Errorf("%d are unanswered: there were %d, and %d requests", n, before, silent)
	}
	for _, what := range slices.Concat(m.ledger.faults(), m.provider.faults(), m.provider.doubles()) {
		t.Errorf("%s", what)
	}
	m.holdLedger(t)
	return j
}

// dies is a run that is killed, unless it ends before: of its results only what is on disk counts.
func (m *model) dies(ctx context.Context, t *rapid.T, l *life, lines []line, options ...option) *journey {
	setup, checker := m.setup(&memoryBook{lines: lines})
	j := &journey{run: setup.Run, book: setup.Book.(*memoryBook), checker: checker}
	plan, err := importer.Check(ctx, setup)
	if err != nil {
		if !l.over() {
			t.Errorf("check: %v", err)
		}
		return nil
	}
	j.plan = plan
	m.provider.watched = m.provider.calls()
	m.send(ctx, t, j, options...)
	return j
}

// holdResults checks that no ID changes, and that each belongs to a record with the row's keys.
func (m *model) holdResults(t *rapid.T, j *journey) {
	for i, r := range j.results {
		if r.CustomerID == "" || r.State == pipeline.Changed {
			continue
		}
		rec, l := m.provider.byID(r.CustomerID), j.book.lines[i]
		if rec == nil || !sharesKey(rec.line, l, []int{keyReference, keyTax}) {
			t.Errorf("row %d is %s as %s, which is not its customer", r.Row, r.State, r.CustomerID)
		}
		reference := pipeline.Normalise(acmeKeys[keyReference].Normalise, l[keyReference])
		if id := m.claims[reference]; id != "" && id != r.CustomerID {
			t.Errorf("row %d is %s as %s, and was %s", r.Row, r.State, r.CustomerID, id)
		}
		m.claims[reference] = r.CustomerID
	}
}

func genBook(t *rapid.T, lines []line) []line {
	lines = slices.Clone(lines)
	switch rapid.IntRange(0, 3).Draw(t, "next book") {
	case 0:
		slices.SortFunc(lines, func(a, b line) int { return slices.Compare(b[:], a[:]) })
	case 1:
		lines = append(lines, genLines(t, "more", 0)...)
	case 2: // some rows corrected, some missing
		for i := range lines {
			if i%3 == 0 {
				lines[i] = lines[i].with(3, "Tunja")
			}
		}
		lines = lines[:len(lines)-len(lines)/4]
	}
	return lines
}

// Any book, any provider of the four kinds, any faults, kills at any moment with requests under way that arrive
// later, or never, and any number of runs again: the counts add up, no customer is created twice, none has another's
// ID, and no unanswered request is sent again in another way; also where other senders claim keys between check and
// send, and where the right to send is lost. When the faults end, no row stays uncertain where the provider can be
// asked.
func TestAnyFaultsAnyKillsAnyRunsAgain(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUpResend, pipeline.SettleLookUp,
		pipeline.SettleNone} {
		t.Run(string(by), func(t *testing.T) {
			for range 2 { // a hundred times each
				rapidBubbles(t, func(t *rapid.T) { anything(t, by) })
			}
		})
	}
}

func anything(t *rapid.T, by pipeline.SettleBy) {
	m := genModel(t, by)
	lines := genLines(t, "book", 1)
	c := rapid.IntRange(1, 4).Draw(t, "concurrency")
	m.denied = rapid.IntRange(0, 4).Draw(t, "denied")
	for range rapid.IntRange(1, 4).Draw(t, "runs") {
		m.faults(t, false)
		m.lives(t, lines, c, rapid.IntRange(0, 60).Draw(t, "dies after"))
		time.Sleep(time.Duration(rapid.SampledFrom([]int{0, 20, 7200, 24 * 3600}).Draw(t, "wait")) * time.Second)
		lines = genBook(t, lines)
	}
	m.faults(t, true)
	var j *journey
	for whole, runs := 0, 0; whole < 3; runs++ {
		j = m.lives(t, lines, c, 0)
		if j == nil {
			t.Fatalf("no run")
		}
		switch {
		case j.err == nil:
			whole++
			m.holdSettled(t, j)
		case j.reason() == importer.HaltRefusals:
			return
		case j.reason() == importer.HaltProvider && m.denied > 0 && runs < 2*len(lines):
			// Rows that are denied for themselves may look like a fault of the account until more is known: that
			// stops some runs, but not all.
		case j.reason() == importer.HaltProvider && m.onlyDeniedLeft(j):
			m.holdSettled(t, j)
			return
		default:
			t.Errorf("run %d without faults: %v, %s", runs, j.err, j.counts)
			return
		}
	}
	// All that is left are rows that the provider denies.
	for i, r := range j.results {
		if r.State == pipeline.Pending && m.denies(lines[i]) {
			continue
		}
		if r.State == pipeline.Pending || r.State == pipeline.Created {
			t.Errorf("row %d is %s in the last run: %q", r.Row, r.State, r.Message)
		}
	}
	time.Sleep(time.Hour) // all requests under way arrive
	m.provider.arrivals()
	for _, what := range slices.Concat(m.provider.faults(), m.provider.doubles()) {
		t.Errorf("late: %s", what)
	}
}

// denies reports whether the provider always denies a row.
func (m *model) denies(l line) bool {
	n := 0
	for _, letter := range l[1] { // the tax numbers of people 1 to 12 cover all tenths
		n = n*7 + int(letter)
	}
	return n%10 < m.denied
}

// onlyDeniedLeft reports that the pending rows are those that the provider always denies: they look like a fault of
// the account until the provider accepts others again. Where it never accepted any, the first of the rows that were
// ever denied ends a run.
func (m *model) onlyDeniedLeft(j *journey) bool {
	before, proven := m.ledger.denied(), m.ledger.proven()
	for i, r := range j.results {
		l := j.book.lines[i]
		reference := pipeline.Normalise(acmeKeys[keyReference].Normalise, l[keyReference])
		tax := pipeline.Normalise(acmeKeys[keyTax].Normalise, l[keyTax])
		_, byReference := before[m.ledger.KeyTag("reference", reference)]
		_, byTax := before[m.ledger.KeyTag("tax", tax)]
		if r.State == pipeline.Pending && !m.denies(l) && (proven || !byReference && !byTax) {
			return false
		}
	}
	return true
}

// holdLedger checks that the provider has each customer that is created in the ledger, under that ID.
func (m *model) holdLedger(t *rapid.T) {
	for _, customer := range m.ledger.customers {
		if customer.state != pipeline.Created {
			continue
		}
		rec := m.provider.byID(customer.outcome.CustomerID)
		sent := line{customer.fields["reference"], customer.fields["tax"]}
		if rec == nil || !sharesKey(rec.line, sent, []int{keyReference, keyTax}) {
			t.Errorf("%s row %d is created as %q, which is not its customer", customer.run, customer.row,
				customer.outcome.CustomerID)
		}
	}
}

// holdSettled checks that after a run without faults no row is uncertain that could be asked about, unless the answer
// was a refusal, which says nothing of the attempt before.
func (m *model) holdSettled(t *rapid.T, j *journey) {
	if m.by == pipeline.SettleNone {
		return
	}
	for _, customer := range m.ledger.unanswered() {
		askable := m.by == pipeline.SettleResend
		for _, k := range customer.intent.Keys {
			askable = askable || k.Key == m.key
		}
		// A refused resend leaves the attempt before it open, for a person.
		refused := m.by == pipeline.SettleResend &&
			(customer.outcome.HTTPStatus == 422 || customer.outcome.HTTPStatus == 403)
		// A row whose record another row has is left to a person, too.
		withheld := strings.Contains(customer.outcome.Message.String(), "proof.same_id")
		if askable && !refused && !withheld {
			t.Errorf("%s row %d is still unanswered: %q", customer.run, customer.row, customer.outcome.Message)
		}
	}
	for _, r := range j.results {
		if r.State == pipeline.Uncertain && m.ledger.customers[r.Ref-1].state != pipeline.Uncertain {
			t.Errorf("row %d is uncertain, and its request is settled: %s", r.Row, r.Message)
		}
	}
}

// dies reports whether the process dies at this step.
func (l *memoryLedger) dies() bool { return l.moment != nil && l.moment() }
