package main

import (
	"muster/pipeline"

	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// passwordFileFlag names the file with the password of the book.
const passwordFileFlag = "--password-file"

// passwordLength is the longest password that spreadsheet programs take, in
// UTF-16 units.
const passwordLength = 255

// readPassword reads the password of a workbook from the file that a flag names,
// which holds it and nothing else; "" names no file. The line break at its end is no part of
// it, nor is the mark by which editors begin a text. No error holds what stands
// in the file.
func readPassword(flag, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	fail := func(hint, format string, args ...any) (string, error) {
		return "", pipeline.Mistakef("%s %s: "+format, append([]any{flag, path}, args...)...).Try(hint)
	}
	f, err := os.Open(path)
	if err != nil {
		return fail("", "%w", bare(err))
	}
	defer f.Close()
	const most = 4 << 10
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return fail("", "%w", bare(err))
	}
	const alone = "the file holds the password on its first line, and nothing else"
	if len(raw) > most {
		return fail(alone, "is more than a password")
	}
	// The mark decides; without one it is UTF-8.
	text, _, err := transform.Bytes(unicode.BOMOverride(unicode.UTF8.NewDecoder()), raw)
	marked := bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff"))
	if err != nil || !marked && !utf8.Valid(raw) {
		return fail("save it again as UTF-8", "is not in UTF-8")
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	switch {
	case len(text) == 0:
		return fail(alone, "is empty")
	case bytes.ContainsAny(text, "\r\n\x00"):
		return fail(alone, "has more than one line")
	case len(utf16.Encode([]rune(string(text)))) > passwordLength:
		return fail(alone, "holds more than the %d characters that a password may have", passwordLength)
	}
	return string(text), nil
}

// bare is what the system says, without the path, which is told already.
func bare(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
