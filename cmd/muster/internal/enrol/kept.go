package enrol

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/files"
	"muster/pipeline/ledger"
	"muster/reports"
)

// earlierReports decides about files in the place of a new report: whether a file is unchanged since muster wrote it,
// or a person has worked in it.
type earlierReports struct {
	ledger   *ledger.Ledger // nil, or in memory, when it has no reports
	reports  *Reports
	kept     reports.Kept
	contents map[string]filled // of edited files, by their former paths
}

// filled is what people have filled in in a report.
type filled struct {
	entries int              // for muster settle, without IDs of existing rows, which muster may have written
	fix     int              // rows of the sheet Fix
	origin  *pipeline.Origin // nil unless it is a results workbook
}

func (j *Job) earlierReports(ctx context.Context, l *ledger.Ledger) *earlierReports {
	e := &earlierReports{ledger: l, reports: &j.Reports, contents: map[string]filled{}}
	e.kept = reports.Kept{Date: j.Now().Format(time.DateOnly), Edited: func(path string) bool {
		return e.edited(ctx, path)
	}}
	return e
}

// edited reports whether the file differs from what muster wrote. A workbook's seal shows that, or the ledger; for a
// file without either, from an older muster or a run without a ledger, its content decides. In doubt it counts as
// edited: then it is moved, and nothing is lost.
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

// remembered reports whether the ledger has a report with that content.
func (e *earlierReports) remembered(ctx context.Context, path string) (bool, error) {
	if !e.remembers() {
		return false, nil
	}
	digest, err := files.SHA256(path)
	if err != nil {
		return false, err
	}
	return e.ledger.IsReport(ctx, digest)
}

func (e *earlierReports) remembers() bool { return e.ledger != nil && !e.ledger.InMemory() }

// ofKnownRun reports whether a report belongs to a run whose reports the ledger has, so that its content must have
// been changed. When no row says which run it belongs to, because earlier runs enrolled all customers, it reports
// whether such a report was written to that path. A report of a check or of another ledger, which may have been
// written to the same path, is neither.
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

// notes say what is in each file that was moved for a report, or could not be.
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

// filledText says what people have filled in in a report, whose path is file now, and which command reads it.
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

// keep records the reports that a run has written.
func (e *earlierReports) keep(ctx context.Context, run string, paths []string) error {
	if !e.remembers() || len(paths) == 0 {
		return nil
	}
	var written []ledger.WrittenReport
	for _, path := range paths {
		digest, err := files.SHA256(path)
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

// realPath is a path in the form in which the ledger has it.
func realPath(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// headOf reads the beginning of a file.
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

// sealed reports whether the file is a workbook unchanged since muster wrote it; an encrypted one is opened with the
// password of this run's reports.
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

// writtenByMuster reports whether muster saved a workbook without a seal last, by the program's name in it.
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
