package standin

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Target is the kind of request that a fault befalls.
type Target string

const (
	OnCreate Target = "create" // also what an empty Target means
	OnLookUp Target = "look-up"
	OnLogin  Target = "login"
	OnAny    Target = "any" // requests to unknown paths too

	targetNone Target = "none"
)

// FaultKind is one way to misbehave.
type FaultKind string

const (
	// ResetBefore: the connection is reset, nothing was processed.
	ResetBefore FaultKind = "reset-before"
	// ResetAfter: processed, then the connection is reset.
	ResetAfter FaultKind = "reset-after"
	// ErrorBefore: 500 (or Status), nothing was processed.
	ErrorBefore FaultKind = "error-before"
	// ErrorAfter: processed, then 500 (or Status).
	ErrorAfter FaultKind = "error-after"
	// Hang: the request is taken and nothing processed; after Duration 504 (or
	// Status), without one nothing until the client leaves.
	Hang FaultKind = "hang"
	// HangAfter: processed; the answer comes after Duration, without one never.
	HangAfter FaultKind = "hang-after"
	// SlowBody: processed; the answer's body trickles in over Duration.
	SlowBody FaultKind = "slow-body"
	// Truncated: processed; the answer ends in the middle of its body.
	Truncated FaultKind = "truncated"
	// Rubbish: processed; 200 (or Status) with text that is no JSON.
	Rubbish FaultKind = "rubbish"
	// Throttle: 429 (or Status) with RetryAfter, nothing was processed.
	Throttle FaultKind = "throttle"
	// Unauthorized: the definition's answer to a bad token (or Status), nothing
	// was processed.
	Unauthorized FaultKind = "unauthorized"
	// StatusOnly: answers Status, nothing was processed.
	StatusOnly FaultKind = "status"
	// WrongType: processed; the right JSON as text/html.
	WrongType FaultKind = "wrong-type"
	// Redirect: 307 (or Status) to /elsewhere, nothing was processed.
	Redirect FaultKind = "redirect"
	// IgnoreIdempotency: the idempotency key is not looked at. Other faults may
	// befall the same request.
	IgnoreIdempotency FaultKind = "ignore-idempotency"
)

// FaultKinds lists all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{ResetBefore, ResetAfter, ErrorBefore, ErrorAfter, Hang, HangAfter, SlowBody, Truncated,
		Rubbish, Throttle, Unauthorized, StatusOnly, WrongType, Redirect, IgnoreIdempotency}
}

func (k FaultKind) unprocessed() bool {
	switch k {
	case ResetBefore, ErrorBefore, Hang, Throttle, Unauthorized, StatusOnly, Redirect:
		return true
	}
	return false
}

func (k FaultKind) hasDuration() bool { return k == Hang || k == HangAfter || k == SlowBody }

func (k FaultKind) hasStatus() bool {
	switch k {
	case ErrorBefore, ErrorAfter, Hang, Rubbish, Throttle, Unauthorized, StatusOnly, Redirect:
		return true
	}
	return false
}

func (k FaultKind) hasRetryAfter() bool {
	return k == Throttle || k == StatusOnly || k == ErrorBefore || k == ErrorAfter
}

// Fault is one way to misbehave, and when. Of Nth, After and Rate all that are
// given must hold; with none every request of the target is befallen.
type Fault struct {
	Kind FaultKind
	On   Target
	// Rate is a probability, above 0 to 1; 0 is not given.
	Rate float64
	// Nth is the one request, counted from 1 among those of the target.
	Nth int
	// After spares the first so many requests of the target.
	After int
	// Duration is for hang, hang-after and slow-body.
	Duration time.Duration
	// Status is for the kinds that answer with a status of their own.
	Status int
	// RetryAfter is the header's value, as it stands: seconds, a date, or what
	// a broken gateway writes.
	RetryAfter string
	// Times is how often it happens at most; 0 is no limit.
	Times int
}

const faultOptions = "on=create|look-up|login|any, rate=0.03, nth=5, after=100, times=3, duration=5s, status=503, " +
	"retry-after=2"

// ParseFault reads a fault as it is written on the command line: a kind, and
// after a colon options with commas between them, such as
// "throttle:nth=5,retry-after=2,on=create". An error names what was not
// understood and lists what there is.
func ParseFault(s string) (Fault, error) {
	kind, options, given := strings.Cut(strings.TrimSpace(s), ":")
	f := Fault{Kind: FaultKind(kind), On: OnCreate}
	if given {
		seen := map[string]bool{}
		for _, option := range strings.Split(options, ",") {
			name, value, ok := strings.Cut(strings.TrimSpace(option), "=")
			if !ok || value == "" {
				return Fault{}, fmt.Errorf("fault %q: %q is no option with a value; there are %s", s, option,
					faultOptions)
			}
			if seen[name] {
				return Fault{}, fmt.Errorf("fault %q: %s is given twice", s, name)
			}
			seen[name] = true
			if err := f.set(name, value); err != nil {
				return Fault{}, fmt.Errorf("fault %q: %w", s, err)
			}
		}
	}
	if err := f.validate(); err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", s, err)
	}
	return f, nil
}

