package submit

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// When the cheap test says that a text has nothing of a row, the search finds nothing either.
func TestAPlainTextHasNothing(t *testing.T) {
	letters := rapid.RuneFrom([]rune("aAbBkKs019 @.-_/:éßŠſKİıñ日·\u00a0\n"))
	respell := []func(string) string{
		func(v string) string { return v }, strings.ToUpper, strings.ToLower,
		func(v string) string { return strings.Join(strings.Split(v, ""), "-") },
		func(v string) string { return strings.NewReplacer(" ", "", "-", "", ".", "").Replace(v) },
		func(v string) string {
			var b strings.Builder
			for _, a := range plainOf(v) {
				b.WriteRune(a.r)
			}
			return b.String()
		},
		func(v string) string { local, _, _ := strings.Cut(v, "@"); return local },
		func(v string) string { // a date as day, month, year
			if len(v) == 10 {
				return v[8:] + "/" + v[5:7] + "/" + v[:4]
			}
			return v
		},
	}
	certain := 0
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.OneOf(
			rapid.StringOfN(letters, 1, 14, -1),
			rapid.StringMatching(`[0-9]{1,9}-?[0-9]?`),
			rapid.StringMatching(`[a-cñ]{1,5}( [a-c]{1,5})?`),
			rapid.StringMatching(`[ab]{1,4}[.]?[ab]{0,3}@[ab]{1,3}\.co`),
			rapid.StringMatching(`19[0-9]{2}-0[1-9]-1[0-9]`),
		)
		var entries []pipeline.Entry
		for i, v := range rapid.SliceOfN(value, 1, 3).Draw(rt, "values") {
			entries = append(entries, pipeline.Entry{Path: fmt.Sprint(i), Value: v})
		}
		around := rapid.StringMatching(`[abAB019 .:/-]{0,6}`)
		said := around.Draw(rt, "before") +
			rapid.SampledFrom(respell).Draw(rt, "spelling")(rapid.SampledFrom(entries).Draw(rt, "entry").Value) +
			around.Draw(rt, "after")
		hidden := appendNeedles(nil, "s3cret", secretLabel)
		limit := rapid.IntRange(1, 60).Draw(rt, "limit")
		kept, ok := newRedactor(entries, hidden).plain(said, limit)
		if !ok {
			return
		}
		certain++
		if want := newRedactor(entries, hidden).search(said, limit); kept != want {
			rt.Errorf("%q of %+v: %q, want %q", said, entries, kept, want)
		}
	})
	if certain == 0 {
		t.Error("no text was certain")
	}
}

// Texts of good answers pass the cheap test.
func TestPlainTexts(t *testing.T) {
	entries := []pipeline.Entry{
		{Path: "name", Value: "Panadería La Espiga SAS"}, {Path: "nit", Value: "900123456-7"},
		{Path: "mail", Value: "ana@espiga.co"}, {Path: "type", Value: "CC"}, {Path: "born", Value: "1984-05-17"},
		{Path: "state", Value: "ACTIVE", Filled: true},
	}
	h := newRedactor(entries, appendNeedles(nil, "s3cret-s3cret", secretLabel))
	for said, plain := range map[string]bool{
		"ACTIVE": true, "pending_review": true, "6f1c2c74-3c10-4b3a-9d6f-0c3f3f6a2b11": true,
		"2026-03-11T10:00:00Z": true, "ACC 7": true,
		"espiga": false, "PANADERIA": false, "900.123.456": false, "cc 7": false, "ana 1": false, "17/05/1984": false,
		"05-17-1984": false,
		"1705198":    false, "a s3cret-s3cret": false, "caf%C3%A9": false, "café": false, "a&b": false,
		strings.Repeat("z", longestPlain+1): false,
	} {
		if _, got := h.plain(said, maxCode); got != plain {
			t.Errorf("%q: %t, want %t", said, got, plain)
		}
	}
	short := newRedactor([]pipeline.Entry{{Value: "\u212am"}}, nil) // with a Kelvin sign
	if _, plain := short.plain("7 km", maxCode); plain {
		t.Error("7 km is plain")
	}
}
