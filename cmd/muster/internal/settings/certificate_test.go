package settings

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

// pair is a made-up certificate that ends then, and its key, in PEM.
func pair(t *testing.T, ends time.Time) (certificate, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: ends.Add(-time.Hour), NotAfter: ends}
	raw, err := x509.CreateCertificate(rand.Reader, of, of, secret.Public(), secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

func TestClientCertificate(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	good, key := pair(t, now.Add(time.Minute))
	late, lateKey := pair(t, now.Add(-time.Minute))
	locked := strings.ReplaceAll(key, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
	shared := inFile(t, key)
	if err := os.Chmod(shared, 0o644); err != nil {
		t.Fatal(err)
	}
	certificate := inFile(t, good)
	for name, c := range map[string]struct {
		cert, key  string
		there      bool
		warns, err string
	}{
		"none":               {"", "", false, "", ""},
		"both":               {certificate, inFile(t, key), true, "", ""},
		"in one file":        {inFile(t, good+key), "", true, "", ""},
		"a key for everyone": {certificate, shared, true, "settings.key_open", ""},
		"expired":            {inFile(t, late), inFile(t, lateKey), true, "settings.certificate_expired", ""},
		"a key alone":        {"", inFile(t, key), false, "", "settings.key_alone"},
		"no key":             {certificate, "", false, "", "settings.certificate_unusable"},
		"another's key":      {certificate, inFile(t, lateKey), false, "", "settings.certificate_unusable"},
		"a key that is locked": {certificate, inFile(t, locked), false, "",
			"settings.key_encrypted"},
		"no such file": {certificate + "x", "", false, "", "settings.file_unread variable=\"MUSTER_CLIENT_CERT"},
		"no such key":  {certificate, shared + "x", false, "", "settings.file_unread variable=\"MUSTER_CLIENT_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{ClientCertificateVariable: c.cert, ClientKeyVariable: c.key}
			got, warnings, err := ClientCertificate(func(name string) string { return env[name] }, now)
			var mistake *pipeline.Mistake
			switch {
			case c.err != "" && (!errors.As(err, &mistake) || !strings.Contains(err.Error(), c.err)):
				t.Errorf("%v, want %q", err, c.err)
			case c.err == "" && err != nil, (got != nil) != c.there:
				t.Errorf("%v, %v", got != nil, err)
			case c.warns == "" && len(warnings) > 0, c.warns != "" && (len(warnings) != 1 ||
				!strings.Contains(warnings[0].String(), c.warns)):
				t.Errorf("%v, want %q", warnings, c.warns)
			}
		})
	}
}

func TestAuthorities(t *testing.T) {
	good, key := pair(t, time.Now())
	for file, want := range map[string]pipeline.MessageCode{
		"": "", inFile(t, "\n"+good): "", inFile(t, key): "settings.no_authority",
		inFile(t, "") + "x": "settings.file_unread",
	} {
		got := Authorities(func(string) string { return file })
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0].Code != want) {
			t.Errorf("%v, want %q", got, want)
		}
	}
}
