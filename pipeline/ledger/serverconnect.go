package ledger

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"syscall"

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
	codeSerialization   = "40001"
	codeDeadlock        = "40P01"
	codeLockTimeout     = "55P03"
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
		return a.refusal(err, "server.not_let_in", "role", c.User, "cause", answer(err)).Try("server.check_role")
	case codeNoDatabase:
		return a.refusal(err, "server.no_database", "database", c.Database).Try("server.create_database",
			"database", c.Database, "role", c.User)
	case codeNotAllowed:
		return a.refusal(err, "server.no_right_to_connect", "role", c.User, "database", c.Database).
			Try("server.grant_connect", "role", c.User, "database", c.Database)
	case codeTooMany:
		return a.refusal(err, "server.too_many").Try("server.more_connections")
	case codeNotNow:
		return a.refusal(err, "server.not_now").Try("server.wait_for_it")
	case "":
	default:
		return a.refusal(err, "server.refused_us", "cause", answer(err)).Try("server.ask_operator")
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
	case errors.As(err, &unknown):
		return a.refusal(err, "server.host_unknown", "host", unknown.Name).Try("server.check_host")
	case errors.As(err, &authority):
		return a.refusal(err, "server.certificate_unknown").Try("server.name_root")
	case errors.As(err, &host):
		return a.refusal(err, "server.certificate_other_host", "host", c.Host).Try("server.use_certified_name")
	case errors.As(err, &invalid), errors.As(err, &forged):
		return a.refusal(err, "server.certificate_bad").Try("server.renew_certificate")
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, os.ErrNotExist):
		return a.refusal(err, "server.nobody_there", "host", c.Host, "port", int(c.Port)).Try("server.check_running")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), pgconn.Timeout(err):
		return a.refusal(err, "server.no_answer", "host", c.Host, "port", int(c.Port)).Try("server.check_network")
	case errors.As(err, &notChosen):
		return a.refusal(err, "server.no_primary").Try("server.name_primary")
	case errors.Is(err, syscall.ECONNRESET):
		return a.refusal(err, "server.broke_off", "host", c.Host, "port", int(c.Port)).Try("server.check_running")
	case errors.As(err, &asked):
		return a.refusal(err, "server.unreachable", "host", c.Host, "port", int(c.Port), "cause", asked.Err).
			Try("server.check_network")
	case c.TLSConfig != nil:
		return a.refusal(err, "server.no_tls", "host", c.Host).Try("server.turn_on_tls")
	}
	return a.refusal(err, "server.broke_off", "host", c.Host, "port", int(c.Port)).Try("server.check_running")
}

// answer is the server's own text, without what the driver adds.
func answer(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}
