package wording

import (
	"slices"
	"sync"

	"muster/pipeline"
)

// everywhere has the wordings of all languages. They are read when they are first
// needed, and never changed.
var everywhere = sync.OnceValue(func() (all []*Wording) {
	for _, tag := range Languages() {
		w, err := For(tag)
		if err != nil {
			panic(err) // it is part of the program, and held whole by a test
		}
		all = append(all, w)
	}
	return all
})

// InAll words a message in every language that there is, each text once: what a
// person may have written in any of them. It may be used by several at once.
func InAll(m *pipeline.Message) (texts []string) {
	for _, w := range everywhere() {
		if text := w.Message(m); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}
