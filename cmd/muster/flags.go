package main

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/reports"
)

// bookFlags are the flags that say how a book is read and mapped.
type bookFlags struct {
	provider string
	mappings []string
	sheet    string
	reading  pipeline.Reading
	noHeader bool
	// passwordFile names the file with the workbook's password.
	passwordFile string
	carry        []string
	// fixRun is the run whose sheet Fix the book is, fixBook the present path of that run's book, and fix what the
	// ledger knows of them.
	fixRun, fixBook string
	fix             *enrol.FixOf
}

func (f *bookFlags) register(p *program, c *cobra.Command) {
	c.Flags().StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.provider"))
	c.Flags().StringArrayVar(&f.mappings, "mapping", nil, p.sentence("cmd_flags.mapping"))
	c.Flags().StringVar(&f.sheet, "sheet", "", p.sentence("cmd_flags.sheet"))
	f.registerReading(p, c)
	c.Flags().StringArrayVar(&f.carry, "carry", nil, p.sentence("cmd_flags.carry"))
	c.Flags().StringVar(&f.fixRun, "run", "", p.sentence("cmd_flags.run_of_fix"))
	c.Flags().StringVar(&f.fixBook, "book", "", p.sentence("cmd_flags.book_of_fix"))
}

// registerReading adds the flags for what a book does not say about itself.
func (f *bookFlags) registerReading(p *program, c *cobra.Command) {
	settings.Func(c, "header-row", p.sentence("cmd_flags.header_row"), func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return pipeline.Wrong("cmd_usage.header_row", "value", s)
		}
		f.reading.HeaderRow = n
		return nil
	})
	c.Flags().BoolVar(&f.noHeader, "no-header", false, p.sentence("cmd_flags.no_header"))
	c.Flags().BoolVar(&f.reading.AllRows, "all-rows", false, p.sentence("cmd_flags.all_rows"))
	c.Flags().StringVar(&f.reading.Encoding, "encoding", "",
		p.sentence("cmd_flags.encoding", "encodings", book.Encodings()))
	c.Flags().StringVar(&f.reading.Quotes, "quotes", "", p.sentence("cmd_flags.quotes", "rules", book.QuoteRules()))
	c.Flags().StringVar(&f.passwordFile, "password-file", "", p.sentence("cmd_flags.password_file"))
}

// source is the book at path, with the flags for reading it.
func (f *bookFlags) source(path string) (s enrol.Source, err error) {
	s = enrol.Source{Path: path, Mappings: f.mappings, Sheet: f.sheet, Reading: f.reading,
		PasswordFile: f.passwordFile, Carry: f.carry}
	if f.noHeader && f.reading.HeaderRow != 0 {
		return s, pipeline.Wrong("cmd_usage.header_and_none")
	}
	if f.noHeader {
		s.Reading.HeaderRow = pipeline.NoHeader
	}
	s.Password, err = settings.Password("--password-file", f.passwordFile)
	return s, err
}

func (f *targetFlags) register(p *program, c *cobra.Command) {
	c.Flags().StringVar(&f.env, "env", "", p.sentence("cmd_flags.env"))
	c.Flags().StringVar(&f.baseURL, "base-url", "", p.sentence("cmd_flags.base_url"))
	c.Flags().StringVar(&f.account, "account", "", p.sentence("cmd_flags.account"))
	c.Flags().BoolVar(&f.allowHTTP, "allow-http", false, p.sentence("cmd_flags.allow_http"))
}

// reportFlags say which reports are written.
type reportFlags struct {
	paths        []string
	annotated    string
	password     string // read from passwordFile
	passwordFile string
	noFix        bool
	carryRaw     bool
	delimiter    rune // of CSV reports; 0 is the book's
}

