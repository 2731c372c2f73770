package submit_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// selfSigned is a certificate for that host, signed by itself.
func selfSigned(t *testing.T, host string, ends time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	name := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, IsCA: true,
		NotBefore: ends.Add(-time.Hour), NotAfter: ends, BasicConstraintsValid: true}
	if ip := net.ParseIP(host); ip != nil {
		name.IPAddresses = []net.IP{ip}
	} else {
		name.DNSNames = []string{host}
	}
	raw, err := x509.CreateCertificate(rand.Reader, name, name, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}
}

func pool(c *tls.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c.Leaf)
	return p
}

// secured is a server with that certificate that counts the requests it sees and creates every customer. Clients need
// a certificate of an authority in asks, or none when it is nil.
func secured(t *testing.T, own *tls.Certificate, asks *x509.CertPool, version uint16) (base string,
	seen *atomic.Int64) {
	t.Helper()
	seen = new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		seen.Add(1)
		w.WriteHeader(201)
		_, _ = io.WriteString(w, `{"id":"c1"}`)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{*own}, MaxVersion: version}
	if asks != nil {
		s.TLS.ClientAuth, s.TLS.ClientCAs = tls.RequireAndVerifyClientCert, asks
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, seen
}

// An obstacle between us and the provider halts a run with advice, because another try would meet it again. No
// request is processed, and the first create can be sent again.
func TestWhatStandsInTheWay(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "")
	hour := time.Now().Add(time.Hour)
	own, ours, theirs := selfSigned(t, "127.0.0.1", hour), selfSigned(t, "client", hour), selfSigned(t, "x", hour)
	trusting := func() *http.Transport {
		return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(own)}}
	}
	through := func(address string) *http.Transport {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		transport := trusting()
		transport.Proxy = http.ProxyURL(u)
		return transport
	}
	proxy := func(status string) string {
		return strings.Replace(listen(t, func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
			_, _ = io.WriteString(c, "HTTP/1.1 "+status+"\r\nContent-Length: 0\r\n\r\n")
		}), "://", "://ana:hush@", 1)
	}
	plain, seen := secured(t, own, nil, 0)
	asking, asked := secured(t, own, pool(ours), 0)
	asking12, asked12 := secured(t, own, pool(ours), tls.VersionTLS12)
	stranger := selfSigned(t, "other.example", hour)
	other, others := secured(t, stranger, nil, 0)
	late := selfSigned(t, "127.0.0.1", time.Now().Add(-time.Minute))
	expired, expireds := secured(t, late, nil, 0)
	const none = "127.0.0.1:1" // which no other program takes meanwhile
	for name, c := range map[string]struct {
		base         string
		seen         *atomic.Int64
		transport    *http.Transport
		certificate  *tls.Certificate
		verdict      pipeline.Verdict
		says, advice string
	}{
		"all is well": {plain, seen, trusting(), nil, pipeline.VerdictCreated, "", ""},
		"no certificate": {asking, asked, trusting(), nil, pipeline.VerdictHalt, "client_certificate_missing",
			"name_client"},
		"no certificate, TLS 1.2": {asking12, asked12, trusting(), nil, pipeline.VerdictHalt,
			"client_certificate_missing", "name_client"},
		"our certificate":          {asking, asked, trusting(), ours, pipeline.VerdictCreated, "", ""},
		"our certificate, TLS 1.2": {asking12, asked12, trusting(), ours, pipeline.VerdictCreated, "", ""},
		"another certificate": {asking, asked, trusting(), theirs, pipeline.VerdictHalt,
			"client_certificate_refused", "other_client"},
		"another authority": {plain, seen, &http.Transport{}, nil, pipeline.VerdictHalt, "no_trust_authority",
			"name_authority"},
		"another host": {other, others, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(stranger)}}, nil,
			pipeline.VerdictHalt, "no_trust", "other_host"},
		"expired": {expired, expireds, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(late)}}, nil,
			pipeline.VerdictHalt, "no_trust", "certificate_expired"},
		"no proxy": {plain, seen, through("http://ana:hush@" + none), nil, pipeline.VerdictHalt,
			`proxy_failed proxy="http://` + none + `" variable="HTTPS_PROXY" reason=(provider.connection_refused)`,
			"check_proxy"},
		"a proxy that asks who": {plain, seen, through(proxy("407 Proxy Authentication Required")), nil,
			pipeline.VerdictHalt, `proxy_failed proxy="http://127.0.0.1:`, "proxy_credentials"},
		"a proxy that asks who, over plain HTTP": {"http://provider.example", seen,
			through(proxy("407 Proxy Authentication Required")), nil, pipeline.VerdictHalt, "status=407",
			"proxy_credentials"},
		"a proxy that forbids it": {plain, seen, through(proxy("403 Forbidden")), nil, pipeline.VerdictHalt,
			"outcome.http status=403", "check_proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, submit.Options{Provider: acme(), BaseURL: c.base, Transport: c.transport,
				Certificate: c.certificate})
			before := c.seen.Load()
			var r pipeline.Reply
			for range 50 { // the connection's reset may overtake the server's alert, and then nothing is known
				if r, _ = client.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictUnknown {
					break
				}
			}
			if r.Verdict != c.verdict || c.says != "" && !strings.Contains(r.Message.String(), c.says) {
				t.Errorf("%s: %s", r.Verdict, r.Message)
			}
			if (r.Advice == nil) != (c.advice == "") || c.advice != "" && !strings.Contains(r.Advice.String(), c.advice) {
				t.Errorf("advice: %s", r.Advice)
			}
			if (c.seen.Load() > before) != (c.verdict == pipeline.VerdictCreated) {
				t.Error("a request came through, or none did")
			}
			if strings.Contains(r.Message.String()+r.Advice.String(), "hush") {
				t.Error("the proxy's password")
			}
		})
	}
}

// The exchange of credentials for a token meets the same.
func TestWhatStandsInTheWayOfATokenIsNamed(t *testing.T) {
	base, _ := secured(t, selfSigned(t, "127.0.0.1", time.Now().Add(time.Hour)), nil, 0)
	client := newClient(t, submit.Options{Provider: login(), BaseURL: base, Secrets: loginSecrets()})
	var connection *submit.ConnectionError
	if err := client.Authorise(t.Context(), 0); !errors.As(err, &connection) || connection.Advice() == nil {
		t.Errorf("%v", err)
	}
	if r, _ := client.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictHalt || r.Advice == nil {
		t.Errorf("%s: %s", r.Verdict, r.Message)
	}
}
