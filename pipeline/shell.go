package pipeline

import (
	"strings"
	"unicode"
)

// ShellWord writes a word of a command so that a POSIX shell takes it as one.
func ShellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 0x80 || strings.ContainsRune("_-./:,=@%+\\", r) || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
