package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

func TestQuoteOf(t *testing.T) {
	long := strings.Repeat("a", 60) + "X" + strings.Repeat("b", 60)
	for _, c := range []struct {
		data         string
		offset       int
		want         []string
		line, column int
	}{
		{"", 0, nil, 1, 1},
		{"one: 1\r\ntwo\r\nthree", 10, []string{"two", "  ^"}, 2, 3},
		{"añb: x\n", 3, []string{"añb: x", "  ^"}, 1, 3},
		{"a\n\tb\x1b[0m: c", 2, []string{"→b\ufffd[0m: c", "^"}, 2, 1},
		{"end", 3, []string{"end", "   ^"}, 1, 4},
		{"end", 30, []string{"end", "   ^"}, 1, 4},
		{long, 60, []string{"…" + long[20:92] + "…", strings.Repeat(" ", 41) + "^"}, 1, 61},
		{long, 120, []string{"…" + long[49:], strings.Repeat(" ", 72) + "^"}, 1, 121},
	} {
		q, line, column := pipeline.QuoteOf([]byte(c.data), c.offset)
		if got := q.Lines(); !slices.Equal(got, c.want) || line != c.line || column != c.column {
			t.Errorf("%q at %d: line %d, column %d, %q", c.data, c.offset, line, column, got)
		}
	}
}
