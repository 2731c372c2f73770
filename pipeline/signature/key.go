package signature

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"hash"
	"math/big"
	"strings"

	"muster/pipeline"
)

// key signs and checks with one algorithm.
type key interface {
	sign(text []byte) ([]byte, error)
	verify(text, signature []byte) bool
}

// readKey makes a key from a secret. No error repeats any of it.
func readKey(algorithm pipeline.SignAlgorithm, form pipeline.KeyForm, secret string) (key, error) {
	if !algorithm.Shared() {
		return readPrivate(algorithm, secret)
	}
	raw, ok := readShared(form, secret)
	if !ok || len(raw) == 0 {
		return nil, pipeline.Fail("sign.key_form", "form", string(form))
	}
	k := shared{key: raw, hash: sha256.New}
	switch algorithm {
	case pipeline.HMACSHA512:
		k.hash = sha512.New
	case pipeline.HMACSHA1:
		k.hash = sha1.New
	}
	return k, nil
}

func readShared(form pipeline.KeyForm, secret string) ([]byte, bool) {
	var raw []byte
	var err error
	trimmed := strings.TrimRight(strings.TrimSpace(secret), "=")
	switch form {
	case pipeline.KeyBase64:
		raw, err = base64.RawStdEncoding.DecodeString(trimmed)
	case pipeline.KeyBase64URL:
		raw, err = base64.RawURLEncoding.DecodeString(trimmed)
	case pipeline.KeyHex:
		raw, err = hex.DecodeString(trimmed)
	default:
		raw = []byte(secret)
	}
	return raw, err == nil
}

// readPrivate reads a private key as PEM: PKCS #8, or SEC 1 of ECDSA.
func readPrivate(algorithm pipeline.SignAlgorithm, secret string) (key, error) {
	wrong := pipeline.Fail("sign.key_pem", "algorithm", string(algorithm))
	block, _ := pem.Decode([]byte(secret))
	if block == nil {
		return nil, wrong
	}
	var parsed any
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if parsed, err = x509.ParseECPrivateKey(block.Bytes); err != nil {
			return nil, wrong
		}
	}
	switch private := parsed.(type) {
	case ed25519.PrivateKey:
		if algorithm == pipeline.Ed25519 {
			return edwards{private}, nil
		}
	case *ecdsa.PrivateKey:
		if algorithm == pipeline.ECDSAP256 && private.Curve == elliptic.P256() {
			return p256{private}, nil
		}
	}
	return nil, wrong
}

type shared struct {
	key  []byte
	hash func() hash.Hash
}

func (k shared) sign(text []byte) ([]byte, error) {
	mac := hmac.New(k.hash, k.key)
	mac.Write(text)
	return mac.Sum(nil), nil
}

func (k shared) verify(text, signature []byte) bool {
	want, _ := k.sign(text) // it never fails
	return hmac.Equal(want, signature)
}

type edwards struct{ private ed25519.PrivateKey }

func (k edwards) sign(text []byte) ([]byte, error) { return ed25519.Sign(k.private, text), nil }

func (k edwards) verify(text, signature []byte) bool {
	return ed25519.Verify(k.private.Public().(ed25519.PublicKey), text, signature)
}

type p256 struct{ private *ecdsa.PrivateKey }

// half is the length of r and of s in bytes.
const half = 32

func (k p256) sign(text []byte) ([]byte, error) {
	digest := sha256.Sum256(text)
	r, s, err := ecdsa.Sign(rand.Reader, k.private, digest[:])
	if err != nil {
		return nil, pipeline.Fail("sign.failed", "cause", err)
	}
	signature := make([]byte, 2*half)
	r.FillBytes(signature[:half])
	s.FillBytes(signature[half:])
	return signature, nil
}

func (k p256) verify(text, signature []byte) bool {
	if len(signature) != 2*half {
		return false
	}
	digest := sha256.Sum256(text)
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	return ecdsa.Verify(&k.private.PublicKey, digest[:], r, s)
}

// MadeUpKey returns a key of the form that a definition asks for, for the stand-in. It is always the same, and not
// secret.
func MadeUpKey(s *pipeline.Sign, text string) string {
	seed := sha256.Sum256([]byte(text))
	var private any
	switch s.Algorithm {
	case pipeline.Ed25519:
		private = ed25519.NewKeyFromSeed(seed[:])
	case pipeline.ECDSAP256:
		seed[0] = 1 // below the order of the curve
		private, _ = ecdh.P256().NewPrivateKey(seed[:])
	}
	if private != nil {
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			return ""
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	switch s.KeyForm {
	case pipeline.KeyBase64:
		return base64.StdEncoding.EncodeToString([]byte(text))
	case pipeline.KeyBase64URL:
		return base64.URLEncoding.EncodeToString([]byte(text))
	case pipeline.KeyHex:
		return hex.EncodeToString([]byte(text))
	}
	return text
}
