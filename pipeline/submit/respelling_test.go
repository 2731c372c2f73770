package submit_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// Values of a row that a provider repeats in another spelling do not come back either.
func TestRedactionOfOtherSpellings(t *testing.T) {
	said := &refusing{}
	s := serve(t, said.ServeHTTP)
	c := newClient(t, submit.Options{BaseURL: s.URL})
	entries := []pipeline.Entry{
		{Path: "name", Value: "Café Peña & Hijos SAS"}, {Path: "mail", Value: "maria.pena@example.org"},
		{Path: "phone", Value: "+573005550101"}, {Path: "nit", Value: "999000111"}, {Path: "born", Value: "1984-02-29"},
		{Path: "first", Value: "Zoë"}, {Path: "zip", Value: "02108"}, {Path: "city", Value: "Kraków"},
		{Path: "company", Value: "Customer Services"}, {Path: "street", Value: "Straße 12"},
		{Path: "fax", Value: "+20000022"}, {Path: "type", Value: "BUSINESS", Filled: true},
	}
	dropped := `provider.message_dropped status=422`
	cases := []struct{ said, want string }{
		{"CAFE PENA Y HIJOS", "{name} Y {name}"},
		{"cafe-pena; hijos, PENA", "{name}, {name}"},
		{"caf&eacute; pe&ntilde;a", "{name}"},
		{`Caf\u00e9 PE\u00d1A`, "{name}"},
		{`Caf\xe9 PE\xd1A`, "{name}"},
		{`CAF\xc3\x89 PE\xc3\x91A`, "{name}"},
		{`C:\xyz\x4`, `C:\xyz\x4`},
		{"Café|PeñaHijos, hijossas", "{name}|{name}, {name}"},
		{"CAF%C3%89%20PE%C3%91A", "{name}"},
		{"CAF%25C3%2589 exists", "{name} exists"},
		{"Cafe\u0301 Pen\u0303a", "{name}"},
		{"ｃａｆｅ is known", "{name} is known"},
		{"Caf? Pe?a & Hijos SAS", "{name} {name} & {name}"},
		{"Caf\ufffd Pe\ufffd\ufffda", "{name} {name}"},
		{"CAF?? is known, so is PE_A", "{name} is known, so is {name}"},
		{"caf%3F, Caf%EF%BF%BD", "{name}, {name}"},
		{"CafÃ© and PeÃ±a", "{name} and {name}"},
		{"Krak?w, Krakw, Zo?", "{city}, {city}, {first}"},
		{"is it a cafe?x", "is it a {name}?x"},
		{"Did Caf? work? Peña?", "Did {name} work? {name}?"},
		{"maria.pena (at) example.org", "{mail}"},
		{"maria.pena [arroba] example punto org is known", "{mail} is known"},
		{"maria.pena # example.org, maria.pena at home", "{mail}, {mail} at home"},
		{"20000022, (2000002 (2000002", "{fax}, ({fax}"},
		{"cafeteria and penalty are words", "cafeteria and penalty are words"},
		{"user maria.pena, MARIA_PENA", "user {mail}, {mail}"},
		{"maria exists", "{mail} exists"},
		{"tel 57 300 555 0101 / 3005550101", "tel {phone} / {phone}"},
		{"tel (300) 555-0101.", "tel ({phone}."},
		{"NIT 999.000.111-8", "NIT {nit}"},
		{"NIT 0999000111", "NIT {nit}"},
		{"9990001", "{nit}"},
		{"born 1984/02/29 or 19840229", "born {born} or {born}"},
		{"born 29/02/1984, 02-29-1984", "born {born}"},
		{"ZOE was here", "{first} was here"},
		{"zip 0-2108", "zip {zip}"},
		{"code 12108 and 409, 20261128", "code 12108 and 409, 20261128"},
		{"KRAKOW", "{city}"},
		{"customer-services", "{company}"},
		{"the customer exists, services are closed", "the customer exists, services are closed"},
		{"a BUSINESS", "a BUSINESS"},
		{"STRASSE 12", "{street}"},
		{"M A R I A P E N A", dropped},
		{"maria\u200bpena", "{mail}"},
		{"xmariapenax", dropped},
		{"3a0b0c5d5e5f0g1h0i1", dropped},
		{"duplicate_value", "duplicate_value"},
	}
	for _, tc := range cases {
		said.message = tc.said
		r, _ := c.Create(t.Context(), &pipeline.Intent{Body: []byte(`{}`), Entries: entries})
		if r.Message.String() != tc.want {
			t.Errorf("%q became %q, want %q", tc.said, r.Message, tc.want)
		}
	}
}

