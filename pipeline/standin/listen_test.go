package standin

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestStartIsOnTheLoopbackByDefault(t *testing.T) {
	for addr, want := range map[string]string{"": "127.0.0.1:0", ":8080": "127.0.0.1:8080", "8080": "127.0.0.1:8080",
		"127.0.0.1:0": "127.0.0.1:0", "[::1]:0": "[::1]:0", "0.0.0.0:9": "0.0.0.0:9"} {
		if got, err := listenAddress(addr); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", addr, got, err, want)
		}
	}
	for _, addr := range []string{"localhost", "99999", "a:b:c"} {
		if _, _, err := start(t, juraOptions()).Start(addr); err == nil || !strings.Contains(err.Error(), addr) {
			t.Errorf("%q: %v", addr, err)
		}
	}
	if got := reachable(&net.TCPAddr{IP: net.IPv6unspecified, Port: 9}); got != "127.0.0.1:9" {
		t.Error(got)
	}
}

func TestStartReturnsAnAddressThatAnswers(t *testing.T) {
	s := start(t, juraOptions())
	base, stop, err := s.Start("")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(base)
	if err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "0" || u.Path != "" {
		t.Fatal(base, err)
	}
	resp, err := http.Get(base + "/_standin/counts")
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, _, err := start(t, juraOptions()).Start(u.Host); err == nil || !strings.Contains(err.Error(), u.Host) {
		t.Errorf("a port in use: %v", err)
	}
	for range 2 {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	if _, err := http.Get(base); err == nil {
		t.Error("it answers after stop")
	}
}

// A request that hangs holds up no stop, and gets no answer by it.
func TestStopDoesNotWaitForAHang(t *testing.T) {
	for _, kind := range []FaultKind{Hang, HangAfter} {
		stopped := func() (took time.Duration) {
			o := juraOptions()
			o.Faults = []Fault{{Kind: kind}}
			s := start(t, o)
			base, stop, err := s.Start("")
			if err != nil {
				t.Fatal(err)
			}
			failed := make(chan error, 1)
			go func() {
				resp, err := post(t.Context(), client(t), base, "a@b.co")
				if err == nil {
					resp.Body.Close()
				}
				failed <- err
			}()
			eventually(t, "the request has come", func() bool { return s.Counts().Open == 1 })
			began := time.Now()
			if err := stop(); err != nil {
				t.Error(err)
			}
			took = time.Since(began)
			if err := <-failed; err == nil {
				t.Errorf("%s: stop made an answer", kind)
			}
			return took
		}
		// A busy machine may use up the time; a stop that waits for a hang always does.
		took := stopped()
		for tries := 1; took > stopGrace && tries < 10; tries++ {
			took = stopped()
		}
		if took > stopGrace {
			t.Errorf("%s: stop took %s", kind, took)
		}
	}
}
