package importer

import "time"

// Backoff is how long to wait before the next try: exponential with full jitter. attempt is the number of tries so
// far, from 1; the wait is random (0 <= random < 1) times the smaller of limit and base doubled for each try after
// the first. It is pure and never negative.
func Backoff(attempt int, base, limit time.Duration, random float64) time.Duration {
	if base <= 0 || limit <= 0 {
		return 0
	}
	ceiling := min(base, limit)
	for i := 1; i < attempt && ceiling < limit; i++ {
		if ceiling > limit/2 {
			ceiling = limit
			break
		}
		ceiling *= 2
	}
	if !(random > 0) { // also for NaN
		return 0
	}
	return time.Duration(min(random, 1) * float64(ceiling))
}
