package book

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestNumberText(t *testing.T) {
	tests := []struct {
		raw, text string
		digits    int
	}{
		{"0", "0", 0}, {"-0", "0", 0}, {"0.000", "0", 0}, {"007", "7", 1},
		{"42", "42", 2}, {"42.0", "42", 2}, {"-42", "-42", 2}, {"+4.2E1", "42", 2},
		{"9.00123456E8", "900123456", 9}, {"1E+3", "1000", 4}, {"1e-3", "0.001", 0},
		{"123456789012345", "123456789012345", 15}, {"1234567890123456", "1234567890123456", 16},
		{"12345678901234567890", "12345678901234567890", 20}, {"1E20", "100000000000000000000", 21},
		{"1234.5599999999999", "1234.56", 4}, {"0.30000000000000004", "0.3", 0},
		{"2.9999999999999996", "3", 1}, {".5", "0.5", 0}, {"5.", "5", 1}, {"0.1", "0.1", 0},
		{"1234567890123456.7", "1234567890123460", 16},
	}
	for _, tt := range tests {
		text, digits, ok := numberText(tt.raw)
		if !ok || text != tt.text || digits != tt.digits {
			t.Errorf("%s: got %q, %d, %t; want %q, %d", tt.raw, text, digits, ok, tt.text, tt.digits)
		}
	}
	for _, raw := range []string{"", "-", ".", "e5", "1e", "1e+-5", "Inf", "NaN", "0x10", "1_000", "1,5", "1 2",
		"1E999", "1E-999", "--1"} {
		if text, _, ok := numberText(raw); ok {
			t.Errorf("%q is a number: %q", raw, text)
		}
	}
}

// A number of up to fifteen digits is read exactly as it was typed, however the workbook writes it.
func TestNumberTextIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "n")
		want := strconv.FormatInt(n, 10)
		for _, format := range []byte("efgG") {
			raw := strconv.FormatFloat(float64(n), format, -1, 64)
			if got, _, ok := numberText(raw); !ok || got != want {
				t.Errorf("%s: got %q, want %q", raw, got, want)
			}
		}
		cents := float64(n) / 100
		if got, _, ok := numberText(strconv.FormatFloat(cents, 'g', 17, 64)); !ok ||
			got != strconv.FormatFloat(cents, 'f', -1, 64) {
			t.Errorf("%v cents: got %q", n, got)
		}
	})
}

func TestDateText(t *testing.T) {
	tests := []struct {
		system dateSystem
		serial float64
		class  formatClass
		want   string // "" means that it is not a date
	}{
		{date1900, 1, formatDate, "1900-01-01"}, {date1900, 59, formatDate, "1900-02-28"},
		{date1900, 60, formatDate, "1900-02-29"}, {date1900, 61, formatDate, "1900-03-01"},
		{date1900, 43831, formatDate, "2020-01-01"}, {date1900, 43831.25, formatDate, "2020-01-01T06:00:00"},
		{date1900, 43830.999999, formatDate, "2020-01-01"}, {date1900, 43831.00001, formatDate, "2020-01-01T00:00:01"},
		{date1900, 2958465, formatDate, "9999-12-31"}, {date1900, 2958466, formatDate, ""},
		{date1900, 2958465.9999999, formatDate, ""},
		{date1900, 0, formatDate, ""}, {date1900, 0.5, formatDate, ""}, {date1900, -1, formatDate, ""},
		{date1900, 0, formatTime, "00:00:00"}, {date1900, 0.5, formatTime, "12:00:00"},
		{date1900, 43831.5, formatTime, "2020-01-01T12:00:00"}, {date1900, 1.5, formatElapsed, "36:00:00"},
		{date1904, 0, formatDate, "1904-01-01"}, {date1904, 42369, formatDate, "2020-01-01"},
		{date1904, 0.5, formatTime, "12:00:00"}, {date1904, 2957003, formatDate, "9999-12-31"},
		{date1904, 2957004, formatDate, ""}, {date1900, 1e300, formatDate, ""},
	}
	for _, tt := range tests {
		if got, ok := tt.system.dateText(tt.serial, tt.class); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%v of system %d: got %q, %t; want %q", tt.serial, tt.system, got, ok, tt.want)
		}
	}
}

