package pipeline

import "testing"

// A request to another address is elsewhere; on this machine only when the definition differs too.
func TestElsewhere(t *testing.T) {
	at := func(digest, url, create string) Sent { return Sent{Digest: digest, BaseURL: url, Create: create} }
	here := at("d", "https://a.example.org", "POST /c")
	local := at("d", "http://127.0.0.1:7001", "POST /c")
	for _, c := range []struct {
		name       string
		sent, here Sent
		want       bool
	}{
		{"nothing is known", Sent{}, here, false},
		{"the same", here, here, false},
		{"another host", at("d", "https://b.example.org", "POST /c"), here, true},
		{"another port", at("d", "https://a.example.org:8443", "POST /c"), here, true},
		{"an edited definition", at("e", "https://a.example.org", "POST /c"), here, false},
		{"another call of another definition", at("e", "https://a.example.org", "POST /d"), here, true},
		{"a port of this machine", at("d", "http://localhost:7002", "POST /c"), local, false},
		{"the same, by another definition", at("e", "http://127.0.0.1:7002", "POST /c"), local, true},
		{"from this machine to a host", local, here, true},
	} {
		if got := c.sent.Elsewhere(c.here); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
