package standin

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const grant = `{"client_id":%q,"client_secret":%q,"grant_type":%q}`

func TestExchangeTakesGoodCredentialsOnly(t *testing.T) {
	secrets := map[string]string{"CLIENT_ID": "id", "CLIENT_SECRET": "secret"}
	for _, c := range []struct {
		name             string
		secrets          map[string]string
		id, secret, kind string
		want             int
	}{
		{"the right ones", secrets, "id", "secret", "client_credentials", 200},
		{"wrong secret", secrets, "id", "Secret", "client_credentials", 401},
		{"wrong ID", secrets, "di", "secret", "client_credentials", 401},
		{"empty secret", secrets, "id", "", "client_credentials", 401},
		{"wrong fixed part", secrets, "id", "secret", "password", 401},
		{"any", nil, "x", "y", "client_credentials", 200},
		{"any but empty", nil, "x", "", "client_credentials", 401},
		{"any but blank", nil, " ", "y", "client_credentials", 401},
		{"one is not set", map[string]string{"TOKEN": "t"}, "x", "y", "client_credentials", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := ferroOptions()
			o.Secrets = c.secrets
			a := ask(t, start(t, o), "POST", "/oauth/tokens", fmt.Sprintf(grant, c.id, c.secret, c.kind))
			if a.status != c.want || (a.text("/access_token") != "") != (c.want == 200) {
				t.Errorf("%d, want %d: %s", a.status, c.want, a.raw)
			}
		})
	}
	s := start(t, ferroOptions())
	for body, want := range map[string]int{`{}`: 401, `[]`: 401, `"x"`: 401, `{`: 400} {
		if a := ask(t, s, "POST", "/oauth/tokens", body); a.status != want {
			t.Errorf("%s: %d, want %d", body, a.status, want)
		}
	}
	if a := ask(t, s, "POST", "/oauth/tokens", `{}`, "Content-Type: text/plain"); a.status != 415 {
		t.Errorf("a form: %d", a.status)
	}
	if a := ask(t, s, "GET", "/oauth/tokens", ""); a.status != 405 {
		t.Errorf("GET: %d", a.status)
	}
}

func TestWhoMayCall(t *testing.T) {
	o := ferroOptions()
	given := ferroOptions()
	given.Secrets = map[string]string{"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "TOKEN": "ready"}
	foreign := ask(t, start(t, o), "POST", "/oauth/tokens",
		fmt.Sprintf(grant, "a", "b", "client_credentials")).text("/access_token")
	for _, c := range []struct {
		name   string
		o      Options
		path   string
		header string
		want   int
	}{
		{"no header", o, "/v1/entities", "X: y", 401},
		{"no prefix", o, "/v1/entities", "Authorization: ready", 401},
		{"prefix only", o, "/v1/entities", "Authorization: Bearer ", 401},
		{"any ready token", o, "/v1/entities", "Authorization: Bearer whatever", 200},
		{"another process's token", o, "/v1/entities", "Authorization: Bearer " + foreign, 401},
		{"the ready token", given, "/v1/entities", "Authorization: Bearer ready", 200},
		{"another ready token", given, "/v1/entities", "Authorization: Bearer whatever", 401},
		{"raw key", juraOptions(), "/customers", "Authorization: key", 201},
		{"no key", juraOptions(), "/customers", "Authorization: ", 401},
		{"no way to a ready token", cantorOptions(), "/customer/init", "x-cantor-token: ready", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, c.o)
			a := ask(t, s, "POST", c.path, `{"nit":"900","legal":{"name":"Casa"},"email":"a@b.co"}`, c.header)
			if a.status != c.want {
				t.Errorf("%d, want %d: %s", a.status, c.want, a.raw)
			}
			if made := s.Customers() == 1; made != (c.want < 300) {
				t.Errorf("%d customers", s.Customers())
			}
		})
	}
	t.Run("look-ups too, in the definition's words", func(t *testing.T) {
		a := ask(t, start(t, cantorOptions()), "GET", "/customer/status/x", "")
		if a.status != 401 || a.text("/code") != "unauthorized" || a.text("/message") != "Authentication error" {
			t.Error(a.status, a.raw)
		}
	})
}

func TestTokensEnd(t *testing.T) {
	t.Run("with time", func(t *testing.T) {
		now := time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)
		o := cantorOptions()
		o.Now, o.TokenLife = func() time.Time { return now }, 90*time.Second
		s := start(t, o)
		a := ask(t, s, "POST", "/auth/get-token", `{"user":{"login":"ops","password":"pw"}}`)
		if a.text("/data/dtsExpireAt") != "2026-11-21T06:01:30.000Z" || a.text("/code") != "0" {
			t.Error(a.raw)
		}
		token := "x-cantor-token: " + a.text("/data/token/base")
		now = now.Add(90*time.Second - 1)
		if a := ask(t, s, "POST", "/customer/init", person("R1", "1"), token); a.status != 200 {
			t.Error(a.status)
		}
		now = now.Add(1)
		if a := ask(t, s, "POST", "/customer/init", person("R2", "2"), token); a.status != 401 {
			t.Error(a.status)
		}
	})
	t.Run("an expired token is no ready one", func(t *testing.T) {
		o := ferroOptions()
		o.TokenUses = 1
		s := start(t, o)
		a := ask(t, s, "POST", "/oauth/tokens", fmt.Sprintf(grant, "a", "b", "client_credentials"))
		if a.text("/expires_in") != "3600" {
			t.Error(a.raw)
		}
		token := "Authorization: Bearer " + a.text("/access_token")
		first := ask(t, s, "POST", "/v1/entities", merchant(1), token)
		second := ask(t, s, "POST", "/v1/entities", merchant(2), token)
		if first.status != 200 || second.status != 401 || s.Customers() != 1 {
			t.Error(first.status, second.status)
		}
	})
	t.Run("with use, however many at once", func(t *testing.T) {
		o := cantorOptions()
		o.TokenUses = 7
		s := start(t, o)
		token := login(t, s)
		var good atomic.Int64
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				if ask(t, s, "POST", "/customer/init", person(fmt.Sprintf("R%d", i), fmt.Sprint(i)),
					token).status == 200 {
					good.Add(1)
				}
			})
		}
		wg.Wait()
		if good.Load() != 7 {
			t.Errorf("%d requests with a token for 7", good.Load())
		}
	})
}
