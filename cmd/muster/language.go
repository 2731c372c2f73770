package main

import (
	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// registerLanguage gives all commands the flag. Its value was read before.
func (p *program) registerLanguage(root *cobra.Command) {
	settings.PersistentFunc(root, settings.LanguageFlag, p.sentence("flag.lang", "languages", wording.Languages()),
		func(name string) error {
			if _, ok := settings.KnownLanguage(name); !ok {
				return pipeline.Wrong("run.lang_unknown", "name", name, "languages", wording.Languages())
			}
			return nil
		})
}

// wordsIn is the wording in a language that muster has.
func wordsIn(tag string) *wording.Wording {
	w, err := wording.For(tag)
	if err != nil {
		panic("muster: " + err.Error()) // a test of package wording checks its files
	}
	return w
}
