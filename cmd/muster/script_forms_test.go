package main

import (
	"os"
	"regexp"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

var escaped = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)

// cmdUnescape rewrites a text with the characters that its \uXXXX stand for: unescape FILE...
func cmdUnescape(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := escaped.ReplaceAllStringFunc(ts.ReadFile(name), func(s string) string {
			r, _, _, err := strconv.UnquoteChar(s, 0)
			ts.Check(err)
			return string(r)
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}
