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

	"muster/pipeline/offcrypto"
)

// Agile encryption of a workbook ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15): AES-256 in CBC mode, keys by SHA-512, as
// Excel since 2010 and LibreOffice write too. The workbook library's own Encrypt uses the older scheme (AES-128 in
// ECB mode, SHA-1, no integrity check) and holds the whole file in memory several times.

const (
	spins    = 100_000 // of the password's hash; as Excel writes
	keySize  = 32
	saltSize = 16
)

// encryptTo writes the output of write to d, encrypted under the password; clear text is never on disk.
func encryptTo(d *destination, password string, write func(io.Writer) error) error {
	e := &encryptor{to: d, key: random(keySize), salt: random(saltSize)}
	var err error
	if e.block, err = aes.NewCipher(e.key); err != nil {
		return err
	}
	// Room for the container's header and for the size, which are known at the end.
	if _, err := d.Write(make([]byte, offcrypto.SectorSize+offcrypto.PackageHead)); err != nil {
		return err
	}
	if err := write(e); err != nil {
		return err
	}
	taken := e.taken
	if short := miniCutoff - taken; short > 0 {
		// A smaller stream would have to be in the mini stream; bytes beyond the stated size do not belong to the
		// workbook (2.3.4.4).
		if _, err := e.Write(make([]byte, short)); err != nil {
			return err
		}
	}
	if err := e.flush(true); err != nil {
		return err
	}
	size := offcrypto.PackageHead + e.written
	if _, err := d.Write(make([]byte, padding(size, offcrypto.SectorSize))); err != nil {
		return err
	}
	if err := d.out.Flush(); err != nil {
		return err
	}
	length := binary.LittleEndian.AppendUint64(nil, uint64(taken))
	if _, err := d.tmp.WriteAt(length, offcrypto.SectorSize); err != nil {
		return err
	}
	proof := random(sha512.Size)
	mac := hmac.New(sha512.New, proof)
	if _, err := io.Copy(mac, io.NewSectionReader(d.tmp, offcrypto.SectorSize, size)); err != nil {
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
		room := min(offcrypto.Segment-len(e.segment), len(b))
		e.segment = append(e.segment, b[:room]...)
		b = b[room:]
		if err := e.flush(false); err != nil {
			return 0, err
		}
	}
	e.taken += int64(n)
	return n, nil
}

// flush encrypts a full segment, or the last one.
func (e *encryptor) flush(last bool) error {
	if len(e.segment) < offcrypto.Segment && !last || len(e.segment) == 0 {
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

// crypt encrypts text in place with the workbook's key; what is hashed into the initialisation vector.
func (e *encryptor) crypt(text, what []byte) []byte {
	cipher.NewCBCEncrypter(e.block, digest(e.salt, what)[:aes.BlockSize]).CryptBlocks(text, text)
	return text
}

// info is the stream with the parameters of the encryption: a version and XML (2.3.4.10). It has the workbook's key,
// encrypted under the password.
func (e *encryptor) info(password string, proof, mac []byte) ([]byte, error) {
	salt, verifier := random(saltSize), random(saltSize)
	spun := offcrypto.Spin(sha512.New(), salt, password, spins)
	var failed error
	under := func(purpose string, text []byte) string {
		block, err := aes.NewCipher(digest(spun, []byte(purpose))[:keySize])
		if err != nil {
			failed = err
			return ""
		}
		out := make([]byte, len(text))
		cipher.NewCBCEncrypter(block, salt).CryptBlocks(out, text)
		return base64.StdEncoding.EncodeToString(out)
	}
	text := base64.StdEncoding.EncodeToString
	const how = `blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" ` +
		`hashAlgorithm="SHA512"`
	var b bytes.Buffer
	b.Write([]byte{4, 0, 4, 0, 0x40, 0, 0, 0})
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n")
	fmt.Fprintf(&b, `<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="%s" `+
		`xmlns:c="http://schemas.microsoft.com/office/2006/keyEncryptor/certificate">`, offcrypto.PasswordKey)
	fmt.Fprintf(&b, `<keyData saltSize="16" %s saltValue="%s"/>`, how, text(e.salt))
	fmt.Fprintf(&b, `<dataIntegrity encryptedHmacKey="%s" encryptedHmacValue="%s"/>`,
		text(e.crypt(bytes.Clone(proof), []byte(offcrypto.ForHMACKey))),
		text(e.crypt(bytes.Clone(mac), []byte(offcrypto.ForHMAC))))
	fmt.Fprintf(&b, `<keyEncryptors><keyEncryptor uri="%s">`+
		`<p:encryptedKey spinCount="%d" saltSize="16" %s saltValue="%s"`,
		offcrypto.PasswordKey, spins, how, text(salt))
	fmt.Fprintf(&b, ` encryptedVerifierHashInput="%s" encryptedVerifierHashValue="%s" encryptedKeyValue="%s"/>`+
		`</keyEncryptor></keyEncryptors></encryption>`,
		under(offcrypto.ForVerifier, verifier), under(offcrypto.ForVerifierHash, digest(verifier)),
		under(offcrypto.ForKey, e.key))
	return b.Bytes(), failed
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

// padding is how many bytes size lacks to a multiple of unit.
func padding(size, unit int64) int64 { return (unit - size%unit) % unit }
