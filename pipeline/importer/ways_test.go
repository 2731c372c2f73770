package importer_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// ways are how a provider tells customers apart, and what happens to requests whose sender has given up.
type ways struct {
	again   bool  // a request without an answer may be made again
	unique  []int // the keys that no two customers may share
	honours bool  // idempotency keys
	replies map[string]*record
	latency func(r request) time.Duration
	// lost decides about a request whose sender died while it was under way: processed at once, so much later, or
	// never (negative).
	lost func(r request) time.Duration
	// lateBy is how long a silentLate request arrives after it was given up.
	lateBy func(r request) time.Duration
	late   []request
	// pending are the requests that were accepted and not decided; decides is called when one is asked about for the
	// n-th time; nil creates the customer.
	pending map[string]request
	decides func(r request, times int) pipeline.Reply
	asked   map[string]int
	moment  func() bool
}

func (p *fakeProvider) dies() bool { return p.moment != nil && p.moment() }

// travel takes a request to the provider; false when its sender died before it arrived.
func (p *fakeProvider) travel(ctx context.Context, r request) bool {
	if p.latency == nil {
		return true
	}
	select {
	case <-time.After(p.latency(r)):
		return true
	case <-ctx.Done():
		return false
	}
}

// lose hands a request over to the network, which loses it or delivers it later.
func (p *fakeProvider) lose(r request) {
	if !slices.Contains([]step{accepts, silentAfter, silentLate, breaks, sameID, crossed,
		acceptsLate}, r.step) {
		return
	}
	if after := p.lost(r); after >= 0 {
		p.arriveAt(r, time.Now().Add(after))
	}
}

func (p *fakeProvider) arriveAt(r request, at time.Time) {
	r.at = at
	p.late = append(p.late, r)
}

// arrivals processes the delayed requests whose time has come. It is called before the provider's state is used.
func (p *fakeProvider) arrivals() {
	slices.SortStableFunc(p.late, func(a, b request) int { return a.at.Compare(b.at) })
	for len(p.late) > 0 && !p.late[0].at.After(time.Now()) {
		r := p.late[0]
		p.late = p.late[1:]
		p.process(r)
	}
}

// forget drops a delayed request that is refused now, because one request has one result; true when it was processed
// already.
func (p *fakeProvider) forget(r request) (made bool) {
	p.late = slices.DeleteFunc(p.late, func(l request) bool { return l.ref == r.ref })
	return slices.ContainsFunc(p.records, func(rec *record) bool { return rec.ref == r.ref })
}

// process creates the customer of a request, or finds the existing one.
func (p *fakeProvider) process(r request) (rec *record, made bool) {
	if rec = p.replies[r.key]; rec != nil && p.honours {
		return rec, true
	}
	if rec = p.clash(r.line, p.unique); rec != nil {
		if rec.ours && rec.ref != r.ref {
			p.wrong = append(p.wrong, fmt.Sprintf("row %d was sent, and %s was made of it already", r.row, rec.id))
		}
		return rec, false
	}
	rec = &record{id: fmt.Sprintf("c-%d", len(p.records)+1), line: r.line, ours: true, ref: r.ref, made: time.Now()}
	p.records = append(p.records, rec)
	p.replies[r.key] = rec
	return rec, true
}

// clash is the customer that shares one of keys with l.
func (p *fakeProvider) clash(l line, keys []int) *record {
	for _, r := range p.records {
		if sharesKey(r.line, l, keys) {
			return r
		}
	}
	return nil
}

func sharesKey(a, b line, keys []int) bool {
	for _, k := range keys {
		steps := acmeKeys[k].Normalise
		if n := pipeline.Normalise(steps, a[k]); n != "" && n == pipeline.Normalise(steps, b[k]) {
			return true
		}
	}
	return false
}

// doubles are the customers that requests of ours created twice.
func (p *fakeProvider) doubles() (list []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, a := range p.records {
		for _, b := range p.records[:i] {
			if a.ours && b.ours && sharesKey(a.line, b.line, []int{keyReference, keyTax}) {
				list = append(list, fmt.Sprintf("%s and %s", b.id, a.id))
			}
		}
	}
	return list
}

// looks is the look-up of a provider that has one: by ID, or by a key. The caller holds the provider's lock.
func (p *fakeProvider) looks(l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	found := []pipeline.Found{}
	for _, r := range p.records {
		column := slices.IndexFunc(acmeKeys, func(k pipeline.Key) bool { return k.Name == l.Key })
		if column < 0 && r.id == value || column >= 0 && sharesKey(r.line, line{}.with(column, value), []int{column}) {
			found = append(found, foundOf(r))
		}
	}
	return found, nil
}

func foundOf(r *record) pipeline.Found {
	return pipeline.Found{ID: r.id, ProviderStatus: "ACTIVE", CreatedAt: r.made.UTC().Format(time.RFC3339Nano),
		Values: values("reference", r.line[0], "tax", r.line[1], "name", r.line[2], "city", r.line[3])}
}

const (
	timeout    = 30 * time.Second
	settleWait = time.Minute
	window     = 23 * time.Hour
)

// worldOf is a world whose provider settles unanswered requests in one of the four ways, with the clock of the bubble
// in which it is made.
func worldOf(by pipeline.SettleBy) *world {
	w := newWorld()
	w.patience = 1000 * time.Hour
	d := w.definition
	d.Timeout = timeout
	d.Settle = pipeline.Settle{By: by, After: settleWait, Advice: pipeline.Localized{"": "ask acme"}}
	p := w.provider
	p.found = p.looks
	p.lost = func(request) time.Duration { return -1 }
	p.lateBy = func(request) time.Duration { return settleWait / 2 }
	switch by {
	case pipeline.SettleResend:
		d.Keys[keyReference].Ours = true
		d.LookUps = []pipeline.LookUp{{Name: "by-ID"}}
		p.foundID, p.again = true, true
	case pipeline.SettleLookUpResend:
		d.LookUps = []pipeline.LookUp{{Name: "by-tax", Key: "tax"}}
		d.Settle.LookUp, d.Settle.Window = "by-tax", window
		p.again, p.honours = true, true
	case pipeline.SettleLookUp:
		d.LookUps = []pipeline.LookUp{{Name: "by-tax", Key: "tax"}}
		d.Settle.LookUp = "by-tax"
	}
	return w
}

// bubble runs a test on a fake clock (testing/synctest), on which waits take no time.
func bubble(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

// rapidBubbles checks a property on a new fake clock each time.
func rapidBubbles(t *testing.T, property func(t *rapid.T)) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		var failed any
		synctest.Test(t, func(*testing.T) {
			defer func() { failed = recover() }()
			property(rt)
		})
		if failed != nil {
			panic(failed) // as rapid ends a failed check
		}
	})
}
