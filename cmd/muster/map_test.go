package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping/suggest"
	"muster/templates"
)

// suggested is what map would write for a book's text.
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

// TestMapOfATemplateIsTheIdentity: a book in a provider's own columns, blank or
// filled, maps to itself and misses nothing: for certain, but for columns that
// are empty in a filled one.
func TestMapOfATemplateIsTheIdentity(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		def, _ := set.Get(name)
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

// TestMapReadsTheFirstRows: a sample ends, and the rows that muster itself
// marks as examples are none of it.
func TestMapReadsTheFirstRows(t *testing.T) {
	var text strings.Builder
	text.WriteString(pipeline.OriginColumn + ",NIT\nExample,1\n")
	for range sampled + 5 {
		text.WriteString(",900123456\n")
	}
	path := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path, book.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	s, err := readSample(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) != sampled || s.Rows[0][1] != "900123456" || s.Header[0].Name != "" {
		t.Errorf("%d rows, the first %q, under %v", len(s.Rows), s.Rows[0], s.Header)
	}
}
