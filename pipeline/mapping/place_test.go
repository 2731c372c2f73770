package mapping

import (
	"slices"
	"testing"

	"muster/pipeline"
)

// Lines that begin with "#" are no fields: two say where the table was, all others are
// for people.
func TestWhereTheTableWas(t *testing.T) {
	const head, line = "field,column,convert,value,note\n", "nit,NIT,,,\n"
	for text, want := range map[string]TablePlace{
		head + line: {},
		head + line + "#sheet,,,Base comercios,x\n#header-row,,,4,\n": {"Base comercios", 4},
		head + "#Header-Row,,,NONE,\n" + line:                         {HeaderRow: pipeline.NoHeader},
		head + "#header-row,,,,\n#sheet,,,,\n" + line:                 {},
		head + "# of our ERP,anything,x,y,\n#,,,,\n" + line:           {},
	} {
		s := sheetOf(t, text)
		if got := s.Place(); got != want || len(s.Lines()) != 1 {
			t.Errorf("%q: the table was in %+v, with %d lines; want %+v", text, got, len(s.Lines()), want)
		}
		if s.SHA256() != sheetOf(t, head+line).SHA256() {
			t.Errorf("%q: another digest", text)
		}
	}
	for _, value := range []string{"0", "-1", "x", "4.5", "1048577"} {
		path := writeSheet(t, head+line+"#header-row,,,"+value+",\n")
		_, err := ReadSheet(path, csvFiles)
		requireError(t, err, path, 3, "mapping.header_row_unusable", "mapping.write_header_row")
	}
	for want, p := range map[string]TablePlace{"": {}, "#sheet=B #header-row=4": {"B", 4},
		"#header-row=none": {HeaderRow: pipeline.NoHeader}} {
		got := ""
		for i, l := range p.Lines() {
			if i > 0 {
				got += " "
			}
			got += l[0] + "=" + l[1]
		}
		if got != want {
			t.Errorf("%+v is written %q, want %q", p, got, want)
		}
	}
}

// A cell under column may have several names, of which the header has one.
func TestAlternatives(t *testing.T) {
	tests := []struct {
		named  string
		header []string
		want   int // the column; -1 for none, -2 for a mistake
	}{
		{"NIT (con DV)|Documento", []string{"Documento", "x"}, 0},
		{"NIT (con DV) | Documento", []string{"x", "NIT (con DV)"}, 1},
		{"a|b|c", []string{"x", "c"}, 1},
		{"a|b", []string{"x", "y"}, -1},
		{"a|b", []string{"a", "b"}, -2},
		{"a|b", []string{"a", "b", "a|b"}, 2},
		{"a|a", []string{"a"}, 0},
		{"a|", []string{"", "a"}, 1},
		{"a|b", []string{"a", "a"}, -2},
		{"a#2|b", []string{"a", "a"}, 1},
	}
	for _, tt := range tests {
		column, err := find(headerOf(tt.header...), tt.named)
		got := -1
		switch {
		case err != nil:
			got = -2
		case column != nil:
			got = column.Index
		}
		if got != tt.want {
			t.Errorf("%s among %q is column %d, want %d (%v)", tt.named, tt.header, got, tt.want, err)
		}
	}
	s := sheetOf(t, "field,column\nname,Razón social|Nombre\nnit,NIT|Documento\ncity,Ciudad\nname,NIT|Documento\n")
	fit := s.Fit(headerOf("Nombre", "Documento", "NIT", "x"))
	if fit.Has != 2 || !slices.Equal(fit.Lacks, []string{"Ciudad"}) || len(s.Columns()) != 3 {
		t.Errorf("%+v of %q", fit, s.Columns())
	}
}

func TestIsTable(t *testing.T) {
	for text, want := range map[string]bool{"from,to\na,b\n": true, "to,x,from\n": true, "field,column\nnit,NIT\n": false,
		"from,to,field\n": false, "from\n": false, "NIT;Nombre\n": false} {
		if got := IsTable(writeSheet(t, text), csvFiles); got != want {
			t.Errorf("%q is a table: %v", text, got)
		}
	}
	if IsTable("nowhere.csv", csvFiles) {
		t.Error("a file that is not there is a table")
	}
}
