package keys

import (
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// lengths are rules by which a field takes texts of a certain length.
type lengths []int

func (l lengths) Accepts(field int, text string) bool { return l[field] == 0 || len(text) == l[field] }

func TestRead(t *testing.T) {
	taxed := &pipeline.Provider{Fields: []pipeline.Field{{Path: "name"}, {Path: "nit"}},
		Keys: []pipeline.Key{{Name: "nit", Field: "nit", Normalise: []pipeline.Normaliser{pipeline.Digits}}}}
	document := &pipeline.Provider{Fields: []pipeline.Field{{Path: "documents[].value"}},
		Keys: []pipeline.Key{{Name: "ssn", Path: "$.documents[?@.type == 'SSN'].value"}}}
	coded := &pipeline.Provider{Fields: []pipeline.Field{{Path: "code"}},
		Keys: []pipeline.Key{{Name: "code", Field: "code"}}}
	sheet := func(convert string) *mapping.Sheet {
		return mapping.NewSheet("m.csv", []pipeline.MappingLine{{Number: 2, Field: "nit", Column: "NIT", Convert: convert},
			{Number: 3, Field: "name", Column: "Name", Convert: "upper"}}, nil)
	}
	for _, c := range []struct {
		name     string
		provider *pipeline.Provider
		rules    lengths
		sheet    *mapping.Sheet
		text     string
		value    string // that is looked up
		readable bool
		tried    string // some of the conversions tried
	}{
		{"as it was sent", taxed, lengths{0, 9}, nil, "900155433", "900155433", true, AsWritten},
		{"as the definition compares", taxed, lengths{0, 9}, nil, "900.155.433", "900.155.433", true, AsWritten},
		{"with a check digit", taxed, lengths{0, 9}, nil, "900.155.433-6", "900155433", true, "nit"},
		{"with a wrong check digit", taxed, lengths{0, 9}, nil, "900.155.433-5", "900.155.433-5", false, "nit"},
		{"as the mapping reads it", taxed, lengths{0, 9}, sheet("digits | left-pad(9,0)"), "NIT 12", "000000012", true,
			"digits | left-pad(9,0)"},
		{"as the mapping reads it, against the rules", taxed, lengths{0, 9}, sheet("digits"), "12-3", "123", false,
			"digits"},
		{"a table is not at hand", taxed, lengths{0, 9}, sheet("map(t.csv)"), "12-3", "12-3", false, "map(t.csv)"},
		{"a key of documents", document, lengths{9}, nil, "000-12-0001", "000120001", true, "ssn"},
		{"nothing that can be a key", document, lengths{9}, nil, "abc", "abc", false, "ssn"},
		{"what only another document can be", document, lengths{0}, nil, "abc", "abc", false, "ssn"},
		{"without rules all can be", coded, lengths{0}, nil, "a b", "a b", true, AsWritten},
		{"but for what is no such number", taxed, lengths{0, 0}, nil, "a b", "a b", false, AsWritten},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sheets []*mapping.Sheet
			if c.sheet != nil {
				sheets = append(sheets, c.sheet)
			}
			got := NewReader(c.provider, c.rules, sheets).Read(c.text)
			if got.Readable != c.readable || !slices.Contains(got.Values, c.value) || !slices.Contains(got.Tried, c.tried) {
				t.Errorf("%+v; want %q among the values, readable %t, tried %q", got, c.value, c.readable, c.tried)
			}
			if taxed := c.provider.Keys[0].Name == "nit"; taxed && slices.Contains(got.Tried, "ssn") {
				t.Errorf("a NIT is read as another number: %q", got.Tried)
			}
			if slices.ContainsFunc(got.Tried, func(tried string) bool { return strings.Contains(tried, c.text) }) {
				t.Errorf("what was tried has the key: %q", got.Tried)
			}
		})
	}
}
