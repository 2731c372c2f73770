package submit

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter caps a Retry-After: nobody waits longer.
const maxRetryAfter = 30 * 24 * time.Hour

// retryAfter reads Retry-After (RFC 9110, 10.2.3): seconds or a date, which is compared with the answer's own Date,
// because the provider's clock may differ from ours. A time in the past, or one that cannot be read, is 0.
// Retry_after is the spelling in templates/providers/juicyway/FACTS.md, Errors.
func retryAfter(h http.Header, now time.Time) time.Duration {
	for _, name := range []string{"Retry-After", "Retry_after"} {
		text := strings.TrimSpace(h.Get(name))
		if text == "" {
			continue
		}
		if seconds, err := strconv.ParseFloat(text, 64); err == nil {
			if math.IsNaN(seconds) || seconds <= 0 {
				return 0
			}
			if seconds >= maxRetryAfter.Seconds() {
				return maxRetryAfter
			}
			return time.Duration(seconds * float64(time.Second))
		}
		if at, err := http.ParseTime(text); err == nil {
			if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
				now = theirs
			}
			return min(max(at.Sub(now), 0), maxRetryAfter)
		}
	}
	return 0
}
