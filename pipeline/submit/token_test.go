package submit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// bank gives a new token for each exchange and accepts only the latest.
type bank struct {
	exchanges, creates atomic.Int64
	answer             func(n int64) (int, string) // to exchange n; nil: a token
	good               atomic.Int64                // number of the exchange whose token is valid; 0: the latest
}

func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/auth" {
		n := b.exchanges.Add(1)
		status, body := 200, fmt.Sprintf(`{"data":{"token":{"base":"token-%d"}}}`, n)
		if b.answer != nil {
			status, body = b.answer(n)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return
	}
	b.creates.Add(1)
	good := b.good.Load()
	if good == 0 {
		good = b.exchanges.Load()
	}
	if r.Header.Get("X-Token") != fmt.Sprintf("token-%d", good) {
		w.WriteHeader(401)
		return
	}
	_, _ = io.WriteString(w, `{"id":"c1"}`)
}

func (b *bank) client(t *testing.T, now func() time.Time) *submit.Client {
	return newClient(t, submit.Options{Provider: login(), Secrets: loginSecrets(), Concurrency: 32,
		BaseURL: serve(t, b.ServeHTTP).URL, Now: now})
}

func TestExchangeSendsTheSecrets(t *testing.T) {
	var got any
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/auth" {
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil || r.Header.Get("X-Token") != "" {
				t.Errorf("%v, token header %q", err, r.Header.Get("X-Token"))
			}
		}
		_, _ = io.WriteString(w, `{"data":{"token":"t"}}`)
	})
	c := newClient(t, submit.Options{Provider: login(), Secrets: loginSecrets(), BaseURL: s.URL})
	if err := c.Authorise(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"user": map[string]any{"login": "merchant_ops", "password": "pass/word+1"},
		"grant": "client_credentials"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestExchangeAtAnotherHost: secrets go to the host that gives tokens, and the token to
// the other; the customer's ID comes in the header of an answer without a body.
func TestExchangeAtAnotherHost(t *testing.T) {
	var exchanges, creates atomic.Int64
	auth := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/oauth/auth" {
			t.Errorf("tokens are asked for at %s", r.URL.Path)
		}
		exchanges.Add(1)
		_, _ = io.WriteString(w, `{"data":{"token":"t"}}`)
	})
	var s *httptest.Server
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/customers" || r.Header.Get("X-Token") != "t" {
			t.Errorf("a create at %s with the token %q", r.URL.Path, r.Header.Get("X-Token"))
		}
		creates.Add(1)
		w.Header().Set("Location", s.URL+"/customers/cus_1")
		w.WriteHeader(http.StatusCreated)
	})
	p := login()
	p.Record.IDHeader = "Location"
	c := newClient(t, submit.Options{Provider: p, Secrets: loginSecrets(), BaseURL: s.URL, AuthURL: auth.URL + "/oauth/"})
	reply, _ := c.Create(t.Context(), intent())
	if reply.Verdict != pipeline.VerdictCreated || reply.CustomerID != "cus_1" || exchanges.Load() != 1 || creates.Load() != 1 {
		t.Errorf("%+v after %d exchanges and %d creates", reply, exchanges.Load(), creates.Load())
	}
}

func TestOneExchangeForManyRefusals(t *testing.T) {
	b := &bank{}
	c := b.client(t, nil)
	if !c.Renewable() {
		t.Fatal("not renewable")
	}
	if _, gen := c.Create(t.Context(), intent()); gen != 1 || c.TokenAge(1) != 1 {
		t.Fatalf("generation %d, age %d", gen, c.TokenAge(gen))
	}
	b.good.Store(2) // the first is revoked
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			r, gen := c.Create(t.Context(), intent())
			for r.Verdict == pipeline.VerdictUnauthorized {
				if err := c.Authorise(t.Context(), gen); err != nil {
					t.Error(err)
					return
				}
				r, gen = c.Create(t.Context(), intent())
			}
			if r.Verdict != pipeline.VerdictCreated || gen != 2 {
				t.Errorf("%q with generation %d", r.Verdict, gen)
			}
		})
	}
	wg.Wait()
	if n := b.exchanges.Load(); n != 2 {
		t.Errorf("%d exchanges", n)
	}
	if c.TokenAge(1) != 1 || c.TokenAge(2) != 24 || c.TokenAge(3) != 0 {
		t.Errorf("ages %d, %d", c.TokenAge(1), c.TokenAge(2))
	}
}

