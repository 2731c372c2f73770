package observe

import (
	"errors"
	"io"
	"testing"
)

// brokenWriter fails, as a full disk does.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no room left") }

// TestLogFull: a log that cannot be written is reported once, and does not stop the import.
func TestLogFull(t *testing.T) {
	reported := 0
	w := &forgivingWriter{w: brokenWriter{}, failed: func(error) { reported++ }}
	for range 3 {
		if n, err := io.WriteString(w, "line\n"); n != 5 || err != nil {
			t.Fatal(n, err)
		}
	}
	if reported != 1 {
		t.Errorf("reported %d times", reported)
	}
}
