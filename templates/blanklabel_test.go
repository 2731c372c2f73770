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
		{[]groupLabel{address}, "City", "Address: city"},
		{[]groupLabel{{"Address", 2}}, "City", "Address 2: city"},
		{[]groupLabel{address}, "Address type", "Address type"},
		{[]groupLabel{{"Address", 2}}, "Address, line 1", "Address 2, line 1"},
		{[]groupLabel{{"Business address", 2}}, "Address type", "Business address 2 type"},
		{[]groupLabel{address}, "Addressee", "Address: addressee"},
		{[]groupLabel{representative, address}, "City", "Representative, address: city"},
		{[]groupLabel{{"Representative", 2}, address}, "Address type", "Representative 2: address type"},
		{[]groupLabel{{"Representative", 2}}, "Representative's ID", "Representative 2's ID"},
		{[]groupLabel{representative, {"EIN letter", 3}}, "Date", "Representative, EIN letter 3: date"},
		{[]groupLabel{{"Documento", 2}}, "País de expedición", "Documento 2: país de expedición"},
		{[]groupLabel{{"Dirección de la empresa", 0}}, "Tipo", "Dirección de la empresa: tipo"},
		{[]groupLabel{{"Empresa", 0}}, "EIN federal", "Empresa: EIN federal"},
		{[]groupLabel{{"", 0}}, "City", ": city"},
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

// Whatever the names of shapes, spreadsheet programs accept the names of their sheets, and no two are equal.
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

func TestLimits(t *testing.T) {
	tests := []struct {
		field pipeline.Field
		want  string
	}{
		{pipeline.Field{Pattern: `^[0-9]{9}$`, MinLength: 9, MaxLength: 9}, "template.digits_exactly count=9"},
		{pipeline.Field{Pattern: `^\d+$`, MinLength: 6, MaxLength: 12}, "template.digits_between least=6 count=12"},
		{pipeline.Field{Pattern: `^\d+$`, MinLength: 1, MaxLength: 4}, "template.digits_at_most count=4"},
		{pipeline.Field{Pattern: `^\d+$`}, "template.digits_only"},
		{pipeline.Field{Pattern: `^[0-9]{3,}$`}, "template.digits_at_least count=3"},
		{pipeline.Field{Pattern: `^\+[1-9][0-9]{1,14}$`},
			"template.plus_and_digits digits=(template.digits_between least=2 count=15)"},
		{pipeline.Field{Pattern: `^[1-9][0-9]*$`}, "template.digits_only"},
		{pipeline.Field{Pattern: `\S`, MinLength: 1, MaxLength: 140}, "template.characters_at_most count=140"},
		{pipeline.Field{MinLength: 5, MaxLength: 10}, "template.characters_between least=5 count=10"},
		{pipeline.Field{MinLength: 1}, "template.characters_at_least count=1"},
		{pipeline.Field{MinLength: 2, MaxLength: 2}, "template.characters_exactly count=2"},
		{pipeline.Field{Format: "uuid"}, `template.of_format format="uuid"`},
		{pipeline.Field{Kind: "integer"}, "template.whole_number"},
		{pipeline.Field{MinLength: 2}, "template.characters_at_least count=2"},
		{pipeline.Field{Format: "email", MinLength: 1, MaxLength: 35},
			"template.form_and_length form=(template.email) length=(template.characters_at_most count=35)"},
		{pipeline.Field{Format: "date"}, "template.date"},
		{pipeline.Field{Only: "NIT", Enum: []string{"NIT"}}, `template.always value="NIT"`},
		{pipeline.Field{Enum: []string{"a", "b"}}, "template.one_of_the_values"},
		{pipeline.Field{Kind: "boolean"}, "template.true_or_false"},
		{pipeline.Field{}, ""},
	}
	for _, tt := range tests {
		if got := limits(tt.field).String(); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.field, got, tt.want)
		}
	}
}
