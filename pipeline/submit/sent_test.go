package submit_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// listen serves raw connections, each closed when serve returns.
func listen(t *testing.T, serve func(conn net.Conn, r *bufio.Reader)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				serve(conn, bufio.NewReader(conn))
			})
		}
	})
	return "http://" + l.Addr().String()
}

func reset(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }

// readRequest reads one request to its end; false when there is none.
func readRequest(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, req.Body)
	return err == nil
}

const created = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"id\":\"c1\"}"

func TestSentOrNot(t *testing.T) {
	tlsServer := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a request came through")
	}))
	tlsServer.Config.ErrorLog = log.New(io.Discard, "", 0)
	tlsServer.StartTLS()
	t.Cleanup(tlsServer.Close)

	cases := []struct {
		name string
		base string
		want pipeline.Verdict
		says string
	}{
		{"refused port", "http://127.0.0.1:1", pipeline.VerdictUnsent,
			"provider.not_sent reason=(provider.connection_refused)"},
		{"unknown host", "http://no-such-host.invalid", pipeline.VerdictUnsent, "provider.not_sent"},
		{"certificate that is not trusted", tlsServer.URL, pipeline.VerdictHalt, "provider.no_trust_authority"},
		{"no TLS at all", strings.Replace(listen(t, func(c net.Conn, r *bufio.Reader) {
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}), "http:", "https:", 1), pipeline.VerdictHalt, "provider.not_sent"},
		{"closed in the handshake", strings.Replace(listen(t, func(c net.Conn, r *bufio.Reader) {
			_, _ = r.ReadByte()
		}), "http:", "https:", 1), pipeline.VerdictUnsent, "provider.not_sent"},
		{"reset before reading", listen(t, func(c net.Conn, r *bufio.Reader) {
			_, _ = r.ReadByte()
			reset(c)
		}), pipeline.VerdictUnknown, ""},
		{"reset after reading", listen(t, func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
			reset(c)
		}), pipeline.VerdictUnknown, ""},
		{"closed after reading", listen(t, func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
		}), pipeline.VerdictUnknown, "provider.connection_closed"},
		{"rubbish for HTTP, quoting the row", listen(t, func(c net.Conn, r *bufio.Reader) {
			readRequest(r)
			_, _ = io.WriteString(c, "HTTP/1.1 ada+1@example.org is taken\r\n\r\n")
		}), pipeline.VerdictUnknown, "{email}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := acme()
			p.Timeout = time.Minute // none of these is a matter of time
			calls := 0
			watch := func(inner http.RoundTripper) http.RoundTripper { return counted{inner, &calls} }
			for _, o := range []submit.Options{{}, {Watch: watch}} { // watching changes nothing
				o.Provider, o.BaseURL = p, c.base
				r, _ := newClient(t, o).Create(t.Context(), intent())
				if r.Verdict != c.want || !strings.Contains(r.Message.String(), c.says) {
					t.Errorf("%q: %s; want %q", r.Verdict, r.Message, c.want)
				}
				if strings.Contains(r.Message.String(), "example.org") {
					t.Errorf("personal data: %s", r.Message)
				}
			}
			if calls != 1 {
				t.Errorf("%d calls were watched", calls)
			}
		})
	}
}

// TestNoAnswerInTime: a request that was read is in doubt when its answer, or the rest of it, does not come in time.
func TestNoAnswerInTime(t *testing.T) {
	for _, c := range []struct{ name, begins, says string }{
		{"hang", "", "provider.timeout time=300ms"},
		{"hang in the body", "HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\n{\"id\":", "provider.body_late"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				provider := newPipes(t)
				var served sync.WaitGroup
				t.Cleanup(served.Wait)
				served.Go(func() {
					for {
						conn, err := provider.Accept()
						if err != nil {
							return
						}
						served.Go(func() {
							defer conn.Close()
							r := bufio.NewReader(conn)
							readRequest(r)
							_, _ = io.WriteString(conn, c.begins)
							_, _ = r.ReadByte() // until the client gives up
						})
					}
				})
				t.Cleanup(provider.close)
				calls := 0
				watch := func(inner http.RoundTripper) http.RoundTripper { return counted{inner, &calls} }
				for _, o := range []submit.Options{{}, {Watch: watch}} { // watching changes nothing
					o.Provider, o.BaseURL, o.Transport = acme(), "http://provider.example", provider.transport()
					o.Provider.Timeout = 300 * time.Millisecond
					begun := time.Now()
					r, _ := newClient(t, o).Create(t.Context(), intent())
					if took := time.Since(begun); took != o.Provider.Timeout {
						t.Errorf("given up after %v", took)
					}
					if r.Verdict != pipeline.VerdictUnknown || !strings.Contains(r.Message.String(), c.says) {
						t.Errorf("%q: %s", r.Verdict, r.Message)
					}
				}
				if calls != 1 {
					t.Errorf("%d calls were watched", calls)
				}
			})
		})
	}
}

