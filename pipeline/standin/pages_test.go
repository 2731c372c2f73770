package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func TestOwnPages(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 15, 0, time.UTC)
	o := ferroOptions()
	o.Now = func() time.Time { return now }
	s := start(t, o)
	body := merchant(1)
	for range 3 {
		ask(t, s, "POST", "/v1/entities", body, bearer)
	}
	for i := 2; i <= slab+10; i++ {
		ask(t, s, "POST", "/v1/entities", merchant(i), bearer)
	}
	ask(t, s, "GET", "/v1/entities/none", "", bearer)
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	page := ask(t, s, "GET", "/_standin/customers", "")
	if page.status != 200 || page.raw != dump.String() {
		t.Error("page and dump differ")
	}
	lines := strings.Split(strings.TrimSpace(dump.String()), "\n")
	if len(lines) != slab+10 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		var d dumped
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		want := dumped{ID: d.ID, Keys: map[string]string{"nit": fmt.Sprintf("900%06d", i+1)}, SHA256: d.SHA256,
			At: "2026-11-21T06:30:15.000Z", Creates: 1}
		if i == 0 {
			want.Creates = 3
		}
		if diff := cmp.Diff(want, d); diff != "" || len(d.SHA256) != 64 {
			t.Fatal(diff)
		}
	}
	one := ask(t, s, "GET", "/_standin/customers?key=nit&value=900.000.003", "")
	if one.status != 200 || strings.TrimSpace(one.raw) != lines[2] {
		t.Error(one.status, one.raw)
	}
	for q, want := range map[string]int{"key=nit&value=1": 404, "key=nope&value=1": 400, "value=1": 400} {
		if a := ask(t, s, "GET", "/_standin/customers?"+q, ""); a.status != want {
			t.Error(q, a.status)
		}
	}
	counts := ask(t, s, "GET", "/_standin/counts", "")
	for at, want := range map[pipeline.Pointer]string{"/customers": "266", "/creates": "268", "/look_ups": "1",
		"/logins": "0", "/refused": "2", "/open": "0", "/max_open": "1"} {
		if counts.text(at) != want {
			t.Errorf("%s is %s, want %s", at, counts.text(at), want)
		}
	}
}

func TestCountsOpenRequestsAndIntervals(t *testing.T) {
	// By a clock of its own: how busy the machine is does not matter.
	synctest.Test(t, func(t *testing.T) {
		o := juraOptions()
		o.Latency = 50 * time.Millisecond
		s := start(t, o)
		if c := s.Counts(); c.MinIntervalUS != -1 || c.MaxOpen != 0 {
			t.Errorf("before any request: %+v", c)
		}
		began := time.Now()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() { ask(t, s, "POST", "/customers", fmt.Sprintf(`{"email":"m%d@b.co"}`, i), apiKey) })
		}
		wg.Wait()
		if took := time.Since(began); took != o.Latency {
			t.Errorf("requests waited for one another: %s", took)
		}
		if c := s.Counts(); c.MaxOpen != 20 || c.Open != 0 || c.MinIntervalUS != 0 {
			t.Errorf("%+v", c)
		}
	})
}

// A client that has read an answer may send the next request at once: one
// client is never two open requests.
func TestOneClientIsOneOpenRequest(t *testing.T) {
	s := start(t, juraOptions())
	url, stop, err := s.Start("")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client := &http.Client{}
	large := strings.Repeat("x", 20000)
	for i := range 300 {
		r, _ := http.NewRequest("POST", url+"/customers",
			strings.NewReader(fmt.Sprintf(`{"email":"m%d@b.co","first_name":%q}`, i, large)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "k")
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if a := read(t, resp); a.status != 201 {
			t.Fatal(a.status)
		}
		resp.Body.Close()
	}
	if c := s.Counts(); c.MaxOpen != 1 || c.Creates != 300 {
		t.Errorf("%+v", c)
	}
}
