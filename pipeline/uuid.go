package pipeline

import "encoding/hex"

// AppendUUID appends the UUID made of random bytes (RFC 9562, version 4).
func AppendUUID(b []byte, random [16]byte) []byte {
	random[6], random[8] = random[6]&0x0f|0x40, random[8]&0x3f|0x80
	b = hex.AppendEncode(b, random[:4])
	for _, group := range [...][]byte{random[4:6], random[6:8], random[8:10], random[10:]} {
		b = hex.AppendEncode(append(b, '-'), group)
	}
	return b
}
