package ledger

import (
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// addressOptions are the options of an address: muster's own, and those of the driver, which are psql's. The driver
// takes any other for a setting of the server, such as work_mem, and connects before the server refuses it.
var addressOptions = []string{"schema", "application_name", "channel_binding", "client_encoding", "connect_timeout",
	"database", "dbname", "host", "krbspn", "krbsrvname", "max_protocol_version", "min_protocol_version", "options",
	"passfile", "port", "require_auth", "service", "servicefile", "ssl", "sslcert", "sslcertmode", "sslkey", "sslmode",
	"sslnegotiation", "sslrootcert", "sslsni", "target_session_attrs", "user"}

// addressValues are the values of the options that have a few.
var addressValues = map[string][]string{
	"sslmode":              {"verify-full", "verify-ca", "require", "disable", "prefer", "allow"},
	"target_session_attrs": {"read-write", "primary", "any", "read-only", "standby", "prefer-standby"},
}

// isSecretOption reports whether an option was probably meant for a password.
func isSecretOption(name string) bool {
	name = strings.ToLower(name)
	return name != "passfile" && (strings.Contains(name, "pas") || strings.Contains(name, "pwd"))
}

// refusedOptions refuses options that are misspelt, and values that are none of an option's. A misspelt sslmode must
// not lead to a connection without TLS. Whether another option is a setting of the server is for the server to say.
func refusedOptions(shown string, asked url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if meant := misspelt(name); meant != "" {
			return refusal(nil, "server.no_option", "option", name).At(ledgerAt(shown)).Suggest(`"` + meant + `"`)
		}
		if values := addressValues[name]; values != nil && !slices.Contains(values, asked.Get(name)) {
			return refusal(nil, "server.no_value", "option", name, "value", asked.Get(name)).At(ledgerAt(shown)).
				Try("server.values_are", "values", values).SuggestQuoted(asked.Get(name), values)
		}
		if text := asked.Get(name); name == "connect_timeout" {
			if n, err := strconv.Atoi(text); err != nil || n < 0 {
				return refusal(nil, "server.no_value", "option", name, "value", text).At(ledgerAt(shown)).
					Try("server.seconds")
			}
		}
	}
	return nil
}

// misspelt is the option that a name differs from in one letter, or two of a long name; "" where it is an option
// itself, or probably another setting.
func misspelt(name string) string {
	if slices.Contains(addressOptions, name) {
		return ""
	}
	for _, option := range addressOptions {
		if pipeline.Distance(strings.ToLower(name), option) <= min(2, len(option)/3) {
			return option
		}
	}
	return ""
}

// settingRefused is a setting that the server does not know, or a value that it does not take. It says which in words
// alone; settings that are in the address are named.
func (a *serverAddress) settingRefused(err error) error {
	if len(a.settings) == 1 && sqlState(err) == codeNoSetting {
		return a.refusal(err, "server.no_option", "option", a.settings[0]).Try("server.leave_option_out")
	}
	return a.refusal(err, "server.setting_refused", "cause", answer(err)).Try("server.check_settings")
}

// refusedHosts refuses hosts and ports that are none: host:port, and several with commas. It quotes no port, which may
// be a part of a password.
func refusedHosts(shown, hosts string) error {
	for one := range strings.SplitSeq(hosts, ",") {
		var host, port string
		switch {
		case strings.HasPrefix(one, "["):
			address, after, closed := strings.Cut(one[1:], "]")
			if _, err := netip.ParseAddr(address); err != nil || !closed || after != "" && after[0] != ':' {
				return refusal(nil, "server.no_ipv6").At(ledgerAt(shown)).Try("server.ipv6_example")
			}
			host, port = address, strings.TrimPrefix(after, ":")
		case strings.Count(one, ":") > 1:
			return refusal(nil, "server.no_ipv6").At(ledgerAt(shown)).Try("server.ipv6_example")
		default:
			host, port, _ = strings.Cut(one, ":")
		}
		if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
			return refusal(nil, "server.no_port").At(ledgerAt(shown)).Try("server.address_example")
		}
		if strings.ContainsAny(host, " \t") {
			return unreadable(shown)
		}
	}
	return nil
}

var (
	otherScheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.:-]*)://`)
	keyValues   = regexp.MustCompile(`(^|\s)(host|dbname)\s*=`)
)

// meantAsAddress refuses a name that would be the path of a file, and was meant as the address of a server: with
// another scheme, or in the form of keys and values that psql takes too. Neither is shown, as a password may be in it.
func meantAsAddress(name string) error {
	if other := otherScheme.FindStringSubmatch(name); other != nil {
		return refusal(nil, "server.other_scheme", "scheme", other[1]).At(ledgerAt(other[0] + "...")).
			Try("server.address_example")
	}
	if keyValues.MatchString(name) {
		return refusal(nil, "server.keys_and_values").At(ledgerAt("...")).Try("server.address_example")
	}
	return nil
}
