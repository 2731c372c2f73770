package book

import "testing"

func TestSectionOfANumberFormat(t *testing.T) {
	const (
		date = formatDate
		clk  = formatTime
	)
	for _, tt := range []struct {
		code   string
		number float64
		want   format
	}{
		{"[$-80A]00000", 1234, format{mask: "00000"}}, {"[Blue]0000000000", 1, format{mask: "0000000000"}},
		{"[Color 5][>0]00000", 1, format{mask: "00000"}}, {"[$$-409]00000", 1, format{}},
		{"[DBNum1]00000", 1, format{}},
		{`[=0]"";dd/mm/yyyy`, 0, format{blank: true}}, {`[=0]"";dd/mm/yyyy`, 30741, format{class: date}},
		{`dd/mm/yyyy;;`, 0, format{blank: true}}, {"dd/mm/yyyy;@", 0, format{class: date}},
		{"d.m.yyyy h:mm;@", 1, format{class: date}}, {"00000;(00000)", 7, format{mask: "00000"}},
		{"00000;(00000)", 0, format{mask: "00000"}},
		{"00000;-0;0", 0, format{}}, {`00000;-0;"";@`, 0, format{blank: true}},
		{`0" d;";hh:mm`, -1, format{class: clk}}, {"[<100]hh:mm;[<200]00000;yyyy", 5, format{class: clk}},
		{"[<100]hh:mm;[<200]00000;yyyy", 150, format{mask: "00000"}},
		{"[<100]hh:mm;[<200]00000;yyyy", 250, format{class: date}}, {"[>=100]00000;yyyy", 5, format{class: date}},
		{"[<>1]00000;yyyy", 1, format{class: date}}, {"[<=1]00000;yyyy", 1, format{mask: "00000"}},
		{"#,##0.00_ ;[Red]-#,##0.00\\ ", -1, format{}}, {`_-* #,##0.00\ "HUSD"_-;yyyy`, 1, format{}},
	} {
		f := readNumberFormat(tt.code)
		if got := f.of(tt.number); got != tt.want {
			t.Errorf("%v as %q: got %+v, want %+v", tt.number, tt.code, got, tt.want)
		}
	}
}

func TestISODates(t *testing.T) {
	for _, tt := range []struct {
		raw   string
		class formatClass
		want  string
	}{
		{"1984-02-29T00:00:00.000Z", formatDate, "1984-02-29"},
		{"2024-02-29T05:00:00.000Z", formatDate, "2024-02-29T05:00:00"},
		{"1984-02-29T00:00:00-05:00", formatNumber, "1984-02-29"},
		{"1984-02-29T00:00:00+0530", formatNumber, "1984-02-29"}, {"1984-02-29Z", formatDate, "1984-02-29"},
		{"1984-02-29", formatDate, "1984-02-29"}, {"1984-02-29 00:00:00", formatDate, "1984-02-29"},
		{"2020-01-02T03:04", formatDate, "2020-01-02T03:04:00"}, {"2020-12-31T23:59:59.9996", formatDate, "2021-01-01"},
		// The strict form counts from 1899-12-30 without a 29 February 1900.
		{"1899-12-31T00:00:00.000", formatDate, "1900-01-01"}, {"1900-02-27", formatDate, "1900-02-28"},
		{"1900-02-28T00:00:00", formatNumber, "1900-02-29"}, {"1900-03-01", formatDate, "1900-03-01"},
		{"1899-12-30T18:30:00", formatTime, "18:30:00"}, {"1899-12-30T18:30:00", formatDate, "18:30:00"},
		{"1899-12-31T12:00:00", formatElapsed, "36:00:00"}, {"1850-05-05T00:00:00", formatDate, "1850-05-05"},
		{"10:30:00", formatTime, "10:30:00"}, {"T10:30Z", formatTime, "10:30:00"},
		{"PT36H15M", formatElapsed, "36:15:00"}, {"P1DT2H3M4.6S", formatNumber, "26:03:05"},
		{"P1M", formatNumber, "P1M"}, {"P", formatNumber, "P"}, {"PT", formatNumber, "PT"},
		{"29/02/1984", formatDate, "29/02/1984"}, {"soon", formatDate, "soon"},
		{"2023-02-29", formatDate, "2023-02-29"},
	} {
		if got := date1900.isoText(tt.raw, tt.class); got != tt.want {
			t.Errorf("%q of class %d: got %q, want %q", tt.raw, tt.class, got, tt.want)
		}
	}
	if got := date1904.isoText("1899-12-31T00:00:00", formatDate); got != "1899-12-31" {
		t.Errorf("a workbook that counts from 1904 has no such days, and the text stays: got %q", got)
	}
}
