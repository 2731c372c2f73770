package book_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/book"
)

// The sheet with a certain column is found among the visible ones, whatever the other sheets contain.
func TestASheetIsFoundByAColumn(t *testing.T) {
	path := workbookOf(t, []string{"Empty", "Twice", "Clients", "Mapping"}, map[string][][]any{
		"Twice":   {{"field", "a", "a"}, {"1", "2", "3"}},
		"Clients": {{"Field", "NIT"}, {"x", "y"}},
		"Mapping": {{"Of our ERP"}, {"column", "field"}, {"NIT", "nit"}},
	})
	tests := []struct {
		name string
		o    book.Options
		want string
	}{
		{"by its column", book.Options{Columns: []string{"campo", "field"}}, "Mapping"},
		{"a name goes before", book.Options{Columns: []string{"field"}, Sheet: "Clients"}, "Clients"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := book.Open(path, tt.o)
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if b.Sheet() != tt.want {
				t.Errorf("the sheet is %s, want %s", b.Sheet(), tt.want)
			}
		})
	}
	t.Run("none has it", func(t *testing.T) {
		_, err := book.Open(path, book.Options{Columns: []string{"from"}})
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.Place.Sheet != "Empty" || !errors.Is(err, io.EOF) {
			t.Errorf("%v: want the first visible sheet, which is empty", err)
		}
	})
}

// The place of a row is the number that an editor or a spreadsheet program shows for it.
func TestPlacesOfRows(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "t.csv")
	xlsx := workbookOf(t, []string{"T"}, map[string][][]any{"T": {{}, {"a", "b"}, {}, {"1", "two\nlines"}, {"3", "4"}}})
	if err := os.WriteFile(csv, []byte("\r\na,b\r\n1,\"two\r\nlines\"\r\n\r\n3,4\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]pipeline.Place{
		csv:  {{File: csv, Line: 2}, {File: csv, Line: 3}, {File: csv, Line: 6}},
		xlsx: {{File: xlsx, Sheet: "T", Row: 2}, {File: xlsx, Sheet: "T", Row: 4}, {File: xlsx, Sheet: "T", Row: 5}},
	} {
		b, err := book.Open(path, book.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		got := []pipeline.Place{b.Place()}
		err = b.Rows(context.Background(), func(pipeline.Row) error {
			got = append(got, b.Place())
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

// People type a space after a comma, also before a quotation mark. If such a mark does not also end its cell, all
// marks after spaces are text.
func TestQuotesBehindSpaces(t *testing.T) {
	for text, want := range map[string][]string{
		"a, \"b\", c\n1, \"x, y\", \n":  {"1", "x, y", ""},
		"a, \"b\", c\n1, \"x\" y, \n":   {"1", "\"x\" y", ""},
		"a,b,c\n\"1\" ,\"x, y\"\t ,2\n": {"1", "x, y", "2"},
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := book.Open(path, book.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		err = b.Rows(context.Background(), func(row pipeline.Row) error {
			got = append(got, append([]string(nil), row.Cells...))
			return nil
		})
		b.Close()
		if diff := cmp.Diff([][]string{want}, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", text, err, diff)
		}
	}
}
