package submit

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

const interruptedUnsent = "interrupted before it was sent"

// describe words a call without an answer for a person. What the network
// stack says may quote the provider, or our address, so that it is redacted
// like any text; hide may be nil.
func (c *Client) describe(lost *failure, hide *redactor) string {
	if hide == nil {
		hide = c.redactor(nil, "")
	}
	err := withoutURL(lost.err)
	var (
		dns     *net.DNSError
		verify  *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		record  tls.RecordHeaderError
	)
	var what string
	switch {
	case lost.timeout > 0:
		what = fmt.Sprintf("no answer within %s", lost.timeout)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		if lost.unsent {
			return interruptedUnsent
		}
		what = "interrupted before the answer came"
	case errors.As(err, &dns):
		what = "the host's name could not be found: " + dns.Err
	case errors.As(err, &verify), errors.As(err, &unknown), errors.As(err, &record):
		what = "no trusted connection (TLS): " + err.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		what = "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		what = "the connection was reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		what = "the connection was closed without an answer"
	default:
		what = err.Error()
	}
	if lost.unsent {
		what += " (not sent)"
	}
	return hide.text(what, maxMessage)
}
