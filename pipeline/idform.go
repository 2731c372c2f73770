package pipeline

import (
	"math/rand/v2"
	"regexp"
	"strings"
)

// IDForm is the form of the IDs that a stand-in gives: a prefix, and a UUID or Length letters and digits.
type IDForm struct {
	When   *Condition // on the request's body
	UUID   bool
	Prefix string
	Length int
	Digits bool // no letters
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// signs are the characters that a made-up ID may have after its prefix.
func (f *IDForm) signs() string {
	if f.Digits {
		return base62[:10]
	}
	return base62
}

// isUUID reports whether IDs of the form end with a UUID; a form that says nothing has them.
func (f *IDForm) isUUID() bool { return f.UUID || f.Length <= 0 }

// Append appends an ID of the form to b, made from r. longer is how many characters it has beyond the form's length.
func (f *IDForm) Append(b []byte, longer int, r *rand.PCG) []byte {
	b = append(b, f.Prefix...)
	if f.isUUID() {
		var raw [16]byte
		var x uint64
		for i := range raw {
			if i%8 == 0 {
				x = r.Uint64()
			}
			raw[i] = byte(x >> (8 * (i % 8)))
		}
		return AppendUUID(b, raw)
	}
	signs := f.signs()
	for range f.Length + longer {
		b = append(b, signs[r.Uint64()%uint64(len(signs))])
	}
	return b
}

// longestMisfit is how many characters after the prefix are looked at.
const longestMisfit = 256

// Misfit is an ID of the form that a pattern of whole IDs does not match; "" where none was found.
func (f *IDForm) Misfit(pattern *regexp.Regexp) string {
	of := *f
	of.Length = min(f.Length, longestMisfit)
	if !of.isUUID() {
		for _, sign := range []string{"0", "9", "A", "Z", "a", "z"} {
			if id := of.Prefix + strings.Repeat(sign, of.Length); strings.Contains(of.signs(), sign) &&
				!pattern.MatchString(id) {
				return id
			}
		}
	}
	const samples = 64
	r := rand.NewPCG(1, 1)
	for range samples {
		if id := of.Append(nil, 0, r); !pattern.Match(id) {
			return string(id)
		}
	}
	return ""
}
