package pipeline

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The document of RFC 6901, section 5, and what each pointer finds in it.
func TestPointerOfTheStandard(t *testing.T) {
	const text = `{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}`
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[Pointer]any{
		"":       doc,
		"/foo":   []any{"bar", "baz"},
		"/foo/0": "bar",
		"/foo/1": "baz",
		"/":      0.0,
		"/a~1b":  1.0,
		"/c%d":   2.0,
		"/e^f":   3.0,
		"/g|h":   4.0,
		`/i\j`:   5.0,
		`/k"l`:   6.0,
		"/ ":     7.0,
		"/m~0n":  8.0,
	} {
		if got, ok := p.Get(doc); !ok || !reflect.DeepEqual(got, want) || !p.Valid() {
			t.Errorf("%q finds %v (%v)", p, got, ok)
		}
	}
	for _, p := range []Pointer{"/nope", "/foo/2", "/foo/-1", "/foo/-", "/foo/+0", "/foo/00", "/foo/01", "/foo/0x0",
		"/foo/", "/foo/0/0", "/foo/bar", "//", "/a/b", "/m~1n"} {
		if got, ok := p.Get(doc); ok {
			t.Errorf("%q finds %v", p, got)
		}
	}
}

func TestPointerValid(t *testing.T) {
	for p, want := range map[Pointer]bool{
		"": true, "/": true, "/a": true, "/a/b/0": true, "/a~0b~1c": true, "//": true, "/é 😀": true,
		"a": false, "a/b": false, "#/a": false, " /a": false, "$.a": false, "/~": false, "/a~": false, "/a~2": false,
		"/~~0": false, "/a~/b": false,
	} {
		if p.Valid() != want {
			t.Errorf("%q: %v", p, !want)
		}
	}
}

func TestPointerTokens(t *testing.T) {
	for p, want := range map[Pointer][]string{
		"": nil, "/": {""}, "/a/b": {"a", "b"}, "/a~1b/~0": {"a/b", "~"}, "/~01": {"~1"}, "/~10": {"/0"},
		"//a/": {"", "a", ""},
	} {
		if got := p.Tokens(); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", p, got, want)
		}
	}
}

func TestPointerText(t *testing.T) {
	doc := map[string]any{"s": "x", "empty": "", "n": json.Number("12.50"), "f": 1e21, "i": 1234567.0, "t": true,
		"f2": false, "null": nil, "o": map[string]any{"a": "b"}, "l": []any{"x"}}
	for p, want := range map[Pointer]string{"/s": "x", "/n": "12.50", "/f": "1000000000000000000000", "/i": "1234567",
		"/t": "true", "/f2": "false", "/o/a": "b", "/l/0": "x"} {
		if got, ok := p.Text(doc); !ok || got != want {
			t.Errorf("%q: %q (%v), want %q", p, got, ok, want)
		}
	}
	for _, p := range []Pointer{"", "/empty", "/null", "/o", "/l", "/nope", "/s/0"} {
		if got, ok := p.Text(doc); ok || got != "" {
			t.Errorf("%q: %q (%v)", p, got, ok)
		}
	}
	for want, list := range map[string][]Pointer{"": {"/nope", "/empty"}, "x": {"/nope", "/empty", "/s", "/o/a"},
		"b": {"/o", "/o/a"}} {
		if got := FirstText(doc, list); got != want {
			t.Errorf("the first of %q is %q, want %q", list, got, want)
		}
	}
	if got := FirstText(doc, nil); got != "" {
		t.Errorf("the first of none is %q", got)
	}
}

func TestPointerSet(t *testing.T) {
	tests := []struct {
		name string
		p    Pointer
		doc  string
		want string
	}{
		{"into nothing", "/a", `null`, `{"a":"x"}`},
		{"the whole", "", `{"a":1}`, `"x"`},
		{"beside", "/b", `{"a":1}`, `{"a":1,"b":"x"}`},
		{"over", "/a", `{"a":{"b":1}}`, `{"a":"x"}`},
		{"deep", "/a/b/c", `{}`, `{"a":{"b":{"c":"x"}}}`},
		{"through a text", "/a/b", `{"a":"t"}`, `{"a":{"b":"x"}}`},
		{"through a list", "/a/0", `{"a":[1]}`, `{"a":{"0":"x"}}`},
		{"escaped", "/a~1b/~0", `{}`, `{"a/b":{"~":"x"}}`},
		{"into a list", "/a", `[1]`, `{"a":"x"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var doc any
			if err := json.Unmarshal([]byte(tt.doc), &doc); err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(tt.p.Set(doc, "x"))
			if err != nil || string(got) != tt.want {
				t.Errorf("%s (%v), want %s", got, err, tt.want)
			}
		})
	}
}

// What was set is found, whatever its name.
func TestPointerFindsWhatItSet(t *testing.T) {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("~/01")))), 0,
			5).Draw(rt, "names")
		var p Pointer
		for _, n := range names {
			p += Pointer("/" + escape.Replace(n))
		}
		if !p.Valid() || !slices.Equal(p.Tokens(), names) {
			rt.Fatalf("%q: valid %v, tokens %q, want %q", p, p.Valid(), p.Tokens(), names)
		}
		doc := p.Set(nil, "x")
		if got, ok := p.Text(doc); !ok || got != "x" {
			rt.Fatalf("%q finds %q", p, got)
		}
	})
}

func TestPathPointer(t *testing.T) {
	for path, want := range map[string]Pointer{
		"name":                              "/name",
		"billing_address.city":              "/billing_address/city",
		"customer.addresses[0].postalCode":  "/customer/addresses/0/postalCode",
		"a[12].b[3].c":                      "/a/12/b/3/c",
		"a/b.c~d":                           "/a~1b/c~0d",
		"customer.identificationDocuments":  "/customer/identificationDocuments",
		"businessRepresentatives[0]":        "/businessRepresentatives/0",
		"businessRepresentatives[].address": "/businessRepresentatives//address",
	} {
		if got := PathPointer(path); got != want || !got.Valid() {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestPathPattern(t *testing.T) {
	for path, want := range map[string]string{
		"":                            "",
		"name":                        "name",
		"line1":                       "line1",
		"a[0].b":                      "a[].b",
		"a[123].b[4].line2":           "a[].b[].line2",
		"a[].b":                       "a[].b",
		"customer.addresses[0]":       "customer.addresses[]",
		"a[x1]":                       "a[x]",
		"billing_address.line1":       "billing_address.line1",
		"customer.addresses[9].line1": "customer.addresses[].line1",
	} {
		if got := PathPattern(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
