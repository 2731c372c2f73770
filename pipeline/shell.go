package pipeline

import (
	"runtime"
	"strings"
	"unicode"
)

// ShellWord writes a word of a command so that a shell of this system takes it as
// that one word, quoted only where it needs it: for sh and its kin, on Windows for
// cmd.exe and PowerShell. Letters of any script need no quotes.
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
		// PowerShell makes a list of what has a comma, and splats what begins with @.
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
		// Within double quotes PowerShell would replace these; cmd.exe knows no others.
		return "'" + strings.ReplaceAll(word, "'", "''") + "'"
	}
	return `"` + word + `"`
}
