package submit

import (
	"net"
	"strings"
	"syscall"
	"testing"
)

// A proxy that cannot be reached is not taken for the provider.
func TestDescribeNamesTheProxy(t *testing.T) {
	for op, want := range map[string]string{
		"proxyconnect": "provider.not_sent reason=(provider.proxy_failed reason=(provider.connection_refused))",
		"dial":         "provider.not_sent reason=(provider.connection_refused)",
	} {
		lost := &failure{unsent: true, err: &net.OpError{Op: op, Net: "tcp", Err: syscall.ECONNREFUSED}}
		if got := (&Client{}).describe(lost, &redactor{}).String(); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", op, got, want)
		}
	}
}
