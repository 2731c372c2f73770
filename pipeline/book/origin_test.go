package book_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/book"
)

// A workbook is one of results only when its hidden sheet says where it comes from: anybody may have a sheet of that
// name.
func TestOpenAnyKnowsResultsByTheirOrigin(t *testing.T) {
	people := [][]any{{"NIT", "Nombre"}, {"900", "Ana"}}
	tests := []struct {
		name   string
		sheets []string
		rows   map[string][][]any
		sheet  string // that is read
	}{
		{"none", []string{"Book", "Other"}, map[string][][]any{"Book": people}, "Book"},
		{"somebody's own", []string{"Book", "muster"}, map[string][][]any{"Book": people, "muster": people}, "Book"},
		{"somebody's own, first", []string{"muster", "Book"}, map[string][][]any{"Book": people, "muster": people},
			"muster"},
		{"a header only", []string{"Book", "muster"}, map[string][][]any{"Book": people, "muster": people[:1]}, "Book"},
		{"blank", []string{"Book", "muster"}, map[string][][]any{"Book": people}, "Book"},
		{"another spelling", []string{"Book", "Muster"}, map[string][][]any{"Book": people,
			"Muster": {{"name", "value"}, {"format", "muster results 1"}}}, "Book"},
	}
	for _, tt := range tests {
		path := workbookOf(t, tt.sheets, tt.rows)
		b, err := book.OpenAny(t.Context(), path, book.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if b.Origin() != nil || b.Sheet() != tt.sheet {
			t.Errorf("%s: sheet %q, origin %+v", tt.name, b.Sheet(), b.Origin())
		}
		if d := cmp.Diff([]readRow{{2, "900|Ana", nil}}, readAll(t, b)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
		b.Close()
		if o, err := book.OriginOf(t.Context(), path, book.Options{}); o != nil || err != nil {
			t.Errorf("%s: origin %+v, %v", tt.name, o, err)
		}
	}
}

func TestOriginOf(t *testing.T) {
	want := origin(2)
	want.Flags = []string{"--account", "it's"}
	want.Mapping = pipeline.OriginMapping{Path: "m.csv",
		Lines:  []pipeline.MappingLine{{Number: 2, Field: "nit", Column: "NIT"}},
		Tables: map[string]map[string]string{"t": {"a": "b"}}}
	// The sheet Fix is missing, which does not matter here.
	got, err := book.OriginOf(t.Context(), results(t, want), book.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&want, got); d != "" {
		t.Error(d)
	}
	if _, err := book.OriginOf(t.Context(), filepath.Join(t.TempDir(), "none.xlsx"), book.Options{}); err == nil {
		t.Error("a file that is not there has an origin")
	}
	// Read as any other workbook, the first visible sheet is read.
	b, err := book.Open(results(t, want), book.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.Origin() != nil || b.Sheet() != "Summary" {
		t.Errorf("sheet %q, origin %+v", b.Sheet(), b.Origin())
	}
}
