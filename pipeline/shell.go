package pipeline

import (
	"runtime"
	"strings"
	"unicode"
)

// ShellWord quotes one word of a command for the shell of this system, only where it is necessary: for sh and similar
// shells, on Windows for cmd.exe and PowerShell. Letters of any script need no quotes.
func ShellWord(word string) string { return shellWord(word, runtime.GOOS) }

// ShellCommand is a command line of these words.
func ShellCommand(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = ShellWord(w)
	}
	return strings.Join(quoted, " ")
}

func shellWord(word, system string) string {
	const windows = "windows"
	signs := "_-./:,=@%+"
	if system == windows {
		// PowerShell makes a list of a word with a comma, and splats a word that begins with @.
		signs = `_-./:=+\`
	}
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(signs, r)
	}
	switch {
	case word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }):
		return word
	case system != windows:
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	case strings.ContainsAny(word, "$`\""):
		// PowerShell would expand these between double quotes, the only ones that cmd.exe has.
		return "'" + strings.ReplaceAll(word, "'", "''") + "'"
	}
	return `"` + word + `"`
}
