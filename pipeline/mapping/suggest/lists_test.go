package suggest

import (
	"testing"

	"muster/pipeline"
)

// tagged has lists of values.
func tagged() *pipeline.Provider {
	return &pipeline.Provider{Name: "tagged", Title: "Tagged", Fields: []pipeline.Field{
		{Path: "name", Required: true, Title: plain("Business name"), MaxLength: 40},
		{Path: "tags[]", Required: true, Kind: "string", MaxLength: 6},
		{Path: "info.currencies[]", Kind: "string", Enum: []string{"USD", "COP"}},
		{Path: "codes[]", Kind: "integer", List: pipeline.ListRule{Split: "/"}},
	}, Keys: []pipeline.Key{{Name: "name", Field: "name"}}}
}

func TestLists(t *testing.T) {
	for _, c := range []struct {
		name, header string
		cells        []string
		field        string // "" where nothing takes the column
		convert      string
	}{
		{"numbered", "Tag 2", []string{"a", "b"}, "tags[1]", ""},
		{"one value", "Tags", []string{"a", "b"}, "tags[0]", ""},
		{"several in a cell", "Tags", []string{"a; b", "c", "d;e;f"}, "tags", "split(;)"},
		{"several that are no values", "Tags", []string{"a; muchtoolong", "c"}, "tags[0]", ""},
		{"texts with commas", "Tags", []string{"a, b", "c"}, "tags[0]", ""},
		{"a comma between values of a list", "Currency", []string{"USD,COP", "COP"}, "info.currencies", "split(',')"},
		{"in small letters", "currencies", []string{"usd,cop", "cop"}, "info.currencies[0]", "upper"},
		{"as declared", "Codes", []string{"1/2", "3"}, "codes", ""},
		{"by its own path", "tags[3]", []string{"a"}, "tags[3]", ""},
		{"something else", "Labels", []string{"a"}, "", ""},
	} {
		s := Sample{Header: []pipeline.Column{{Index: 0, Name: "Business name"}, {Index: 1, Name: c.header}}}
		for _, cell := range c.cells {
			s.Rows = append(s.Rows, []string{"EJEMPLO " + cell, cell})
		}
		got := suggestFor(tagged(), s)
		field, convert := "", ""
		lacking := false
		for _, l := range got.Lines {
			if l.Column == c.header {
				field, convert = l.Field, l.Convert
			}
			lacking = lacking || l.Confidence == Missing && l.Field == "tags[0]"
		}
		if field != c.field || convert != c.convert {
			t.Errorf("%s: %q with %q, want %q with %q", c.name, field, convert, c.field, c.convert)
		}
		if fed := c.field == "tags" || c.field == "tags[0]" || c.field == "tags[1]" || c.field == "tags[3]"; fed == lacking {
			t.Errorf("%s: tags are missing: %v", c.name, lacking)
		}
	}
}
