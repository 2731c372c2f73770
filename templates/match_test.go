package templates

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The days that isDate knows are those that the schema library's date knows.
func TestDaysOfTheCalendar(t *testing.T) {
	for _, year := range []int{0, 1, 4, 1899, 1900, 1996, 2000, 2023, 2024, 2100, 2400, 9999} {
		for month := range 14 {
			for day := range 33 {
				s := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				if _, err := time.Parse(time.DateOnly, s); isDate(s) != (err == nil) {
					t.Errorf("%s is a date: %t (%v)", s, isDate(s), err)
				}
			}
		}
	}
	parts := rapid.StringOfN(rapid.SampledFrom([]rune("0129-/ +é")), 8, 11, 12)
	rapid.Check(t, func(rt *rapid.T) {
		s := parts.Draw(rt, "text")
		if _, err := time.Parse(time.DateOnly, s); isDate(s) != (err == nil) {
			rt.Errorf("%q is a date: %t (%v)", s, isDate(s), err)
		}
	})
}

// What is matched class by class is what the expression matches.
func TestPatternsByClass(t *testing.T) {
	tests := []struct {
		pattern string
		classes bool // matched without the regular expression
	}{
		{`\S`, true},
		{`[^a-c]`, true},
		{`^[0-9]{9}$`, true},
		{`^\d{4}-\d{2}-\d{2}$`, true},
		{`^\+[1-9][0-9]{1,14}$`, true},
		{`^((?![<>]).)*$`, true},
		{`^[0-9a-zA-Z-]+$`, true},
		{`^a?b*c+$`, true},
		{`^abc$`, true},
		{`^.{2,3}$`, true},
		{`^$`, true},
		{`^a?[a-c]$`, false},
		{`^[ab]*c?b$`, false},
		{`^(ab)+$`, false},
		{`^a|b$`, false},
		{`[0-9]+$`, false},
		{`a`, true},
		{`ab`, false},
	}
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abc019+-<> \n\u00a0\u2028é\ufffd")), 1, 8, 16)
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			re, err := compileECMA(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			matches, classes := classMatch(re)
			if classes != tt.classes {
				t.Fatalf("matched by classes: %t", classes)
			}
			if !classes {
				return
			}
			rapid.Check(t, func(rt *rapid.T) {
				s := text.Draw(rt, "text")
				if rapid.Bool().Draw(rt, "cut") {
					s = s[:len(s)-1]
				}
				if matches(s) != re.MatchString(s) {
					rt.Errorf("%q matches: %t", s, matches(s))
				}
			})
		})
	}
}

func TestCountryPairs(t *testing.T) {
	matches := formatMatch("country-a2")
	for a := range 256 {
		for b := range 256 {
			if s := string([]byte{byte(a), byte(b)}); matches(s) != isCountryA2(s) {
				t.Errorf("%q is a country: %t", s, matches(s))
			}
		}
	}
}
