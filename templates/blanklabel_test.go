package templates

import (
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"muster/pipeline"
)

func TestLabels(t *testing.T) {
	representative, address := groupLabel{"Representative", 0}, groupLabel{"Address", 0}
	tests := []struct {
		groups []groupLabel
		title  string
		want   string
	}{
		{nil, "City", "City"},
		{[]groupLabel{address}, "City", "Address: City"},
		{[]groupLabel{{"Address", 2}}, "City", "Address 2: City"},
		{[]groupLabel{address}, "Address type", "Address type"},
		{[]groupLabel{{"Address", 2}}, "Address, line 1", "Address 2, line 1"},
		{[]groupLabel{{"Business address", 2}}, "Address type", "Business address 2 type"},
		{[]groupLabel{address}, "Addressee", "Address: Addressee"},
		{[]groupLabel{representative, address}, "City", "Representative, address: City"},
		{[]groupLabel{{"Representative", 2}, address}, "Address type", "Representative 2: Address type"},
		{[]groupLabel{{"Representative", 2}}, "Representative's ID", "Representative 2's ID"},
		{[]groupLabel{representative, {"EIN letter", 3}}, "Date", "Representative, EIN letter 3: Date"},
		{[]groupLabel{{"", 0}}, "City", ": City"},
	}
	for _, tt := range tests {
		if got := label(tt.groups, tt.title); got != tt.want {
			t.Errorf("%v %q is called %q, want %q", tt.groups, tt.title, got, tt.want)
		}
	}
	for name, want := range map[string]string{"postal_code": "Postal code", "postalCode": "Postal code",
		"countryCodeA3":      "Country code A3",
		"businessFederalEIN": "Business federal EIN", "x": "X", "": "", "_": "_"} {
		if got := humanised(name); got != want {
			t.Errorf("%q is %q for people, want %q", name, got, want)
		}
	}
}

// Whatever shapes are called, spreadsheet programs take the names of their
// sheets, and no two are alike.
func TestSheetNames(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := sheetNames{}
		seen := map[string]bool{}
		for _, name := range rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune("aAé:/\\?*[]' \n😀"))), 1,
			40).Draw(rt, "names") {
			got := names.legal(name)
			if n := len(utf16.Encode([]rune(got))); n == 0 || n > 31 || strings.ContainsAny(got, "[]:*?/\\'\n") ||
				strings.TrimSpace(got) == "" {
				rt.Fatalf("%q becomes %q", name, got)
			}
			if key := strings.ToLower(got); seen[key] {
				rt.Fatalf("%q stands twice", got)
			} else {
				seen[key] = true
			}
		}
	})
}

func TestLimitsInWords(t *testing.T) {
	tests := []struct {
		field pipeline.Field
		want  string
	}{
		{pipeline.Field{Pattern: `^[0-9]{9}$`, MinLength: 9, MaxLength: 9}, "exactly 9 digits"},
		{pipeline.Field{Pattern: `^\d+$`, MinLength: 6, MaxLength: 12}, "6 to 12 digits"},
		{pipeline.Field{Pattern: `^\d+$`, MinLength: 1, MaxLength: 4}, "at most 4 digits"},
		{pipeline.Field{Pattern: `^\d+$`}, "digits only"},
		{pipeline.Field{Pattern: `^[0-9]{3,}$`}, "at least 3 digits"},
		{pipeline.Field{Pattern: `^\+[1-9][0-9]{1,14}$`}, "a plus sign and 2 to 15 digits"},
		{pipeline.Field{Pattern: `^[1-9][0-9]*$`}, "digits only"},
		{pipeline.Field{Pattern: `\S`, MinLength: 1, MaxLength: 140}, "at most 140 characters"},
		{pipeline.Field{MinLength: 5, MaxLength: 10}, "5 to 10 characters"},
		{pipeline.Field{MinLength: 2}, "at least 2 characters"},
		{pipeline.Field{Format: "email", MinLength: 1, MaxLength: 35}, "an e-mail address, at most 35 characters"},
		{pipeline.Field{Format: "date"}, "a date, YYYY-MM-DD"},
		{pipeline.Field{Only: "NIT", Enum: []string{"NIT"}}, "always NIT"},
		{pipeline.Field{Enum: []string{"a", "b"}}, "one of the allowed values"},
		{pipeline.Field{Kind: "boolean"}, "true or false"},
		{pipeline.Field{}, ""},
	}
	for _, tt := range tests {
		if got := limits(tt.field); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.field, got, tt.want)
		}
	}
}
