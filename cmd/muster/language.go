package main

import (
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// langFlag names the language of what muster says to people. It is looked for
// before the commands are made, for their help is in it too.
const langFlag = "lang"

// language is the language in which muster speaks to whoever runs it, and the
// variable that says so; "" where the command line does, or nothing.
type language struct{ tag, variable string }

// languageOf goes by the flag, then by the variable of the flag, then by the
// locale: the first of LC_ALL, LC_MESSAGES and LANG that is set. A flag or a
// variable of ours with a language that there is none for says nothing here: it
// is a mistake when the flags are read.
func languageOf(args []string, getenv func(string) string) language {
	if tag, ok := known(flagIn(args)); ok {
		return language{tag: tag}
	}
	own := settings.Variable(langFlag)
	if tag, ok := known(pipeline.Trim(getenv(own))); ok {
		return language{tag, own}
	}
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(variable); locale != "" {
			return language{wording.Preferred(locale), variable}
		}
	}
	return language{tag: wording.Default}
}

// flagIn is the last value of the flag among arguments that nobody has read yet;
// "" without it.
func flagIn(args []string) (value string) {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if v, ok := strings.CutPrefix(arg, "--"+langFlag+"="); ok {
			value = v
		} else if arg == "--"+langFlag && i+1 < len(args) {
			value = args[i+1]
		}
	}
	return value
}

// known gives the tag of a language by the name that a user gives it.
func known(name string) (tag string, ok bool) {
	for _, tag := range wording.Languages() {
		if strings.EqualFold(tag, name) {
			return tag, true
		}
	}
	return "", false
}

// registerLanguage gives all commands the flag. What it means was found before.
func (p *program) registerLanguage(root *cobra.Command) {
	settings.PersistentFunc(root, langFlag, p.sentence("flag.lang", "languages", wording.Languages()),
		func(name string) error {
			if _, ok := known(name); !ok {
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
