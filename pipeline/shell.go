package pipeline

import (
	"os"
	"strings"
	"unicode"
)

// ShellWord writes a word of a command so that a shell takes it as that one
// word, quoted only where it needs it. Letters of any script need it not; a
// backslash, which a POSIX shell would swallow, does not where it parts folders.
func ShellWord(word string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) ||
			strings.ContainsRune("_-./:,=@%+", r) ||
			r == '\\' && os.PathSeparator == '\\'
	}
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// ShellCommand is a command line of these words.
func ShellCommand(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = ShellWord(w)
	}
	return strings.Join(quoted, " ")
}
