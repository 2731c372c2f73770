package standin

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func TestEveryKeyIsUnique(t *testing.T) {
	s := start(t, cantorOptions())
	token := login(t, s)
	make := func(body string) said { return ask(t, s, "POST", "/customer/init", body, token) }
	ann := make(person("R1", "666989698")).text("/data/customerId")
	firm := make(company("R2", "123456789")).text("/data/customerId")
	if ann == "" || firm == "" || ann == firm {
		t.Fatal("two customers were expected")
	}
	for _, c := range []struct {
		name, body, code string
		at               pipeline.Pointer
		id               string
	}{
		{"same body", person("R1", "666989698"), "referenceExists", "/context/entityId", ann},
		{"reference in another case", person("r1", "111111111"), "referenceExists", "/context/entityId", ann},
		{"reference counts before SSN", person("R2", "666989698"), "referenceExists", "/context/entityId", firm},
		{"SSN", person("R3", "666989698"), "customerExists", "/context/customerId", ann},
		{"EIN", company("R4", "123456789"), "customerExists", "/context/customerId", firm},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := make(c.body)
			if a.status != 400 || a.text("/code") != c.code || a.text(c.at) != c.id {
				t.Errorf("%d %s", a.status, a.raw)
			}
		})
	}
	if s.Customers() != 2 || s.Creates() != 7 {
		t.Errorf("%d customers, %d creates", s.Customers(), s.Creates())
	}
	t.Run("rule for all keys", func(t *testing.T) {
		s := start(t, juraOptions())
		id := ask(t, s, "POST", "/customers", `{"email":"A@b.co"}`, apiKey).text("/data/id")
		a := ask(t, s, "POST", "/customers", `{"email":"a@B.co"}`, apiKey)
		if a.status != 409 || a.text("/error/customer/id") != id {
			t.Error(a.status, a.raw)
		}
	})
	t.Run("no rule", func(t *testing.T) {
		s := start(t, ferroOptions())
		ask(t, s, "POST", "/v1/entities", merchant(1), bearer)
		a := ask(t, s, "POST", "/v1/entities", strings.Replace(merchant(1), "900000001", "900.000.001", 1), bearer)
		if a.status != 422 || a.text("/error/code") != "invalid" || a.text("/error/fields/nit/0") == "" ||
			s.Customers() != 1 {
			t.Error(a.status, a.raw)
		}
	})
}

func TestOneOfManyCreatesAtOnceSucceeds(t *testing.T) {
	for _, idempotency := range []bool{false, true} {
		t.Run(fmt.Sprint("idempotency ", idempotency), func(t *testing.T) {
			s := start(t, juraOptions())
			var made atomic.Int64
			ids := make([]string, 100)
			var wg sync.WaitGroup
			for i := range ids {
				wg.Go(func() {
					headers := []string{apiKey}
					if idempotency {
						headers = append(headers, "Idempotency-Key: same")
					}
					a := ask(t, s, "POST", "/customers", `{"email":"a@b.co"}`, headers...)
					switch a.status {
					case 201:
						made.Add(1)
						ids[i] = a.text("/data/id")
					case 409:
						ids[i] = a.text("/error/customer/id")
					}
				})
			}
			wg.Wait()
			want := int64(1)
			if idempotency {
				want = 100
			}
			if made.Load() != want || s.Customers() != 1 || s.Creates() != 100 {
				t.Errorf("%d times 201, %d customers, %d creates", made.Load(), s.Customers(), s.Creates())
			}
			for _, id := range ids {
				if id != ids[0] || id == "" {
					t.Fatalf("IDs %q and %q", id, ids[0])
				}
			}
		})
	}
}

