package ledger

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The SQLSTATE codes that decide what is done.
const (
	codeWrongPassword   = "28P01"
	codeNotLetIn        = "28000"
	codeNoDatabase      = "3D000"
	codeNotAllowed      = "42501"
	codeTooMany         = "53300"
	codeNotNow          = "57P03" // the server is starting, stopping or recovering
	codeReadOnly        = "25006"
	codeNoSetting       = "42704" // there is no such setting, or no such object
	codeNoValue         = "22023" // of a setting
	codeNoSettingNow    = "55P02" // a setting that only the server's operator changes
	codeSerialization   = "40001"
	codeDeadlock        = "40P01"
	codeLockTimeout     = "55P03"
	codeEnded           = "57P01" // by its operator, or as it stops
	codeCrashed         = "57P02"
	codeDropped         = "57P04"
	codeSilent          = "57P05" // this side asked nothing for too long
	codeSilentInside    = "25P03" // within a transaction
	codeCancelled       = "57014"
	codeNoSchema        = "3F000"
	codeNoTable         = "42P01"
	codeDiskFull        = "53100"
	classOfShortage     = "53" // of room, memory or connections
	classOfIntervention = "57"
)

// sqlState is the SQLSTATE of err; "" for an error that does not come from a server.
func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// dial connects to the server. The caller closes the connection. Its errors are those of
// [serverAddress.cannotConnect], or the context's.
func (a *serverAddress) dial(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, a.config.Copy())
	if err == nil {
		return conn, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, a.cannotConnect(err)
}

// cannotConnect says why a connection failed, and what to do.
func (a *serverAddress) cannotConnect(err error) error {
	c := a.config
	switch sqlState(err) {
	case codeWrongPassword:
		if c.Password == "" {
			return a.refusal(err, "server.no_password", "role", c.User).Try("server.give_password")
		}
		return a.refusal(err, "server.wrong_password", "role", c.User).Try("server.check_password")
	case codeNotLetIn:
		return a.notLetIn(err)
	case codeNoDatabase:
		database := cmp.Or(c.Database, c.User) // as the server takes it
		return a.refusal(err, "server.no_database", "database", database).Try("server.create_database",
			"database", database, "role", c.User)
	case codeNotAllowed:
		return a.refusal(err, "server.no_right_to_connect", "role", c.User, "database", c.Database).
			Try("server.grant_connect", "role", c.User, "database", c.Database)
	case codeTooMany:
		return a.unreachable(err, "server.too_many").Try("server.more_connections")
	case codeNoSetting, codeNoValue, codeNoSettingNow:
		return a.settingRefused(err)
	case codeNotNow:
		return a.unreachable(err, "server.not_now").Try("server.wait_for_it")
	case "":
	default:
		meant, _ := serverFault(a.shown, err)
		return meant
	}
	var (
		unknown   *net.DNSError
		forged    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		asked     *net.OpError
		notChosen *pgconn.NotPreferredError
	)
	switch {
	case errors.As(err, &notChosen): // one of several, of which others may not even answer
		return a.unreachable(err, "server.no_primary").Try("server.name_primary")
	case errors.As(err, &unknown):
		return a.refusal(err, "server.host_unknown", "host", unknown.Name).Try("server.check_host")
	case errors.As(err, &authority) && a.root != "":
		return a.refusal(err, "server.certificate_other_authority", "file", a.root).Try("server.name_other_root")
	case errors.As(err, &authority):
		return a.refusal(err, "server.certificate_unknown").Try("server.name_root")
	case errors.As(err, &host):
		return a.refusal(err, "server.certificate_other_host", "host", c.Host).Try("server.use_certified_name")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return a.outOfDate(err, invalid.Cert, time.Now())
	case errors.As(err, &invalid), errors.As(err, &forged):
		return a.refusal(err, "server.certificate_bad").Try("server.renew_certificate")
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, os.ErrNotExist):
		return a.unreachable(err, "server.nobody_there", "host", c.Host, "port", int(c.Port)).Try("server.check_running")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), pgconn.Timeout(err):
		return a.unreachable(err, "server.no_answer", "host", c.Host, "port", int(c.Port)).Try("server.check_network")
	case brokenOff(err) && a.certified:
		return a.refusal(err, "server.broke_off", "host", c.Host, "port", int(c.Port)).Try("server.check_certificate")
	case brokenOff(err):
		return a.unreachable(err, "server.broke_off", "host", c.Host, "port", int(c.Port)).Try("server.check_running")
	case errors.As(err, &asked) && asked.Op == "remote error": // what crypto/tls calls an alert
		return a.refusal(err, "server.tls_refused", "host", c.Host, "cause", asked.Err).Try("server.check_certificate")
	case errors.As(err, &asked):
		return a.unreachable(err, "server.unreachable", "host", c.Host, "port", int(c.Port), "cause", asked.Err).
			Try("server.check_network")
	case c.TLSConfig != nil:
		return a.refusal(err, "server.no_tls", "host", c.Host).Try("server.turn_on_tls")
	}
	return a.unreachable(err, "server.broke_off", "host", c.Host, "port", int(c.Port)).Try("server.check_running")
}

// brokenOff: the connection was there. A server that does not take a certificate says so when the other side thinks that
// all is well, and it may not hear it any more.
func brokenOff(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF)
}

// notLetIn: by the rules of the server's operator. They may want a certificate, about
// which the server says no more than in words.
func (a *serverAddress) notLetIn(err error) error {
	c := a.config
	if unknownRole(err) {
		return a.refusal(err, "server.no_role", "role", c.User).Try("server.create_role", "role", c.User)
	}
	m := a.refusal(err, "server.not_let_in", "role", c.User, "cause", answer(err))
	if c.TLSConfig != nil && !a.certified {
		return m.Try("server.check_role_and_certificate")
	}
	return m.Try("server.check_role")
}

// outOfDate: the server's certificate is not valid at this time, as this machine has it.
func (a *serverAddress) outOfDate(err error, c *x509.Certificate, now time.Time) error {
	if now.Before(c.NotBefore) {
		return a.refusal(err, "server.certificate_early", "at", c.NotBefore.UTC()).Try("server.check_clock")
	}
	return a.refusal(err, "server.certificate_expired", "at", c.NotAfter.UTC()).Try("server.renew_certificate")
}

// answer is the server's own text, without what the driver adds.
func answer(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}
