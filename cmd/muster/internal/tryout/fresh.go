package tryout

import "strings"

// fewest is how many characters must be replaceable to make a value new.
const fewest = 5

// fresh is a new value of the same form as old. Each try uses another method, from the one that looks best to the one
// that changes most.
func fresh(old string, try int, random func() float64) string {
	pick := func(from string) byte { return from[int(random()*float64(len(from)))] }
	some := func(n int, from string) string {
		var b strings.Builder
		for range n {
			b.WriteByte(pick(from))
		}
		return b.String()
	}
	const small, digits = "abcdefghijkmnpqrstuvwxyz23456789", "0123456789"
	if local, domain, is := strings.Cut(old, "@"); is {
		name := "m-" + some(8, small)
		if try%2 == 1 {
			name = some(max(len(local), fewest), small)
		}
		return name + "@" + domain
	}
	if strings.Trim(old, digits) == "" && len(old) > fewest || try%3 == 1 {
		return other(old, max(0, min(3, len(old)-fewest-1)), pick)
	}
	if try%3 == 2 {
		return other(old, 0, pick)
	}
	return strings.TrimRight(old, "0123456789-") + "-" + some(8, digits)
}

// other replaces letters and digits after the first kept characters.
func other(old string, kept int, pick func(string) byte) string {
	b := []byte(old)
	for i, c := range b {
		switch {
		case i < kept:
		case c >= '0' && c <= '9':
			b[i] = pick("0123456789")
		case c >= 'A' && c <= 'Z':
			b[i] = pick("ABCDEFGHJKLMNPQRSTUVWXYZ")
		case c >= 'a' && c <= 'z':
			b[i] = pick("abcdefghijkmnpqrstuvwxyz")
		}
	}
	return string(b)
}
