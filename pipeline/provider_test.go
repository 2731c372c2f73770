package pipeline

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestProviderLookups(t *testing.T) {
	p := &Provider{
		Fields:       []Field{{Path: "name"}, {Path: "shops[].town"}, {Path: "shops[].people[].name"}},
		Environments: []Environment{{Name: "sandbox", BaseURL: "https://sandbox.example"}, {Name: "production"}},
		LookUps:      []LookUp{{Name: "by-nit", Key: "nit"}, {Name: "by-id"}},
	}
	for path, want := range map[string]int{"name": 0, "shops[].town": 1, "shops[0].town": 1,
		"shops[17].people[3].name": 2, "": -1, "Name": -1, "shops": -1, "shops[0]": -1, "shops.town": -1, "name[0]": -1,
		"shops[0].town.x": -1} {
		if got := p.FieldIndex(path); got != want {
			t.Errorf("%q: %d, want %d", path, got, want)
		}
		f, ok := p.FieldByPath(path)
		if ok != (want >= 0) || ok && f.Path != p.Fields[want].Path {
			t.Errorf("%q: %v (%v)", path, f.Path, ok)
		}
	}
	if e, ok := p.Environment("sandbox"); !ok || e.BaseURL != "https://sandbox.example" {
		t.Errorf("sandbox: %v %v", e, ok)
	}
	if e, ok := p.Environment(EnvLocal); ok {
		t.Errorf("local: %v", e)
	}
	if l := p.LookUpByID(); l == nil || l.Name != "by-id" {
		t.Errorf("by ID: %v", l)
	}
	if l := p.LookUpByKey("nit"); l == nil || l.Name != "by-nit" {
		t.Errorf("by NIT: %v", l)
	}
	if l := p.LookUpByKey("email"); l != nil {
		t.Errorf("by e-mail: %v", l)
	}
	if l := (&Provider{}).LookUpByID(); l != nil {
		t.Errorf("of none: %v", l)
	}
	if n := (Namespace{Env: EnvLocal}); !n.Rehearsal() {
		t.Error("local is no rehearsal")
	}
	for _, env := range []string{"", "sandbox", "production", "https://local"} {
		if (Namespace{Env: env}).Rehearsal() {
			t.Errorf("%q is a rehearsal", env)
		}
	}
}

func TestIn(t *testing.T) {
	ranges := []Statuses{{201, 201}, {400, 499}}
	for status, want := range map[int]bool{0: false, 200: false, 201: true, 202: false, 399: false, 400: true,
		450: true, 499: true, 500: false} {
		if In(ranges, status) != want {
			t.Errorf("%d: %v", status, !want)
		}
	}
	if In(nil, 200) || In(nil, 0) {
		t.Error("a status is in no range at all")
	}
}

func TestConditionHolds(t *testing.T) {
	var doc any
	if err := json.Unmarshal([]byte(`{"code":"extTimeout","n":0,"text":"0","empty":"","deep":{"ok":true},
		"list":["a"],"said":"CUSTOMER_Already-Exists"}`), &doc); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		c    *Condition
		doc  any
		want bool
	}{
		{"none", nil, doc, true},
		{"none, of no document", nil, nil, true},
		{"is", &Condition{At: "/code", Is: "extTimeout"}, doc, true},
		{"is not", &Condition{At: "/code", Is: "ext"}, doc, false},
		{"is in other letters", &Condition{At: "/code", Is: "exttimeout"}, doc, false},
		{"prefix", &Condition{At: "/code", Prefix: "ext"}, doc, true},
		{"the whole as prefix", &Condition{At: "/code", Prefix: "extTimeout"}, doc, true},
		{"longer than the text", &Condition{At: "/code", Prefix: "extTimeoutX"}, doc, false},
		{"another prefix", &Condition{At: "/code", Prefix: "Ext"}, doc, false},
		{"a number", &Condition{At: "/n", Is: "0"}, doc, true},
		{"a number's text", &Condition{At: "/text", Is: "0"}, doc, true},
		{"a truth", &Condition{At: "/deep/ok", Is: "true"}, doc, true},
		{"an item", &Condition{At: "/list/0", Is: "a"}, doc, true},
		{"one of", &Condition{At: "/said", Contains: []string{"in use", "already exists"}}, doc, true},
		{"none of", &Condition{At: "/said", Contains: []string{"in use", "exist already"}}, doc, false},
		{"one of, where there is nothing", &Condition{At: "/nope", Contains: []string{"a"}}, doc, false},
		{"nowhere", &Condition{At: "/nope", Is: "a"}, doc, false},
		{"nowhere and nothing", &Condition{At: "/nope"}, doc, false},
		{"an empty text", &Condition{At: "/empty"}, doc, false},
		{"an object", &Condition{At: "/deep", Is: "true"}, doc, false},
		{"no document", &Condition{At: "/code", Is: "a"}, nil, false},
		{"a document that is a text", &Condition{At: "/code", Is: "a"}, "a", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.Holds(tt.doc); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]Rate{
		"5/s": {5, time.Second}, "1/s": {1, time.Second}, "100/m": {100, time.Minute}, "1000/h": {1000, time.Hour},
		"none": {}, "1000000000/s": {1e9, time.Second},
	} {
		got, err := ParseRate(in)
		if err != nil || got != want || got.String() != in {
			t.Errorf("%s: %+v, written %s (%v)", in, got, got, err)
		}
	}
	for _, in := range []string{"", "5", "/s", "5/", "0/s", "-1/s", "5/d", "5/S", "5 /s", "5/ s", " 5/s", "5/s ",
		"5.5/s", "5/s/s", "1e3/s", "five/s", "None", "0", "99999999999999999999/s", "2000000000/s", "5/1s", "5/min"} {
		if got, err := ParseRate(in); err == nil {
			t.Errorf("%q is taken for %s", in, got)
		}
	}
}

// A written rate reads back the same, and the interval is never negative.
func TestRatesAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		per := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour}).Draw(rt, "per")
		r := Rate{N: rapid.IntRange(1, int(per)).Draw(rt, "n"), Per: per}
		got, err := ParseRate(r.String())
		if err != nil || got != r {
			rt.Fatalf("%s is read as %s (%v)", r, got, err)
		}
		if i := r.Interval(); i < 1 || i*time.Duration(r.N) > per {
			rt.Fatalf("%s: %v apart", r, i)
		}
	})
	if (Rate{}).Interval() != 0 {
		t.Error("no limit has an interval")
	}
}

func TestFieldsThatTellCustomersApart(t *testing.T) {
	p := &Provider{Fields: []Field{{Path: "nit"}, {Path: "name", Pattern: `\S`}, {Path: "mail", Format: "email"},
		{Path: "cell", Pattern: `^\+[1-9]`}, {Path: "a.phones[].phoneNumber"},
		{Path: "phoneType", Enum: []string{"HOME", "WORK"}},
		{Path: "a.documents[].value"}, {Path: "a.documents[].type"}, {Path: "b.documents[].value"}},
		Keys: []Key{{Field: "nit"}, {Path: "$.a.documents[?@.type == 'SSN'].value"}}}
	var got []string
	for i, f := range p.Fields {
		if p.TellsApart(i) {
			got = append(got, f.Path)
		}
	}
	if want := "nit mail cell a.phones[].phoneNumber a.documents[].value"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %s", got, want)
	}
}