// A text that cannot be cleared is dropped alone: code and request ID stay.
func TestCodeAndRequestIDStay(t *testing.T) {
	s := answering(t, 422, nil, `{"request_id":"req-1","error":{"code":"duplicate_value",
		"message":"M A R I A P E N A","errors":[{"field":"x","message":"xmariapenax"}]}}`)
	c := newClient(t, submit.Options{BaseURL: s.URL})
	r, _ := c.Create(t.Context(), &pipeline.Intent{Body: []byte(`{}`),
		Entries: []pipeline.Entry{{Path: "mail", Value: "maria.pena@example.org"}}})
	if r.Code != "duplicate_value" || r.RequestID != "req-1" ||
		r.Message.String() != "provider.message_dropped status=422" {
		t.Errorf("code %q, request %q, message %s", r.Code, r.RequestID, r.Message)
	}
	for _, p := range r.Problems {
		if p.Message.Code != "provider_refused_field" && p.Message.Code != "provider_refused" {
			t.Errorf("problem %s", p.Message)
		}
	}
}

// bareLetters is the identifying part of a text: letters without accents, and digits.
func bareLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

// asciiLetters is what a provider that writes only ASCII leaves of a name.
func asciiLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// No part of a name, address or number comes back, in any combination of the spellings that providers are known for.
func TestNoSpellingSurvives(t *testing.T) {
	said := &refusing{}
	s := serve(t, said.ServeHTTP)
	c := newClient(t, submit.Options{BaseURL: s.URL})
	syllable := rapid.SampledFrom([]string{"ba", "cé", "ño", "qui", "ló", "zär", "gö", "xin", "vel", "ãt"})
	word := rapid.Custom(func(t *rapid.T) string {
		return "Q" + strings.Join(rapid.SliceOfN(syllable, 2, 4).Draw(t, "syllables"), "")
	})
	digits := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), 8, 12, -1)
	without := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.Is(unicode.M, r) {
				return -1
			}
			return r
		}, norm.NFD.String(s))
	}
	spell := []func(*rapid.T, string) string{
		func(_ *rapid.T, s string) string { return strings.ToUpper(s) },
		func(_ *rapid.T, s string) string { return strings.ToLower(s) },
		func(_ *rapid.T, s string) string { return without(s) },
		func(_ *rapid.T, s string) string { return norm.NFD.String(s) },
		func(t *rapid.T, s string) string { // letters that the provider cannot write
			lost := rapid.SampledFrom([]string{"?", "??", "\ufffd", "\ufffd\ufffd", "_", "*"}).Draw(t, "lost")
			var b strings.Builder
			for _, r := range s {
				if r > unicode.MaxASCII && unicode.IsLetter(r) {
					b.WriteString(lost)
				} else {
					b.WriteRune(r)
				}
			}
			return b.String()
		},
		func(t *rapid.T, s string) string { // digits and words with other characters between them
			between := rapid.SampledFrom([]string{" ", ".", "-", "_", " - ", "\u00a0"}).Draw(t, "between")
			var b strings.Builder
			for i, r := range s {
				if i > 0 && r >= '0' && r <= '9' && rapid.Bool().Draw(t, "divide") {
					b.WriteString(between)
				}
				if r == ' ' {
					b.WriteString(between)
				} else {
					b.WriteRune(r)
				}
			}
			return b.String()
		},
	}
	encode := []func(string) string{
		func(s string) string { return s }, url.QueryEscape, url.PathEscape, html.EscapeString,
		func(s string) string { b, _ := json.Marshal(s); return string(b) },
	}
	rapid.Check(t, func(rt *rapid.T) {
		first, last := word.Draw(rt, "first"), word.Draw(rt, "last")
		number := digits.Draw(rt, "number")
		local := strings.ToLower(without(first)) + "." + strings.ToLower(without(last))
		in := &pipeline.Intent{Body: []byte(`{}`), Entries: []pipeline.Entry{{Path: "1", Value: first + " " + last},
			{Path: "2", Value: local + "@example.org"}, {Path: "3", Value: "+" + number}}}
		var b strings.Builder
		for range rapid.IntRange(1, 5).Draw(rt, "parts") {
			v := rapid.SampledFrom([]string{first + " " + last, last, last + " " + first, local, number, number[:7],
				number[1:]}).Draw(rt, "value")
			for range rapid.IntRange(0, 2).Draw(rt, "spellings") {
				v = rapid.SampledFrom(spell).Draw(rt, "spelling")(rt, v)
			}
			b.WriteString(rapid.SampledFrom([]string{" exists; ", " (", " customer ", ") / ", "'"}).Draw(rt, "around"))
			b.WriteString(rapid.SampledFrom(encode).Draw(rt, "encoding")(v))
		}
		said.message = b.String()
		r, _ := c.Create(t.Context(), in)
		texts := []string{r.Message.String(), r.Code, r.RequestID}
		for _, p := range r.Problems {
			texts = append(texts, p.Field, fmt.Sprint(p.Message.Arg("text")), fmt.Sprint(p.Message.Arg("name")))
		}
		for _, text := range texts {
			// The digits here are names of fields, and not left over from values.
			bare := bareLetters(strings.NewReplacer("{1}", "|", "{2}", "|", "{3}", "|").Replace(html.UnescapeString(text)))
			for _, v := range []string{bareLetters(first), bareLetters(last), asciiLetters(first), asciiLetters(last), number[:7],
				number[len(number)-7:]} {
				if strings.Contains(bare, v) {
					rt.Fatalf("%q is still in %q (said: %q)", v, text, said.message)
				}
			}
		}
	})
}