func (f *Fault) set(name, value string) error {
	count := func(to *int) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Errorf("%s=%s: a whole number from 1 was expected", name, value)
		}
		*to = n
		return nil
	}
	switch name {
	case "on":
		f.On = Target(value)
	case "rate":
		rate, err := strconv.ParseFloat(value, 64)
		if err != nil || !(rate > 0 && rate <= 1) {
			return fmt.Errorf("rate=%s: a probability above 0 and up to 1 was expected, such as 0.03", value)
		}
		f.Rate = rate
	case "nth":
		return count(&f.Nth)
	case "after":
		return count(&f.After)
	case "times":
		return count(&f.Times)
	case "status":
		return count(&f.Status)
	case "duration":
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Errorf("duration=%s: a duration above 0 was expected, such as 500ms or 5s", value)
		}
		f.Duration = d
	case "retry-after":
		f.RetryAfter = value
	default:
		return fmt.Errorf("there is no option %q; there are %s", name, faultOptions)
	}
	return nil
}

// validate holds f against what its kind can do.
func (f *Fault) validate() error {
	if !slices.Contains(FaultKinds(), f.Kind) {
		var kinds []string
		for _, k := range FaultKinds() {
			kinds = append(kinds, string(k))
		}
		return fmt.Errorf("there is no kind %q; there are %s", f.Kind, strings.Join(kinds, ", "))
	}
	switch f.On {
	case "", OnCreate, OnLookUp, OnLogin, OnAny:
	default:
		return fmt.Errorf("on=%s: create, look-up, login or any was expected", f.On)
	}
	switch {
	case !(f.Rate >= 0 && f.Rate <= 1):
		return errors.New("the rate is a probability from 0 to 1")
	case f.Nth < 0, f.After < 0, f.Times < 0, f.Duration < 0:
		return errors.New("nth, after, times and duration cannot be negative")
	case f.Nth > 0 && f.Nth <= f.After:
		return fmt.Errorf("nth=%d never comes with after=%d", f.Nth, f.After)
	case f.Duration != 0 && !f.Kind.hasDuration():
		return fmt.Errorf("%s takes no duration; hang, hang-after and slow-body do", f.Kind)
	case f.Duration == 0 && f.Kind == SlowBody:
		return errors.New("slow-body needs a duration, such as duration=5s")
	case f.Status != 0 && !f.Kind.hasStatus():
		return fmt.Errorf("%s takes no status", f.Kind)
	case f.Status == 0 && f.Kind == StatusOnly:
		return errors.New("status needs a status, such as status=403")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status=%d: 200 to 599 was expected", f.Status)
	case f.RetryAfter != "" && !f.Kind.hasRetryAfter():
		return fmt.Errorf("%s takes no retry-after; throttle, status, error-before and error-after do", f.Kind)
	case strings.ContainsAny(f.RetryAfter, "\r\n"):
		return errors.New("retry-after cannot have a line break")
	}
	return nil
}

// faults decides which fault befalls which request. Whether the nth request
// of a target is befallen depends on the seed and n alone.
type faults struct {
	seed uint64
	all  []armed
}

type armed struct {
	Fault
	seen     atomic.Int64 // requests of the target
	happened atomic.Int64
}

// due is what befalls one request.
type due struct {
	fault     *Fault
	ignoreKey bool
}

func newFaults(list []Fault, seed uint64) (*faults, error) {
	f := &faults{seed: seed, all: make([]armed, len(list))}
	for i := range list {
		if err := list[i].validate(); err != nil {
			return nil, fmt.Errorf("fault %d: %w", i+1, err)
		}
		f.all[i].Fault = list[i]
		if list[i].On == "" {
			f.all[i].On = OnCreate
		}
	}
	return f, nil
}

func (f *faults) next(target Target) due {
	var d due
	for i := range f.all {
		a := &f.all[i]
		if a.On != OnAny && a.On != target {
			continue
		}
		n := a.seen.Add(1)
		if a.Nth > 0 && n != int64(a.Nth) || n <= int64(a.After) {
			continue
		}
		if a.Rate > 0 && f.chance(i, n) >= a.Rate {
			continue
		}
		if a.Kind == IgnoreIdempotency {
			d.ignoreKey = d.ignoreKey || a.again()
		} else if d.fault == nil && a.again() {
			d.fault = &a.Fault
		}
	}
	return d
}

// again takes one of the times that the fault may happen.
func (a *armed) again() bool {
	return a.happened.Add(1) <= int64(a.Times) || a.Times == 0
}

// chance is a number from 0 up to 1 for the nth request of the fault of that
// index.
func (f *faults) chance(index int, n int64) float64 {
	r := stream(f.seed, forFault, uint64(index), uint64(n))
	return float64(r.Uint64()>>11) / (1 << 53)
}
