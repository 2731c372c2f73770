//go:build unix

package machines

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

// signed is a certificate with its key, in PEM.
type signed struct{ certificate, key []byte }

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{certificate: &x509.Certificate{Subject: pkix.Name{CommonName: "made-up authority"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour)}}
	own := a.sign(t, a.certificate)
	a.pem = own.certificate
	return a
}

// sign signs a certificate from that template; the first one of an authority is its own.
func (a *authority) sign(t *testing.T, c *x509.Certificate) signed {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if a.key == nil {
		a.key = key
	}
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	raw, err := x509.CreateCertificate(rand.Reader, c, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})}
}

// of is a certificate for that name, valid until that time.
func (a *authority) of(t *testing.T, common string, until time.Time, hosts ...string) signed {
	t.Helper()
	c := &x509.Certificate{Subject: pkix.Name{CommonName: common}, NotBefore: time.Now().Add(-time.Hour), NotAfter: until}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, host)
		}
	}
	return a.sign(t, c)
}

// TestEncryptedServer: a ledger on a server that has to prove its identity by certificate; every fault of its
// certificate, or of ours, has a sentence with what to do.
func TestEncryptedServer(t *testing.T) {
	t.Parallel()
	programs, ok := postgrestest.Programs()
	if !ok {
		return
	}
	server := postgrestest.NewServer(t, programs)
	ours, theirs := newAuthority(t), newAuthority(t)
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Minute)
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain := strings.TrimSuffix(server.Address(), "sslmode=disable")
	verified := plain + "sslmode=verify-full&sslrootcert=" + file("authority.pem", ours.pem)
	byOther := plain + "sslmode=verify-full&sslrootcert=" + file("other.pem", theirs.pem)
	certified := func(name string, s signed) string {
		return strings.Replace(verified, "//postgres@", "//certified@", 1) +
			"&sslcert=" + file(name+".pem", s.certificate) + "&sslkey=" + file(name+".key", s.key)
	}
	own := certified("own", ours.of(t, "certified", soon))
	postgrestest.Exec(t, server.Address(), "CREATE ROLE certified LOGIN SUPERUSER; CREATE ROLE encrypted LOGIN")
	rules := "hostssl all certified all trust clientcert=verify-full\nhost all certified all reject\n" +
		"hostnossl all encrypted all reject\nhost all all all trust\n"
	server.Put(t, "pg_hba.conf", []byte(rules))
	server.Put(t, "clients.pem", ours.pem)
	with := func(s signed) {
		server.Put(t, "server.pem", s.certificate)
		server.Put(t, "server.key", s.key)
		server.Restart(t, "ssl=on", "ssl_cert_file=server.pem", "ssl_key_file=server.key", "ssl_ca_file=clients.pem")
	}
	w := newWorld(t, verified, limits{0, 4}, time.Millisecond)
	refused := func(address string, sentences ...string) {
		t.Helper()
		code, out := w.run(t, address, "runs")
		if code != 2 {
			t.Errorf("%s: exit code %d", address, code)
		}
		for _, sentence := range sentences {
			if !strings.Contains(out, sentence) {
				t.Errorf("%s: no %q in\n%s", address, sentence, out)
			}
		}
	}

	refused(verified, "127.0.0.1 does not encrypt its connections", "have the server's operator turn on ssl")

	with(ours.of(t, "server", past, "127.0.0.1"))
	refused(verified, "the server's certificate expired on "+past.UTC().Format("2006-01-02"), "renew it")

	with(ours.of(t, "server", soon, "db.example.com"))
	refused(verified, "the server's certificate is not for 127.0.0.1", "use the host name that is in the certificate")

	with(ours.of(t, "server", soon, "127.0.0.1"))
	refused(byOther, "the server's certificate is not from the authority in "+filepath.Join(dir, "other.pem"),
		"name that file with sslrootcert=FILE")
	refused(plain+"sslmode=verify-full", "from an authority that this machine does not know", "sslrootcert=FILE")
	refused(strings.Replace(verified, "//postgres@", "//certified@", 1), "the server does not let the role certified in",
		"name it with sslcert=FILE and its key with sslkey=FILE")
	// Depending on the network, the alert arrives or only a broken connection is seen.
	refused(certified("expired", ours.of(t, "certified", past)), "ended the ",
		"if you have a certificate of your own (sslcert), it may be expired")
	refused(strings.Replace(server.Address(), "//postgres@", "//encrypted@", 1),
		"the server does not let the role encrypted in", "no encryption")
	refused("postgres://m@db.example.com/m?sslmode=disable", "the connection to db.example.com would not be encrypted",
		"add sslmode=verify-full to the address", "--allow-plain")

	s := w.start(t, "first", w.book(t, "book.csv", 0, 3))
	if code := s.code(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	w.reports(t, s, 3)
	if code, out := w.run(t, own, "ledger", "check"); code != 0 {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
