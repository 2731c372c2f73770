package main

import (
	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// registerLanguage gives all commands the flag. What it means was found before.
func (p *program) registerLanguage(root *cobra.Command) {
	settings.PersistentFunc(root, settings.LanguageFlag, p.sentence("flag.lang", "languages", wording.Languages()),
		func(name string) error {
			if _, ok := settings.KnownLanguage(name); !ok {
				return pipeline.Wrong("run.lang_unknown", "name", name, "languages", wording.Languages())
			}
			return nil
		})
}

// wordsIn are the sentences of a language that is known.
func wordsIn(tag string) *wording.Wording {
	w, err := wording.For(tag)
	if err != nil {
		panic("muster: " + err.Error()) // a test of the package holds its files whole
	}
	return w
}
