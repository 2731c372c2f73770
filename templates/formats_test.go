package templates

import (
	"slices"
	"strings"
	"testing"
)

// pipeline/README.md, Values: a non-empty ASCII local part, one @, a domain of labels
// with at least one dot.
func TestEmailAddresses(t *testing.T) {
	label63 := strings.Repeat("a", 63)
	tests := []struct {
		name, address string
		good          bool
	}{
		{"plain", "ana@example.org", true},
		{"one letter each", "a@b.c", true},
		{"dots, plus and hyphen", "ana.maria+pagos-2@mail.example.org", true},
		{"dots anywhere in the local part", ".ana..m.@example.org", true},
		{"every sign", "!#$%&'*+/=?^_{|}~-`@example.org", true},
		{"digits", "573005550101@3com.example", true},
		{"hyphen in a label", "a@my-shop.example", true},
		{"capitals", "ANA@EXAMPLE.ORG", true},
		{"punycode", "a@xn--mnchen-3ya.example", true},
		{"numbers for a domain", "a@192.0.2.1", true},
		{"label of 63", "a@" + label63 + ".org", true},
		{"long local part", strings.Repeat("x", 200) + "@example.org", true},

		{"empty", "", false},
		{"no at", "ana.example.org", false},
		{"two ats", "ana@home@example.org", false},
		{"no local part", "@example.org", false},
		{"no domain", "ana@", false},
		{"no dot", "ana@localhost", false},
		{"dot at the start of the domain", "ana@.example.org", false},
		{"dot at the end", "ana@example.org.", false},
		{"two dots", "ana@example..org", false},
		{"only a dot", "ana@.", false},
		{"hyphen begins a label", "ana@-example.org", false},
		{"hyphen ends a label", "ana@example-.org", false},
		{"hyphen ends the last label", "ana@example.org-", false},
		{"label of 64", "ana@a" + label63 + ".org", false},
		{"underscore in the domain", "ana@my_shop.example", false},
		{"accent in the local part", "josé@example.org", false},
		{"accent in the domain", "ana@peñón.example", false},
		{"full-width at", "ana＠example.org", false},
		{"space inside", "ana maria@example.org", false},
		{"space in front", " ana@example.org", false},
		{"space behind", "ana@example.org ", false},
		{"line break behind", "ana@example.org\n", false},
		{"zero-width space", "ana\u200b@example.org", false},
		{"no-break space", "ana\u00a0@example.org", false},
		{"quoted", `"ana maria"@example.org`, false},
		{"with a name", "Ana <ana@example.org>", false},
		{"two addresses", "ana@example.org,rui@example.org", false},
		{"two addresses, semicolon", "ana@example.org;rui@example.org", false},
		{"literal", "ana@[192.0.2.1]", false},
		{"comment", "ana(x)@example.org", false},
		{"mailto", "mailto:ana@example.org", false},
		{"NUL", "ana\x00@example.org", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := isEmail(tt.address); got != tt.good {
				t.Errorf("%q: %v", tt.address, got)
			}
		})
	}
}

// The officially assigned codes of ISO 3166-1 alpha-2, all of them.
const countries = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`

func TestCountryCodes(t *testing.T) {
	all := strings.Fields(countries)
	if len(all) != 249 {
		t.Fatalf("the list has %d codes", len(all))
	}
	for a := byte('A'); a <= 'Z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			code := string([]byte{a, b})
			if got, want := isCountryA2(code), slices.Contains(all, code); got != want {
				t.Errorf("%s: %v, want %v", code, got, want)
			}
		}
	}
	for _, code := range []string{"", "N", "NGA", "ng", "Ng", "nG", "566", "12", "N1", " NG", "NG ", "NG\n", "ÑG", "Ⅷ",
		"ＮＧ", "--", "Nigeria"} {
		if isCountryA2(code) {
			t.Errorf("%q is taken for a country", code)
		}
	}
}

// A format only applies to strings.
func TestFormatsLeaveOtherTypesAlone(t *testing.T) {
	for _, f := range formats() {
		for _, v := range []any{nil, true, 3.5, map[string]any{}, []any{"x"}} {
			if err := f.Validate(v); err != nil {
				t.Errorf("%s of %v: %v", f.Name, v, err)
			}
		}
		none := "no such thing"
		if f.Name == "phone" {
			none = "+571"
		}
		if err := f.Validate(none); err == nil {
			t.Errorf("%s takes anything", f.Name)
		}
	}
}
