package standin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

// shop is a made-up provider as a client of its creates knows it.
type shop struct {
	options Options
	path    string
	body    func(n int) string
	headers []string
	status  int // of a success
	id, key pipeline.Pointer
}

func shops() map[string]shop {
	email := func(n int) string { return fmt.Sprintf(`{"email":"m%d@b.co"}`, n) }
	personOf := func(n int) string { return person(fmt.Sprint("R", n), fmt.Sprint(n)) }
	open := cantorOptions()
	open.Provider.Auth.Header = ""
	return map[string]shop{
		"ferro":  {ferroOptions(), "/v1/entities", merchant, []string{bearer}, 200, "/id", "/nit"},
		"jura":   {juraOptions(), "/customers", email, []string{apiKey}, 201, "/data/id", "/data/email"},
		"cantor": {open, "/customer/init", personOf, nil, 200, "/data/customerId", "/data/reference"},
	}
}

// with is the shop's stand-in with faults as they are written.
func (p shop) with(t *testing.T, faults ...string) *Server {
	t.Helper()
	for _, text := range faults {
		f, err := ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		p.options.Faults = append(p.options.Faults, f)
	}
	return start(t, p.options)
}

func (p shop) create(t *testing.T, s *Server, n int) said {
	t.Helper()
	return ask(t, s, "POST", p.path, p.body(n), p.headers...)
}

// Answers that are not what they seem are the same whoever is stood in for.
func TestWrongAnswersOfEveryDefinition(t *testing.T) {
	for name, p := range shops() {
		made := func(t *testing.T, a said) string {
			t.Helper()
			if a.status != p.status || a.text(p.id) == "" {
				t.Fatalf("%d %s", a.status, a.raw)
			}
			return a.text(p.id)
		}
		holds := func(t *testing.T, s *Server, customers int) {
			t.Helper()
			if n := s.Customers(); n != customers {
				t.Errorf("%d customers, want %d", n, customers)
			}
		}
		t.Run(name+"/same-id", func(t *testing.T) {
			s := p.with(t, "same-id:nth=3")
			first, second, third := p.create(t, s, 1), p.create(t, s, 2), p.create(t, s, 3)
			if made(t, third) != made(t, first) || made(t, second) == made(t, first) ||
				third.text(p.key) == first.text(p.key) {
				t.Errorf("%s and %s", first.raw, third.raw)
			}
			holds(t, s, 3)
		})
		t.Run(name+"/same-id of the first", func(t *testing.T) {
			s := p.with(t, "same-id:nth=1")
			if made(t, p.create(t, s, 1)) == made(t, p.create(t, s, 2)) {
				t.Error("nobody was there before")
			}
		})
		t.Run(name+"/crossed", func(t *testing.T) {
			s := p.with(t, "crossed:nth=3")
			p.create(t, s, 1)
			second, third := p.create(t, s, 2), p.create(t, s, 3)
			if made(t, third) != made(t, second) || third.text(p.key) != second.text(p.key) {
				t.Errorf("%s and %s", second.raw, third.raw)
			}
			holds(t, s, 3)
		})
		t.Run(name+"/error-with-id", func(t *testing.T) {
			s := p.with(t, "error-with-id:times=1")
			a := p.create(t, s, 1)
			success, _ := pipeline.Pointer("/success").Get(a.doc)
			message := a.text(p.options.Provider.Errors.Message[0])
			if made(t, a) != "err_000001" || success != false || message == "" {
				t.Error(a.raw)
			}
			holds(t, s, 0)
			made(t, p.create(t, s, 1))
		})
		t.Run(name+"/accepted", func(t *testing.T) {
			now := time.Unix(1e9, 0)
			later := p
			later.options.Now = func() time.Time { return now }
			s := later.with(t, "accepted:nth=1,duration=5s")
			if a := later.create(t, s, 1); a.status != 202 || a.text(p.id) != "" {
				t.Error(a.raw)
			}
			holds(t, s, 0)
			now = now.Add(4 * time.Second)
			holds(t, s, 0)
			now = now.Add(time.Second)
			holds(t, s, 1)
			made(t, later.create(t, s, 2))
		})
		t.Run(name+"/refusals", func(t *testing.T) {
			for fault, status := range map[string]int{"busy:times=1": 409, "plan-limit:times=1": 402,
				"plan-limit:times=1,status=403": 403, "maintenance:times=1": 503, "row-refused:times=1": 403} {
				s := p.with(t, fault)
				a := p.create(t, s, 1)
				if a.status != status || a.text(p.options.Provider.Errors.Message[0]) == "" {
					t.Errorf("%s: %d %s", fault, a.status, a.raw)
				}
				holds(t, s, 0)
				made(t, p.create(t, s, 1))
			}
		})
	}
}

