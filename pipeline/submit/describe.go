package submit

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"

	"muster/pipeline"
)

func interruptedUnsent() *pipeline.Message { return pipeline.Say("provider.interrupted_unsent") }

// describe says why a call has no answer. An error of the network stack may quote the provider or our address, so
// that it is redacted like any text; hide may be nil.
func (c *Client) describe(lost *failure, hide *redactor) *pipeline.Message {
	if hide == nil {
		hide = c.redactor(nil, "")
	}
	err := withoutURL(lost.err)
	var (
		dns     *net.DNSError
		verify  *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		record  tls.RecordHeaderError
		refusal *proxyRefusal
	)
	cause := func() any {
		if m := distrust(err); m != nil {
			return m
		}
		return hide.text(err.Error(), maxMessage)
	}
	var what *pipeline.Message
	switch {
	case lost.timeout > 0:
		what = pipeline.Say("provider.timeout", "time", lost.timeout)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		if lost.unsent {
			return interruptedUnsent()
		}
		what = pipeline.Say("provider.interrupted")
	case errors.As(err, &dns) && dns.IsNotFound:
		what = pipeline.Say("provider.no_host", "cause", pipeline.Say("provider.unknown_name"))
	case errors.As(err, &dns):
		what = pipeline.Say("provider.no_host", "cause", hide.text(dns.Err, maxMessage))
	case errors.As(err, &refusal):
		what = refusal.Sentence()
	case errors.As(err, &unknown):
		what = pipeline.Say("provider.no_trust_authority", "cause", cause())
	case refusedHandshake(err) && c.certified:
		what = pipeline.Say("provider.client_certificate_refused", "cause", cause())
	case refusedHandshake(err):
		what = pipeline.Say("provider.client_certificate_missing", "cause", cause())
	case errors.As(err, &verify), errors.As(err, &record):
		what = pipeline.Say("provider.no_trust", "cause", cause())
	case errors.Is(err, syscall.ECONNREFUSED):
		what = pipeline.Say("provider.connection_refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		what = pipeline.Say("provider.connection_reset")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		what = pipeline.Say("provider.connection_closed")
	default:
		what = hide.reason(err)
	}
	switch {
	case c.route.proxy == "":
	case byProxy(err):
		what = pipeline.Say("provider.proxy_failed", "proxy", c.route.proxy, "variable", c.route.variable,
			"reason", what)
	default:
		what = pipeline.Say("provider.through_proxy", "proxy", c.route.proxy, "variable", c.route.variable,
			"reason", what)
	}
	if lost.unsent {
		return pipeline.Say("provider.not_sent", "reason", what)
	}
	return what
}

// distrust says what is wrong with a server's certificate; nil for a fault that is too rare to have a sentence.
func distrust(err error) *pipeline.Message {
	var (
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &unknown):
		return pipeline.Say("provider.unknown_authority")
	case errors.As(err, &host) && len(host.Certificate.DNSNames) > 0:
		return pipeline.Say("provider.certificate_of", "names", host.Certificate.DNSNames)
	case errors.As(err, &host):
		return pipeline.Say("provider.certificate_of_none")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return pipeline.Say("provider.certificate_times", "begin", invalid.Cert.NotBefore, "end", invalid.Cert.NotAfter)
	}
	return nil
}
