package reports

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"
)

// Agile encryption of a workbook ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15):
// AES-256 in CBC mode, keys by SHA-512, which Excel since 2010 and LibreOffice
// write too. The workbook library's own Encrypt takes the older way (AES-128
// in ECB mode, SHA-1, no proof of integrity) and needs the whole file in
// memory several times.

// The keys that go into a hash tell what it is for (2.3.4.13 and 2.3.4.14).
var (
	forVerifier     = []byte{0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79}
	forVerifierHash = []byte{0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e}
	forKey          = []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6}
	forHMACKey      = []byte{0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6}
	forHMAC         = []byte{0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33}
)

const (
	spins       = 100_000 // of the password's hash; what Excel writes
	segmentSize = 4096    // of the workbook that is encrypted at once
	keySize     = 32
	saltSize    = 16
)

// encryptTo writes to d what write writes, encrypted under the password; the
// clear text is never on the disk.
func encryptTo(d *destination, password string, write func(io.Writer) error) error {
	e := &encryptor{to: d, key: random(keySize), salt: random(saltSize)}
	var err error
	if e.block, err = aes.NewCipher(e.key); err != nil {
		return err
	}
	// Room for the container's header and for the size, both known at the end.
	if _, err := d.Write(make([]byte, sectorSize+8)); err != nil {
		return err
	}
	if err := write(e); err != nil {
		return err
	}
	if err := e.flush(true); err != nil {
		return err
	}
	size := 8 + e.written
	if _, err := d.Write(make([]byte, padding(size, sectorSize))); err != nil {
		return err
	}
	if err := d.out.Flush(); err != nil {
		return err
	}
	if _, err := d.tmp.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(e.taken)), sectorSize); err != nil {
		return err
	}
	proof := random(sha512.Size)
	mac := hmac.New(sha512.New, proof)
	if _, err := io.Copy(mac, io.NewSectionReader(d.tmp, sectorSize, size)); err != nil {
		return err
	}
	info, err := e.info(password, proof, mac.Sum(nil))
	if err != nil {
		return err
	}
	return closeContainer(d, size, info)
}

// encryptor encrypts segment by segment.
type encryptor struct {
	to             io.Writer
	block          cipher.Block
	key, salt      []byte
	segment        []byte
	number         uint32 // of the segment
	taken, written int64  // bytes of clear and of encrypted text
}

func (e *encryptor) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		room := min(segmentSize-len(e.segment), len(b))
		e.segment = append(e.segment, b[:room]...)
		b = b[room:]
		if err := e.flush(false); err != nil {
			return 0, err
		}
	}
	e.taken += int64(n)
	return n, nil
}

// flush encrypts a segment that is full, or the last one.
func (e *encryptor) flush(last bool) error {
	if len(e.segment) < segmentSize && !last || len(e.segment) == 0 {
		return nil
	}
	e.segment = append(e.segment, make([]byte, padding(int64(len(e.segment)), aes.BlockSize))...)
	e.crypt(e.segment, binary.LittleEndian.AppendUint32(nil, e.number))
	n, err := e.to.Write(e.segment)
	e.written += int64(n)
	e.number++
	e.segment = e.segment[:0]
	return err
}

// crypt encrypts text in place under the workbook's key; what goes into the
// initialisation vector.
func (e *encryptor) crypt(text, what []byte) []byte {
	cipher.NewCBCEncrypter(e.block, digest(e.salt, what)[:aes.BlockSize]).CryptBlocks(text, text)
	return text
}

// info is the stream that says how the workbook is encrypted: a version and
// XML (2.3.4.10). It holds the workbook's key, encrypted under the password.
func (e *encryptor) info(password string, proof, mac []byte) ([]byte, error) {
	salt, verifier := random(saltSize), random(saltSize)
	spun := spin(salt, password)
	var failed error
	under := func(purpose, text []byte) string {
		block, err := aes.NewCipher(digest(spun, purpose)[:keySize])
		if err != nil {
			failed = err
			return ""
		}
		out := make([]byte, len(text))
		cipher.NewCBCEncrypter(block, salt).CryptBlocks(out, text)
		return base64.StdEncoding.EncodeToString(out)
	}
	text := base64.StdEncoding.EncodeToString
	const how = `blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"`
	const password2006 = "http://schemas.microsoft.com/office/2006/keyEncryptor/password"
	var b bytes.Buffer
	b.Write([]byte{4, 0, 4, 0, 0x40, 0, 0, 0})
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n")
	fmt.Fprintf(&b, `<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="%s" xmlns:c="http://schemas.microsoft.com/office/2006/keyEncryptor/certificate">`, password2006)
	fmt.Fprintf(&b, `<keyData saltSize="16" %s saltValue="%s"/>`, how, text(e.salt))
	fmt.Fprintf(&b, `<dataIntegrity encryptedHmacKey="%s" encryptedHmacValue="%s"/>`, text(e.crypt(bytes.Clone(proof), forHMACKey)), text(e.crypt(bytes.Clone(mac), forHMAC)))
	fmt.Fprintf(&b, `<keyEncryptors><keyEncryptor uri="%s"><p:encryptedKey spinCount="%d" saltSize="16" %s saltValue="%s"`, password2006, spins, how, text(salt))
	fmt.Fprintf(&b, ` encryptedVerifierHashInput="%s" encryptedVerifierHashValue="%s" encryptedKeyValue="%s"/></keyEncryptor></keyEncryptors></encryption>`,
		under(forVerifier, verifier), under(forVerifierHash, digest(verifier)), under(forKey, e.key))
	return b.Bytes(), failed
}

// spin is the slow hash of a password (2.3.4.11).
func spin(salt []byte, password string) []byte {
	var wide []byte
	for _, unit := range utf16.Encode([]rune(password)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	h := digest(salt, wide)
	var number [4]byte
	for i := range uint32(spins) {
		binary.LittleEndian.PutUint32(number[:], i)
		h = digest(number[:], h)
	}
	return h
}

func digest(parts ...[]byte) []byte {
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails (crypto/rand)
	return b
}

// padding is what size lacks to a multiple of unit.
func padding(size, unit int64) int64 { return (unit - size%unit) % unit }
