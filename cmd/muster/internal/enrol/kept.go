package enrol

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/ledger"
	"muster/reports"
)

// earlierReports judges what is at the place of a report: whether it is as a
// muster wrote it, or somebody has worked in it.
type earlierReports struct {
	ledger   *ledger.Ledger // nil, or in memory, where nothing is remembered
	reports  *Reports
	kept     reports.Kept
	contents map[string]filled // of the edited files, by the paths that they were at
}

// filled is what people have filled in in a report.
type filled struct {
	entries int              // for muster settle; IDs of existing rows, which muster may have written, left out
	fix     int              // rows of the sheet Fix
	origin  *pipeline.Origin // nil where it is no results workbook
}

func (j *Job) earlierReports(ctx context.Context, l *ledger.Ledger) *earlierReports {
	e := &earlierReports{ledger: l, reports: &j.Reports, contents: map[string]filled{}}
	e.kept = reports.Kept{Date: j.Now().Format(time.DateOnly), Edited: func(path string) bool {
		return e.edited(ctx, path)
	}}
	return e
}

// edited reports whether the file is not as muster wrote it. What says so is the
// seal of a workbook, or the ledger; of a file without either, which an older muster
// may have written or one without a ledger, what is in it. In doubt it is edited:
// then it is moved, and nothing is lost.
func (e *earlierReports) edited(ctx context.Context, path string) bool {
	known, err := e.remembered(ctx, path)
	if known && err == nil || e.sealed(path) {
		return false
	}
	f := e.filledIn(ctx, path)
	e.contents[path] = f
	switch {
	case err != nil || f.entries > 0:
		return true
	case isWorkbook(path):
		return f.origin == nil || f.origin.Sealed || !writtenByMuster(path)
	}
	return !reports.IsReport(filepath.Ext(path), headOf(path)) || e.ofKnownRun(ctx, path)
}

// remembered reports whether the ledger has a report of that content.
func (e *earlierReports) remembered(ctx context.Context, path string) (bool, error) {
	if !e.remembers() {
		return false, nil
	}
	digest, err := FileSHA256(path)
	if err != nil {
		return false, err
	}
	return e.ledger.IsReport(ctx, digest)
}

func (e *earlierReports) remembers() bool { return e.ledger != nil && !e.ledger.InMemory() }

// ofKnownRun reports whether a report is of a run whose reports the ledger remembers,
// so that it has been changed. Where no row says which run it is of, as all customers
// were enrolled by earlier ones, it is whether such a report was written there. One of
// a check or of another ledger, which may be written to the same path, is neither.
func (e *earlierReports) ofKnownRun(ctx context.Context, path string) bool {
	if !e.remembers() {
		return false
	}
	runs, err := runsOfReport(ctx, path)
	if err != nil {
		return true
	}
	if runs.own != "" {
		has, err := e.ledger.HasReports(ctx, runs.own)
		return has || err != nil
	}
	real, err := realPath(path)
	if err != nil {
		return true
	}
	_, ours, err := e.ledger.RunByID(ctx, runs.first)
	if err != nil || !ours {
		return err != nil
	}
	has, err := e.ledger.HasReportAt(ctx, real)
	return has || err != nil
}

// notes say of each file that made room for a report, or would not, what is in it.
func (e *earlierReports) notes(all writers) (notes []*pipeline.Message) {
	for _, w := range all {
		if w.Writer == nil || w.asked == "" {
			continue
		}
		at, file := w.asked, w.Moved()
		if real, err := filepath.EvalSymlinks(w.asked); err == nil {
			at = real
		}
		var said []*pipeline.Message
		switch {
		case file != "":
			said = append(said, pipeline.Say("enrol.report_kept", "path", w.asked, "kept", file))
		case w.err == nil && w.Path() != w.asked:
			file = w.asked
			said = append(said, pipeline.Say("enrol.report_numbered", "path", w.asked, "report", w.Path()))
		default:
			continue
		}
		notes = append(notes, pipeline.Say("sentences", "all", append(said, e.filledText(e.contents[at], file)...)))
	}
	return notes
}

