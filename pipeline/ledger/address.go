package ledger

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/pipeline"
)

// usualSchema is where the tables of a ledger are on a server, unless its address
// names another schema.
const usualSchema = "muster"

// dialTimeout is how long a server may take to let somebody in, unless the address or
// PGCONNECT_TIMEOUT says otherwise.
const dialTimeout = 10 * time.Second

// serverAddress is the address of a ledger on a PostgreSQL server.
type serverAddress struct {
	shown  string // as given: it has no password
	schema string
	config *pgx.ConnConfig
}

var (
	// A schema is named without quotes, so that it is the same name wherever it is typed.
	schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	// What may stand for the server, its database and what else is asked for.
	addressRest = regexp.MustCompile(`^[^@/?#]*(/[^@/?#]*)?(\?[^@?#]*)?$`)
)

// aliveness is how the system finds out that a server is no more there while a question
// waits for its answer, as it does for as long as somebody else has the right to send:
// after half a minute without a sign.
var aliveness = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// parseAddress reads the address of a ledger. What it lacks comes from where psql
// takes it too: PGUSER, PGPASSWORD, PGPASSFILE, PGSERVICEFILE and the like. Its error
// is a [pipeline.Mistake] that quotes nothing of what may be a password.
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
	if asked.Has("password") || asked.Has("sslpassword") {
		return nil, passwordInAddress(shown)
	}
	a := &serverAddress{shown: shown, schema: usualSchema}
	if asked.Has("schema") {
		a.schema = asked.Get("schema")
		asked.Del("schema")
	}
	if !schemaName.MatchString(a.schema) || strings.HasPrefix(a.schema, "pg_") || a.schema == "information_schema" {
		return nil, refusal(nil, "server.schema_name", "schema", a.schema).At(ledgerAt(shown)).
			Try("server.schema_letters")
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

// encoded is a query as the driver takes it: a space is no plus sign there.
func encoded(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }

// secure refuses servers beyond this machine without TLS. Where nothing is said of
// TLS, the driver would go on without it if the server has none: not so here.
func (a *serverAddress) secure(said, allowPlain bool) error {
	if allowPlain {
		return nil
	}
	c := a.config
	plain := func(host string, encrypted bool) bool { return !encrypted && !onThisMachine(host) }
	var encrypted []*pgconn.FallbackConfig
	for _, f := range c.Fallbacks {
		if !plain(f.Host, f.TLSConfig != nil) {
			encrypted = append(encrypted, f)
		}
	}
	if plain(c.Host, c.TLSConfig != nil) || said && len(encrypted) < len(c.Fallbacks) {
		return refusal(nil, "server.plain", "host", c.Host).At(ledgerAt(a.shown)).Try("server.use_tls")
	}
	c.Fallbacks = encrypted
	return nil
}

// onThisMachine: a socket, or an address of this machine alone.
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

// unusableSettings: the address is one, and what it says, or what the variables and
// files of PostgreSQL's programs add, is not. The driver's own text quotes them.
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

// role is who logs in.
func (a *serverAddress) role() string { return a.config.User }

// refusal is that of a ledger at this address; the cause may be nil.
func (a *serverAddress) refusal(cause error, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return refusal(cause, code, pairs...).At(ledgerAt(a.shown))
}
