package mapsheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/book"
)

// TestTheFirstRowsAreRead: a sample ends, and rows that muster itself marks as examples are left out.
func TestTheFirstRowsAreRead(t *testing.T) {
	var text strings.Builder
	text.WriteString(pipeline.OriginColumn + ",NIT\nExample,1\n")
	for range Sampled + 5 {
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
	s, err := read(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) != Sampled || s.Rows[0][1] != "900123456" || s.Header[0].Name != "" {
		t.Errorf("%d rows, the first %q, under %v", len(s.Rows), s.Rows[0], s.Header)
	}
}