func TestReadFormat(t *testing.T) {
	tests := []struct {
		code string
		want format
	}{
		{"General", format{}}, {"GENERAL", format{}}, {"0.00", format{}}, {"#,##0 [Red]", format{}}, {"0", format{}},
		{"#,##0.00_ ", format{}}, {`0.0" days"`, format{}}, {`0\d`, format{}}, {"0.00E+00", format{}}, {"@", format{}},
		{`_-* #,##0.00\ "HUSD"_-`, format{}}, {"_d0_h", format{}}, {"[$USD] #,##0", format{}}, {"0%", format{}},
		{"m/d/yy", format{class: formatDate}}, {"YYYY-MM-DD", format{class: formatDate}},
		{"[$-409]mmm", format{class: formatDate}}, {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", format{class: formatDate}},
		{"d.m.yyyy h:mm", format{class: formatDate}}, {"h:mm AM/PM", format{class: formatTime}},
		{"mm:ss.0", format{class: formatTime}}, {"[Red]hh:mm", format{class: formatTime}},
		{"[h]:mm:ss", format{class: formatElapsed}}, {"[mm]:ss", format{class: formatElapsed}},
		{"[ss]", format{class: formatElapsed}},
		{"00000", format{mask: "00000"}}, {`000\-00\-0000`, format{mask: "000-00-0000"}},
		{`000" "000`, format{mask: "000 000"}}, {"#00000", format{mask: "00000"}}, {"?0000", format{mask: "0000"}},
		{"(###) 0000", format{}}, {"0##00", format{mask: "00000"}},
		{"0####", format{mask: "00000"}}, {"0##-###", format{mask: "000-000"}}, {`"0"0`, format{mask: "\x000"}},
		{`"0"#`, format{mask: "\x000"}}, {`\0\00`, format{mask: "\x00\x000"}}, {`0"0"`, format{}},
		{`"+57 "0`, format{mask: "+57 0"}}, {`"-"0`, format{}}, {"0/0", format{}}, {"0 ?/?", format{}}, {`00"/"00`, format{mask: "00/00"}},
		{`"0"#,##0`, format{}}, {`"0"0.0`, format{}}, {`"NIT "000000000`, format{mask: "000000000"}},
		{`000\.000\.000\-0`, format{mask: "000.000.000-0"}}, {`"+57 "0000000000`, format{mask: "+57 0000000000"}},
		{`"$"00000`, format{}}, {`"0"0000`, format{mask: "\x000000"}}, {"000.0", format{}}, {"#,##00", format{}},
		{"00.00", format{}}, {`"unclosed`, format{}}, {`\`, format{}}, {"[", format{}}, {"", format{}},
	}
	for _, tt := range tests {
		if got := readFormat(tt.code); got != tt.want {
			t.Errorf("%q: got %+v, want %+v", tt.code, got, tt.want)
		}
	}
}

func TestMasked(t *testing.T) {
	for _, tt := range []struct{ mask, digits, want string }{
		{"00000", "2139", "02139"}, {"00000", "123456", "123456"}, {"000-00-0000", "12345678", "012-34-5678"},
		{"\x000000", "12345", "012345"}, {"(000) 0", "12", "(001) 2"}, {"(00) 0", "12345", "(1234) 5"},
	} {
		if got := masked(tt.mask, tt.digits); got != tt.want {
			t.Errorf("%s of %s: got %q, want %q", tt.mask, tt.digits, got, tt.want)
		}
	}
}

func TestUnescape(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{"a_x000D_\nb", "a\nb"}, {"a_x000D_b", "a\nb"}, {"_x005F_x0041_", "_x0041_"}, {"_x0041_", "A"},
		{"_x00e9_", "é"}, {"_x41_", "_x41_"}, {"_x004", "_x004"}, {"_x0000_", "_x0000_"}, {"_xD83D__xDE00_", "😀"},
		{"_xD83D_x", "\ufffdx"}, {"_xDE00_", "\ufffd"}, {"__x0041_", "_A"},
	} {
		if got := unescape(tt.raw); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.raw, got, tt.want)
		}
	}
}
