package standin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
)

// Target is the kind of request to which a fault applies.
type Target string

const (
	OnCreate Target = "create" // also the meaning of an empty Target
	OnLookUp Target = "look-up"
	OnLogin  Target = "login"
	OnAny    Target = "any" // requests to unknown paths too

	targetNone Target = "none"
)

// Fault is one way to misbehave, and when. Of Nth, After, Rate, Match, From and To, all that are set must hold; with
// none set, the fault applies to every request of the target.
type Fault struct {
	Kind FaultKind
	On   Target
	// Rate is a probability, above 0 up to 1; 0 means that it is not set.
	Rate float64
	// Nth selects one request, counted from 1 among those of the target.
	Nth int
	// After exempts the first so many requests of the target.
	After int
	// Match is a text that the request's address or body contains, ignoring case.
	Match string
	// From and To limit the fault to a period, counted from the start of the stand-in; a To of 0 means until it ends.
	From, To time.Duration
	// Duration is for the kinds that last, and for clock-ahead.
	Duration time.Duration
	// Status is for the kinds that answer with a status of their own.
	Status int
	// RetryAfter is the header's value, as it stands: seconds, a date, or what
	// a broken gateway writes.
	RetryAfter string
	// Times is how often the fault occurs at most; 0 is no limit.
	Times int
}

// faultOptions are the options of a fault, each as it may be written.
func faultOptions() []string {
	return []string{"on=create|look-up|login|any", "rate=0.03", "nth=5", "after=100", "times=3", "match=TEXT",
		"from=1m", "to=6h", "duration=5s", "status=503", "retry-after=2"}
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
				return Fault{}, inFault(s, noOption(option))
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

// inFault puts the fault, as it is written, before the error.
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
	duration := func(to *time.Duration) error {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return pipeline.Fail("standin.fault_duration", "option", name, "value", value)
		}
		*to = d
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
		return duration(&f.Duration)
	case "from":
		return duration(&f.From)
	case "to":
		return duration(&f.To)
	case "match":
		f.Match = value
	case "retry-after":
		f.RetryAfter = value
	default:
		return noOption(name)
	}
	return nil
}

// noOption says that a fault has no such option, and suggests the one that was probably meant.
func noOption(written string) error {
	var names []string
	for _, o := range faultOptions() {
		name, _, _ := strings.Cut(o, "=")
		names = append(names, name)
	}
	name, _, _ := strings.Cut(written, "=")
	if near := pipeline.Meant(name, names); near != "" {
		return pipeline.Fail("standin.fault_option_meant", "option", written,
			"meant", faultOptions()[slices.Index(names, near)])
	}
	return pipeline.Fail("standin.fault_option", "option", written, "options", faultOptions())
}

// validate checks the fault against what its kind allows.
func (f *Fault) validate() error {
	if !slices.Contains(FaultKinds(), f.Kind) {
		var kinds []string
		for _, k := range FaultKinds() {
			kinds = append(kinds, string(k))
		}
		if near := pipeline.Meant(string(f.Kind), kinds); near != "" {
			return pipeline.Fail("standin.fault_kind_meant", "kind", string(f.Kind), "meant", near)
		}
		return pipeline.Fail("standin.fault_kind", "kind", string(f.Kind), "kinds", kinds)
	}
	switch f.On {
	case "", OnCreate, OnLookUp, OnLogin, OnAny:
	default:
		targets := []string{string(OnCreate), string(OnLookUp), string(OnLogin), string(OnAny)}
		if near := pipeline.Meant(string(f.On), targets); near != "" {
			return pipeline.Fail("standin.fault_on_meant", "value", string(f.On), "meant", near)
		}
		return pipeline.Fail("standin.fault_on", "value", string(f.On))
	}
	switch {
	case !(f.Rate >= 0 && f.Rate <= 1):
		return pipeline.Fail("standin.fault_rate", "value", fmt.Sprint(f.Rate))
	case f.Nth < 0, f.After < 0, f.Times < 0, f.Duration < 0, f.From < 0, f.To < 0:
		return pipeline.Fail("standin.fault_negative")
	case f.Nth > 0 && f.Nth <= f.After:
		return pipeline.Fail("standin.fault_never", "nth", f.Nth, "after", f.After)
	case f.To > 0 && f.To <= f.From:
		return pipeline.Fail("standin.fault_never_between", "from", f.From.String(), "to", f.To.String())
	case f.Kind.createOnly() && f.On != "" && f.On != OnCreate:
		return pipeline.Fail("standin.fault_create_only", "kind", string(f.Kind))
	case f.Duration != 0 && !f.Kind.hasDuration():
		return pipeline.Fail("standin.fault_no_duration", "kind", string(f.Kind))
	case f.Duration == 0 && f.Kind.needsDuration():
		return pipeline.Fail("standin.fault_needs_duration", "kind", string(f.Kind))
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
