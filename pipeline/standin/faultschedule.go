package standin

import (
	"hash/fnv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// faults decides which fault applies to which request. Whether it applies to the nth request of a target depends only
// on the seed and n; for row-refused, on the seed and the body.
type faults struct {
	seed  uint64
	began time.Time
	all   []armedFault
}

type armedFault struct {
	Fault
	seen     atomic.Int64 // requests of the target
	happened atomic.Int64

	mu    sync.Mutex
	until map[uint64]time.Time // until when it lasts: by a hash of the request, or for all requests under 0
}

// due is the fault that applies to one request, if any.
type due struct {
	fault     *Fault
	ignoreKey bool
	ahead     time.Duration // of the clock that the answer shows
}

// arrival is what faults need to know about a request.
type arrival struct {
	target Target
	headOf Target // for a HEAD request without a target of its own: the target at that path
	now    time.Time
	// said returns the request's address and body; it is called only if a fault depends on them.
	said func() string
}

func newFaults(list []Fault, seed uint64, began time.Time) (*faults, error) {
	f := &faults{seed: seed, began: began, all: make([]armedFault, len(list))}
	for i := range list {
		if err := list[i].validate(); err != nil {
			return nil, inFault(string(list[i].Kind), err)
		}
		f.all[i].Fault = list[i]
		f.all[i].until = map[uint64]time.Time{}
		if list[i].On == "" {
			f.all[i].On = OnCreate
		}
	}
	return f, nil
}

func (f *faults) next(r arrival) due {
	var d due
	for i := range f.all {
		a := &f.all[i]
		if a.Kind == Maintenance && a.On == r.headOf && d.fault == nil && a.down(f, r) {
			d.fault = &a.Fault
		}
		if a.On != OnAny && a.On != r.target || !a.applies(f, i, r) {
			continue
		}
		switch {
		case a.Kind == IgnoreIdempotency:
			d.ignoreKey = d.ignoreKey || a.again()
		case a.Kind == ClockAhead:
			if a.again() {
				d.ahead = a.Duration
			}
		case d.fault == nil && (a.lasts(r) || a.again()):
			a.begin(r)
			d.fault = &a.Fault
		}
	}
	return d
}

// applies reports whether all conditions of the fault are met, or whether an earlier occurrence still lasts.
func (a *armedFault) applies(f *faults, index int, r arrival) bool {
	n := a.seen.Add(1)
	since := r.now.Sub(f.began)
	switch {
	case a.lasts(r):
		return true
	case a.Nth > 0 && n != int64(a.Nth) || n <= int64(a.After):
		return false
	case since < a.From || a.To > 0 && since >= a.To:
		return false
	case a.Match != "" && !strings.Contains(strings.ToLower(r.said()), strings.ToLower(a.Match)):
		return false
	case a.Rate > 0 && a.Kind == RowRefused:
		return f.chance(index, hash(r.said())) < a.Rate
	}
	return a.Rate == 0 || f.chance(index, uint64(n)) < a.Rate
}

// down reports whether maintenance that affects every request is under way; it counts nothing.
func (a *armedFault) down(f *faults, r arrival) bool {
	since := r.now.Sub(f.began)
	return a.lasts(r) || a.Rate == 0 && a.Nth == 0 && a.seen.Load() >= int64(a.After) && since >= a.From &&
		(a.To == 0 || since < a.To) && (a.Times == 0 || a.happened.Load() < int64(a.Times))
}

// again uses up one of the times that the fault may occur.
func (a *armedFault) again() bool {
	return a.happened.Add(1) <= int64(a.Times) || a.Times == 0
}

// lasts reports whether the fault began earlier and continues, for all requests or for those with the same contents.
func (a *armedFault) lasts(r arrival) bool {
	if a.Duration == 0 || a.Kind != Maintenance && a.Kind != Busy {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return r.now.Before(a.until[a.scope(r)])
}

// begin starts a fault that lasts, unless it has already begun.
func (a *armedFault) begin(r arrival) {
	if a.Duration == 0 || a.Kind != Maintenance && a.Kind != Busy {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if scope := a.scope(r); !r.now.Before(a.until[scope]) {
		a.until[scope] = r.now.Add(a.Duration)
	}
}

func (a *armedFault) scope(r arrival) uint64 {
	if a.Kind == Maintenance {
		return 0
	}
	return hash(r.said())
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // it never fails
	return h.Sum64()
}

// chance returns a number from 0 up to 1 for the nth request and the fault with that index.
func (f *faults) chance(index int, n uint64) float64 {
	r := stream(f.seed, forFault, uint64(index), n)
	return float64(r.Uint64()>>11) / (1 << 53)
}
