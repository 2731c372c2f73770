package pipeline

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What is read by hand is what encoding/json reads, and what is written what it writes.
func TestPlainJSONIsJSON(t *testing.T) {
	piece := rapid.SampledFrom([]string{`{`, `}`, `[`, `]`, `,`, `:`, `"`, `"a"`, `"é b"`, `"a":`, `"\n"`, `\`,
		"\"\x00\"", "\"\xff\"", `null`, `true`, `false`, `nul`, `0`, `-`, `1`, `01`, `12.50`, `.`, `1e`, `1E+5`,
		`-0.0e-3`, ` `, "\n", "\t", `{"a":1,"a":[2]}`, `[[],{}]`, `x`, "\ufeff", "\u00a0", "\"\u2028\"", "\"\ufffd\""})
	plain := 0
	rapid.Check(t, func(rt *rapid.T) {
		text := ""
		for _, p := range rapid.SliceOfN(piece, 1, 9).Draw(rt, "pieces") {
			text += p
		}
		doc, ok := decodePlain([]byte(text))
		if !ok {
			return
		}
		plain++
		want, err := decodeAny([]byte(text))
		if err != nil || !reflect.DeepEqual(doc, want) {
			rt.Fatalf("%q is %#v, want %#v, %v", text, doc, want, err)
		}
	})
	if plain == 0 {
		t.Error("nothing was plain")
	}
	written := rapid.Custom(func(rt *rapid.T) any { return anyJSON(rt, 3) })
	rapid.Check(t, func(rt *rapid.T) {
		doc := written.Draw(rt, "doc")
		text, ok := appendPlain(nil, doc, 0)
		want, err := encodeAny(doc)
		if ok && (err != nil || string(text) != string(want)) {
			rt.Fatalf("%#v is written %s, want %s, %v", doc, text, want, err)
		}
		got, err := DecodeJSON(want)
		if again, _ := decodeAny(want); err != nil || !reflect.DeepEqual(got, again) {
			rt.Fatalf("%s is read %#v, %v", want, got, err)
		}
	})
}

func anyJSON(rt *rapid.T, depth int) any {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab <>&\"\\/\n\u2028é\ufffd日")), 0, 4, -1)
	switch rapid.IntRange(0, 4+min(depth, 2)).Draw(rt, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(rt, "bool")
	case 2:
		return rapid.SampledFrom([]json.Number{"0", "-1.5e3", "10", "", "1"}).Draw(rt, "number")
	case 3:
		return int64(7)
	case 4:
		return text.Draw(rt, "text") + rapid.SampledFrom([]string{"", "", "\xff"}).Draw(rt, "spoilt")
	case 5:
		items := []any{}
		for range rapid.IntRange(0, 3).Draw(rt, "items") {
			items = append(items, anyJSON(rt, depth-1))
		}
		return items
	}
	members := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(rt, "members") {
		members[text.Draw(rt, "name")] = anyJSON(rt, depth-1)
	}
	return members
}

// Deep JSON is left to encoding/json.
func TestDeepJSONIsNotPlain(t *testing.T) {
	deep := make([]byte, 2*(mostPlain+2))
	for i := range deep {
		deep[i] = "[]"[i/(mostPlain+2)]
	}
	if _, plain := decodePlain(deep); plain {
		t.Error("deep JSON is plain")
	}
	if doc, err := DecodeJSON(deep); err != nil {
		t.Errorf("%v", err)
	} else if text, err := EncodeJSON(doc); err != nil || string(text) != string(deep) {
		t.Errorf("%s, %v", text, err)
	}
}

func BenchmarkJSON(b *testing.B) {
	text := []byte(`{"business_name":"Comercio Ñandú 12 S.A.S.","created_at":"2026-11-28T10:00:00.000Z","email":` +
		`"ventas12@example.org","id":"0b8b6c1e-0000-4000-8000-000000000001","identification_number":"000000012",` +
		`"identification_type":"NIT","mobile_phone_number":"+573000000012","status":"active","type":"BUSINESS"}`)
	doc, err := DecodeJSON(text)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"read", func() error { _, err := DecodeJSON(text); return err }},
		{"read by the library", func() error { _, err := decodeAny(text); return err }},
		{"write", func() error { _, err := EncodeJSON(doc); return err }},
		{"write by the library", func() error { _, err := encodeAny(doc); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
