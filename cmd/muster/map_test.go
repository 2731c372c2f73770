package main

import (
	"bytes"
	"encoding/csv"
	"slices"
	"testing"

	"muster/pipeline"
	"muster/pipeline/mapping/suggest"
	"muster/templates"
)

// suggested is the suggestion that map would make for a book.
func suggested(t *testing.T, def *templates.Definition, header []string, rows [][]string) *suggest.Suggestion {
	t.Helper()
	rules, err := def.FieldRules()
	if err != nil {
		t.Fatal(err)
	}
	s := suggest.Sample{Rows: rows}
	for i, name := range header {
		s.Header = append(s.Header, pipeline.Column{Index: i, Name: name})
	}
	return suggest.Mapping(def.Provider(), rules, s, func(slug string) string { return slug + ".csv" })
}

// TestMapOfATemplateIsTheIdentity: a book with a provider's own columns, blank or filled, maps to itself and misses
// nothing; all suggestions are certain, except for columns that are empty in a filled book.
func TestMapOfATemplateIsTheIdentity(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		def, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := def.File("example.csv")
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			what    string
			columns []string
			rows    [][]string
		}{
			{"blank", def.Columns(), nil},
			{"example", records[0], records[1:]},
			{"example's header", records[0], nil},
		} {
			s := suggested(t, def, tt.columns, tt.rows)
			if len(s.Lines) != len(tt.columns) || len(s.Unused) > 0 {
				t.Errorf("%s, %s: %d lines for %d columns, unused %v", name, tt.what, len(s.Lines), len(tt.columns),
					s.Unused)
			}
			for _, l := range s.Lines {
				want := suggest.High
				column := slices.Index(tt.columns, l.Column)
				filled := func(row []string) bool { return row[column] != "" }
				if len(tt.rows) > 0 && !slices.ContainsFunc(tt.rows, filled) {
					want = suggest.Medium
				}
				if l.Field != l.Column || l.Convert != "" || l.Confidence != want || len(l.Ask) > 0 {
					t.Errorf("%s, %s: %s < %q | %q: %s", name, tt.what, l.Field, l.Column, l.Convert, l.Note())
				}
			}
		}
	}
}
