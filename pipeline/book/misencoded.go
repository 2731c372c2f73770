package book

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"muster/pipeline"
)

// misencoded is the first column whose header another program has read as Windows-1252, although it was UTF-8, and
// saved so; nil for none. The cells below may be so too, and are sent unchanged: only a person can tell.
func (b *Book) misencoded() *pipeline.Column {
	for i := range b.header {
		if spelledTwice(b.header[i].Name) {
			return &b.header[i]
		}
	}
	return nil
}

// spelledTwice reports whether a text, written in Windows-1252, is UTF-8 again. A text in a human language is not: it
// would need a capital with an accent before a symbol each time.
func spelledTwice(s string) bool {
	if len(s) == utf8.RuneCountInString(s) {
		return false
	}
	bytes, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s))
	return err == nil && utf8.Valid(bytes)
}
