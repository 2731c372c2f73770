package offcrypto

import (
	"bytes"
	"crypto/sha512"
	"slices"
	"testing"
)

// The first hash is of the salt and the password in UTF-16 (little-endian); each further one is of its number and the
// hash before.
func TestSpin(t *testing.T) {
	sum := func(parts ...[]byte) []byte {
		s := sha512.Sum512(slices.Concat(parts...))
		return s[:]
	}
	salt := []byte{1, 2, 3}
	first := sum(salt, []byte{'p', 0, 0xe9, 0, 0x3d, 0xd8, 0x00, 0xde}) // é, and a pair for U+1F600
	want := [][]byte{
		first,
		sum([]byte{0, 0, 0, 0}, first),
		sum([]byte{1, 0, 0, 0}, sum([]byte{0, 0, 0, 0}, first)),
	}
	h := sha512.New()
	for times, w := range want {
		if got := Spin(h, salt, "pé\U0001F600", times); !bytes.Equal(got, w) {
			t.Errorf("%d times: %x, want %x", times, got, w)
		}
	}
}
