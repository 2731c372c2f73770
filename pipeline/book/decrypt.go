package book

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"hash"
	"strings"

	"muster/pipeline"
	"muster/pipeline/offcrypto"
)

// Workbooks are encrypted in one of two ways (MS-OFFCRYPTO, 2.3.4): standard, as in Office 2007, and agile, as in all
// later ones. Both verify a password before anything is decrypted.

const (
	cipherBlock = aes.BlockSize
	// maxInfo bounds the description of the encryption, maxSpins the work that it may demand (MS-OFFCRYPTO, 2.3.4.10,
	// spinCount).
	maxInfo  = 1 << 20
	maxSpins = 10_000_000
)

var errWrongPassword = errors.New("wrong password")

// lock derives the key of an encrypted workbook from a password.
type lock interface {
	// key returns the key of the encrypted package; its error may be errWrongPassword.
	key(password string) (packageKey, error)
}

// packageKey decrypts the i-th segment of a package in place. Its length must be a multiple of cipherBlock.
type packageKey interface{ decrypt(i int, piece []byte) }

// lockOf reads the stream EncryptionInfo.
func lockOf(info []byte) (lock, error) {
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	switch {
	case major == 4 && minor == 4:
		return agileLockOf(info[8:])
	case major >= 2 && major <= 4 && minor == 2:
		return standardLockOf(info[8:])
	}
	return nil, unknownEncryption()
}

func unknownEncryption() *pipeline.Mistake {
	return pipeline.Wrong("book.encryption_unknown").Advise(withoutPassword())
}

// agileLock is the lock of agile encryption (MS-OFFCRYPTO, 2.3.4.10).
type agileLock struct {
	data, own  agileParameters
	spins      int
	proof      []byte // encrypted: random bytes
	proofHash  []byte // encrypted: their hash
	wrappedKey []byte
}

// agileParameters are those of one cipher.
type agileParameters struct {
	hash  func() hash.Hash
	salt  []byte
	block int
	key   int // bytes
}

// agileXML is CT_KeyData and CT_PasswordKeyEncryptor.
type agileXML struct {
	BlockSize  int    `xml:"blockSize,attr"`
	KeyBits    int    `xml:"keyBits,attr"`
	Cipher     string `xml:"cipherAlgorithm,attr"`
	Chaining   string `xml:"cipherChaining,attr"`
	Hash       string `xml:"hashAlgorithm,attr"`
	Salt       string `xml:"saltValue,attr"`
	Spins      int    `xml:"spinCount,attr"`
	Proof      string `xml:"encryptedVerifierHashInput,attr"`
	ProofHash  string `xml:"encryptedVerifierHashValue,attr"`
	WrappedKey string `xml:"encryptedKeyValue,attr"`
}

func agileLockOf(text []byte) (*agileLock, error) {
	var doc struct {
		Data agileXML `xml:"keyData"`
		Keys []struct {
			// The namespace is offcrypto.PasswordKey.
			Password *agileXML `xml:"http://schemas.microsoft.com/office/2006/keyEncryptor/password encryptedKey"`
		} `xml:"keyEncryptors>keyEncryptor"`
	}
	// Some writers end the text with zero bytes.
	if err := xml.Unmarshal(bytes.TrimRight(text, "\x00"), &doc); err != nil {
		return nil, damagedCompound()
	}
	for _, k := range doc.Keys {
		if k.Password != nil {
			return newAgileLock(&doc.Data, k.Password)
		}
	}
	return nil, pipeline.Wrong("book.encrypted_for_people").Advise(withoutPassword())
}

func newAgileLock(data, own *agileXML) (*agileLock, error) {
	l := &agileLock{spins: own.Spins}
	var err error
	if l.data, err = data.parameters(); err != nil {
		return nil, err
	}
	if l.own, err = own.parameters(); err != nil {
		return nil, err
	}
	var ok1, ok2, ok3 bool
	l.proof, ok1 = fromBase64(own.Proof)
	l.proofHash, ok2 = fromBase64(own.ProofHash)
	l.wrappedKey, ok3 = fromBase64(own.WrappedKey)
	if !ok1 || !ok2 || !ok3 || l.spins < 0 || l.spins > maxSpins || len(l.own.salt) > len(l.proof) ||
		l.own.hash().Size() > len(l.proofHash) || l.data.key > len(l.wrappedKey) {
		return nil, damagedCompound()
	}
	return l, nil
}

func fromBase64(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return b, err == nil
}

