package book

import (
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"muster/pipeline"
)

// spoilt is a sentence on a header that another program has spoilt before
// muster saw it; "" where none has. What was lost in the cells below is sent as
// it stands, for nobody can tell it from what was meant; so a person is told.
func (b *Book) spoilt() string {
	for _, c := range b.header {
		if spelledTwice(c.Name) {
			return fmt.Sprintf("the header of column %s looks as if another program had taken UTF-8 "+
				"for Windows-1252 and saved it so (Ã³ for ó); the cells below may have the same: "+
				"see whether the names are right, or export the book again",
				pipeline.ColumnLetters(c.Index))
		}
	}
	return ""
}

// spelledTwice says that a text, written in Windows-1252, is UTF-8 again. A
// text of a human language is not: there, a capital with an accent would stand
// before a symbol each time.
func spelledTwice(s string) bool {
	if len(s) == utf8.RuneCountInString(s) {
		return false
	}
	bytes, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s))
	return err == nil && utf8.Valid(bytes)
}
