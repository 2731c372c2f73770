package settings

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"runtime"
	"strings"
	"time"

	"muster/pipeline"
)

// The variables that name the files of a client certificate, in PEM, for providers and company proxies that require
// one.
const (
	ClientCertificateVariable = "MUSTER_CLIENT_CERT"
	ClientKeyVariable         = "MUSTER_CLIENT_KEY"
)

// AuthorityVariable is the variable with which Go and OpenSSL name the trusted authorities.
const AuthorityVariable = "SSL_CERT_FILE"

// ClientCertificate reads the client certificate and its key from the files that the environment names; nil when it
// names none. The certificate's file may also have the key. A suspicious setting is a warning; an error is a
// [pipeline.Mistake].
func ClientCertificate(getenv func(string) string, now time.Time) (*tls.Certificate, []*pipeline.Message, error) {
	file, keyFile := pipeline.Trim(getenv(ClientCertificateVariable)), pipeline.Trim(getenv(ClientKeyVariable))
	if file == "" && keyFile == "" {
		return nil, nil, nil
	}
	if file == "" {
		return nil, nil, pipeline.Wrong("settings.key_alone", "variable", ClientKeyVariable,
			"other", ClientCertificateVariable)
	}
	certificate, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, unreadFile(ClientCertificateVariable, err)
	}
	variable := ClientKeyVariable
	if keyFile == "" {
		keyFile, variable = file, ClientCertificateVariable
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, nil, unreadFile(variable, err)
	}
	if encrypted(key) {
		return nil, nil, pipeline.Wrong("settings.key_encrypted", "variable", variable, "file", keyFile).
			Try("settings.decrypt_key")
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, nil, pipeline.Wrong("settings.certificate_unusable", "variable", ClientCertificateVariable,
			"file", file, "key", keyFile, "cause", err).Try("settings.pem_pair")
	}
	var warnings []*pipeline.Message
	if open(keyFile) {
		warnings = append(warnings, pipeline.Say("settings.key_open", "variable", variable, "file", keyFile))
	}
	if now.After(pair.Leaf.NotAfter) {
		warnings = append(warnings, pipeline.Say("settings.certificate_expired",
			"variable", ClientCertificateVariable, "file", file, "at", pair.Leaf.NotAfter))
	}
	return &pair, warnings, nil
}

func unreadFile(variable string, err error) error {
	return pipeline.Wrong("settings.file_unread", "variable", variable, "cause", err)
}

// encrypted reports whether a key needs a password, which muster cannot ask for.
func encrypted(key []byte) bool {
	for {
		var block *pem.Block
		if block, key = pem.Decode(key); block == nil {
			return false
		}
		if strings.HasPrefix(block.Type, "ENCRYPTED") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return true
		}
	}
}

// open reports whether others than its owner may read a file. Windows has no such mode bits.
func open(path string) bool {
	info, err := os.Stat(path)
	return err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

// Authorities warns about a file of trusted authorities without any: Go then trusts nobody, and does not say why.
func Authorities(getenv func(string) string) []*pipeline.Message {
	file := getenv(AuthorityVariable)
	if file == "" {
		return nil
	}
	raw, err := os.ReadFile(file)
	switch {
	case err != nil:
		return []*pipeline.Message{pipeline.Say("settings.file_unread", "variable", AuthorityVariable, "cause", err)}
	case !x509.NewCertPool().AppendCertsFromPEM(bytes.TrimSpace(raw)):
		return []*pipeline.Message{pipeline.Say("settings.no_authority", "variable", AuthorityVariable, "file", file)}
	}
	return nil
}
