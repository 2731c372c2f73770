package settings

import (
	"strings"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// LanguageFlag names the language of messages. It is looked for before the commands are made, because their help uses
// it too.
const LanguageFlag = "lang"

// Language is the language of muster's messages.
type Language struct {
	Tag      string // such as "en"
	Variable string // the variable that names it; "" for a flag or the default
}

// LanguageOf is the language of the flag, else of the flag's variable, else of the locale: the first of LC_ALL,
// LC_MESSAGES and LANG that is set. An unknown language in the flag or in its variable is ignored here: it is refused
// when the flags are read.
func LanguageOf(args []string, getenv func(string) string) Language {
	if tag, ok := KnownLanguage(flagIn(args)); ok {
		return Language{Tag: tag}
	}
	own := Variable(LanguageFlag)
	if tag, ok := KnownLanguage(pipeline.Trim(getenv(own))); ok {
		return Language{tag, own}
	}
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(variable); locale != "" {
			return Language{wording.Preferred(locale), variable}
		}
	}
	return Language{Tag: wording.Default}
}

// flagIn is the last value of the flag in arguments that are not parsed yet; "" without it.
func flagIn(args []string) (value string) {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if v, ok := strings.CutPrefix(arg, "--"+LanguageFlag+"="); ok {
			value = v
		} else if arg == "--"+LanguageFlag && i+1 < len(args) {
			value = args[i+1]
		}
	}
	return value
}

// KnownLanguage is the tag of a language that a user names as es, or by a locale such as es-CO or es_CO.UTF-8.
func KnownLanguage(name string) (tag string, ok bool) {
	language, _, _ := strings.Cut(name, ".")
	language, _, _ = strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	for _, tag := range wording.Languages() {
		if strings.EqualFold(tag, language) {
			return tag, true
		}
	}
	return "", false
}