// counted counts the calls that pass through it.
type counted struct {
	inner http.RoundTripper
	calls *int
}

func (c counted) RoundTrip(req *http.Request) (*http.Response, error) {
	*c.calls++
	return c.inner.RoundTrip(req)
}

func TestInterruptedBeforeAndAfterSending(t *testing.T) {
	arrived := make(chan struct{}, 1)
	release := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-release
	})
	defer close(release)
	c := newClient(t, submit.Options{BaseURL: s.URL, Concurrency: 1})

	done, cancelDone := context.WithCancel(t.Context())
	cancelDone()
	if r, _ := c.Create(done, intent()); r.Verdict != pipeline.VerdictUnsent {
		t.Errorf("interrupted before: %q", r.Verdict)
	}
	ctx, cancel := context.WithCancel(t.Context())
	replies := make(chan pipeline.Reply, 2)
	go func() { r, _ := c.Create(ctx, intent()); replies <- r }()
	<-arrived
	waiting, cancelWaiting := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancelWaiting()
	if r, _ := c.Create(waiting, intent()); r.Verdict != pipeline.VerdictUnsent { // no place is free
		t.Errorf("interrupted while it waited for a place: %q", r.Verdict)
	}
	cancel()
	if r := <-replies; r.Verdict != pipeline.VerdictUnknown {
		t.Errorf("interrupted after sending: %q", r.Verdict)
	}
	c.Pause(time.Now().Add(time.Hour))
	paused, cancelPaused := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancelPaused()
	if r, _ := c.Create(paused, intent()); r.Verdict != pipeline.VerdictUnsent {
		t.Errorf("interrupted in a pause: %q", r.Verdict)
	}
	if len(arrived) != 0 {
		t.Error("an unsent request arrived")
	}
}

// Whatever kept-alive connections do, the server sees each request at most once, and never one that was called
// unsent.
func TestNoRequestIsSentTwice(t *testing.T) {
	for _, how := range []string{"closes after answering", "closes on the second request",
		"resets on the second request"} {
		t.Run(how, func(t *testing.T) {
			var seen atomic.Int64
			base := listen(t, func(c net.Conn, r *bufio.Reader) {
				if !readRequest(r) {
					return
				}
				seen.Add(1)
				_, _ = io.WriteString(c, created)
				if how == "closes after answering" {
					return
				}
				if readRequest(r) {
					seen.Add(1)
				}
				if strings.HasPrefix(how, "resets") {
					reset(c)
				}
			})
			p := acme()
			p.LookUps[0].Found = statuses(201, 201)
			c := newClient(t, submit.Options{Provider: p, BaseURL: base, Concurrency: 2})
			tried, unsent := 0, 0
			for i := range 60 {
				tried++
				if i%3 == 2 {
					_, err := c.LookUp(t.Context(), &p.LookUps[0], "a@example.org")
					var e *submit.LookUpError
					if errors.As(err, &e) && e.Verdict == pipeline.VerdictUnsent {
						unsent++
					}
					continue
				}
				if r, _ := c.Create(t.Context(), intent()); r.Verdict == pipeline.VerdictUnsent {
					unsent++
				}
			}
			// A request that was written to a connection already closed by the server is "unknown" and may not have
			// been read.
			if n := int(seen.Load()); n > tried-unsent {
				t.Errorf("%d requests arrived of %d tried, %d of them unsent", n, tried, unsent)
			}
		})
	}
}

// lossy is a foreign transport that loses requests without reporting a step.
type lossy struct{}

func (lossy) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("lost") }

func TestForeignTransportIsNotTrusted(t *testing.T) {
	r, _ := newClient(t, submit.Options{BaseURL: "http://localhost", Transport: lossy{}}).Create(t.Context(), intent())
	if r.Verdict != pipeline.VerdictUnknown {
		t.Errorf("verdict %q", r.Verdict)
	}
}

func TestTLSWithAGivenTransport(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Errorf("HTTP/%d", r.ProtoMajor)
		}
		_, _ = io.WriteString(w, `{"id":"c1"}`)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	c := newClient(t, submit.Options{BaseURL: s.URL, Transport: s.Client().Transport})
	for range 3 {
		if r, _ := c.Create(t.Context(), intent()); r.Verdict != pipeline.VerdictCreated {
			t.Fatalf("%q: %s", r.Verdict, r.Message)
		}
	}
}
