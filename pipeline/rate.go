package pipeline

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseRate reads a pace as people write it: 5/s, 100/m, 1000/h, or none.
func ParseRate(s string) (Rate, error) {
	if s == "none" {
		return Rate{}, nil
	}
	n, per, ok := strings.Cut(s, "/")
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	count, err := strconv.Atoi(n)
	if !ok || err != nil || count < 1 || units[per] == 0 || count > int(units[per]) {
		return Rate{}, Fail("target.rate", "rate", s)
	}
	return Rate{N: count, Per: units[per]}, nil
}

// String gives the rate as ParseRate reads it.
func (r Rate) String() string {
	switch {
	case r.N == 0:
		return "none"
	case r.Per == time.Second:
		return fmt.Sprintf("%d/s", r.N)
	case r.Per == time.Minute:
		return fmt.Sprintf("%d/m", r.N)
	case r.Per == time.Hour:
		return fmt.Sprintf("%d/h", r.N)
	}
	return fmt.Sprintf("%d/%s", r.N, r.Per)
}

// Message says what a limit allows: at most 5/s, 2 requests at once.
func (l Limit) Message() *Message {
	if l.Rate.N == 0 {
		return Say("target.limit_without_rate", "count", l.Concurrency)
	}
	return Say("target.limit", "rate", l.Rate.String(), "count", l.Concurrency)
}

// With is l with the user's own rate and number of open requests; "" and 0 leave them unchanged. An error is a
// [Mistake].
func (l Limit) With(rate string, concurrency int) (Limit, error) {
	if rate != "" {
		r, err := ParseRate(rate)
		if err != nil {
			return l, Wrong("target.rate_flag", "cause", err)
		}
		l.Rate = r
	}
	if concurrency < 0 || concurrency > 1000 {
		return l, Wrong("target.concurrency", "number", concurrency)
	}
	if concurrency > 0 {
		l.Concurrency = concurrency
	}
	return l, nil
}
