package pipeline

import "testing"

// Version and variant are those of RFC 9562, 5.4, whatever the bytes.
func TestAppendUUID(t *testing.T) {
	ones := [16]byte{}
	for i := range ones {
		ones[i] = 0xff
	}
	for want, random := range map[string][16]byte{
		"id_00000000-0000-4000-8000-000000000000": {},
		"id_ffffffff-ffff-4fff-bfff-ffffffffffff": ones,
		"id_00010203-0405-4607-8809-0a0b0c0d0e0f": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	} {
		if got := string(AppendUUID([]byte("id_"), random)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