func TestIdempotencyKeyGivesTheFirstAnswerAgain(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	o := juraOptions()
	o.Now = func() time.Time { return now }
	s := start(t, o)
	send := func(key, body string) said {
		return ask(t, s, "POST", "/customers", body, apiKey, "Idempotency-Key: "+key)
	}
	first := send("k1", `{"email":"a@b.co"}`)
	now = now.Add(23 * time.Hour)
	if again := send("k1", `{"email":"other@b.co"}`); again.status != 201 || again.raw != first.raw ||
		again.header.Get("X-Request-Id") != first.header.Get("X-Request-Id") {
		t.Errorf("replay: %d %s", again.status, again.raw)
	}
	if other := send("k2", `{"email":"a@b.co"}`); other.status != 409 {
		t.Errorf("another key: %d", other.status)
	}
	clash := send("k2", `{"email":"fresh@b.co"}`)
	if clash.status != 409 {
		t.Errorf("a refusal was not given again: %d", clash.status)
	}
	if s.Customers() != 1 {
		t.Errorf("%d customers", s.Customers())
	}
	now = now.Add(time.Hour)
	if late := send("k1", `{"email":"late@b.co"}`); late.status != 201 ||
		late.text("/data/id") == first.text("/data/id") {
		t.Errorf("past the window the key still counts: %d %s", late.status, late.raw)
	}
}

func TestSameSeedSameIDs(t *testing.T) {
	ids := func(seed uint64) (all []string) {
		o := juraOptions()
		o.Seed = seed
		s := start(t, o)
		for i := range 50 {
			all = append(all, ask(t, s, "POST", "/customers", fmt.Sprintf(`{"email":"m%d@b.co"}`, i),
				apiKey).text("/data/id"))
		}
		return all
	}
	a := ids(1)
	if diff := cmp.Diff(a, ids(1)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(a, ids(2)) {
		t.Error("another seed gave the same IDs")
	}
}

func TestShortIDsDoNotRunOut(t *testing.T) {
	p := jura()
	p.Standin.IDs = []pipeline.IDForm{{Prefix: "c", Length: 1}}
	s := start(t, Options{Provider: p, Check: check(p, "email")})
	seen := map[string]bool{}
	for i := range 300 {
		id := ask(t, s, "POST", "/customers", fmt.Sprintf(`{"email":"m%d@b.co"}`, i), apiKey).text("/data/id")
		if id == "" || seen[id] {
			t.Fatalf("customer %d: ID %q", i, id)
		}
		seen[id] = true
	}
}

// Whatever is sent in whatever order: no two customers share a key, and every
// key leads to the customer that was made with it.
func TestKeysAreUniqueWhateverIsSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := New(cantorOptions())
		if err != nil {
			t.Fatal(err)
		}
		token, _ := s.tokens.issue(time.Now())
		byReference, bySSN := map[string]string{}, map[string]string{}
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			reference := rapid.SampledFrom([]string{"ra", "RA", "rb", "rc", "rd"}).Draw(t, "reference")
			ssn := rapid.SampledFrom([]string{"111111111", "222222222", "333333333"}).Draw(t, "ssn")
			r := httptest.NewRequest("POST", "/customer/init", strings.NewReader(person(reference, ssn)))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("x-cantor-token", token)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			doc, err := pipeline.DecodeJSON(w.Body.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			text := func(p pipeline.Pointer) string { v, _ := p.Text(doc); return v }
			lower := strings.ToLower(reference)
			switch {
			case byReference[lower] != "":
				if text("/code") != "referenceExists" || text("/context/entityId") != byReference[lower] {
					t.Fatalf("reference known: %s", w.Body)
				}
			case bySSN[ssn] != "":
				if text("/code") != "customerExists" || text("/context/customerId") != bySSN[ssn] {
					t.Fatalf("SSN known: %s", w.Body)
				}
			default:
				id := text("/data/customerId")
				if w.Code != 200 || id == "" {
					t.Fatalf("a new customer: %d %s", w.Code, w.Body)
				}
				byReference[lower], bySSN[ssn] = id, id
			}
		}
		if s.Customers() != len(byReference) {
			t.Fatalf("%d customers, %d made", s.Customers(), len(byReference))
		}
	})
}
