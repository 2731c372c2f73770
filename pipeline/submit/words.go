package submit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// worded are the members in which errors are put into words, in small letters, the first first: those of common
// frameworks, and of problem details (RFC 9457).
var worded = []string{"message", "mensaje", "mensagem", "msg", "detail", "detalle", "details", "description",
	"descripcion", "error_description", "reason", "title", "error", "errors", "errores", "erros"}

const (
	// deepest is how far below the top of an answer words are looked for.
	deepest = 4
	// longestWords is the most bytes that a text without JSON has that is a message and no page.
	longestWords = 1000
)

// wordsOf is what an answer says in words where the definition names no place that has them; "" for nothing. A text
// that is no JSON counts, a page does not.
func wordsOf(doc any, a *answer) string {
	if doc != nil {
		return wordsIn(doc, deepest)
	}
	text := strings.TrimSpace(string(a.body))
	if len(text) > longestWords || !utf8.ValidString(text) || strings.ContainsAny(text, "<{") || text == "null" {
		return ""
	}
	return text
}

func wordsIn(doc any, levels int) string {
	if levels == 0 {
		return ""
	}
	switch v := doc.(type) {
	case string:
		return pipeline.Trim(v)
	case []any:
		var all []string
		for _, item := range v {
			if s := wordsIn(item, levels-1); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "; ")
	case map[string]any:
		return wordsOfMembers(v, levels)
	}
	return ""
}

// isSentence reports whether a text is three words or more, most of them ordinary in messages and two of these in small
// letters, so that it is hardly the name of anybody. Words of two letters count only where they are ordinary.
func isSentence(s string) bool {
	words, known, small := 0, 0, 0
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		isKnown := ordinary()[strings.ToUpper(word)]
		if isKnown || utf8.RuneCountInString(word) > 2 {
			words++
		}
		if isKnown {
			known++
			if word == strings.ToLower(word) {
				small++
			}
		}
	}
	return words >= 3 && 2*known > words && small >= 2
}

// wordsOfMembers looks at the members of an object by their names; one whose members are all texts, or lists of them,
// says them of its names.
func wordsOfMembers(v map[string]any, levels int) string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, word := range worded {
		for _, name := range names {
			if strings.ToLower(name) != word {
				continue
			}
			if s := wordsIn(v[name], levels-1); s != "" {
				return s
			}
		}
	}
	if levels == deepest { // the members of the answer itself may be anything, such as the record of another customer
		for _, name := range names {
			if s, ok := v[name].(string); ok && isSentence(s) {
				return pipeline.Trim(s)
			}
		}
		return ""
	}
	var all []string
	for _, name := range names {
		if s := messages(v[name], ""); s != "" {
			all = append(all, name+": "+s)
		}
	}
	return strings.Join(all, "; ")
}