func TestTokenIsRenewedShortlyBeforeItEnds(t *testing.T) {
	start := time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)
	for _, life := range []string{`"expires_in":1000`, `"expires_in":"1000"`, `"until":"2026-11-21T06:16:40Z"`} {
		var offset atomic.Int64
		b := &bank{}
		b.answer = func(n int64) (int, string) {
			if n == 2 {
				return 503, "" // the old token is still valid
			}
			b.good.Store(n)
			return 200, fmt.Sprintf(`{"data":{"token":"token-%d",%s}}`, n, life)
		}
		c := b.client(t, func() time.Time { return start.Add(time.Duration(offset.Load())) })
		steps := []struct {
			after     time.Duration
			exchanges int64
		}{{0, 1}, {939 * time.Second, 1}, {940 * time.Second, 2}, {941 * time.Second, 2}, {946 * time.Second, 3}}
		for _, step := range steps {
			offset.Store(int64(step.after))
			r, _ := c.Create(t.Context(), intent())
			if r.Verdict != pipeline.VerdictCreated || b.exchanges.Load() != step.exchanges {
				t.Errorf("%s, after %v: %q after %d exchanges, want %d", life, step.after, r.Verdict,
					b.exchanges.Load(), step.exchanges)
			}
		}
	}
}

func TestExpiryThatCannotBeIsNotBelieved(t *testing.T) {
	for _, life := range []string{`"expires_in":0`, `"expires_in":-5`, `"expires_in":"soon"`,
		`"until":"1999-01-01T00:00:00Z"`, `"until":"x"`, `"expires_in":1e300`} {
		b := &bank{}
		b.answer = func(n int64) (int, string) {
			return 200, fmt.Sprintf(`{"data":{"token":"token-%d",%s}}`, n, life)
		}
		c := b.client(t, nil)
		for range 3 {
			c.Create(t.Context(), intent())
		}
		if n := b.exchanges.Load(); n != 1 {
			t.Errorf("%s: %d exchanges for 3 creates", life, n)
		}
	}
}

func TestRefusedCredentials(t *testing.T) {
	for _, status := range []int{400, 401, 403} {
		b := &bank{answer: func(int64) (int, string) {
			return status, `{"error":{"code":"bad_login merchant_ops"}}`
		}}
		c := b.client(t, nil)
		r, gen := c.Create(t.Context(), intent())
		if r.Verdict != pipeline.VerdictUnauthorized || gen != 0 || c.TokenAge(gen) != 0 || r.HTTPStatus != status {
			t.Errorf("HTTP %d: %q, generation %d", status, r.Verdict, gen)
		}
		err := c.Authorise(t.Context(), gen)
		var refused *submit.CredentialsError
		if !errors.As(err, &refused) || refused.Status != status || refused.Code != "bad_login {secret}" {
			t.Fatalf("HTTP %d: %v", status, err)
		}
		for _, name := range []string{"MUSTER_ACME_PAY_LOGIN", "MUSTER_ACME_PAY_PASSWORD"} {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("%v does not name %s", err, name)
			}
		}
		if b.exchanges.Load() != 1 || b.creates.Load() != 0 {
			t.Errorf("%d exchanges and %d creates with credentials that are refused", b.exchanges.Load(),
				b.creates.Load())
		}
	}
}

