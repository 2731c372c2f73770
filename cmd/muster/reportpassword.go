package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// maxReportPassword is the longest that Excel takes, in UTF-16 code units.
const maxReportPassword = 255

func registerReportPassword(c *cobra.Command, f *importFlags) {
	c.Flags().StringVar(&f.passwordFile, "report-password-file", "", "`file` with the password that .xlsx reports are encrypted with")
}

// readReportPassword reads the password and refuses reports that cannot be
// encrypted: without --report, or of other formats.
func (f *importFlags) readReportPassword(needsReport bool) (err error) {
	if f.passwordFile == "" {
		return nil
	}
	for _, path := range f.reports {
		if !strings.EqualFold(filepath.Ext(path), ".xlsx") {
			return usage("leave --report-password-file out, or that report: only workbooks (.xlsx) can be encrypted", "--report-password-file: %s would stand there unencrypted", path)
		}
		if sameFile(path, f.passwordFile) {
			return usage("name another file", "--report-password-file %s: the report would overwrite it", f.passwordFile)
		}
	}
	if f.annotated != "" {
		return usage("leave --report-password-file out, or --annotated: only reports can be encrypted", "--report-password-file: --annotated %s would stand there unencrypted", f.annotated)
	}
	if needsReport && len(f.reports) == 0 {
		return usage("add --report FILE.xlsx", "--report-password-file: there is no report to encrypt")
	}
	f.password, err = readReportPassword(f.passwordFile)
	return err
}

// readReportPassword reads a password from a file; a line break at its end is
// not part of it.
func readReportPassword(path string) (string, error) {
	const flag = "--report-password-file"
	file, err := os.Open(path)
	if err != nil {
		return "", usage("", "%s: %w", flag, err)
	}
	raw, err := io.ReadAll(io.LimitReader(file, 1<<16))
	if err = errors.Join(err, file.Close()); err != nil {
		return "", usage("", "%s: %w", flag, err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	line := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	switch {
	case line == "":
		return "", usage("write the password into it, on one line", "%s: %s is empty", flag, path)
	case strings.ContainsAny(line, "\r\n\x00") || !utf8.ValidString(line):
		return "", usage("write the password alone into it, on one line, as UTF-8", "%s: %s holds more than a password", flag, path)
	case len(utf16.Encode([]rune(line))) > maxReportPassword:
		return "", usage(fmt.Sprintf("Excel takes at most %d", maxReportPassword), "%s: the password in %s is too long", flag, path)
	}
	return line, nil
}
