package main

import (
	"muster/pipeline"

	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

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
			return pipeline.Mistakef("--report-password-file: %s would stand there unencrypted", path).Try("leave --report-password-file out, or that report: only workbooks (.xlsx) can be encrypted")
		}
		if sameFile(path, f.passwordFile) {
			return pipeline.Mistakef("--report-password-file %s: the report would overwrite it", f.passwordFile).Try("name another file")
		}
	}
	if f.annotated != "" {
		return pipeline.Mistakef("--report-password-file: --annotated %s would stand there unencrypted", f.annotated).Try("leave --report-password-file out, or --annotated: only reports can be encrypted")
	}
	if needsReport && len(f.reports) == 0 {
		return pipeline.Mistakef("--report-password-file: there is no report to encrypt").Try("add --report FILE.xlsx")
	}
	f.password, err = readPassword("--report-password-file", f.passwordFile)
	return err
}
