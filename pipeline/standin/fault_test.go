package standin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// client is how the program talks to a server: nothing followed, nothing kept.
func client(t *testing.T) *http.Client {
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func serve(t *testing.T, o Options) (*Server, string) {
	t.Helper()
	s := start(t, o)
	url, stop, err := s.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return s, url
}

func post(ctx context.Context, c *http.Client, url, email string, headers ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, "POST", url+"/customers",
		strings.NewReader(fmt.Sprintf(`{"email":%q}`, email)))
	if err != nil {
		return nil, err
	}
	r.GetBody = nil
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "key")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return c.Do(r)
}

func TestFaultsAsAClientSeesThem(t *testing.T) {
	type seen struct {
		resp *http.Response
		raw  []byte
		err  error // of the request, or of reading the body
		took time.Duration
	}
	good := func(t *testing.T, s seen) {
		t.Helper()
		doc, err := pipeline.DecodeJSON(s.raw)
		if s.err != nil || err != nil || s.resp.StatusCode != 201 {
			t.Fatalf("%v, %v, %s", s.err, err, s.raw)
		}
		if doc.(map[string]any)["data"].(map[string]any)["id"] == "" {
			t.Error("no ID")
		}
	}
	answered := func(status int) func(*testing.T, seen) {
		return func(t *testing.T, s seen) {
			t.Helper()
			if s.err != nil || s.resp.StatusCode != status {
				t.Fatalf("%v, %+v", s.err, s.resp)
			}
		}
	}
	reset := func(t *testing.T, s seen) {
		t.Helper()
		if !errors.Is(s.err, syscall.ECONNRESET) {
			t.Errorf("%v, a reset was expected", s.err)
		}
	}
	for _, c := range []struct {
		fault     string
		processed int
		look      func(*testing.T, seen) // nil: there is no answer
	}{
		{"reset-before", 0, reset},
		{"reset-after", 1, reset},
		{"error-before", 0, answered(500)},
		{"error-before:status=503,retry-after=9", 0, func(t *testing.T, s seen) {
			answered(503)(t, s)
			if s.resp.Header.Get("Retry-After") != "9" {
				t.Error("no Retry-After")
			}
		}},
		{"error-after", 1, answered(500)},
		{"error-after:status=502", 1, answered(502)},
		{"hang", 0, nil},
		{"hang:duration=60ms", 0, answered(504)},
		{"hang-after", 1, nil},
		{"hang-after:duration=60ms", 1, func(t *testing.T, s seen) {
			good(t, s)
			if s.took < 60*time.Millisecond {
				t.Error("at once")
			}
		}},
		{"slow-body:duration=100ms", 1, func(t *testing.T, s seen) {
			good(t, s)
			if s.took < 100*time.Millisecond {
				t.Error("at once")
			}
		}},
		{"slow-body:duration=1m", 1, nil},
		{"truncated", 1, func(t *testing.T, s seen) {
			if !errors.Is(s.err, io.ErrUnexpectedEOF) || s.resp.StatusCode != 201 || len(s.raw) == 0 {
				t.Errorf("%v, %q", s.err, s.raw)
			}
		}},
		{"rubbish", 1, func(t *testing.T, s seen) {
			answered(200)(t, s)
			if _, err := pipeline.DecodeJSON(s.raw); err == nil {
				t.Errorf("%q is JSON", s.raw)
			}
		}},
		{"throttle:retry-after=2", 0, func(t *testing.T, s seen) {
			answered(429)(t, s)
			if s.resp.Header.Get("Retry-After") != "2" {
				t.Error("no Retry-After")
			}
		}},
		{"unauthorized", 0, answered(401)},
		{"status:status=403", 0, answered(403)},
		{"status:status=204", 0, func(t *testing.T, s seen) {
			answered(204)(t, s)
			if len(s.raw) != 0 {
				t.Error("a body")
			}
		}},
		{"wrong-type", 1, func(t *testing.T, s seen) {
			good(t, s)
			if kind := s.resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
				t.Error(kind)
			}
		}},
		{"redirect", 0, func(t *testing.T, s seen) {
			answered(307)(t, s)
			if s.resp.Header.Get("Location") != "/elsewhere" {
				t.Error("no Location")
			}
		}},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			f, err := ParseFault(c.fault)
			if err != nil {
				t.Fatal(err)
			}
			f.Times = 1
			o := juraOptions()
			o.Faults = []Fault{f}
			s, url := serve(t, o)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			answer := make(chan seen, 1)
			go func() {
				var got seen
				began := time.Now()
				got.resp, got.err = post(ctx, client(t), url, "a@b.co")
				if got.err == nil {
					got.raw, got.err = io.ReadAll(got.resp.Body)
					got.resp.Body.Close()
				}
				got.took = time.Since(began)
				answer <- got
			}()
			if c.look != nil {
				c.look(t, <-answer)
			} else {
				eventually(t, "the request was processed", func() bool {
					return s.Creates() == 1 && s.Customers() == c.processed
				})
				time.Sleep(100 * time.Millisecond) // in which an answer would come
				cancel()
				if got := <-answer; !errors.Is(got.err, context.Canceled) {
					t.Errorf("%v, %v: no answer was expected", got.resp, got.err)
				}
			}
			if s.Customers() != c.processed || s.Creates() != 1 {
				t.Errorf("%d customers after %d creates, want %d", s.Customers(), s.Creates(), c.processed)
			}
			// The server goes on: the same request creates the customer, or it exists.
			resp, err := post(t.Context(), client(t), url, "a@b.co")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if want := 201 + 208*c.processed; resp.StatusCode != want {
				t.Errorf("afterwards %d, want %d", resp.StatusCode, want)
			}
			// Whoever has left is no open request.
			eventually(t, "no request is open", func() bool { return s.Counts().Open == 0 })
		})
	}
}

