package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	nimbusClient   = "made-up-client"
	nimbusPassword = "made-up-password"
	nimbusKey      = "bWFkZS11cC1zaWduaW5nLWtleQ=="
	// nimbusPolls is how often the fake is asked about a merchant before it decides.
	nimbusPolls = 2
)

var nimbusParameters = map[string]struct {
	required bool
	form     *regexp.Regexp
	wrong    string
}{
	"ref":              {true, regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`), "is not a reference"},
	"legal_name":       {true, regexp.MustCompile(`^.{1,100}$`), "is too long"},
	"contact[email]":   {true, regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`), "is not an e-mail address"},
	"contact[phone]":   {false, regexp.MustCompile(`^\+\d{6,15}$`), "is not a number of E.164"},
	"employees":        {true, regexp.MustCompile(`^[1-9]\d*$`), "is not a whole number of 1 or more"},
	"monthly_volume":   {false, regexp.MustCompile(`^\d+(\.\d{1,2})?$`), "is not an amount"},
	"exempt":           {true, regexp.MustCompile(`^(true|false)$`), "is neither true nor false"},
	"tags[]":           {true, regexp.MustCompile(`^[a-z]{1,20}$`), "is not a word in lower case"},
	"agreement[terms]": {true, regexp.MustCompile(`^2026-01$`), "is not the version of the terms"},
}

// nimbusMerchant is a merchant that the fake has accepted.
type nimbusMerchant struct {
	id    string
	form  url.Values
	asked int // how often it was asked about
}

func (m *nimbusMerchant) state() string {
	switch {
	case m.asked < nimbusPolls:
		return "checking"
	case strings.Contains(m.form.Get("legal_name"), "Declined"):
		return "declined"
	}
	return "active"
}

func (m *nimbusMerchant) record() object {
	return object{"id": m.id, "ref": m.form.Get("ref"), "legal_name": m.form.Get("legal_name"),
		"contact": object{"email": m.form.Get("contact[email]")}, "tags": m.form["tags[]"], "state": m.state(),
		"accepted_at": "2026-11-28T12:00:00Z"}
}

// fakeNimbus is written from the page in testdata/nimbus.txtar.
func fakeNimbus() *fakeProvider {
	f := newFakeProvider()
	var merchants []*nimbusMerchant
	tokens := map[string]bool{}
	answer := func(w http.ResponseWriter, status int, body object) { reply(w, status, "application/json", body) }
	wrong := func(w http.ResponseWriter, status int, field, text string) {
		answer(w, status, object{"code": "refused", "errors": object{field: []string{text}}})
	}
	f.handle("POST /oauth/token", "tokens", func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		body, _ := io.ReadAll(r.Body)
		switch {
		case !ok || user != nimbusClient || password != nimbusPassword:
			wrong(w, 401, "client", "is unknown")
		case mediaType(r) != "application/x-www-form-urlencoded" || string(body) != "grant_type=client_credentials":
			wrong(w, 422, "grant_type", "must be client_credentials")
		default:
			token := f.id("token-%d")
			tokens[token] = true
			answer(w, 200, object{"token": token, "ttl": 600})
		}
	})
	allowed := func(w http.ResponseWriter, r *http.Request) (body []byte, ok bool) {
		body, _ = io.ReadAll(r.Body)
		token, isToken := strings.CutPrefix(r.Header.Get("Authorization"), "Token ")
		switch {
		case r.Header.Get("Nimbus-Api") != "3":
			wrong(w, 400, "version", "must be 3")
		case !isToken || !tokens[token]:
			wrong(w, 401, "token", "is unknown")
		case !nimbusSigned(r, body):
			f.counts["unsigned"]++
			wrong(w, 401, "signature", "does not fit")
		default:
			return body, true
		}
		return nil, false
	}
	f.handle("POST /v3/merchants", "creates", func(w http.ResponseWriter, r *http.Request) {
		body, ok := allowed(w, r)
		if !ok {
			return
		}
		form, err := url.ParseQuery(string(body))
		if mediaType(r) != "application/x-www-form-urlencoded" || err != nil {
			wrong(w, 415, "body", "must be a form")
			return
		}
		once := r.Header.Get("Nimbus-Once")
		accepted := func(location string) {
			w.Header().Set("Location", location)
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusAccepted)
		}
		if before, again := f.kept[once]; again {
			if before.asked != string(body) {
				answer(w, 409, object{"code": "once_reused"})
				return
			}
			f.counts["replays"]++
			accepted(before.location)
			return
		}
		if status := f.failing(); status != 0 {
			answer(w, status, object{"code": "failed"})
			return
		}
		found := nimbusProblems(form)
		if once == "" || len(once) > 64 {
			found["Nimbus-Once"] = []string{"must have 1 to 64 characters"}
		}
		if len(found) > 0 {
			answer(w, 422, object{"code": "refused", "errors": found})
			return
		}
		for _, m := range merchants {
			if m.form.Get("ref") == form.Get("ref") && m.state() != "declined" {
				answer(w, 409, object{"code": "exists", "merchant": "/v3/merchants/" + m.id})
				return
			}
		}
		f.counts["customers"]++
		m := &nimbusMerchant{id: f.id("NM-%08d"), form: form}
		merchants = append(merchants, m)
		f.kept[once] = keptAnswer{asked: string(body), location: "/v3/merchants/" + m.id}
		f.answered()
		accepted("/v3/merchants/" + m.id)
	})
	f.handle("GET /v3/merchants/{id}", "polls", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := allowed(w, r); !ok {
			return
		}
		for _, m := range merchants {
			if m.id == r.PathValue("id") {
				m.asked++
				body := object{"state": m.state(), "merchant": m.record()}
				if m.state() == "declined" {
					body["reason"] = "the merchant is on a list"
				}
				answer(w, 200, body)
				return
			}
		}
		wrong(w, 404, "id", "is unknown")
	})
	f.handle("GET /v3/merchants", "look-ups", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := allowed(w, r); !ok {
			return
		}
		found := []object{}
		for _, m := range merchants {
			if m.form.Get("ref") == r.URL.Query().Get("ref") && m.state() != "declined" {
				found = append(found, m.record())
			}
		}
		answer(w, 200, object{"merchants": found})
	})
	return f
}

// nimbusSigned checks a call's signature by the page's rules.
func nimbusSigned(r *http.Request, body []byte) bool {
	t, v1, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Nimbus-Signature"), "t="), ",v1=")
	seconds, err := strconv.ParseInt(t, 10, 64)
	if age := time.Since(time.Unix(seconds, 0)); !ok || err != nil || age > 5*time.Minute || age < -5*time.Minute {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(nimbusKey)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(t + "." + r.Method + "." + r.URL.RequestURI() + "." + string(body)))
	return hmac.Equal([]byte(v1), []byte(hex.EncodeToString(mac.Sum(nil))))
}

func nimbusProblems(form url.Values) object {
	found := object{}
	for name, p := range nimbusParameters {
		if p.required && !form.Has(name) {
			found[name] = []string{"is missing"}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		p, known := nimbusParameters[name]
		switch {
		case !known:
			found[name] = []string{"is unknown"}
		case len(form[name]) > 1 && name != "tags[]", len(form[name]) > 5:
			found[name] = []string{"stands there too often"}
		default:
			for _, value := range form[name] {
				if !p.form.MatchString(value) {
					found[name] = []string{p.wrong}
				}
			}
		}
	}
	return found
}
