package pipeline

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Localized is a text of a definition, by the tag of its language (BCP 47:
// "es"). The text under "" is for every language that has no text of its
// own. The zero value is no text. It is never changed after it was made.
type Localized map[string]string

// In is the text in a language, such as "es" or "es-CO"; where it has none, that
// of all others, else the English one, else any.
func (l Localized) In(lang string) string {
	for ; lang != ""; lang = lang[:max(strings.LastIndexByte(lang, '-'), 0)] {
		if text, ok := l[lang]; ok {
			return text
		}
	}
	for _, lang := range append([]string{"", "en"}, slices.Sorted(maps.Keys(l))...) {
		if text, ok := l[lang]; ok {
			return text
		}
	}
	return ""
}

// Message is a sentence that is the text and nothing else; nil where there is no
// text.
func (l Localized) Message() *Message {
	if len(l) == 0 {
		return nil
	}
	return Say("definition.text", "text", l)
}

// MarshalJSON writes a text that is the same in every language as a string.
func (l Localized) MarshalJSON() ([]byte, error) {
	if text, ok := l[""]; ok && len(l) == 1 {
		return json.Marshal(text)
	}
	return json.Marshal(map[string]string(l))
}

// UnmarshalJSON reads a string, or an object of texts by language.
func (l *Localized) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*l = nil
		if text != "" {
			*l = Localized{"": text}
		}
		return nil
	}
	return json.Unmarshal(data, (*map[string]string)(l))
}
