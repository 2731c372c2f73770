package submit

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/pipeline"
)

// A proxy that cannot be reached is named instead of the provider.
func TestDescribeNamesTheProxy(t *testing.T) {
	c := &Client{route: route{"http://proxy.example:3128", "HTTPS_PROXY"}}
	for op, want := range map[string]string{
		"proxyconnect": `provider.proxy_failed proxy="http://proxy.example:3128" variable="HTTPS_PROXY" reason=(`,
		"read":         `provider.through_proxy proxy="http://proxy.example:3128" variable="HTTPS_PROXY" reason=(`,
	} {
		lost := &failure{unsent: true, err: &net.OpError{Op: op, Net: "tcp", Err: syscall.ECONNREFUSED}}
		if got := c.describe(lost, &redactor{}).String(); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", op, got, want)
		}
	}
}

// Faults of a certificate, and a host that does not exist, have sentences of muster's own.
func TestDescribeInWords(t *testing.T) {
	end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	old := &x509.Certificate{NotAfter: end}
	for _, c := range []struct {
		err  error
		want pipeline.MessageCode
	}{
		{x509.UnknownAuthorityError{}, "provider.unknown_authority"},
		{x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a.example"}}, Host: "b.example"},
			"provider.certificate_of"},
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "b.example"}, "provider.certificate_of_none"},
		{x509.CertificateInvalidError{Cert: old, Reason: x509.Expired}, "provider.certificate_times"},
	} {
		if got := distrust(fmt.Errorf("tls: %w", c.err)); got == nil || got.Code != c.want {
			t.Errorf("%v: %v, want %s", c.err, got, c.want)
		}
	}
	if got := distrust(errors.New("odd")); got != nil {
		t.Error(got)
	}
	lost := &failure{err: &net.DNSError{Err: "no such host", Name: "a.example", IsNotFound: true}}
	const want = "provider.no_host cause=(provider.unknown_name)"
	if got := new(Client).describe(lost, &redactor{}).String(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
