package wording

import (
	"slices"
	"sync"

	"muster/pipeline"
)

// everywhere has the wordings of all languages. They are read when first needed, and never changed.
var everywhere = sync.OnceValue(func() (all []*Wording) {
	for _, tag := range Languages() {
		w, err := For(tag)
		if err != nil {
			panic(err) // it is part of the program, and a test parses all of it
		}
		all = append(all, w)
	}
	return all
})

// InAll words a message in every language, each text once, to recognise what a person wrote in any of them. Several
// goroutines may use it at once.
func InAll(m *pipeline.Message) (texts []string) {
	for _, w := range everywhere() {
		if text := w.Message(m); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}