// register adds the flags that every command with reports has.
func (f *reportFlags) register(p *program, c *cobra.Command) {
	c.Flags().StringVar(&f.annotated, "annotated", "", p.sentence("cmd_flags.annotated"))
	c.Flags().StringVar(&f.passwordFile, "report-password-file", "", p.sentence("cmd_flags.report_password_file"))
	c.Flags().BoolVar(&f.carryRaw, "carry-raw", false, p.sentence("cmd_flags.carry_raw"))
	settings.Func(c, "delimiter", p.sentence("cmd_flags.delimiter"), func(s string) (err error) {
		f.delimiter, err = delimiterOf(s)
		return err
	})
	c.Flags().BoolVar(&f.noFix, "no-fix", false, p.sentence("cmd_flags.no_fix"))
}

// delimiterOf reads the delimiter of a CSV report.
func delimiterOf(text string) (rune, error) {
	if text == "tab" {
		return '\t', nil
	}
	for _, d := range reports.Delimiters {
		if text == string(d) {
			return d, nil
		}
	}
	return 0, pipeline.Wrong("cmd_usage.delimiter", "value", text)
}

// delimiterText is how a delimiter is written on a command line.
func delimiterText(d rune) string {
	switch d {
	case 0:
		return ""
	case '\t':
		return "tab"
	}
	return string(d)
}

// readPassword reads the password, and refuses it where reports cannot be encrypted: without --report, or in other
// formats.
func (f *reportFlags) readPassword(needsReport bool) (err error) {
	if f.passwordFile == "" {
		return nil
	}
	for _, path := range f.paths {
		if !strings.EqualFold(filepath.Ext(path), ".xlsx") {
			return pipeline.Wrong("cmd_report.unencrypted", "file", path).Try("cmd_report.leave_out_report")
		}
		if enrol.SameFile(path, f.passwordFile) {
			return pipeline.Wrong("cmd_report.overwrites_password", "file", f.passwordFile).
				Try("cmd_report.name_another")
		}
	}
	if f.annotated != "" && enrol.SameFile(f.annotated, f.passwordFile) {
		return pipeline.Wrong("cmd_report.overwrites_password", "file", f.passwordFile).Try("cmd_report.name_another")
	}
	if needsReport && len(f.paths) == 0 && f.annotated == "" {
		return pipeline.Wrong("cmd_report.nothing_to_encrypt").Try("cmd_report.add_report")
	}
	f.password, err = settings.NewPassword("--report-password-file", f.passwordFile)
	return err
}

// allowOpenReport asks before rows of an encrypted workbook go into one without encryption, and refuses when nobody
// can be asked or the answer is no.
func (p *program) allowOpenReport(ctx context.Context, r *enrol.Reports, b *enrol.Book, asks bool) error {
	if !r.Opens(b) {
		return nil
	}
	if asks && p.terminal {
		answer, err := p.person().Ask(ctx, p.sentence("cmd_report.ask_unencrypted", "book", b.Name())+" "+
			p.sentence("run.ask_yes_no")+" ")
		if err == nil && p.isYes(answer) {
			return nil
		}
	}
	return pipeline.Wrong("cmd_report.fix_encrypted", "book", b.Name()).Try("cmd_report.encrypt_too")
}

// reports are the files that a run writes. ledger is the name of its ledger, whose files no report may replace; ""
// for none.
func (p *program) reports(f *reportFlags, ledger string) enrol.Reports {
	r := enrol.Reports{Paths: f.paths, Annotated: f.annotated, Password: f.password, PasswordFile: f.passwordFile,
		NoFix: f.noFix, CarryRaw: f.carryRaw, Delimiter: f.delimiter, Stdin: p.stdin, Languages: everyLanguage}
	if ledger == "" {
		ledger = p.getenv("MUSTER_LEDGER")
	}
	if ledger != "" {
		r.Spare = p.ledgerFiles(ledger)
	}
	return r
}

// outputFlags say what is printed beside the result.
type outputFlags struct {
	quiet bool
	json  bool
}

func (f *outputFlags) register(p *program, c *cobra.Command) {
	c.Flags().BoolVar(&f.quiet, "quiet", false, p.sentence("cmd_flags.quiet"))
	c.Flags().BoolVar(&f.json, "json", false, p.sentence("cmd_flags.json"))
}
