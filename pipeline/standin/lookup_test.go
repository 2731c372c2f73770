package standin

import (
	"strings"
	"testing"

	"muster/pipeline"
)

func TestLookUps(t *testing.T) {
	t.Run("list by key", func(t *testing.T) {
		s := start(t, juraOptions())
		id := ask(t, s, "POST", "/customers", `{"email":"Ann+Shop@b.co","first_name":"Ann"}`, apiKey).text("/data/id")
		for _, q := range []string{"ann%2Bshop%40b.co", "ANN%2bSHOP@b.co&limit=15"} {
			a := ask(t, s, "GET", "/customers?email="+q, "", apiKey)
			if a.status != 200 || a.text("/data/0/id") != id || a.text("/data/0/first_name") != "Ann" ||
				a.text("/data/1/id") != "" {
				t.Error(q, a.status, a.raw)
			}
		}
		for _, q := range []string{"ann+shop@b.co", "nobody@b.co"} {
			a := ask(t, s, "GET", "/customers?email="+q, "", apiKey)
			if a.status != 200 || strings.TrimSpace(a.raw) != `{"data":[]}` {
				t.Error(q, a.status, a.raw)
			}
		}
	})
	t.Run("record by key in the path", func(t *testing.T) {
		s := start(t, ferroOptions())
		made := ask(t, s, "POST", "/v1/entities", merchant(7), bearer)
		a := ask(t, s, "GET", "/v1/entities/"+made.text("/id"), "", bearer)
		if a.status != 200 || a.text("/id") != made.text("/id") || a.text("/display_name") != "Casa 7" ||
			a.text("/created_at") != made.text("/created_at") {
			t.Error(a.status, a.raw)
		}
		if a := ask(t, s, "GET", "/v1/entities/900000007", "", bearer); a.status != 404 ||
			a.text("/error/code") != "unknown_entity" {
			t.Error(a.status, a.raw)
		}
	})
	t.Run("absent has the look-up's status", func(t *testing.T) {
		s := start(t, cantorOptions())
		a := ask(t, s, "GET", "/customer/status/cstap_none", "", login(t, s))
		if a.status != 400 || a.text("/code") != "customerNotFound" {
			t.Error(a.status, a.raw)
		}
	})
}

func TestRoutesPreferTheNarrowerPath(t *testing.T) {
	p := ferro()
	p.LookUps = append(p.LookUps[:1:1], pipeline.LookUp{Name: "search", Key: "nit", Items: "/items",
		Found: status(200, 200),
		Call: pipeline.Call{Method: "GET", Path: "/v1/entities/search",
			Query: []pipeline.Pair{{Name: "filter", Value: "nit eq {key}"}, {Name: "exact", Value: "true"}}},
		Record: p.Record})
	s := start(t, Options{Provider: p, Check: check(p, "nit")})
	id := ask(t, s, "POST", "/v1/entities", merchant(1), bearer).text("/id")
	const search = "/v1/entities/search?exact=true&filter=nit+eq+900000001"
	if a := ask(t, s, "GET", search, "", bearer); a.text("/items/0/id") != id {
		t.Error(a.status, a.raw)
	}
	if a := ask(t, s, "GET", "/v1/entities/a%2Fb", "", bearer); a.status != 404 ||
		a.text("/error/code") != "unknown_entity" {
		t.Error("an encoded slash is part of the value:", a.status, a.raw)
	}
}

func TestFixedPartsOfAQueryTellLookUpsApart(t *testing.T) {
	p := cantor()
	p.LookUps = nil
	for _, key := range []string{"reference", "ein"} {
		p.LookUps = append(p.LookUps, pipeline.LookUp{Name: key, Key: key, Items: "/items",
			Record: pipeline.Record{ID: pointers("/id")},
			Call: pipeline.Call{Method: "GET", Path: "/search", Query: []pipeline.Pair{{Name: "by", Value: key},
				{Name: "q", Value: "{key}"}}}})
	}
	p.Auth.Header = ""
	s := start(t, Options{Provider: p, Check: check(p)})
	id := ask(t, s, "POST", "/customer/init", company("R1", "123456789")).text("/data/customerId")
	for query, want := range map[string]string{
		"by=reference&q=r1": id, "by=ein&q=123456789": id, "by=ein&q=r1": "", "by=reference&q=123456789": "",
		"q=r1": id, "by=name&q=r1": id, // the first, for want of a better
	} {
		if a := ask(t, s, "GET", "/search?"+query, ""); a.status != 200 || a.text("/items/0/id") != want {
			t.Error(query, a.status, a.raw)
		}
	}
	if a := ask(t, s, "GET", "/search?by=ein", ""); a.status != 400 {
		t.Error(a.status)
	}
}
