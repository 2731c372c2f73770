// Package offcrypto has the constants that the reader and the writer of workbooks with a password share: the names and
// numbers of agile encryption (MS-OFFCRYPTO, 2.3.4) and of the compound file around it (MS-CFB). It does not encrypt or
// decrypt.
package offcrypto

import (
	"encoding/binary"
	"hash"
	"unicode/utf16"
)

const (
	// Mark begins every compound file, and SectorSize is the size of its header
	// and of the sectors of version 3, in bytes (MS-CFB, 2.2).
	Mark       = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	SectorSize = 512

	// The streams of a compound file that is a workbook with a password.
	InfoStream    = "EncryptionInfo"
	PackageStream = "EncryptedPackage"

	// PackageHead is the size of the workbook in clear text, before the
	// encrypted bytes (2.3.4.4); Segment is how many of these are encrypted as
	// one (2.3.4.15).
	PackageHead = 8
	Segment     = 4096

	// PasswordKey is the namespace of a key that a password encrypts (2.3.4.10).
	PasswordKey = "http://schemas.microsoft.com/office/2006/keyEncryptor/password"
)

// Bytes that are added to a hash so that every key and every initialization vector is different (2.3.4.13 and
// 2.3.4.14).
const (
	ForVerifier     = "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79"
	ForVerifierHash = "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e"
	ForKey          = "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6"
	ForHMACKey      = "\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6"
	ForHMAC         = "\xa0\x67\x7f\x02\xb2\x2c\x84\x33"
)

// Spin hashes a password and its salt again and again, that many times, which makes guessing slow (2.3.4.11).
func Spin(h hash.Hash, salt []byte, password string, times int) []byte {
	h.Reset()
	h.Write(salt)
	for _, unit := range utf16.Encode([]rune(password)) {
		h.Write([]byte{byte(unit), byte(unit >> 8)})
	}
	sum := h.Sum(nil)
	var count [4]byte
	for i := range times {
		binary.LittleEndian.PutUint32(count[:], uint32(i))
		h.Reset()
		h.Write(count[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum
}
