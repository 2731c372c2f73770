package standin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"muster/pipeline"
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

// faultOptions are the options of a fault, each as it may be written.
func faultOptions() []string {
	return []string{"on=create|look-up|login|any", "rate=0.03", "nth=5", "after=100", "times=3", "duration=5s",
		"status=503", "retry-after=2"}
}

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
				return Fault{}, inFault(s, pipeline.Fail("standin.fault_option", "option", option,
					"options", faultOptions()))
			}
			if seen[name] {
				return Fault{}, inFault(s, pipeline.Fail("standin.fault_twice", "option", name))
			}
			seen[name] = true
			if err := f.set(name, value); err != nil {
				return Fault{}, inFault(s, err)
			}
		}
	}
	if err := f.validate(); err != nil {
		return Fault{}, inFault(s, err)
	}
	return f, nil
}

// inFault names the fault, as it is written, before what is wrong with it.
func inFault(fault string, err error) error {
	return pipeline.Fail("standin.in_fault", "fault", fault, "cause", err)
}

func (f *Fault) set(name, value string) error {
	count := func(to *int) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return pipeline.Fail("standin.fault_number", "option", name, "value", value)
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
			return pipeline.Fail("standin.fault_rate", "value", value)
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
			return pipeline.Fail("standin.fault_duration", "value", value)
		}
		f.Duration = d
	case "retry-after":
		f.RetryAfter = value
	default:
		return pipeline.Fail("standin.fault_option", "option", name, "options", faultOptions())
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
		return pipeline.Fail("standin.fault_kind", "kind", string(f.Kind), "kinds", kinds)
	}
	switch f.On {
	case "", OnCreate, OnLookUp, OnLogin, OnAny:
	default:
		return pipeline.Fail("standin.fault_on", "value", string(f.On))
	}
	switch {
	case !(f.Rate >= 0 && f.Rate <= 1):
		return pipeline.Fail("standin.fault_rate", "value", fmt.Sprint(f.Rate))
	case f.Nth < 0, f.After < 0, f.Times < 0, f.Duration < 0:
		return pipeline.Fail("standin.fault_negative")
	case f.Nth > 0 && f.Nth <= f.After:
		return pipeline.Fail("standin.fault_never", "nth", f.Nth, "after", f.After)
	case f.Duration != 0 && !f.Kind.hasDuration():
		return pipeline.Fail("standin.fault_no_duration", "kind", string(f.Kind))
	case f.Duration == 0 && f.Kind == SlowBody:
		return pipeline.Fail("standin.fault_needs_duration")
	case f.Status != 0 && !f.Kind.hasStatus():
		return pipeline.Fail("standin.fault_no_status", "kind", string(f.Kind))
	case f.Status == 0 && f.Kind == StatusOnly:
		return pipeline.Fail("standin.fault_needs_status")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return pipeline.Fail("standin.fault_status", "value", f.Status)
	case f.RetryAfter != "" && !f.Kind.hasRetryAfter():
		return pipeline.Fail("standin.fault_no_retry_after", "kind", string(f.Kind))
	case strings.ContainsAny(f.RetryAfter, "\r\n"):
		return pipeline.Fail("standin.fault_line_break")
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
			return nil, inFault(string(list[i].Kind), err)
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