// filledText says what people have filled in in a report, which is file now, and
// which command takes it.
func (e *earlierReports) filledText(f filled, file string) (said []*pipeline.Message) {
	if f.entries > 0 {
		command := []string{"muster", "settle", file}
		if e.remembers() {
			command = append(command, "--ledger", e.ledger.Path())
		}
		if e.reports.PasswordFile != "" {
			command = append(command, "--password-file", e.reports.PasswordFile)
		}
		said = append(said, pipeline.Say("enrol.kept_entries", "count", f.entries,
			"command", pipeline.ShellCommand(command...)))
	}
	if f.fix > 0 {
		said = append(said, pipeline.Say("enrol.kept_fix", "sheet", f.origin.FixSheet(), "count", f.fix,
			"command", reports.FixCommand(f.origin, file)))
	}
	return said
}

// keep remembers the reports that a run has written.
func (e *earlierReports) keep(ctx context.Context, run string, paths []string) error {
	if !e.remembers() || len(paths) == 0 {
		return nil
	}
	var written []ledger.WrittenReport
	for _, path := range paths {
		digest, err := FileSHA256(path)
		if err != nil {
			return err
		}
		real, err := realPath(path)
		if err != nil {
			return err
		}
		written = append(written, ledger.WrittenReport{SHA256: digest, Path: real})
	}
	return e.ledger.KeepReports(ctx, run, written)
}

// realPath is a path as the ledger keeps it.
func realPath(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// FileSHA256 is the digest of a file, hex.
func FileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // it is only read
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// headOf is the beginning of a file.
func headOf(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() // it is only read
	head, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return nil
	}
	return head
}

func isWorkbook(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".xlsx" || ext == ".xlsm"
}

// sealed reports whether the file is a workbook as muster wrote it; one with a
// password, with that of this run's reports.
func (e *earlierReports) sealed(path string) bool {
	if !isWorkbook(path) {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // it is only read
	info, err := f.Stat()
	if err != nil {
		return false
	}
	if reports.Sealed(f, info.Size()) {
		return true
	}
	if e.reports.Password == "" {
		return false
	}
	b, err := book.Open(path, book.Options{Password: e.reports.Password})
	if err != nil {
		return false
	}
	defer b.Close() // it is only read
	return reports.Sealed(b.File())
}

// writtenByMuster reports whether a workbook without a seal names muster as the
// program that saved it last.
func writtenByMuster(path string) bool {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return false
	}
	defer archive.Close() // it is only read
	f, err := archive.Open("docProps/app.xml")
	if err != nil {
		return false
	}
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return errors.Join(err, f.Close()) == nil && bytes.Contains(text, []byte("<Application>muster</Application>")) &&
		book.IsResult(path)
}

// filledIn counts what people may have filled in in a report.
func (e *earlierReports) filledIn(ctx context.Context, path string) (f filled) {
	o := book.Options{Password: e.reports.Password}
	if strings.EqualFold(filepath.Ext(path), ".jsonl") {
		return f
	}
	var languages []reports.Words
	if e.reports.Languages != nil {
		languages = e.reports.Languages()
	}
	sheets, err := ReadVerdicts(ctx, path, o, languages)
	if err == nil {
		for _, s := range sheets {
			f.entries += len(s.Unread)
			for _, v := range s.Verdicts {
				if v.State != pipeline.Existing || v.Column == reports.VerdictSettle {
					f.entries++
				}
			}
		}
	}
	if f.origin, err = book.OriginOf(ctx, path, o); err != nil || f.origin == nil {
		return f
	}
	b, err := book.OpenAny(ctx, path, o)
	if err != nil {
		return f // its sheet Fix cannot be imported
	}
	defer b.Close() // it is only read
	f.fix = b.FixRows()
	return f
}
