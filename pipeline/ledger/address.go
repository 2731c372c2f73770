package ledger

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/pipeline"
)

// usualSchema is the schema of a ledger's tables on a server, unless its address names another.
const usualSchema = "muster"

// dialTimeout is how long connecting to a server may take, unless the address or PGCONNECT_TIMEOUT says otherwise.
const dialTimeout = 10 * time.Second

// serverAddress is the address of a ledger on a PostgreSQL server.
type serverAddress struct {
	shown  string // as given: it has no password
	schema string
	root   string // the file with the authority of its certificate, where it is named
	config *pgx.ConnConfig
	// settings are the options that are settings of the server.
	settings  []string
	certified bool // the address or the environment names a certificate of our own
	// unverified: the connection is encrypted, and nobody asks the server to prove who it is.
	unverified bool
}

var (
	// A schema's name is never quoted, so that muster, psql and pg_dump all spell it the same.
	schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	// All of an address behind its user: host, database and settings.
	addressRest = regexp.MustCompile(`^[^@/?#]*(/[^@/?#]*)?(\?[^@?#]*)?$`)
)

// aliveness makes the system notice within half a minute that a server is gone while a query waits for its answer: a
// waiting pg_advisory_lock may block for hours.
var aliveness = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// parseAddress reads the address of a ledger. What the address leaves out comes from where psql takes it: PGUSER,
// PGPASSWORD, PGPASSFILE, PGSERVICEFILE and the like. Its error is a [pipeline.Mistake] that quotes nothing that may
// be a password.
func parseAddress(name string, allowPlain bool) (*serverAddress, error) {
	shown := Shown(name)
	scheme, rest, _ := strings.Cut(name, "://")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		if strings.Contains(rest[:at], ":") {
			return nil, passwordInAddress(shown)
		}
		if strings.ContainsAny(rest[:at], "@/?#") {
			return nil, unreadable(shown)
		}
		rest = rest[at+1:]
	}
	if !addressRest.MatchString(rest) {
		return nil, unreadable(shown)
	}
	head, query, _ := strings.Cut(name[len(scheme):], "?")
	asked, err := url.ParseQuery(query)
	if err != nil {
		return nil, unreadable(shown)
	}
	for option := range asked {
		if isSecretOption(option) {
			return nil, passwordInAddress(shown)
		}
	}
	hosts, _, _ := strings.Cut(rest, "?")
	hosts, _, _ = strings.Cut(hosts, "/")
	if err := refusedHosts(shown, hosts); err != nil {
		return nil, err
	}
	if err := refusedOptions(shown, asked); err != nil {
		return nil, err
	}
	a := &serverAddress{shown: shown, schema: usualSchema}
	a.certified = asked.Get("sslcert") != "" || os.Getenv("PGSSLCERT") != "" // as pgx reads them
	if file := asked.Get("sslrootcert"); file != "system" {
		a.root = file
	}
	if asked.Has("schema") {
		a.schema = asked.Get("schema")
		asked.Del("schema")
	}
	if !schemaName.MatchString(a.schema) || strings.HasPrefix(a.schema, "pg_") || a.schema == "information_schema" {
		return nil, refusal(nil, "server.schema_name", "schema", a.schema).At(ledgerAt(shown)).
			Try("server.schema_letters")
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if !slices.Contains(addressOptions, name) {
			a.settings = append(a.settings, name)
		}
	}
	if query = encoded(asked); query != "" {
		query = "?" + query
	}
	if a.config, err = pgx.ParseConfig(strings.ToLower(scheme) + head + query); err != nil {
		return nil, unusableSettings(shown, err)
	}
	if a.config.ConnectTimeout == 0 {
		a.config.ConnectTimeout = dialTimeout
	}
	a.config.DialFunc = (&net.Dialer{KeepAliveConfig: aliveness}).DialContext
	if err := a.secure(asked.Has("sslmode"), allowPlain); err != nil {
		return nil, err
	}
	if len(a.config.Fallbacks) > 0 && a.config.ValidateConnect == nil {
		a.config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	}
	return a, nil
}

// encoded writes a query as pgx reads it: a space is %20, for pgx keeps a plus sign as it is.
func encoded(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }

// secure refuses servers beyond this machine without TLS. The default of libpq and pgx, sslmode=prefer, would go on
// without TLS where the server has none.
func (a *serverAddress) secure(said, allowPlain bool) error {
	if allowPlain {
		return nil
	}
	c := a.config
	ways := append([]*pgconn.FallbackConfig{{Host: c.Host, TLSConfig: c.TLSConfig}}, c.Fallbacks...)
	plain := func(w *pgconn.FallbackConfig) bool { return w.TLSConfig == nil && !onThisMachine(w.Host) }
	if i := slices.IndexFunc(ways, plain); i == 0 || i > 0 && said {
		host := ways[i].Host
		m := a.refusal(nil, "server.plain", "host", host)
		if slices.ContainsFunc(ways, func(w *pgconn.FallbackConfig) bool { return w.Host == host && w.TLSConfig != nil }) {
			m = a.refusal(nil, "server.perhaps_plain", "host", host)
		}
		return m.Try("server.use_tls")
	}
	c.Fallbacks = slices.DeleteFunc(c.Fallbacks, plain)
	a.unverified = slices.ContainsFunc(ways, func(w *pgconn.FallbackConfig) bool {
		return w.TLSConfig != nil && !onThisMachine(w.Host) && !verifies(w.TLSConfig)
	})
	return nil
}

// verifies: a server is asked to prove by its certificate that it is the one. For an authority alone the driver has a
// function of its own.
func verifies(c *tls.Config) bool { return !c.InsecureSkipVerify || c.VerifyPeerCertificate != nil }

// onThisMachine reports whether a host is a socket or a loopback address.
func onThisMachine(host string) bool {
	if strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") || host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func unreadable(shown string) error {
	return refusal(nil, "server.address_unreadable").At(ledgerAt(shown)).Try("server.address_example")
}

// unusableSettings refuses an address whose settings, or those from PostgreSQL's variables and files, cannot be used.
// The driver's own text would quote them.
func unusableSettings(shown string, err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return refusal(err, "server.settings_file", "cause", file).At(ledgerAt(shown)).Try("server.check_settings")
	}
	return refusal(nil, "server.settings_unusable").At(ledgerAt(shown)).Try("server.check_settings")
}

func passwordInAddress(shown string) error {
	return refusal(nil, "server.password_in_address").At(ledgerAt(shown)).Try("server.password_elsewhere")
}

// role is the PostgreSQL role that logs in.
func (a *serverAddress) role() string { return a.config.User }

// refusal is a mistake at this address; the cause may be nil.
func (a *serverAddress) refusal(cause error, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return refusal(cause, code, pairs...).At(ledgerAt(a.shown))
}

// unreachable is a refusal that is [ErrUnreachable].
func (a *serverAddress) unreachable(cause error, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	m := a.refusal(cause, code, pairs...)
	m.Err = unreachable{unusable{cause}}
	return m
}
