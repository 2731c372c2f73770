package pipeline

import (
	"net"
	"net/url"
	"strings"
)

// BaseURL is the normal form of a base URL, so that two spellings give one namespace: the host in lower case, without
// a final slash and without the scheme's own port. "" stays "". Plain http is only accepted for this machine unless
// allowHTTP. An error is a [Mistake].
func BaseURL(s string, allowHTTP bool) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	unfit := err != nil || u.Host == ""
	// Text before an @ or after a ? may be a secret, and is not repeated.
	if strings.ContainsAny(s, "@?#") && (unfit || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		return "", Wrong("target.base_url_secret").Try("target.base_url_form_secrets")
	}
	if unfit || u.Scheme != "https" && u.Scheme != "http" {
		return "", Wrong("target.base_url", "url", s).Try("target.base_url_form")
	}
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "http" && !allowHTTP && !Loopback(host) {
		return "", Wrong("target.base_url_unencrypted", "url", s).Try("target.use_https")
	}
	port := u.Port()
	if port == "443" && u.Scheme == "https" || port == "80" && u.Scheme == "http" {
		port = ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" {
		host += ":" + port
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// PlainHTTP reports whether base sends unencrypted to another machine, which [BaseURL] refuses by default.
func PlainHTTP(base string) bool {
	u, err := url.Parse(base)
	return err == nil && u.Scheme == "http" && !Loopback(u.Hostname())
}

// Loopback reports whether host, a name or an address, is this machine.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