// An accepted create needs credentials, and makes nobody twice.
func TestAcceptedCreatesAreCreates(t *testing.T) {
	p := shops()["jura"]
	s := p.with(t, "accepted:nth=2", "accepted:nth=3,duration=1h")
	if a := ask(t, s, "POST", p.path, p.body(1)); a.status != 401 {
		t.Error(a.status)
	}
	for range 2 { // accepted, and accepted for later than what is sent next
		if a := p.create(t, s, 1); a.status != 202 {
			t.Error(a.raw)
		}
	}
	if a := p.create(t, s, 1); a.status != 409 {
		t.Error(a.status)
	}
	if s.Customers() != 1 {
		t.Error(s.Customers())
	}
}

func TestFaultsThatLast(t *testing.T) {
	p := shops()["jura"]
	now := time.Unix(1e9, 0)
	p.options.Now = func() time.Time { return now }
	statuses := func(s *Server, rows ...int) string {
		var b strings.Builder
		for _, n := range rows {
			fmt.Fprint(&b, p.create(t, s, n).status, " ")
		}
		return b.String()
	}
	for _, c := range []struct {
		fault               string
		first, later, after string
	}{
		{"maintenance:nth=2,duration=1m", "201 503 503 ", "503 503 503 ", "201 201 201 "},
		{"maintenance:from=5s,to=1m", "201 201 201 ", "503 503 503 ", "201 201 201 "},
		{"busy:nth=2,duration=1m", "201 409 201 ", "201 409 201 ", "201 201 201 "},
		{"row-refused:match=M2@B", "201 403 201 ", "201 403 201 ", "201 403 201 "},
		{"plan-limit:after=2", "201 201 402 ", "402 402 402 ", "402 402 402 "},
	} {
		s := p.with(t, c.fault)
		p.options.Provider.Answers[1].Statuses = status(201, 201) // who is there already is answered alike
		first := statuses(s, 1, 2, 3)
		now = now.Add(30 * time.Second)
		later := statuses(s, 1, 2, 3)
		now = now.Add(31 * time.Second)
		if after := statuses(s, 1, 2, 3); first != c.first || later != c.later || after != c.after {
			t.Errorf("%s: %s, %s, %s", c.fault, first, later, after)
		}
	}
}

// The rate of row-refused is one of rows: the same each time.
func TestRefusedRowsStayRefused(t *testing.T) {
	p := shops()["jura"]
	s := p.with(t, "row-refused:rate=0.1")
	var first, again []int
	for n := range 300 {
		first = append(first, p.create(t, s, n).status)
	}
	refused := 0
	for n := range 300 {
		again = append(again, p.create(t, s, n).status)
		if first[n] == 403 {
			refused++
		}
		if (first[n] == 403) != (again[n] == 403) {
			t.Errorf("row %d: %d, then %d", n, first[n], again[n])
		}
	}
	if refused < 10 || refused > 60 {
		t.Errorf("%d of 300 at a rate of 0.1", refused)
	}
}

func TestClockAhead(t *testing.T) {
	p := shops()["jura"]
	now := time.Date(2026, 11, 28, 12, 0, 0, 5e8, time.UTC)
	p.options.Now = func() time.Time { return now }
	s := p.with(t, "clock-ahead:duration=25m", "throttle:nth=1,retry-after=3", "maintenance:nth=2,retry-after=soon")
	for _, want := range []string{"Sat, 28 Nov 2026 12:25:03 GMT", "soon", ""} {
		a := p.create(t, s, 1)
		if date, err := http.ParseTime(a.header.Get("Date")); err != nil || !date.Equal(now.Add(25*time.Minute-5e8)) {
			t.Errorf("Date: %s", a.header.Get("Date"))
		}
		if got := a.header.Get("Retry-After"); got != want {
			t.Errorf("Retry-After: %q, want %q", got, want)
		}
	}
}

// A server that is down answers a knock as it answers the call at that path.
func TestMaintenanceAnswersAKnock(t *testing.T) {
	p := shops()["jura"]
	now := time.Unix(1e9, 0)
	p.options.Now = func() time.Time { return now }
	s := p.with(t, "maintenance:from=5s,to=1m")
	for _, want := range []int{405, 503, 405} {
		r := httptest.NewRequest("HEAD", p.path, nil)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%v: HTTP %d, want %d", now, w.Code, want)
		}
		now = now.Add(30 * time.Second)
	}
}

// Where the ID is in a header, a wrong one is there too.
func TestWrongIDsInHeaders(t *testing.T) {
	p := shops()["jura"]
	p.options.Provider.Record = pipeline.Record{IDHeader: "X-Customer"}
	s := p.with(t, "error-with-id:nth=1", "same-id:nth=3", "crossed:nth=5")
	var ids []string
	for n := range 5 {
		ids = append(ids, p.create(t, s, n).header.Get("X-Customer"))
	}
	if ids[0] != "err_000001" || ids[2] != ids[1] || ids[3] == ids[1] || ids[4] != ids[3] {
		t.Errorf("%q", ids)
	}
}