func TestIgnoredIdempotencyKeyMakesNoReplay(t *testing.T) {
	o := juraOptions()
	o.Faults = []Fault{{Kind: IgnoreIdempotency, Nth: 2}, {Kind: ErrorAfter, Nth: 2}}
	s := start(t, o)
	send := func() int {
		return ask(t, s, "POST", "/customers", `{"email":"a@b.co"}`, apiKey, "Idempotency-Key: k").status
	}
	first, second, third := send(), send(), send()
	if first != 201 || second != 500 || third != 201 {
		t.Error(first, second, third)
	}
	o.Faults = []Fault{{Kind: IgnoreIdempotency}}
	s = start(t, o)
	if first, second := send(), send(); first != 201 || second != 409 {
		t.Error(first, second)
	}
}

func TestWhenFaultsHappen(t *testing.T) {
	pattern := func(n int, f ...Fault) string {
		all, err := newFaults(f, 7, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for range n {
			if d := all.next(arrival{target: OnCreate}); d.fault != nil {
				b.WriteByte(string(d.fault.Kind)[0])
			} else {
				b.WriteByte('.')
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		faults []Fault
		want   string
	}{
		{[]Fault{{Kind: Throttle}}, "tttttttt"},
		{[]Fault{{Kind: Throttle, Nth: 3}}, "..t....."},
		{[]Fault{{Kind: Throttle, After: 5}}, ".....ttt"},
		{[]Fault{{Kind: Throttle, After: 2, Times: 2}}, "..tt...."},
		{[]Fault{{Kind: Throttle, Rate: 1, Times: 1}}, "t......."},
		{[]Fault{{Kind: Throttle, On: OnLookUp}}, "........"},
		{[]Fault{{Kind: Throttle, On: OnAny}}, "tttttttt"},
		{[]Fault{{Kind: Throttle, Nth: 2}, {Kind: Hang, After: 1, Times: 2}}, ".thh...."},
		{[]Fault{{Kind: IgnoreIdempotency}, {Kind: Hang, Nth: 1}}, "h......."},
	} {
		if got := pattern(8, c.faults...); got != c.want {
			t.Errorf("%+v: %s, want %s", c.faults, got, c.want)
		}
	}
	some := pattern(10000, Fault{Kind: Throttle, Rate: 0.03})
	if n := strings.Count(some, "t"); n < 230 || n > 370 {
		t.Errorf("%d of 10000 at a rate of 0.03", n)
	}
	if some != pattern(10000, Fault{Kind: Throttle, Rate: 0.03}) {
		t.Error("the same seed, other faults")
	}
}

func TestFaultsOfLoginsAndLookUps(t *testing.T) {
	o := cantorOptions()
	o.Faults = []Fault{{Kind: StatusOnly, Status: 503, On: OnLogin, Nth: 1}, {Kind: Throttle, On: OnLookUp, Nth: 1}}
	s := start(t, o)
	if a := ask(t, s, "POST", "/auth/get-token", `{"user":{"login":"ops","password":"pw"}}`); a.status != 503 {
		t.Error(a.status)
	}
	token := login(t, s)
	id := ask(t, s, "POST", "/customer/init", person("R1", "1"), token).text("/data/customerId")
	first := ask(t, s, "GET", "/customer/status/"+id, "", token)
	second := ask(t, s, "GET", "/customer/status/"+id, "", token)
	if first.status != 429 || second.status != 200 {
		t.Error(first.status, second.status)
	}
}

// Under faults of every kind and many clients, each merchant exists at most once, and every customer in a success
// answer exists.
func TestFaultsNeverMakeTwo(t *testing.T) {
	o := juraOptions()
	for _, k := range []FaultKind{ResetBefore, ResetAfter, ErrorAfter, Truncated, Rubbish, Throttle} {
		o.Faults = append(o.Faults, Fault{Kind: k, Rate: 0.1})
	}
	s, url := serve(t, o)
	c := client(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 25 {
				email := fmt.Sprintf("m%d@b.co", (worker*7+i)%40)
				resp, err := post(t.Context(), c, url, email)
				if err != nil {
					continue
				}
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if err == nil && resp.StatusCode == 201 && s.store.find(0, email) == nil {
					t.Errorf("%s was created and does not exist", email)
				}
			}
		})
	}
	wg.Wait()
	if s.Customers() > 40 || s.Customers() == 0 || s.Creates() != 200 {
		t.Errorf("%d customers, %d creates", s.Customers(), s.Creates())
	}
}

func TestParseFault(t *testing.T) {
	for s, want := range map[string]Fault{
		"reset-after:rate=0.03":                   {Kind: ResetAfter, On: OnCreate, Rate: 0.03},
		"throttle:nth=5,retry-after=2,on=create":  {Kind: Throttle, On: OnCreate, Nth: 5, RetryAfter: "2"},
		"hang:duration=5s,after=100":              {Kind: Hang, On: OnCreate, Duration: 5 * time.Second, After: 100},
		" status:status=404, times=2 ,on=look-up": {Kind: StatusOnly, On: OnLookUp, Status: 404, Times: 2},
		"unauthorized:on=any":                     {Kind: Unauthorized, On: OnAny},
		"row-refused:status=404,match=A=b":        {Kind: RowRefused, On: OnCreate, Status: 404, Match: "A=b"},
		"maintenance:from=1m,to=6h,on=any": {Kind: Maintenance, On: OnAny, From: time.Minute,
			To: 6 * time.Hour},
	} {
		got, err := ParseFault(s)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(s, diff)
		}
	}
	for s, want := range map[string]pipeline.MessageCode{
		"":                               "standin.fault_kind",
		"reset":                          "standin.fault_kind",
		"hang:":                          "standin.fault_option",
		"hang:for=5s":                    "standin.fault_option",
		"hang:duration":                  "standin.fault_option_meant",
		"hang:durtion=5s":                "standin.fault_option_meant",
		"rst-before":                     "standin.fault_kind_meant",
		"throttle:on=creat":              "standin.fault_on_meant",
		"hang:duration=5":                "standin.fault_duration",
		"hang:duration=-5s":              "standin.fault_duration",
		"throttle:rate=3%":               "standin.fault_rate",
		"throttle:rate=NaN":              "standin.fault_rate",
		"throttle:rate=0":                "standin.fault_rate",
		"throttle:nth=0":                 "standin.fault_number",
		"throttle:nth=1,nth=2":           "standin.fault_twice",
		"throttle:nth=3,after=3":         "standin.fault_never",
		"throttle:on=update":             "standin.fault_on",
		"throttle:on=none":               "standin.fault_on",
		"throttle:duration=5s":           "standin.fault_no_duration",
		"reset-after:status=500":         "standin.fault_no_status",
		"status":                         "standin.fault_needs_status",
		"status:status=99":               "standin.fault_status",
		"slow-body":                      "standin.fault_needs_duration",
		"clock-ahead":                    "standin.fault_needs_duration",
		"maintenance:from=-1m":           "standin.fault_duration",
		"maintenance:from=2m,to=1m":      "standin.fault_never_between",
		"crossed:on=look-up":             "standin.fault_create_only",
		"row-refused:match":              "standin.fault_option_meant",
		"hang:retry-after=2":             "standin.fault_no_retry_after",
		"throttle:retry-after=2\r\nX: y": "standin.fault_line_break",
	} {
		_, err := ParseFault(s)
		var f, cause *pipeline.Failure
		if !errors.As(err, &f) || !errors.As(f.Err, &cause) || cause.Message.Code != want {
			t.Errorf("%q: %v, want %s", s, err, want)
		}
	}
}

