package submit

import (
	"net"
	"strings"
	"syscall"
	"testing"
)

// A proxy that cannot be reached is not taken for the provider.
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
