package pipeline

import "slices"

// Sign is how calls are signed with a key of the user's: a signature over a text that a template makes of the
// request, in headers that the definition names, or, with Message, the headers of RFC 9421.
type Sign struct {
	Calls     []SignedCall
	Algorithm SignAlgorithm
	Key       string // name of the secret
	KeyForm   KeyForm
	Text      string          // template of the signed text; "" with Message
	Encoding  BinaryEncoding  // of the signature
	Time      TimeForm        // of {timestamp}
	Nonce     NonceForm       // of {nonce}
	Digest    DigestAlgorithm // of {digest}, and of the header Content-Digest
	DigestAs  BinaryEncoding  // of {digest}
	Headers   []Pair          // templates
	Message   *SignMessage
}

// SignMessage is a profile of RFC 9421, HTTP Message Signatures.
type SignMessage struct {
	Label      string
	Components []string // @method, content-digest: in lower case
	Parameters []string // out of [SignParameters], in this order
	KeyID      string   // template
}

// SignedCall is a kind of call that may be signed.
type SignedCall string

const (
	SignCreate   SignedCall = "create"
	SignLookUps  SignedCall = "look_ups"
	SignExchange SignedCall = "exchange"
)

// SignedCalls lists all that a definition may name.
func SignedCalls() []SignedCall { return []SignedCall{SignCreate, SignLookUps, SignExchange} }

// Covers reports whether calls of a kind are signed; with nil none are.
func (s *Sign) Covers(c SignedCall) bool { return s != nil && slices.Contains(s.Calls, c) }

// SignAlgorithm is how the text is signed.
type SignAlgorithm string

const (
	HMACSHA256 SignAlgorithm = "hmac-sha256"
	HMACSHA512 SignAlgorithm = "hmac-sha512"
	HMACSHA1   SignAlgorithm = "hmac-sha1"
	Ed25519    SignAlgorithm = "ed25519"
	// ECDSAP256: a signature is r and s, of 32 bytes each (RFC 9421, 3.3.4).
	ECDSAP256 SignAlgorithm = "ecdsa-p256-sha256"
)

// SignAlgorithms lists all that a definition may name.
func SignAlgorithms() []SignAlgorithm {
	return []SignAlgorithm{HMACSHA256, HMACSHA512, HMACSHA1, Ed25519, ECDSAP256}
}

// Shared reports whether both sides have the same key.
func (a SignAlgorithm) Shared() bool { return a == HMACSHA256 || a == HMACSHA512 || a == HMACSHA1 }

// KeyForm is how a key is written.
type KeyForm string

const (
	KeyRaw       KeyForm = "raw" // the bytes of the text itself
	KeyBase64    KeyForm = "base64"
	KeyBase64URL KeyForm = "base64url"
	KeyHex       KeyForm = "hex"
	KeyPEM       KeyForm = "pem" // PKCS #8, or SEC 1
)

// KeyForms lists all that a definition may name.
func KeyForms() []KeyForm { return []KeyForm{KeyRaw, KeyBase64, KeyBase64URL, KeyHex, KeyPEM} }

// BinaryEncoding is how bytes are written as text.
type BinaryEncoding string

const (
	BinaryHex       BinaryEncoding = "hex" // lower case
	BinaryBase64    BinaryEncoding = "base64"
	BinaryBase64URL BinaryEncoding = "base64url"  // without padding
	BinaryBase64Hex BinaryEncoding = "base64-hex" // base64 of the hex digits
)

// BinaryEncodings lists all that a definition may name.
func BinaryEncodings() []BinaryEncoding {
	return []BinaryEncoding{BinaryHex, BinaryBase64, BinaryBase64URL, BinaryBase64Hex}
}

// TimeForm is how the time of a signature is written.
type TimeForm string

const (
	TimeUnix      TimeForm = "unix"
	TimeUnixMilli TimeForm = "unix-ms"
	TimeRFC3339   TimeForm = "rfc3339"   // in UTC, to the second
	TimeHTTP      TimeForm = "http-date" // RFC 9110, 5.6.7
)

// TimeForms lists all that a definition may name.
func TimeForms() []TimeForm { return []TimeForm{TimeUnix, TimeUnixMilli, TimeRFC3339, TimeHTTP} }

// NonceForm is how a nonce is written.
type NonceForm string

const (
	NonceHex  NonceForm = "hex" // 16 digits
	NonceUUID NonceForm = "uuid"
)

// NonceForms lists all that a definition may name.
func NonceForms() []NonceForm { return []NonceForm{NonceHex, NonceUUID} }

// DigestAlgorithm is how the digest of a body is made.
type DigestAlgorithm string

const (
	DigestSHA256 DigestAlgorithm = "sha256"
	DigestSHA512 DigestAlgorithm = "sha512"
	DigestSHA1   DigestAlgorithm = "sha1"
	DigestMD5    DigestAlgorithm = "md5"
)

// DigestAlgorithms lists all that a definition may name.
func DigestAlgorithms() []DigestAlgorithm {
	return []DigestAlgorithm{DigestSHA256, DigestSHA512, DigestSHA1, DigestMD5}
}

// SignComponents are the parts of a request, beside headers, that RFC 9421 signs.
func SignComponents() []string {
	return []string{"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}
}

// SignParameters are the parameters that a signature may have.
func SignParameters() []string { return []string{"created", "nonce", "keyid", "alg"} }

// The variables of the signed text, besides secrets, settings and [VariableHeader] followed by the name of a header
// of the request. [VariableSignature] is for headers only.
const (
	VariableMethod      = "method"
	VariableMethodLower = "method_lower"
	VariableURL         = "url"    // the whole URL
	VariableHost        = "host"   // with the port, unless it is the scheme's own
	VariablePath        = "path"   // as it is sent
	VariableQuery       = "query"  // as it is sent, without ?
	VariableTarget      = "target" // path, and ? with the query where there is one
	VariableBody        = "body"
	VariableDigest      = "digest"
	VariableTimestamp   = "timestamp"
	VariableNonce       = "nonce"
	VariableSignature   = "signature"
	VariableHeader      = "header."
)

// SignTextVariables are the variables of the signed text.
func SignTextVariables() []string {
	return []string{VariableMethod, VariableMethodLower, VariableURL, VariableHost, VariablePath, VariableQuery,
		VariableTarget, VariableBody, VariableDigest, VariableTimestamp, VariableNonce}
}

// SignHeaderVariables are the variables of the signature's headers.
func SignHeaderVariables() []string {
	return []string{VariableTimestamp, VariableNonce, VariableDigest, VariableSignature}
}

// secrets names the secrets and settings that a signature is made with.
func (s *Sign) secrets() []string {
	if s == nil {
		return nil
	}
	names := append([]string{s.Key}, Variables(s.Text)...)
	for _, h := range s.Headers {
		names = append(names, Variables(h.Value)...)
	}
	if s.Message != nil {
		names = append(names, Variables(s.Message.KeyID)...)
	}
	return names
}

// SignHeaderSecrets are the secrets and settings in headers of signatures.
func (p *Provider) SignHeaderSecrets() []string {
	if p.Sign == nil {
		return nil
	}
	var all []string
	for _, h := range p.Sign.Headers {
		for _, name := range Variables(h.Value) {
			if slices.ContainsFunc(p.Auth.Secrets, func(s Secret) bool { return s.Name == name }) {
				all = append(all, name)
			}
		}
	}
	return all
}
