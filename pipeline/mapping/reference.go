package mapping

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"muster/pipeline"
)

const referenceName = "reference"

func compileReference(args []string) (combine, *pipeline.Mistake) {
	if len(args) > 0 {
		return nil, pipeline.Wrong("mapping.takes_nothing")
	}
	return reference, nil
}

// reference makes a customer's reference from the values that distinguish the customer from others. The same values
// must always give the same reference, because what was created under one reference is found under no other. So none
// of this may ever change.
//
// SHA-256 is computed over the values, trimmed by [pipeline.TrimBlank] and in small letters, each preceded by its
// length in bytes (eight bytes, big-endian), so that ("ab","c") and ("a","bc") differ; an empty value counts, so that
// ("a","") and ("","a") differ. The first 32 hexadecimal digits are the reference: connectFi takes 1 to 32 letters
// and digits.
func reference(values []string) string {
	h := sha256.New()
	for _, v := range values {
		v = strings.ToLower(pipeline.TrimBlank(v))
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(v)))
		h.Write(length[:])
		h.Write([]byte(v))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
