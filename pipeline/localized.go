package pipeline

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Localized is a text of a definition, by language tag (BCP 47: "es"). The text under "" is for every language
// without a text of its own. The zero value is no text. It must not be changed.
type Localized map[string]string

// In is the text in a language, such as "es" or "es-CO"; without one the text under "", else the English one, else
// any.
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

// Message is a sentence with only the text; nil where there is none.
func (l Localized) Message() *Message {
	if len(l) == 0 {
		return nil
	}
	return Say("definition.text", "text", l)
}

// MarshalJSON writes a text without languages as a string.
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
