package submit

import (
	"slices"
	"strings"
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
	if levels == deepest {
		return "" // the members of the answer itself may be anything
	}
	var all []string
	for _, name := range names {
		if s := messages(v[name], ""); s != "" {
			all = append(all, name+": "+s)
		}
	}
	return strings.Join(all, "; ")
}
