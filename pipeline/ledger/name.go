package ledger

import (
	"maps"
	"net/url"
	"strings"
)

// IsAddress reports whether the name of a ledger is the address of a PostgreSQL server, and not the path of a file.
func IsAddress(name string) bool {
	scheme, _, found := strings.Cut(name, "://")
	return found && (strings.EqualFold(scheme, "postgres") || strings.EqualFold(scheme, "postgresql"))
}

// Shown is the name of a ledger in a form that may be shown: without the password of an address, which is refused for
// having one.
func Shown(name string) string {
	if !IsAddress(name) {
		return name
	}
	u, err := url.Parse(name)
	if err != nil || u.Fragment != "" || strings.Contains(u.Path+u.RawQuery, "@") {
		// It is not clear where the password ends.
		scheme, _, _ := strings.Cut(name, "://")
		return scheme + "://..."
	}
	if _, has := u.User.Password(); has {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	if n := len(q); n > 0 {
		maps.DeleteFunc(q, func(option string, _ []string) bool { return isSecretOption(option) })
		if len(q) < n {
			u.RawQuery = q.Encode()
		}
	}
	return u.String()
}

// dumpCommand is the pg_dump command for the ledger at an address; all of the address but the schema goes to pg_dump.
func dumpCommand(address string) []string {
	schema := usualSchema
	if u, err := url.Parse(address); err == nil {
		q := u.Query()
		if q.Has("schema") {
			schema = q.Get("schema")
			q.Del("schema")
			u.RawQuery = q.Encode()
		}
		address = u.String()
	}
	return []string{"pg_dump", "--dbname=" + address, "--schema=" + schema, "--format=custom", "--file=ledger.dump"}
}