func FuzzParseFault(f *testing.F) {
	f.Add("throttle:nth=5,retry-after=2,on=create")
	f.Add("hang:duration=5s,after=100,rate=1e-3")
	f.Fuzz(func(t *testing.T, s string) {
		fault, err := ParseFault(s)
		if err != nil {
			return
		}
		if _, err := newFaults([]Fault{fault}, 1, time.Time{}); err != nil {
			t.Errorf("%q was read as a fault that makes no sense: %v", s, err)
		}
	})
}

// Whatever a body holds, there is an answer in JSON, and a customer only with
// a success.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{company("R1", "1"), person("R2", "2"),
		`{"customerReference":"R3","customerType":"business","representatives":[1,null,[]],"customer":[{}]}`,
		`[]`, `null`, `{"code":"1"}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o := cantorOptions()
		o.Provider.Auth.Header = ""
		s := start(t, o)
		a := ask(t, s, "POST", "/customer/init", string(body), "Content-Type: application/json")
		if a.doc == nil {
			t.Fatalf("no JSON: %s", a.raw)
		}
		if (a.status == 200) != (s.Customers() == 1) || (a.status == 200) != (a.text("/data/customerId") != "") {
			t.Fatalf("%d with %d customers: %s", a.status, s.Customers(), a.raw)
		}
		var dump bytes.Buffer
		if err := s.Dump(&dump); err != nil {
			t.Fatal(err)
		}
	})
}
