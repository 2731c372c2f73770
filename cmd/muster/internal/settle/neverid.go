package settle

import (
	"slices"
	"strings"
	"unicode"
)

// sampled is how many of the newest IDs of a namespace show their form.
const sampled = 200

// neverIDs are what people write for yes, no and nothing, in lower case.
var neverIDs = []string{"no", "none", "null", "nil", "nan", "n/a", "n/d", "na", "nd", "x", "xx", "xxx", "ok",
	"si", "sí", "yes", "y", "n", "s", "tbd",
	"ausente", "ninguno", "ninguna", "nada", "nadie", "vacío", "vacio", "nenhum", "missing", "empty", "nothing", "nobody",
	"unknown", "desconocido", "pendiente", "pending", "?"}

// neverID reports whether a text is a word for yes, no or nothing, or has neither a letter nor a digit.
func neverID(said string) bool {
	return slices.Contains(neverIDs, strings.ToLower(said)) || !strings.ContainsFunc(said, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	})
}
