package submit

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"muster/pipeline"
)

// Obstacles between us and the provider: a proxy, a certificate authority that is not trusted, a client certificate
// that is required. Every other try meets them too.

// ConnectionError says that a call could not be made, and that every other call would fail in the same way until a
// setting is changed.
type ConnectionError struct {
	Reason *pipeline.Message
	Hint   *pipeline.Message // what to do
	Err    error             // the cause
}

// Error shows the reason's code and arguments.
func (e *ConnectionError) Error() string { return e.Sentence().String() }

// Unwrap gives the cause.
func (e *ConnectionError) Unwrap() error { return e.Err }

// Sentence is the reason in one sentence.
func (e *ConnectionError) Sentence() *pipeline.Message {
	return pipeline.Say("provider.no_token_now", "reason", e.Reason)
}

// Advice is what to do.
func (e *ConnectionError) Advice() *pipeline.Message { return e.Hint }

// route is the proxy that calls go through; the zero value is no proxy.
type route struct {
	proxy    string // its address, without user and password
	variable string // environment variable that names it
}

// routeOf is the route of calls to base, by a transport's choice of proxy.
func routeOf(choose func(*http.Request) (*url.URL, error), base string) route {
	to, err := url.Parse(base)
	if err != nil || choose == nil {
		return route{}
	}
	proxy, err := choose(&http.Request{URL: to})
	if err != nil || proxy == nil {
		return route{}
	}
	return route{proxy: proxy.Scheme + "://" + proxy.Host, variable: proxyVariable(to.Scheme)}
}

// proxyVariable is the environment variable that names the proxy for a scheme, as net/http reads it.
func proxyVariable(scheme string) string {
	upper, lower := "HTTP_PROXY", "http_proxy"
	if scheme == "https" {
		upper, lower = "HTTPS_PROXY", "https_proxy"
	}
	if os.Getenv(upper) == "" && os.Getenv(lower) != "" {
		return lower
	}
	return upper
}

// proxyAddressError says that the environment names a proxy whose address is invalid.
type proxyAddressError struct{}

func (proxyAddressError) Error() string { return "provider.proxy" }

// Sentence says so, without the address.
func (proxyAddressError) Sentence() *pipeline.Message { return pipeline.Say("provider.proxy") }

// proxyFromEnvironment keeps a proxy's address out of the error: it may hold
// a password.
func proxyFromEnvironment(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	switch {
	case err != nil:
		return nil, proxyAddressError{}
	case u != nil && (u.Host == "http:" || u.Host == "https:" || strings.Contains(u.Path, "@")):
		return nil, proxyAddressError{} // only part of an address: a password may be where the host should be
	}
	return u, nil
}

// proxyRefusal is a proxy's answer to a CONNECT that it refuses.
type proxyRefusal struct{ status int }

func (e *proxyRefusal) Error() string { return e.Sentence().String() }

// Sentence names the proxy's status.
func (e *proxyRefusal) Sentence() *pipeline.Message {
	return pipeline.Say("outcome.http", "status", e.status)
}

// byProxy reports whether the proxy failed, and not the provider.
func byProxy(err error) bool {
	var (
		op      *net.OpError
		refusal *proxyRefusal
	)
	return errors.As(err, &refusal) || errors.As(err, &op) && (op.Op == "proxyconnect" || op.Op == "socks connect")
}

// handshakeAlerts are the alerts with which a server ends a handshake because of the client's certificate, or because
// there is none (RFC 8446, 6.2). Nothing that was sent after it is read.
var handshakeAlerts = []uint64{40, 42, 43, 44, 45, 46, 48, 49, 116}

// refusedHandshake reports whether the server refused us before any request. crypto/tls reports an alert as a
// number of an unexported type, so that it is read by reflection.
func refusedHandshake(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil {
		return false
	}
	alert := reflect.ValueOf(op.Err)
	return alert.Kind() == reflect.Uint8 && slices.Contains(handshakeAlerts, alert.Uint())
}

// advice is what to do about a call without an answer that certainly was not processed, when another try would fail
// in the same way; nil when it may succeed.
func (c *Client) advice(lost *failure) *pipeline.Message {
	var (
		address  proxyAddressError
		refusal  *proxyRefusal
		verify   *tls.CertificateVerificationError
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		through  = byProxy(lost.err)
		variable = c.route.variable
	)
	switch {
	case !lost.unsent || lost.timeout > 0:
		return nil
	case errors.As(lost.err, &address):
		return pipeline.Say("provider.fix_proxy")
	case errors.As(lost.err, &refusal) && refusal.status == http.StatusProxyAuthRequired:
		return pipeline.Say("provider.proxy_credentials", "variable", variable)
	case errors.As(lost.err, &unknown):
		if file := os.Getenv("SSL_CERT_FILE"); file != "" {
			return pipeline.Say("provider.other_authority", "file", file)
		}
		return pipeline.Say("provider.name_authority")
	case errors.As(lost.err, &host):
		return pipeline.Say("provider.other_host")
	case errors.As(lost.err, &invalid) && invalid.Reason == x509.Expired:
		return pipeline.Say("provider.certificate_expired")
	case errors.As(lost.err, &verify):
		return pipeline.Say("provider.certificate_wrong")
	case errors.As(lost.err, &record):
		return pipeline.Say("provider.no_tls")
	case refusedHandshake(lost.err) && c.certified:
		return pipeline.Say("provider.other_client_certificate")
	case refusedHandshake(lost.err):
		return pipeline.Say("provider.name_client_certificate")
	case through && !c.wire.answered.Load(): // a proxy that has worked may soon work again
		return pipeline.Say("provider.check_proxy", "variable", variable)
	}
	return nil
}
