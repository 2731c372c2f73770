package templates

import (
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// textMaker makes short texts, many of them in one piece of memory: a row has several, and most are not kept. Keeping
// one keeps its whole piece. The zero value is ready, for one goroutine at a time.
type textMaker struct{ piece strings.Builder }

// textPiece is how many bytes are in a piece; a text of at least longText bytes gets a piece of its own.
const (
	textPiece = 2 << 10
	longText  = 256
)

// room makes sure that n more bytes fit into the piece; false when they are too many.
func (t *textMaker) room(n int) bool {
	if n >= longText {
		return false
	}
	if t.piece.Cap()-t.piece.Len() < n {
		t.piece.Reset()
		t.piece.Grow(textPiece)
	}
	return true
}

// joined is a and b with a space between them.
func (t *textMaker) joined(a, b string) string {
	if !t.room(len(a) + 1 + len(b)) {
		return a + " " + b
	}
	from := t.piece.Len()
	t.piece.WriteString(a)
	t.piece.WriteByte(' ')
	t.piece.WriteString(b)
	return t.piece.String()[from:]
}

// normalised is as [pipeline.Normalise].
func (t *textMaker) normalised(steps []pipeline.Normaliser, s string) string {
	if len(steps) != 1 || steps[0] != pipeline.Lower {
		return pipeline.Normalise(steps, s)
	}
	upper := false
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return pipeline.Normalise(steps, s)
		}
		upper = upper || s[i] >= 'A' && s[i] <= 'Z'
	}
	s = pipeline.Canonical(s)
	if !upper || !t.room(len(s)) {
		return strings.ToLower(s)
	}
	from := t.piece.Len()
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		t.piece.WriteByte(c)
	}
	return t.piece.String()[from:]
}