func TestExchangeThatFails(t *testing.T) {
	cases := []struct {
		name        string
		status      int
		body        string
		unavailable bool
		verdict     pipeline.Verdict
	}{
		{"throttled", 429, "", true, pipeline.VerdictUnsent},
		{"server error", 502, "<html>", true, pipeline.VerdictUnsent},
		{"wrong path", 404, "", false, pipeline.VerdictHalt},
		{"redirect", 302, "", false, pipeline.VerdictHalt},
		{"no token", 200, `{"data":{}}`, false, pipeline.VerdictHalt},
		{"no JSON", 200, `ok`, false, pipeline.VerdictHalt},
		{"token with a line break", 200, `{"data":{"token":"a\nb"}}`, false, pipeline.VerdictHalt},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := &bank{answer: func(int64) (int, string) { return c.status, c.body }}
			client := b.client(t, nil)
			if r, gen := client.Create(t.Context(), intent()); r.Verdict != c.verdict || gen != 0 {
				t.Errorf("%q: %s", r.Verdict, r.Message)
			}
			err := client.Authorise(t.Context(), 0)
			var unavailable *submit.UnavailableError
			var exchange *submit.ExchangeError
			if errors.As(err, &unavailable) != c.unavailable || errors.As(err, &exchange) == c.unavailable {
				t.Errorf("%T: %v", err, err)
			}
			if b.creates.Load() != 0 {
				t.Error("a create without a token")
			}
		})
	}
	client := newClient(t, submit.Options{Provider: login(), Secrets: loginSecrets(),
		BaseURL: "http://no-such-host.invalid"})
	var unavailable *submit.UnavailableError
	if err := client.Authorise(t.Context(), 0); !errors.As(err, &unavailable) {
		t.Errorf("no network: %v", err)
	}
}

// A caller that waits for an exchange whose own caller gave up makes an exchange itself.
func TestExchangeGivenUpByItsCaller(t *testing.T) {
	first := make(chan struct{})
	var n atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // otherwise the server does not notice that the client is gone
		if n.Add(1) == 1 {
			close(first)
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, `{"data":{"token":"t"}}`)
	})
	c := newClient(t, submit.Options{Provider: login(), Secrets: loginSecrets(), BaseURL: s.URL})
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 2)
	go func() { errs <- c.Authorise(ctx, 0) }()
	<-first
	go func() { errs <- c.Authorise(t.Context(), 0) }()
	cancel()
	a, b := <-errs, <-errs
	if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), context.Canceled) {
		t.Errorf("%v; %v", a, b)
	}
}

func TestStaticTokenIsNotRenewable(t *testing.T) {
	s := answering(t, 401, nil, "")
	ready := loginSecrets()
	ready["TOKEN"] = "t-0"
	for _, o := range []submit.Options{{BaseURL: s.URL}, {BaseURL: s.URL, Provider: login(), Secrets: ready}} {
		c := newClient(t, o)
		r, gen := c.Create(t.Context(), intent())
		var refused *submit.CredentialsError
		if err := c.Authorise(t.Context(), gen); c.Renewable() || r.Verdict != pipeline.VerdictUnauthorized ||
			!errors.As(err, &refused) {
			t.Errorf("renewable %v, %q, %v", c.Renewable(), r.Verdict, err)
		}
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	cases := []struct {
		name string
		o    submit.Options
		want string
	}{
		{"no key", submit.Options{Provider: acme(), Secrets: map[string]string{}}, "MUSTER_ACME_PAY_API_KEY"},
		{"one of two", submit.Options{Provider: login(), Secrets: map[string]string{"LOGIN": "a"}},
			`variables=[MUSTER_ACME_PAY_PASSWORD] ready="MUSTER_ACME_PAY_TOKEN"`},
		{"key with a line break", submit.Options{Provider: acme(), Secrets: map[string]string{"API_KEY": "sk-1\n"}},
			"provider.token_characters"},
		{"no scheme", submit.Options{BaseURL: "api.example.com"}, "target.base_url "},
		{"password in the URL", submit.Options{BaseURL: "https://ops:hush@example.com"}, "target.base_url_secret"},
		{"query", submit.Options{BaseURL: "https://example.com?a=b"}, "target.base_url_secret"},
		{"no place", submit.Options{Concurrency: -1}, "provider.no_concurrency"},
	}
	for _, c := range cases {
		if c.o.Provider == nil {
			c.o.Provider, c.o.Secrets = acme(), keySecrets()
		}
		if c.o.BaseURL == "" {
			c.o.BaseURL = "https://example.com"
		}
		if c.o.Concurrency == 0 {
			c.o.Concurrency = 1
		}
		_, err := submit.New(c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "sk-1") {
			t.Errorf("%s: a secret in %v", c.name, err)
		}
		var missing *pipeline.MissingSecretError
		if errors.As(err, &missing) != strings.Contains(c.want, "MUSTER_") {
			t.Errorf("%s: %T", c.name, err)
		}
	}
}
