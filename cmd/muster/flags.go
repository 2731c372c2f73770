package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/book"
)

// bookFlags are the flags that say how a book is read and mapped.
type bookFlags struct {
	provider string
	mapping  string
	sheet    string
	// headerRow is the number of the header's row, 0 to find it; encoding that
	// of a CSV, "" to find it.
	headerRow int
	encoding  string
	// passwordFile names the file that holds the workbook's password.
	passwordFile string
	carry        []string
}

func (f *bookFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.provider, "provider", "",
		"passport, juicyway, connectfi, or the folder of a definition of your own")
	c.Flags().StringVar(&f.mapping, "mapping", "", "mapping sheet (CSV or XLSX): which column feeds which field")
	c.Flags().StringVar(&f.sheet, "sheet", "",
		"sheet of the workbook, by its name or its number (default: the first visible one)")
	f.registerReading(c)
	c.Flags().StringArrayVar(&f.carry, "carry", nil,
		"column of the book to carry into the report; may be given several times")
}

// registerReading adds the flags that say how to read what a book does not say
// itself.
func (f *bookFlags) registerReading(c *cobra.Command) {
	settings.Func(c, "header-row", "number of the `row` that holds the header (default: found, below titles too)",
		func(s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < 1 {
				return fmt.Errorf("%q is no row number: rows are numbered from 1, as a spreadsheet program shows them",
					s)
			}
			f.headerRow = n
			return nil
		})
	c.Flags().StringVar(&f.encoding, "encoding", "",
		"how a CSV spells its text: "+strings.Join(book.Encodings(), ", ")+" (default: found)")
	c.Flags().StringVar(&f.passwordFile, "password-file", "", "`file` that holds the password of a protected workbook")
}

// source is the book at path, read as the flags say.
func (f *bookFlags) source(path string) (enrol.Source, error) {
	password, err := settings.Password("--password-file", f.passwordFile)
	return enrol.Source{Path: path, Mapping: f.mapping, Sheet: f.sheet, HeaderRow: f.headerRow, Encoding: f.encoding,
		Password: password, PasswordFile: f.passwordFile, Carry: f.carry}, err
}

func (f *targetFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.env, "env", "", "local, sandbox or production (default: local, a rehearsal)")
	c.Flags().StringVar(&f.baseURL, "base-url", "", "where the provider's API is")
	c.Flags().StringVar(&f.account, "account", "", "keeps several accounts at one provider apart in the ledger")
	c.Flags().BoolVar(&f.allowHTTP, "allow-http", false, "let a --base-url be unencrypted beyond this machine")
}

// ledgerFlags say which ledger is used.
type ledgerFlags struct {
	path  string
	begin bool // --new-ledger
}

// reportFlags say what is written.
type reportFlags struct {
	paths        []string
	annotated    string
	password     string // of passwordFile
	passwordFile string
	noFix        bool
}

// register adds the flags that every command with reports has.
func (f *reportFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.annotated, "annotated", "",
		"a copy of the XLSX book with columns for state, customer ID and message, and the cells to mend marked")
	c.Flags().StringVar(&f.passwordFile, "report-password-file", "",
		"`file` with the password that .xlsx reports are encrypted with")
	c.Flags().BoolVar(&f.noFix, "no-fix", false,
		"leave out of a workbook the sheet Fix, which holds the rows to mend as the book has them")
}

// readPassword reads the password and refuses reports that cannot be
// encrypted: without --report, or of other formats.
func (f *reportFlags) readPassword(needsReport bool) (err error) {
	if f.passwordFile == "" {
		return nil
	}
	for _, path := range f.paths {
		if !strings.EqualFold(filepath.Ext(path), ".xlsx") {
			return pipeline.Mistakef("--report-password-file: %s would stand there unencrypted", path).
				Try("leave --report-password-file out, or that report: only workbooks (.xlsx) can be encrypted")
		}
		if enrol.SameFile(path, f.passwordFile) {
			return pipeline.Mistakef("--report-password-file %s: the report would overwrite it", f.passwordFile).
				Try("name another file")
		}
	}
	if f.annotated != "" {
		return pipeline.Mistakef("--report-password-file: --annotated %s would stand there unencrypted", f.annotated).
			Try("leave --report-password-file out, or --annotated: only reports can be encrypted")
	}
	if needsReport && len(f.paths) == 0 {
		return pipeline.Mistakef("--report-password-file: there is no report to encrypt").Try("add --report FILE.xlsx")
	}
	f.password, err = settings.Password("--report-password-file", f.passwordFile)
	return err
}

// reports are the files that a run writes; ledger is the path of its ledger,
// which none of them may take the place of, "" for none.
func (p *program) reports(f *reportFlags, ledger string) enrol.Reports {
	r := enrol.Reports{Paths: f.paths, Annotated: f.annotated, Password: f.password, PasswordFile: f.passwordFile,
		NoFix: f.noFix, Stdin: p.stdin}
	if ledger == "" {
		ledger = p.getenv("MUSTER_LEDGER")
	}
	if ledger != "" {
		r.Spare = []string{ledger, ledger + ".key"}
	}
	return r
}

// outputFlags say what is printed besides the result.
type outputFlags struct {
	quiet bool
	json  bool
}

func (f *outputFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.quiet, "quiet", false, "say nothing but the result and errors")
	c.Flags().BoolVar(&f.json, "json", false, "print the result as JSON lines")
}