func (x *agileXML) parameters() (agileParameters, error) {
	hashes := map[string]func() hash.Hash{
		"MD5": md5.New, "SHA1": sha1.New, "SHA-1": sha1.New, "SHA256": sha256.New, "SHA-256": sha256.New,
		"SHA384": sha512.New384, "SHA-384": sha512.New384, "SHA512": sha512.New, "SHA-512": sha512.New,
	}
	h := hashes[strings.ToUpper(x.Hash)]
	if h == nil || x.Cipher != "AES" || x.Chaining != "ChainingModeCBC" ||
		x.KeyBits != 128 && x.KeyBits != 192 && x.KeyBits != 256 {
		return agileParameters{}, unknownEncryption()
	}
	salt, ok := fromBase64(x.Salt)
	if !ok || len(salt) == 0 || x.BlockSize != cipherBlock {
		return agileParameters{}, damagedCompound()
	}
	return agileParameters{hash: h, salt: salt, block: x.BlockSize, key: x.KeyBits / 8}, nil
}

func (l *agileLock) key(password string) (packageKey, error) {
	spun := offcrypto.Spin(l.own.hash(), l.own.salt, password, l.spins)
	open := func(purpose string, sealed []byte) []byte {
		h := l.own.hash()
		h.Write(spun)
		h.Write([]byte(purpose))
		text := bytes.Clone(sealed[:len(sealed)/cipherBlock*cipherBlock])
		cbc(fitted(h.Sum(nil), l.own.key), fitted(l.own.salt, l.own.block), text)
		return text
	}
	proof, proofHash := open(offcrypto.ForVerifier, l.proof), open(offcrypto.ForVerifierHash, l.proofHash)
	h := l.own.hash()
	h.Write(proof[:min(len(proof), len(l.own.salt))])
	want := h.Sum(nil)
	if len(proofHash) < len(want) || !bytes.Equal(want, proofHash[:len(want)]) {
		return nil, errWrongPassword
	}
	wrapped := open(offcrypto.ForKey, l.wrappedKey)
	if len(wrapped) < l.data.key {
		return nil, damagedCompound()
	}
	return &agileKey{l.data, wrapped[:l.data.key]}, nil
}

type agileKey struct {
	agileParameters
	secret []byte
}

func (k *agileKey) decrypt(i int, piece []byte) {
	h := k.hash()
	h.Write(k.salt)
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(i)))
	cbc(k.secret, fitted(h.Sum(nil), k.block), piece)
}

// cbc decrypts in place; key and vector have the lengths of AES.
func cbc(key, vector, text []byte) {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the lengths were checked before
	}
	cipher.NewCBCDecrypter(block, vector).CryptBlocks(text, text)
}

// fitted cuts b to n bytes or pads it with 0x36 (MS-OFFCRYPTO, 2.3.4.11).
func fitted(b []byte, n int) []byte {
	b = bytes.Clone(b[:min(len(b), n)])
	return append(b, bytes.Repeat([]byte{0x36}, n-len(b))...)
}

// standardLock is the lock of MS-OFFCRYPTO, 2.3.4.5: AES and SHA-1.
type standardLock struct {
	bytes            int // of the key
	salt             []byte
	proof, proofHash []byte // encrypted
}

func standardLockOf(info []byte) (*standardLock, error) {
	if len(info) < 4 {
		return nil, damagedCompound()
	}
	size := binary.LittleEndian.Uint32(info)
	info = info[4:]
	const verifier = 4 + 16 + 16 + 4 + 32
	if size < 32 || uint64(size)+verifier > uint64(len(info)) {
		return nil, damagedCompound()
	}
	head, rest := info[:size], info[size:]
	bits := map[uint32]uint32{0x660e: 128, 0x660f: 192, 0x6610: 256}[binary.LittleEndian.Uint32(head[8:])]
	if bits == 0 || binary.LittleEndian.Uint32(rest) != 16 {
		return nil, unknownEncryption()
	}
	return &standardLock{bytes: int(bits / 8), salt: rest[4:20], proof: rest[20:36], proofHash: rest[40:72]}, nil
}

// standardSpins is fixed (MS-OFFCRYPTO, 2.3.4.7).
const standardSpins = 50_000

func (l *standardLock) key(password string) (packageKey, error) {
	sum := sha1.Sum(append(offcrypto.Spin(sha1.New(), l.salt, password, standardSpins), 0, 0, 0, 0))
	var long []byte
	for _, fill := range []byte{0x36, 0x5c} {
		pad := bytes.Repeat([]byte{fill}, 64)
		for i, c := range sum {
			pad[i] ^= c
		}
		part := sha1.Sum(pad)
		long = append(long, part[:]...)
	}
	block, err := aes.NewCipher(long[:l.bytes])
	if err != nil {
		return nil, unknownEncryption()
	}
	k := standardKey{block}
	proof, proofHash := bytes.Clone(l.proof), bytes.Clone(l.proofHash)
	k.decrypt(0, proof)
	k.decrypt(0, proofHash)
	if want := sha1.Sum(proof); !bytes.Equal(want[:], proofHash[:len(want)]) {
		return nil, errWrongPassword
	}
	return k, nil
}

type standardKey struct{ block cipher.Block }

func (k standardKey) decrypt(_ int, piece []byte) {
	for at := 0; at < len(piece); at += cipherBlock {
		k.block.Decrypt(piece[at:at+cipherBlock], piece[at:at+cipherBlock])
	}
}
